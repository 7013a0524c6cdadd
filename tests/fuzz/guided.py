"""Coverage-guided fuzzing with atheris, which is no dependency of BorderDesk: `make fuzz-guided TARGET=mrz`.

Each target takes any text and must end in an answer or in the room's own error, and the answer must keep its promises.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

TODAY = date(2026, 11, 22)


def mrz(text: str) -> None:
    """Any text is read or refused; a zone read as sound reads as itself again."""
    from borderdesk.documents import UnreadableMrz, read_mrz

    try:
        found = read_mrz(text, today=TODAY)
    except UnreadableMrz:
        return
    if found.valid:
        again = read_mrz("\n".join(found.lines), today=TODAY)
        assert (again.number, again.surname, again.given) == (found.number, found.surname, found.given), text
        assert not found.failed_checks, text
    for repair in found.repairs:
        assert sum(map(len, repair.lines)) == sum(map(len, found.lines)), text


def mrz_lines(text: str) -> None:
    """The same through the command's door, which takes plain text and JSON lines."""
    from ui.cli.mrz import answer, documents

    for wanted, part in documents(text):
        json.dumps(answer(wanted, part, TODAY))


def names(text: str) -> None:
    """Any four parts of a text are compared; a zone never differs from the first spelling of the same name."""
    from borderdesk.documents import compare_names

    surname, _, rest = text.partition("|")
    given, _, zone = rest.partition("|")
    compare_names(surname, given, zone, 39)


def identifiers(text: str) -> None:
    """Any value of any kind is judged."""
    from borderdesk.documents import check_identifier
    from borderdesk.documents.identifiers import KINDS

    for kind in KINDS:
        found = check_identifier(kind, text)
        assert found.valid or found.findings, (kind, text)
        if found.valid and kind != "document":
            assert check_identifier(kind, found.normal_form).normal_form == found.normal_form, (kind, text)


TARGETS: dict[str, Callable[[str], None]] = {
    "mrz": mrz, "mrz_lines": mrz_lines, "names": names, "identifiers": identifiers,
}  # fmt: skip


def main() -> None:
    """Run one target: its name, then what libFuzzer takes (`-max_total_time=120`, a corpus folder)."""
    atheris: Any = importlib.import_module("atheris")
    target = TARGETS[sys.argv[1]]
    with atheris.instrument_imports(include=["borderdesk", "ui"]):
        importlib.import_module("borderdesk.documents")
        importlib.import_module("ui.cli.mrz")

    def once(data: bytes) -> None:
        target(data.decode("utf-8", "replace"))

    atheris.Setup([sys.argv[0], *sys.argv[2:]], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

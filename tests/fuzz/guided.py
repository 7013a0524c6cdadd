"""Coverage-guided fuzzing with atheris, which is no dependency of BorderDesk: `make fuzz-guided TARGET=mrz`.

Each target takes any text, or any bytes, and must end in an answer or in the room's own error, and the answer must keep
its promises. What the room publishes as vectors is where the bytes begin from (`SEEDS`).
"""

from __future__ import annotations

import importlib
import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

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


def chip(data: bytes) -> None:
    """Any EF.SOD with any data group and any list of withdrawals is judged or refused, and never fine by itself."""
    from borderdesk.documents.chip import IssuerKeys, UnreadableChip, verify_chip
    from borderdesk.findings import Outcome

    sod, _, rest = data.partition(b"|DG|")
    try:
        found = verify_chip(sod, {1: rest, 2: data}, IssuerKeys(), today=TODAY, revocations=[rest])
    except UnreadableChip:
        return
    assert found.outcome is not Outcome.FINE
    assert found.chain is not Outcome.FINE


def master_list(data: bytes) -> None:
    """Any bytes are a list of issuers or refused; certificates of issuers are proof of nothing else."""
    from borderdesk.documents.chip import UnreadableChip, UnreadableMasterList, read_master_list, verify_chip

    try:
        found = read_master_list(data)
    except UnreadableMasterList:
        return
    assert found.count == len({each.sha256 for held in found.by_name.values() for each in held})
    found.countries()
    try:
        verify_chip(real_sods()[0], {}, found, today=TODAY)
    except UnreadableChip:
        return


def seals(data: bytes) -> None:
    """Any bytes are a seal or refused; what was read is judged without raising, and unproven without a certificate."""
    from borderdesk.documents.chip import IssuerKeys
    from borderdesk.documents.seals import UnreadableSeal, read_seal, verify_seal
    from borderdesk.findings import Outcome

    try:
        seal = read_seal(data)
    except UnreadableSeal:
        return
    assert seal.signature, data
    found = verify_seal(seal, [data], IssuerKeys(), today=TODAY)
    assert found.outcome is not Outcome.FINE, data


def lists(data: bytes) -> None:
    """Any bytes are a passenger list or refused; it prints as JSON, and everybody in it has a name or a number."""
    from borderdesk.documents import UnreadableList, read_passenger_list
    from ui.cli.manifest import plain_list

    try:
        found = read_passenger_list(data, today=TODAY)
    except UnreadableList:
        return
    json.dumps(plain_list(found))
    if found.format == "CSV":
        assert all(person.surname or person.given or person.documents for person in found.people), data


def workbooks(data: bytes) -> None:
    """Any sheet and any table of sheets in a sound package are a list or refused.

    Damage to the package itself would hide what is inside behind its checksums.
    """
    book, _, sheet = data.partition(b"|SHEET|")
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(_workbook())) as sound, ZipFile(packed, "w") as made:
        for name in sound.namelist():
            new = {"xl/worksheets/sheet1.xml": sheet, "xl/workbook.xml": book}.get(name)
            made.writestr(name, sound.read(name) if new is None else new)
    lists(packed.getvalue())


def _workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Surname", "Given names", "Date of birth", "Document number"])
    book.active.append(["Novák", "Eva", date(1980, 4, 3), 12345678])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


REFERENCE = Path(__file__).parent.parent / "documents" / "reference"


def real_sods() -> list[bytes]:
    """The published security objects."""
    return [bytes.fromhex(path.read_text()) for path in sorted((REFERENCE / "chip").glob("*.hex"))]


def _certificates() -> Iterator[bytes]:
    from asn1crypto import cms

    from borderdesk.documents.chip.sod import _unwrapped

    for sod in real_sods():
        for each in cms.ContentInfo.load(_unwrapped(sod))["content"]["certificates"]:
            yield each.dump()


def _seals() -> Iterator[bytes]:
    for line in (REFERENCE / "seals" / "seals.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            text = line.split("\t")[1]
            yield text.encode()
            yield bytes.fromhex(text)


def _books() -> Iterator[bytes]:
    with ZipFile(io.BytesIO(_workbook())) as sound:
        yield sound.read("xl/workbook.xml") + b"|SHEET|" + sound.read("xl/worksheets/sheet1.xml")


def _lists() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted((REFERENCE / "paxlst").glob("*.[eu][dn][il]")))
    yield b"Surname,Given names,Date of birth\nNOVAK,Eva,1980-04-03\n"
    yield _workbook()


TARGETS: dict[str, Callable[[Any], None]] = {
    "mrz": mrz, "mrz_lines": mrz_lines, "names": names, "identifiers": identifiers, "chip": chip,
    "master_list": master_list, "seals": seals, "lists": lists, "workbooks": workbooks,
}  # fmt: skip

SEEDS: dict[str, Callable[[], Any]] = {
    "chip": lambda: [sod + b"|DG|\x61\x05_\x1f\x02I<" for sod in real_sods()],
    "master_list": lambda: list(_certificates()), "seals": lambda: list(_seals()), "lists": lambda: list(_lists()),
    "workbooks": lambda: list(_books()),
}  # fmt: skip
"""Where a target of bytes begins; the others take text and begin with nothing."""


def main() -> None:
    """Run one target: its name, then what libFuzzer takes (`-max_total_time=120`, a corpus folder)."""
    atheris: Any = importlib.import_module("atheris")
    name = sys.argv[1]
    with atheris.instrument_imports(include=["borderdesk", "ui", "asn1crypto"]):
        for module in ("borderdesk.documents", "borderdesk.documents.chip", "borderdesk.documents.seals", "ui.cli.mrz"):
            importlib.import_module(module)

    def once(data: bytes) -> None:
        TARGETS[name](data if name in SEEDS else data.decode("utf-8", "replace"))

    with tempfile.TemporaryDirectory() as corpus:
        for at, seed in enumerate(SEEDS[name]() if name in SEEDS else ()):
            (Path(corpus) / str(at)).write_bytes(seed)
        atheris.Setup([sys.argv[0], *sys.argv[2:], corpus], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()

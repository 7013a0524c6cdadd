"""Draws every sentence from the code, and brings the translators' files up to date.

    python -m ui.locale.extract      rewrite every <code>.po: new sentences empty, gone ones dropped

A sentence is a literal first argument of `say(...)`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ui.locale.catalogue import FOLDER

ROOT: Final = FOLDER.parent.parent
_HEADER: Final = """\
# Sentences of BorderDesk in one language. See docs/adr/0020-one-catalogue-of-sentences.md.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
ROOMS: Final = ("borderdesk", "sync", "ui")


def sentences_in_code(root: Path = ROOT) -> Catalog:
    """Every sentence of the program with the modules it stands in, sorted by text."""
    catalog = Catalog(project="BorderDesk", charset="utf-8", fuzzy=False)
    for room in ROOMS:
        found = extract_from_dir(root / room, method_map=[("**.py", "python")], keywords={"say": None})
        for name, _line, message, _comments, _context in sorted(found, key=lambda item: (item[0], item[1])):
            if isinstance(message, str):
                # Without line numbers a translator's file does not change when code moves about.
                catalog.add(message, locations=[(f"{room}/{name}", None)])  # type: ignore[list-item]
    return catalog


def update(code: str, template: Catalog) -> int:
    """Rewrite `<code>.po` to hold exactly the template's sentences. Returns how many are not translated."""
    path = FOLDER / f"{code}.po"
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=code)
    else:
        catalog = Catalog(locale=code, project="BorderDesk", charset="utf-8", fuzzy=False)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    save(code, catalog)
    return sum(1 for message in catalog if message.id and not message.string)


def save(code: str, catalog: Catalog) -> None:
    """Write `<code>.po`: sorted, and with nothing in it that changes by itself from day to day."""
    with (FOLDER / f"{code}.po").open("wb") as file:
        file.write(_HEADER.format(code=code).encode())
        write_po(file, catalog, width=110, sort_output=True, omit_header=True, include_lineno=False)


def main() -> None:
    """Update every language file there is, or those named."""
    template = sentences_in_code()
    codes = sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("*.po"))
    for code in codes:
        print(f"{code}: {len(template)} sentences, {update(code, template)} not translated")


if __name__ == "__main__":
    main()

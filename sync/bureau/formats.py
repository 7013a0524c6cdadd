"""The files that whole lists come in: which there are, how one is told from another, and what reads it.

The command line and the console import with what stands here, so that a file means the same to both.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from itertools import islice
from pathlib import Path
from typing import IO, Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import ListName
from borderdesk.watchlist import RECORD_TYPES, Action, ListKind, Watchlist
from borderdesk.watchlist.readers import (
    EU_CONSOLIDATED,
    EU_LIST,
    FTM_LIST,
    NOTICES,
    OFAC_LIST,
    PERSON_FIELDS,
    UN_LIST,
    ColumnNames,
    Read,
    TableParts,
    TableRow,
    csv_parts,
    csv_rows,
    read_documents,
    read_eu_consolidated,
    read_eu_csv,
    read_ftm,
    read_interpol,
    read_ofac_csv,
    read_ofac_xml,
    read_records,
    read_un,
    xlsx_rows,
)
from borderdesk.words import Sentence, say

TABLE: Final = "table"
OFAC_CSV: Final = "ofac-csv"
INTERPOL: Final = "interpol"
DOCUMENT_FIELDS: Final = ("state", "type", "number", "status", "lost", "reported")
"""What a table says of travel documents, in the order of `ColumnNames`."""
IN_TABLES: Final = tuple(kind for kind in ListKind if kind is not ListKind.PHOTOS)
"""Kinds of record that a row of cells can hold."""

_XZ: Final = b"\xfd7zXZ\x00"
_ZIP: Final = b"PK\x03\x04"
_HEAD: Final = 1 << 16
_OFAC_ROW: Final = re.compile(rb'^"?\d+"?,.*-0-', re.MULTILINE)


class FileNotRead(KnownError):
    """A file that should be imported could not be opened."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The file {path} could not be read ({reason}).", path=str(path), reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Check the name and the permissions of the file."),
        )


@dataclass(frozen=True, slots=True)
class Format:
    """A list that comes as one file which says everything itself."""

    name: str
    title: Sentence
    watchlist: Watchlist
    read: Callable[[IO[bytes]], Iterable[Read]]
    help: str


FORMATS: Final = (
    Format(
        "un",
        say("UN consolidated list (XML)"),
        UN_LIST,
        read_un,
        "Import the UN Security Council's consolidated list (XML, also compressed with xz).",
    ),
    Format(
        "ofac-xml",
        say("OFAC SDN (XML)"),
        OFAC_LIST,
        read_ofac_xml,
        "Import OFAC's Specially Designated Nationals (XML, also in the advanced data model).",
    ),
    Format("eu", say("EU sanctions (CSV)"), EU_LIST, read_eu_csv, "Import EU sanctions (CSV of the annexes)."),
    Format(
        "eu-consolidated",
        say("EU consolidated list (CSV)"),
        EU_CONSOLIDATED,
        read_eu_consolidated,
        "Import the EU's consolidated financial sanctions list (CSV with semicolons, versions 1.0 and 1.1).",
    ),
    Format(
        "ftm",
        say("FollowTheMoney entities"),
        FTM_LIST,
        read_ftm,
        "Import FollowTheMoney entities as OpenSanctions publishes them (JSON lines).",
    ),
)
TITLES: Final[Mapping[str, Sentence]] = {one.name: one.title for one in FORMATS} | {
    OFAC_CSV: say("OFAC SDN (CSV)"),
    INTERPOL: say("INTERPOL notices (JSON)"),
    TABLE: say("Table (CSV or XLSX)"),
}
"""What every format is called."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one file is to be read, and into which list.

    Of a table `list`, `kind`, `title` and `owner` are the list's; `columns` gives for a record's field the header of
    its column. `state` and `type` are those of every row where a table of documents has no column for them.
    """

    format: str
    list: str = ""
    kind: ListKind = ListKind.DOCUMENTS
    title: str = ""
    owner: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    type: str = ""
    action: Action = Action.REFER

    @property
    def watchlist(self) -> Watchlist:
        """The list that the file becomes."""
        own = {one.name: one.watchlist for one in FORMATS} | {OFAC_CSV: OFAC_LIST, INTERPOL: NOTICES}
        return own.get(self.format) or Watchlist(ListName(self.list), self.kind, self.title or self.list, self.owner)

    @property
    def says(self) -> str:
        """The format, as the report of the import names it."""
        if self.format != TABLE:
            return TITLES[self.format].text
        return "table of travel documents" if self.kind is ListKind.DOCUMENTS else f"table of {self.kind.value}"

    def read(self, stream: IO[bytes], other: IO[bytes] | None, name: str) -> Iterable[Read]:
        """What the file holds. `other` is the second file of OFAC's CSV. Raises UnreadableList on the way."""
        if self.format == TABLE:
            return self._table(stream, name)
        if self.format == OFAC_CSV:
            return read_ofac_csv(stream, other)
        if self.format == INTERPOL:
            return read_interpol(stream, action=self.action)
        return next(one.read for one in FORMATS if one.name == self.format)(stream)

    def _table(self, stream: IO[bytes], name: str) -> Iterable[Read]:
        if self.kind is ListKind.DOCUMENTS:
            state, type_, number, status, lost, reported = (self.columns.get(name, "") for name in DOCUMENT_FIELDS)
            names = ColumnNames(state, type_, number, status, lost, reported, self.state, self.type or "P")
            return read_documents(parts_of(stream, name), names)
        return read_records(
            rows_of(stream, name), self.kind, {header: name for name, header in self.columns.items() if header}
        )


def fields_of(kind: ListKind) -> tuple[str, ...]:
    """The fields of a record that columns of a table can be mapped to."""
    own = {ListKind.DOCUMENTS: DOCUMENT_FIELDS, ListKind.PERSONS: PERSON_FIELDS}
    return own.get(kind) or tuple(one.name for one in fields(RECORD_TYPES[kind]))


def recognised(path: Path) -> str:
    """The format that the beginning of the file is of: one of `TITLES`, or "" where it looks like none."""
    with opened(path) as stream:
        head = stream.read(_HEAD)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first = start.partition(b"\n")[0]
    if head.startswith(_ZIP):
        return TABLE
    if start.startswith(b"<"):
        is_ofac = b"sdnList" in start or b"<Sanctions " in start
        return "un" if b"<CONSOLIDATED_LIST" in start else "ofac-xml" if is_ofac else ""
    if start[:1] in (b"{", b"["):
        entities = b'"schema"' in start and b'"properties"' in start
        return "ftm" if entities else INTERPOL if b'"entity_id"' in start or b'"_embedded"' in start else ""
    if b"\0" in head or not first:
        return ""
    if b"Entity_LogicalId" in first:
        return "eu-consolidated"
    if {b"celex", b"recordId", b"schema"} <= set(first.strip().split(b",")):
        return "eu"
    if _OFAC_ROW.search(start[:4096]):
        return OFAC_CSV
    return TABLE


def rows_of(stream: IO[bytes], name: str) -> Iterator[TableRow]:
    """The rows of a table, by what the file begins with. Raises UnreadableList."""
    return xlsx_rows(stream, name) if _is_zip(stream) else csv_rows(stream, name)


def parts_of(stream: IO[bytes], name: str) -> TableParts:
    """The same rows, many at a time where they are alike. Raises UnreadableList."""
    return xlsx_rows(stream, name) if _is_zip(stream) else csv_parts(stream, name)


def _is_zip(stream: IO[bytes]) -> bool:
    zipped = stream.read(len(_ZIP)) == _ZIP
    stream.seek(0)
    return zipped


def first_rows(path: Path, name: str, most: int) -> tuple[TableRow, ...]:
    """The first rows of a table: its header and some examples. Raises UnreadableList, FileNotRead."""
    with opened(path) as stream:
        return tuple(islice(rows_of(stream, name), most))


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as its reader wants it, and how many bytes of it, as it lies on the disk, were read so far."""

    stream: IO[bytes]
    position: Callable[[], int]


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file as its reader wants it: unpacked where it is packed with xz. Raises FileNotRead."""
    with watched(path) as file:
        yield file.stream


@contextmanager
def watched(path: Path) -> Iterator[Opened]:
    """The same, with how far it was read. Raises FileNotRead."""
    with ExitStack() as held:
        try:
            file = held.enter_context(path.open("rb"))
            is_xz = file.read(len(_XZ)) == _XZ
            file.seek(0)
            stream = held.enter_context(lzma.open(file)) if is_xz else file
        except OSError as error:
            raise FileNotRead(path, error.strerror or str(error)) from error
        try:
            yield Opened(stream, file.raw.tell)
        except (EOFError, lzma.LZMAError) as error:
            raise FileNotRead(path, str(error)) from error

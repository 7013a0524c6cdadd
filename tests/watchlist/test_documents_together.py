"""A large table is read many rows at a time, and says of every row what it would say of that row alone."""

from __future__ import annotations

from random import Random

import pytest

from borderdesk.watchlist import DocumentColumns, DocumentStatus, one_by_one
from borderdesk.watchlist.readers import ColumnNames, Read, Refusal, SourceStamp, TableRow, read_documents

HEADER = ["state", "type", "number", "status", "lost", "reported"]
ORDINARY = (
    ("FRA", "D", "uto", "France", " GBR "),
    ("P", "I", "passport", "PD"),
    ("12AB34567", "C01X0006H", "1", "A" * 24, "000000000"),
    ("stolen", "lost", "Stolen blank", "revoked"),
    ("", "-", "2026-01-02", "3.1.2026", "1999-12-31"),
    ("", "2026-01-05", "6.1.2026", "2026-01-02"),
)
NASTY = (
    ("", "QQQ", "\0", "FR A"),
    ("", "7", "PAS", "É"),
    ("", "ab 12", "a1", "---", "A" * 25, "Ä1", "１２", "1.2E+11", "123.0", "1\n2", "ß1", " A1", "²"),
    ("", "borrowed", "STOLEN", "l"),
    ("2026-02-31", "1970", "45123", "0001-01-01", "9999-12-31", "2026-01-06", "circa 1960"),
    ("2026-02-31", "0001-01-01", "00/00/1970", "1.1.1900", "none"),
)


def rows(seed: int, nasty: float, count: int = 600) -> list[TableRow]:
    random, line, found = Random(seed), 1, []
    for _ in range(count):
        line += random.choice((1, 1, 1, 2))
        odd = random.random() < nasty
        cells = [
            random.choice(strange if odd and random.random() < 0.3 else usual)
            for usual, strange in zip(ORDINARY, NASTY, strict=True)
        ]
        if odd and random.random() < 0.2:
            cells = random.choice((cells[:-1], cells[:3], [*cells, ""], [*cells, "more"], []))
        numbers = frozenset((2,)) if odd and random.random() < 0.1 else frozenset[int]()
        found.append(TableRow(line, cells, numbers))
    return found


def each(read: list[Read]) -> list[object]:
    """What was read, a document at a time."""
    return [one for some in read for one in ([some] if isinstance(some, Refusal | SourceStamp) else one_by_one([some]))]


def assert_same(table: list[TableRow], columns: ColumnNames) -> None:
    header = TableRow(1, HEADER)
    alone = [read for row in table for read in read_documents([header, row], columns)]
    assert not any(isinstance(read, DocumentColumns) for read in alone)
    assert each(list(read_documents([header, *table], columns))) == each(alone)


def usual(count: int) -> list[TableRow]:
    cells = (["FRA", "P", f"AB{line:05}", "stolen", "2026-01-01", "2026-01-05"] for line in range(count))
    return [TableRow(line, each) for line, each in enumerate(cells, start=2)]


@pytest.mark.parametrize(
    ("place", "text"), [(place, text) for place, texts in enumerate(NASTY) for text in texts], ids=repr
)
def test_one_strange_cell_among_many_usual_ones_is_read_as_if_its_row_were_alone(place: int, text: str) -> None:
    table = usual(20)
    table[8].cells[place] = text
    assert_same(table, ColumnNames())


def test_one_strange_row_among_many_usual_ones_is_read_as_if_it_were_alone() -> None:
    for change in (
        lambda row: row._replace(cells=row.cells[:4]),
        lambda row: row._replace(cells=[*row.cells, ""]),
        lambda row: row._replace(cells=[*row.cells, "more"]),
        lambda row: row._replace(cells=[]),
        lambda row: row._replace(numbers=frozenset((2,))),
        lambda row: row._replace(cells=[*row.cells[:2], "1" * 16, *row.cells[3:]], numbers=frozenset((2,))),
    ):
        table = usual(20)
        table[8] = change(table[8])
        assert_same(table, ColumnNames())


@pytest.mark.parametrize("nasty", [0, 0.002, 0.05, 0.5])
@pytest.mark.parametrize(
    "columns",
    [
        ColumnNames(),
        ColumnNames("", "", "number", "", "", "reported", "FRA", "I", DocumentStatus.LOST),
        ColumnNames(statuses={"borrowed": DocumentStatus.REVOKED}, lost_on="reported", reported_on="lost"),
    ],
    ids=["all", "few", "others"],
)
def test_rows_together_say_what_each_says_alone(nasty: float, columns: ColumnNames) -> None:
    assert_same(rows(int(nasty * 1000), nasty), columns)


def test_ordinary_rows_are_read_together_though_one_among_them_is_not() -> None:
    table = usual(1000)
    table[500] = TableRow(502, ["FRA", "P", "A-1", "stolen", "", "soon"])
    read = list(read_documents([TableRow(1, HEADER), *table], ColumnNames()))
    assert sum(len(some) for some in read if isinstance(some, DocumentColumns)) > 950
    assert [(some.line, some.field) for some in read if isinstance(some, Refusal)] == [(502, "reported")]

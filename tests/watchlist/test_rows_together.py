"""Pieces of a CSV file are taken apart at once, and hold the rows that Python's own reader finds one by one."""

from __future__ import annotations

import csv
import io
from random import Random

import pytest

from borderdesk.watchlist.readers import TableBlock, UnreadableList, csv_parts, csv_rows, table

USUAL = ("FRA", "P", "12AB34567", "", "2026-01-02")
STRANGE = ('"FRA"', '"a,b"', '"two\nlines"', '"two\r\nlines"', '"a ""word"" in it"', '5" wide', "Côte d'Ivoire", " ")
ENDS = ("\n", "\r\n", "\r")


def file(seed: int, strange: float, end: str) -> str:
    random = Random(seed)
    lines = []
    for _ in range(300):
        cells = [random.choice(STRANGE if random.random() < strange else USUAL) for _ in range(4)]
        odd = random.random() < strange
        lines.append(random.choice(("", ",".join(cells[:3]), ",".join([*cells, "x"]))) if odd else ",".join(cells))
    return end.join(lines) + random.choice((end, ""))


@pytest.mark.parametrize("piece", [1, 7, 100, 1 << 16])
@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize("strange", [0, 0.01, 0.2, 1])
def test_rows_together_are_those_of_one_by_one(
    strange: float, end: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "_TOGETHER", piece)
    for seed in range(5):
        text = file(seed, strange, end)
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        alone = [(reader.line_num, cells) for cells in reader if cells]
        rows = csv_rows(io.BytesIO(text.encode()), "test", delimiter=",")
        assert [(row.line, row.cells) for row in rows] == alone


def test_ordinary_rows_come_in_blocks_though_one_among_them_is_quoted() -> None:
    lines = [f"FRA,P,{number:08d}" for number in range(20_000)]
    lines[10_000] = '"FRA",P,"1\n2"'
    parts = list(csv_parts(io.BytesIO("\n".join(lines).encode()), "test"))
    assert sum(len(part) for part in parts if isinstance(part, TableBlock)) == 20_000
    assert len(parts) < 50


@pytest.mark.parametrize(
    ("damage", "line"), [(b'"1"2', 10_001), (b"1\x002", 10_001), (b'"open', 20_000)], ids=["quotes", "nul", "open"]
)
def test_damage_far_down_a_file_is_told_with_its_line(damage: bytes, line: int) -> None:
    lines = [b"FRA,P,%08d" % number for number in range(20_000)]
    lines[10_000] = b"FRA,P," + damage
    with pytest.raises(UnreadableList, match=rf"line {line}:"):
        list(csv_parts(io.BytesIO(b"\n".join(lines)), "test"))


def test_empty_lines_are_no_rows_of_a_table_with_one_column() -> None:
    rows = csv_rows(io.BytesIO(b"number\nA1\n\nA2\n\n\nA3\n"), "test")
    assert [(row.line, row.cells) for row in rows] == [(1, ["number"]), (2, ["A1"]), (4, ["A2"]), (7, ["A3"])]

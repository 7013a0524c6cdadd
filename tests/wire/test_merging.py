"""Merging deltas, the ladder, and the benchmark that measures them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import (
    Delta,
    DocumentStatus,
    Edition,
    ListKind,
    Record,
    TravelDocument,
    Watchlist,
    Withdrawal,
)
from sync.wire import decode_edition, encode_delta, merge, rungs
from ui.cli.desk import app

AT = datetime(2026, 11, 22, tzinfo=UTC)
LIST = Watchlist(ListName("sltd"), ListKind.DOCUMENTS, "", "")
STATUSES = list(DocumentStatus)


def delta(base: int, changes: dict[int, int]) -> Delta:
    """Document n gets the status of that number, or is withdrawn where it is negative."""
    documents = {n: TravelDocument("UTO", "P", f"{n:03d}", STATUSES[max(status, 0)]) for n, status in changes.items()}
    return Delta(
        base,
        Edition(LIST, base + 1, 0, b"", AT),
        tuple(Withdrawal(documents[n].key, date(2026, 1, 1), "") for n, status in changes.items() if status < 0),
        tuple(documents[n] for n, status in changes.items() if status >= 0),
    )


def apply(state: dict[RecordKey, Record], step: Delta) -> dict[RecordKey, Record]:
    after = {key: record for key, record in state.items() if key not in {gone.key for gone in step.withdrawals}}
    return after | {record.key: record for record in step.records}


days = st.lists(st.dictionaries(st.integers(0, 9), st.integers(-1, 4), max_size=6), min_size=1, max_size=6)


@settings(max_examples=100, deadline=None)
@given(days)
def test_a_merged_delta_does_what_its_parts_do(changes: list[dict[int, int]]) -> None:
    steps = [delta(place + 1, day) for place, day in enumerate(changes)]
    state: dict[RecordKey, Record] = {}
    for step in steps:
        state = apply(state, step)
    found = decode_edition(encode_delta(merge(steps)))
    assert isinstance(found, Delta)
    assert apply({}, found) == state
    assert (found.base, found.edition) == (1, steps[-1].edition)
    assert apply(apply({}, found), found) == state, "twice is harmless"


def test_deltas_that_do_not_follow_each_other_are_not_merged() -> None:
    for steps in ([], [delta(1, {}), delta(3, {})]):
        with pytest.raises(ValueError, match=r"nothing|follow"):
            merge(steps)


def test_forty_editions_behind_are_seven_files_on_the_ladder() -> None:
    for head in range(41, 200):
        files = {head: 0}
        for edition in range(head, head - 40, -1):
            for base in rungs(edition):
                if edition in files:
                    files[base] = min(files.get(base, 99), files[edition] + 1)
        assert files[head - 40] <= 7
    assert rungs(96) == [95, 94, 92, 88, 80, 64]


def test_the_benchmark_measures_what_it_names(tmp_path: Path) -> None:
    rows = [f"UTO,P,A{n * 977:07d},2026-01-0{n % 9 + 1},2026-02-01,lost" for n in range(500)]
    (tmp_path / "base.csv").write_text("state,type,number,lost,reported,status\n" + "\n".join(rows) + "\n")
    head = "op,state,type,number,lost,reported,status\n"
    (tmp_path / "day01.csv").write_text(head + f"D,{rows[0]}\nM,{rows[1].replace('lost', 'stolen')}\n")
    (tmp_path / "day02.csv").write_text(head + "A,UTO,I,X1,,,blank\n")
    arguments = ["bench", "wire", "--base", str(tmp_path / "base.csv")]
    arguments += ["--day", str(tmp_path / "day01.csv"), "--day", str(tmp_path / "day02.csv")]
    answer = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    groups = {group["what"]: group for group in json.loads(answer.stdout)}
    assert {what: group["rows"] for what, group in groups.items()} == {
        "one day's delta": 2,
        "merged delta of 2 days": 3,
        "snapshot": 500,
    }
    names = [size["name"] for size in groups["one day's delta"]["sizes"]]
    assert names[0] == "BorderDesk"
    assert {"SQLite changeset, zstd", "sorted CSV, xz", "JSON lines, gzip"} <= set(names)
    assert "Membership, encrypted as it travels" in [size["name"] for size in groups["snapshot"]["sizes"]]
    asked = [size for group in groups.values() for size in group["sizes"] if size["asked_bytes_each"]]
    assert len(asked) == 3, "one day, the whole, and membership"
    assert all(size["held"] is (size["bytes_each"] <= size["asked_bytes_each"]) for size in asked)
    assert "snapshot" in CliRunner().invoke(app, arguments, catch_exceptions=False).stdout

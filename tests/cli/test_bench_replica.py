"""The measurement runs, and measures both files; how fast they are is for whoever reads it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from ui.cli.bench_replica import NothingBuilt
from ui.cli.desk import app

DOCUMENTS = 200_000


def bench(folder: Path, *words: str) -> Result:
    size = ("--documents", str(DOCUMENTS), "--persons", "100")
    return CliRunner().invoke(app, ["bench", "replica", *size, "--dir", str(folder), *words])


def test_the_replica_is_measured_beside_a_plain_file(tmp_path: Path) -> None:
    built = bench(tmp_path / "new", "--build")
    assert built.exception is None
    result = bench(tmp_path / "new", "--reuse", "--json")
    assert result.exception is None
    measured = json.loads(result.output)
    assert abs(measured["documents"] - DOCUMENTS) < DOCUMENTS / 100
    assert measured["encrypted"].keys() == measured["plain"].keys()
    assert measured["encrypted"]["bytes_per_document"] == json.loads(built.output)["encrypted"]["bytes_per_document"]
    assert measured["encrypted"]["delta_changes"] == measured["plain"]["delta_changes"] > 0
    assert list((tmp_path / "new").iterdir()) == [], "nothing is left behind"
    for each in measured["asked"]:
        beyond = each["measured"] < each["asked"] if each["at_least"] else each["measured"] > (each["asked"] or 1e9)
        assert each["reached"] == (not beyond)
    assert isinstance(bench(tmp_path / "new", "--reuse").exception, NothingBuilt), "what was measured is not kept"


def test_building_and_measuring_go_in_one_run_too(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["bench", "replica", "--documents", "3000", "--persons", "9", "--dir", str(tmp_path)]
    )
    assert result.exception is None
    assert "pages of a cold exact look-up" in result.output
    assert list(tmp_path.iterdir()) == []

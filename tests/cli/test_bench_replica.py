"""The measurement runs, and measures both files; how fast they are is for whoever reads it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from ui.cli.desk import app

DOCUMENTS = 200_000


def test_the_replica_is_measured_beside_a_plain_file(tmp_path: Path) -> None:
    words = [
        "bench",
        "replica",
        "--documents",
        str(DOCUMENTS),
        "--persons",
        "100",
        "--dir",
        str(tmp_path / "new"),
        "--json",
    ]
    result = CliRunner().invoke(app, words)
    assert result.exception is None
    measured = json.loads(result.output)
    assert abs(measured["documents"] - DOCUMENTS) < DOCUMENTS / 100
    assert measured["encrypted"].keys() == measured["plain"].keys()
    assert measured["encrypted"]["delta_changes"] == measured["plain"]["delta_changes"] > 0
    assert list((tmp_path / "new").iterdir()) == [], "nothing is left behind"
    for each in measured["asked"]:
        beyond = each["measured"] < each["asked"] if each["at_least"] else each["measured"] > (each["asked"] or 1e9)
        assert each["reached"] == (not beyond)

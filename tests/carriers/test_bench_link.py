"""The relay that makes a link bad, and the benchmark that measures over it."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from ui.cli.desk import app


def test_the_benchmark_measures_over_a_link_that_is_cut() -> None:
    arguments = ["bench", "link", "--rate", "400000", "--delay", "20", "--cut-every", "15kB"]
    answer = CliRunner().invoke(
        app, [*arguments, "--backlog", "9000", "--alerts", "1", "--json"], catch_exceptions=False
    )
    assert answer.exit_code == 0, answer.output
    figures = {figure["name"]: figure for figure in json.loads(answer.stdout)}
    cut = "first fill, cut every 15,000 bytes"
    assert figures["first fill: connections"]["value"] == 1
    assert figures[f"{cut}: connections"]["value"] > 2, "it was cut, and came back"
    # Which of the tiny flash files lie on the way depends on when the desk looks; the backlog is the same.
    uncut = figures["first fill: files"]["value"]
    assert abs(figures[f"{cut}: files"]["value"] - uncut) < 0.01 * uncut, "it came in whole"
    assert figures["idle day"]["value"] < figures["idle day"]["goal"]
    assert figures["start to up to date"]["unit"] == "bytes"
    assert figures["report of a hit on it, sealed"]["value"] < 2000
    assert figures["hit report of 700 bytes, sealed"]["held"] is True
    asked = [figure for figure in figures.values() if figure["goal"] is not None]
    assert all(figure["held"] is (figure["value"] <= figure["goal"]) for figure in asked)
    assert figures["cuts cost, downwards"]["plain"] is None, "beginning anew never comes to an end"
    assert figures["idle day"]["plain"] > figures["idle day"]["goal"], "a plain way would not keep it"

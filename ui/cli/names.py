"""`borderdesk names`: compare, search, tune, report and learn, with JSON lines in and out."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from borderdesk.ids import ListName
from borderdesk.matching import PersonIndex, PersonQuery, Scored, compare_many
from borderdesk.matching.plain import explanation_as_json, person_from_plain, query_from_plain
from borderdesk.matching.thresholds import Decision, effects, highest_without_loss
from borderdesk.words import Sentence
from ui.cli import name_lessons
from ui.cli.name_lines import AGAIN, ENCODE, lines, part, persons_of, show
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, signed_in

app = typer.Typer(help="Compare, search and learn names.", no_args_is_help=True)

_LIST = ListName("file")


@app.command()
def compare(pairs: Path) -> None:
    """Score pairs: one line {id, query, target} in, one line {id, score, explanation, sentence} out."""
    with _uncollected():
        rows = lines(pairs, tell=True)
        while block := list(islice(rows, 2048)):
            asked = [(query_from_plain(part(line, "query")), person_from_plain(part(line, "target"))) for line in block]
            answers = [
                _compared(line.get("id"), scored) for line, scored in zip(block, compare_many(asked), strict=True)
            ]
            typer.echo("\n".join(answers))


@app.command()
def search(
    people: Path,
    queries: Path,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most candidates per query.")] = 10,
    at_least: Annotated[float, typer.Option(min=0, max=1, help="Leave out candidates that score less.")] = 0.0,
) -> None:
    """Search a list of persons: one line {id, query} in, one line {id, candidates, ms} out."""
    index = PersonIndex()
    with _uncollected():
        index.put_all(_LIST, 1, persons_of(people, tell=True).values())
    # The first query shall not wait for tables that are read when they are first needed.
    index.search(PersonQuery(full="rehearsal"), limit=1, at_least=0.0)
    for line in lines(queries, tell=True):
        started = time.perf_counter()
        found = index.search(query_from_plain(part(line, "query")), limit=limit, at_least=at_least)
        took = (time.perf_counter() - started) * 1000
        candidates = [
            {
                "id": c.record.key.partition(AGAIN)[0],
                "score": round(c.score, 6),
                "sentence": str(c.explanation.sentence),
            }
            for c in found
        ]
        show({"id": line.get("id"), "candidates": candidates, "ms": round(took, 3)})


@app.command()
def tune(
    decisions: Path,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Show what thresholds would have done to decided candidates: lines {score, confirmed, maybe list, purpose}."""
    known, passed_over = _decided(decisions)
    if passed_over:
        typer.echo(f"{passed_over} lines passed over: no score between 0 and 1, or neither true nor false.", err=True)
    if not known:
        typer.echo("No decided candidate to learn a threshold from.", err=True)
        raise typer.Exit(1)
    groups = {("", ""): known}
    for decision in known:
        if decision.list or decision.purpose:
            groups.setdefault((decision.list, decision.purpose), []).append(decision)
    for (list_name, purpose), group in sorted(groups.items()):
        found = effects(group)
        best = highest_without_loss(found)
        if json_:
            steps = [
                {
                    "threshold": e.threshold,
                    "confirmed_shown": e.confirmed_shown,
                    "confirmed_lost": e.confirmed_lost,
                    "refused_shown": e.refused_shown,
                    "refused_spared": e.refused_spared,
                }
                for e in found
            ]
            highest = None if best is None else best.threshold
            show({"list": list_name, "purpose": purpose, "highest_without_loss": highest, "thresholds": steps})
            continue
        typer.echo(f"{list_name or 'all lists'} {purpose}: {len(group)} decided candidates")
        for e in found:
            typer.echo(
                f"  {e.threshold:.3f}  confirmed {e.confirmed_shown} shown, {e.confirmed_lost} lost;"
                f"  refused {e.refused_shown} shown, {e.refused_spared} spared"
            )
        if best is not None:
            typer.echo(f"  highest threshold that loses no confirmed candidate: {best.threshold}")


@app.command()
def decisions(
    account: Account,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Print this desk's confirmed and refused candidates with their scores, as `tune` reads them. Names nobody."""
    with signed_in(folder, account) as desk:
        found = desk.decisions()
    for each in found:
        show({"score": round(each.score, 6), "confirmed": each.confirmed, "list": each.list, "purpose": "check"})


for _lesson in (name_lessons.report, name_lessons.trial, name_lessons.learn):
    app.command()(_lesson)


def _decided(path: Path) -> tuple[list[Decision], int]:
    """The decisions of a file, and how many of its lines hold none."""
    known: list[Decision] = []
    rows = list(lines(path))
    for row in rows:
        score, confirmed = row.get("score"), row.get("confirmed")
        # True is a number to Python, and so is what JSON does not know but Python reads (NaN).
        is_score = isinstance(score, (int, float)) and not isinstance(score, bool) and 0 <= score <= 1
        if is_score and isinstance(confirmed, bool):
            named = (str(row.get("list") or ""), str(row.get("purpose") or ""))
            known.append(Decision(float(row["score"]), confirmed, *named))
    return known, len(rows) - len(known)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pairs and answers hold no circles; looking for some takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _compared(id_: object, scored: Scored) -> str:
    """One answer of `compare` as a line of JSON."""
    who = json.dumps(id_)
    reasons, sentence = explanation_as_json(scored.explanation), _spoken(scored.explanation.sentence)
    return f'{{"id": {who}, "score": {round(scored.score, 6)!r}, "explanation": {reasons}, "sentence": {sentence}}}'


@lru_cache(maxsize=4096)
def _spoken(sentence: Sentence) -> str:
    """The sentence in English, as JSON. The same few come back for pair after pair."""
    return ENCODE(str(sentence))

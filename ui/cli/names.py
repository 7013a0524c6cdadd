"""`borderdesk names`: compare, search, tune, report and learn, with JSON lines in and out."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Annotated, Any

import typer

from borderdesk.ids import ListName, RecordKey
from borderdesk.matching import PersonIndex, PersonQuery, Scored, compare_many
from borderdesk.matching.learning import learn as learn_coefficients
from borderdesk.matching.mining import met
from borderdesk.matching.plain import explanation_as_json, person_from_plain, query_from_plain
from borderdesk.matching.practice import Example, count_parts, examples, is_held_out, labelled
from borderdesk.matching.report import Report, report_on
from borderdesk.matching.thresholds import Decision, effects, highest_without_loss
from borderdesk.matching.trial import try_search
from borderdesk.watchlist import Person
from borderdesk.words import Sentence
from ui.cli.lines import objects, read_text
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, signed_in

app = typer.Typer(help="Compare, search and learn names.", no_args_is_help=True)

_LIST = ListName("file")
_AGAIN = "\t"
_MET = 1_200
_ASKED = {
    "names only": "  asked: AUC 0.99, 0.90 at 1 %",
    "other scripts, names only": "  asked: 0.85 at 1 %",
    "all facts": "  asked: 0.97 at 1 %, 0.92 at 0.1 %",
}
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


@app.command()
def compare(pairs: Path) -> None:
    """Score pairs: one line {id, query, target} in, one line {id, score, explanation, sentence} out."""
    with _uncollected():
        lines = _lines(pairs, tell=True)
        while block := list(islice(lines, 2048)):
            asked = [
                (query_from_plain(_part(line, "query")), person_from_plain(_part(line, "target"))) for line in block
            ]
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
        index.put_all(_LIST, 1, _persons(people, tell=True).values())
    # The first query shall not wait for tables that are read when they are first needed.
    index.search(PersonQuery(full="rehearsal"), limit=1, at_least=0.0)
    for line in _lines(queries, tell=True):
        started = time.perf_counter()
        found = index.search(query_from_plain(_part(line, "query")), limit=limit, at_least=at_least)
        took = (time.perf_counter() - started) * 1000
        candidates = [
            {
                "id": c.record.key.partition(_AGAIN)[0],
                "score": round(c.score, 6),
                "sentence": str(c.explanation.sentence),
            }
            for c in found
        ]
        _print({"id": line.get("id"), "candidates": candidates, "ms": round(took, 3)})


@app.command()
def tune(
    decisions: Path,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Show what thresholds would have done to decided candidates: lines {score, confirmed, maybe list, purpose}."""
    known = [
        Decision(float(line["score"]), line["confirmed"], str(line.get("list") or ""), str(line.get("purpose") or ""))
        for line in _lines(decisions)
        if isinstance(line.get("score"), (int, float)) and isinstance(line.get("confirmed"), bool)
    ]
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
            _print({"list": list_name, "purpose": purpose, "highest_without_loss": highest, "thresholds": steps})
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
        _print({"score": round(each.score, 6), "confirmed": each.confirmed, "list": each.list, "purpose": "check"})


@app.command()
def report(
    pairs: Path,
    people: Annotated[Path | None, typer.Option("--list", help="Persons, to keep one person on one side.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Report results per kind of difference, for people learned from and for people held out."""
    found = list(examples(_lines(pairs), _clusters(people)))
    for title, held_out in (("held out", True), ("learned from", False)):
        part = [example for example in found if example.held_out is held_out]
        if not part:
            continue
        result = report_on(part)
        if json_:
            _print({"people": title, **result.as_plain()})
        else:
            _show(title, part, result)


@app.command()
def trial(
    people: Path,
    pairs: Annotated[Path, typer.Argument(help="Labelled pairs: queries tagged `traveller` or `random` pass by.")],
    most: Annotated[int, typer.Option(min=1, help="Most held-out persons asked for.")] = 1000,
    seed: int = 5,
) -> None:
    """Search a list for held-out people under a withheld name, beside ordinary travellers. Prints JSON."""
    passing = [
        query_from_plain(_part(line, "query"))
        for line in _lines(pairs)
        if not line.get("label") and {"traveller", "random"} & set(map(str, line.get("tags") or ()))
    ]
    persons = {key: person for key, person in _persons(people).items() if _AGAIN not in key}
    found = try_search(persons, _clusters(people), passing, most=most, random=Random(seed))
    _print({"asked for": {"found": 0.95, "first": 0.95}, **found.as_plain()})


@app.command()
def learn(
    pairs: Path,
    people: Path,
    out: Annotated[Path, typer.Option(help="Where the coefficients are written.")],
    counts: Annotated[Path | None, typer.Option(help="Where the counts of name parts are written.")] = None,
    seed: int = 7,
) -> None:
    """Learn the coefficients from labelled pairs and a list of persons; the people held out are not looked at.

    Some minutes: the list is searched for names that were taken off it.
    """
    clusters = _clusters(people)
    known = [example for example in examples(_lines(pairs), clusters) if not example.held_out]
    persons = {
        key: person
        for key, person in _persons(people).items()
        if _AGAIN not in key and not is_held_out(clusters.get(key, key))
    }
    found = learn_coefficients([*labelled(known), *met(persons, clusters, _MET, Random(seed))])
    plain = {
        "source": "public sanction-list aliases (UN, OFAC, EU) and public lists of persons; held-out people left out",
        "command": "borderdesk names learn PAIRS.jsonl LIST.jsonl --out coefficients.json",
        **found.as_plain(),
    }
    out.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
    if counts is not None:
        bearers = ((clusters.get(key, key), person) for key, person in persons.items())
        source = "persons per name part in public sanction lists (UN, OFAC, EU and others), held-out people left out"
        plain = {
            "source": source,
            "command": plain["command"],
            **count_parts(bearers),
        }
        counts.write_text(json.dumps(plain, ensure_ascii=False) + "\n", "utf-8")


def _show(title: str, part: list[Example], result: Report) -> None:
    typer.echo(f"People {title}: {len(part)} pairs")
    for row in result.rows:
        typer.echo(
            f"  {row.title:34} AUC {row.area:.4f}  found at 1 % {row.at_1:.3f}  at 0.1 % {row.at_01:.3f}"
            f"  ({row.same} same, {row.other} other){_ASKED.get(row.title, '')}"
        )
    for kind in result.kinds:
        typer.echo(f"    {kind.kind:30} names {kind.by_names:.2f}  all facts {kind.by_all:.2f}  ({kind.pairs})")
    for step in result.calibration:
        typer.echo(f"    score {step.low:.2f} to {step.high:.2f}: {step.right:.3f} right ({step.pairs})")


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


def _lines(path: Path, *, tell: bool = False) -> Iterator[Mapping[str, Any]]:
    """The objects of a file, an empty one for a line that holds none; `tell` says so on standard error."""
    for number, line in enumerate(objects(read_text(path)), 1):
        if line is None and tell:
            typer.echo(f"{path}, line {number} (blank ones not counted): no JSON object; answered as empty.", err=True)
        yield {} if line is None else line


def _part(line: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = line.get(name)
    return part if isinstance(part, Mapping) else {}


def _persons(path: Path, *, tell: bool = False) -> dict[str, Person]:
    """The persons of a file by their id; one used again is told apart, and a line without an id gets its number."""
    found: dict[str, Person] = {}
    for number, line in enumerate(_lines(path, tell=tell)):
        person = person_from_plain(line)
        if not person.key:
            person = Person(RecordKey(f"line {number}"), person.names, person.births, sex=person.sex)
        if person.key in found:
            person = replace(person, key=RecordKey(f"{person.key}{_AGAIN}{number}"))
        found[person.key] = person
    return found


def _clusters(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    return {str(line["id"]): str(line.get("cluster") or line["id"]) for line in _lines(path) if line.get("id")}


def _as_line(answer: Mapping[str, Any]) -> str:
    """An answer as JSON; half a character in somebody's id is written as an escape."""
    line = _ENCODE(answer)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(answer)
    return line


def _compared(id_: object, scored: Scored) -> str:
    """One answer of `compare` as a line of JSON."""
    who = json.dumps(id_)
    reasons, sentence = explanation_as_json(scored.explanation), _spoken(scored.explanation.sentence)
    return f'{{"id": {who}, "score": {round(scored.score, 6)!r}, "explanation": {reasons}, "sentence": {sentence}}}'


def _print(answer: Mapping[str, Any]) -> None:
    typer.echo(_as_line(answer))


@lru_cache(maxsize=4096)
def _spoken(sentence: Sentence) -> str:
    """The sentence in English, as JSON. The same few come back for pair after pair."""
    return _ENCODE(str(sentence))

"""`borderdesk names report, trial, learn`: what is learned of names, from whom, and how well it does on others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Annotated, Any, Final

import typer

from borderdesk.matching.folds import FoldReport, Lesson, judge_pairs, judge_search
from borderdesk.matching.learning import constraints
from borderdesk.matching.plain import query_from_plain
from borderdesk.matching.practice import Example, examples, is_held_out
from borderdesk.matching.provenance import made_by
from borderdesk.matching.reliability import Reliability
from borderdesk.matching.report import Report, report_on
from borderdesk.matching.teaching import SEED, teach
from borderdesk.matching.trial import Trial, by_yardstick, take_off, trial_of, try_search
from borderdesk.matching.trying import trying
from borderdesk.matching.types import PersonQuery
from borderdesk.matching.yardstick import yardstick
from ui.cli.name_lines import AGAIN, clusters_of, lines, part, persons_of, show

ASKED: Final = {
    "names only": "  asked: AUC 0.99, 0.90 at 1 %",
    "other scripts, names only": "  asked: 0.85 at 1 %",
    "all facts": "  asked: 0.97 at 1 %, 0.92 at 0.1 %",
}
_SEARCH_ASKED: Final = {"found": 0.95, "first": 0.95}
_FEWEST_FOLDS: Final = 2

Json = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Folds = Annotated[
    int, typer.Option(min=0, max=50, help="Learn so often, each time without one part of the people, and judge by it.")
]


def report(
    pairs: Path,
    people: Annotated[Path | None, typer.Option("--list", help="Persons, to keep one person on one side.")] = None,
    folds: Folds = 0,
    json_: Json = False,
) -> None:
    """Report results per kind of difference on people left out of learning, and whether scores mean what they say.

    Without --folds the shipped coefficients are judged by the people held out of them. Beside each number stands what
    rapidfuzz reaches on the same pairs.
    """
    if folds:
        _report_folds(_lesson(pairs, people, _need_folds(folds)), folds, json_)
        return
    found = list(examples(lines(pairs), clusters_of(people)))
    for title, held_out in (("held out", True), ("learned from", False)):
        chosen = [example for example in found if example.held_out is held_out]
        if not chosen:
            continue
        ours, plain = report_on(chosen), report_on(chosen, yardstick)
        if json_:
            show({"people": title, **ours.as_plain(), "rapidfuzz": plain.as_plain()["rows"]})
        else:
            _show(title, chosen, ours, plain)


def trial(
    people: Path,
    pairs: Annotated[Path, typer.Argument(help="Labelled pairs: queries tagged `traveller` or `random` pass by.")],
    most: Annotated[int, typer.Option(min=1, help="Most persons asked for; with --folds in each.")] = 1000,
    seed: int = 5,
    folds: Folds = 0,
    json_: Json = False,
) -> None:
    """Search a list for people left out of learning under a withheld name, beside ordinary travellers."""
    if folds:
        lesson = _lesson(pairs, people, _need_folds(folds))
        ours, plain = judge_search(
            lesson, list(_passing(pairs, lesson.cluster_of)), folds, most=most, seed=seed, told=_told(folds)
        )
    else:
        persons = {key: person for key, person in persons_of(people).items() if AGAIN not in key}
        cluster_of = clusters_of(people)
        withheld = take_off(persons, cluster_of, chosen=is_held_out, most=most, random=Random(seed))
        passing = [query for _, query in _passing(pairs, cluster_of)]
        ours = trial_of([try_search(withheld, passing)])
        plain = trial_of([try_search(withheld, passing, by_yardstick(withheld))])
    if json_:
        show({"asked for": _SEARCH_ASKED, "folds": folds, **ours.as_plain(), "rapidfuzz": plain.as_plain()})
    else:
        _show_trial(ours, plain, folds)


def learn(
    pairs: Path,
    people: Path,
    out: Annotated[Path, typer.Option(help="Where the coefficients are written.")],
    counts: Annotated[Path, typer.Option(help="Where the counts of name parts are written.")],
    seed: int = SEED,
) -> None:
    """Learn coefficients and counts from labelled pairs and a list of persons; who is held out is not looked at.

    Half a minute: the list is searched for names that were taken off it. The two files belong together.
    """
    cluster_of = clusters_of(people)
    known = [example for example in examples(lines(pairs), cluster_of) if not example.held_out]
    persons = {
        key: person
        for key, person in persons_of(people).items()
        if AGAIN not in key and not is_held_out(cluster_of.get(key, key))
    }
    taught = teach(known, persons, cluster_of, seed=seed)
    command = "borderdesk names learn PAIRS.jsonl LIST.jsonl --out coefficients.json --counts common.json"
    with trying(learned=taught.coefficients, bearers=taught.counts):
        made = made_by(taught.coefficients, taught.counts)
    coefficients = {
        "source": "public sanction-list aliases (UN, OFAC, EU) and public lists of persons; held-out people left out",
        "command": command,
        "made_by": made,
        "constraints": constraints(),
        **taught.coefficients.as_plain(),
    }
    common = {
        "source": "persons per name part in public sanction lists (UN, OFAC, EU and others), held-out people left out",
        "command": command,
        "persons": taught.counts.persons,
        "counts": dict(taught.counts.bearers),
    }
    out.write_text(json.dumps(coefficients, indent=1) + "\n", "utf-8")
    counts.write_text(json.dumps(common, ensure_ascii=False) + "\n", "utf-8")


def _need_folds(folds: int) -> int:
    if folds < _FEWEST_FOLDS:
        raise typer.BadParameter("One fold leaves nobody to learn from: at least 2.", param_hint="--folds")
    return folds


def _lesson(pairs: Path, people: Path | None, folds: int) -> Lesson:
    if people is None:
        raise typer.BadParameter(f"To learn {folds} times a list of persons is needed: --list.", param_hint="--list")
    cluster_of = clusters_of(people)
    persons = {key: person for key, person in persons_of(people).items() if AGAIN not in key}
    return Lesson(list(examples(lines(pairs), cluster_of)), persons, cluster_of)


def _passing(pairs: Path, cluster_of: dict[str, str] | Any) -> Iterator[tuple[str, PersonQuery]]:
    """Ordinary travellers, each with the person beside whom he stands in the labelled pairs."""
    for line in lines(pairs):
        if not line.get("label") and {"traveller", "random"} & set(map(str, line.get("tags") or ())):
            entity = str(part(line, "target").get("entity") or line.get("id"))
            yield cluster_of.get(entity, entity), query_from_plain(part(line, "query"))


def _told(folds: int) -> Any:
    return lambda done: typer.echo(f"fold {done} of {folds} judged", err=True)


def _report_folds(lesson: Lesson, folds: int, json_: bool) -> None:
    judged = judge_pairs(lesson, folds, told=_told(folds))
    if json_:
        show({"people": f"{folds} folds", **judged.ours.as_plain(), "rapidfuzz": judged.yardstick.as_plain()["rows"]})
        return
    typer.echo(f"All {len(lesson.examples)} pairs, learned {folds} times without one fold of the people")
    _show_folds(judged.ours, judged.yardstick)
    _show_kinds(judged.ours.together)
    _show_reliability(judged.ours.together.calibration, "pairs")


def _show_folds(ours: FoldReport, plain: FoldReport) -> None:
    for row, other in zip(ours.rows, plain.rows, strict=True):
        typer.echo(f"  {row.title}{ASKED.get(row.title, '')}")
        for title, mine, theirs in (
            ("AUC", row.area, other.area),
            ("found at 1 %", row.at_1, other.at_1),
            ("found at 0.1 %", row.at_01, other.at_01),
        ):
            typer.echo(
                f"    {title:16} all folds together {mine.together:.4f}  mean {mine.mean:.4f}  worst {mine.worst:.4f}"
                f"  (rapidfuzz {theirs.together:.4f}, mean {theirs.mean:.4f}, worst {theirs.worst:.4f})"
            )


def _show(title: str, chosen: list[Example], ours: Report, plain: Report) -> None:
    typer.echo(f"People {title}: {len(chosen)} pairs")
    for row, other in zip(ours.rows, plain.rows, strict=True):
        typer.echo(
            f"  {row.title:34} AUC {row.area:.4f}  found at 1 % {row.at_1:.3f}  at 0.1 % {row.at_01:.3f}"
            f"  ({row.same} same, {row.other} other; rapidfuzz {other.area:.4f} {other.at_1:.3f} {other.at_01:.3f})"
            f"{ASKED.get(row.title, '')}"
        )
    _show_kinds(ours)
    _show_reliability(ours.calibration, "pairs")


def _show_kinds(ours: Report) -> None:
    for kind in ours.kinds:
        typer.echo(f"    {kind.kind:30} names {kind.by_names:.2f}  all facts {kind.by_all:.2f}  ({kind.pairs})")


def _show_reliability(found: Reliability, what: str) -> None:
    for one in found.bins:
        typer.echo(
            f"    score {one.low:.2f} to {one.high:.2f}: says {one.says:.3f}, {one.right:.3f} right"
            f" ({one.count} {what})"
        )
    typer.echo(f"    score 0.90 and more: {found.right_from_09:.3f} right ({found.count_from_09} {what}); asked 0.90")


def _show_trial(ours: Trial, plain: Trial, folds: int) -> None:
    how = f"learned {folds} times without one fold of the people" if folds else "people held out of learning"
    typer.echo(
        f"{ours.asked} withheld names, {ours.travellers} ordinary travellers; {how}; {ours.unrelated} names that share "
        "nothing with the others left out"
    )
    for mine, theirs in zip(ours.lines, plain.lines, strict=True):
        wanted = f"; asked {_SEARCH_ASKED['found']}" if mine.alerted == 0.01 else ""
        typer.echo(
            f"  {mine.alerted:.1%} of travellers alerted (score {mine.score:.3f}): found {mine.found:.3f}, worst fold"
            f" {mine.worst:.3f} (rapidfuzz {theirs.found:.3f}, {theirs.worst:.3f}){wanted}"
        )
    typer.echo(
        f"  right person first: {ours.first:.3f}, worst fold {ours.worst_first:.3f} (rapidfuzz {plain.first:.3f},"
        f" {plain.worst_first:.3f}); asked {_SEARCH_ASKED['first']}"
    )
    _show_reliability(ours.calibration, "first candidates")

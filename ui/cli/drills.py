"""`borderdesk drill`: lessons without a window, and what one has behind them."""

from __future__ import annotations

from typing import Annotated

import typer

from borderdesk.hits import HitAct
from borderdesk.operations.drills import LESSONS, DrillResult, Need, Run
from sync.agent import Desk
from sync.agent.drilling import NoDrillUnderWay
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, Json, print_json, print_verdict, signed_in

app = typer.Typer(help="Practise on invented documents; nothing of it is reported or counted.", no_args_is_help=True)


@app.command("list")
def list_lessons(account: Account, folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Every lesson, and which are done."""
    with signed_in(folder, account) as desk:
        done = {each.lesson: each for each in desk.training().progress}
    states = {each.id: ("skipped" if done[each.id].skipped else "done") if each.id in done else "" for each in LESSONS}
    if as_json:
        print_json([{"lesson": each.id, "title": str(each.title), "state": states[each.id]} for each in LESSONS])
        return
    for each in LESSONS:
        typer.echo(f"{each.id:20}  {each.title!s:42}  {states[each.id]}")


@app.command()
def practise(
    lesson: Annotated[str, typer.Argument(help="Its name, as `borderdesk drill list` shows it.")],
    account: Account,
    act: Annotated[
        HitAct | None, typer.Option(help="What you do on the answer; without it you are asked in the terminal.")
    ] = None,
    done: Annotated[list[int] | None, typer.Option("--step", help="A step you take, from 1; once for each.")] = None,
    folder: Folder = DEFAULT_FOLDER,
    as_json: Json = False,
) -> None:
    """Scan a lesson's document, act on the answer, mark the steps: and see how it was."""
    with signed_in(folder, account) as desk:
        begun = desk.begin_lesson(lesson)
        if not begun.text:
            typer.echo(f"DRILL  {begun.lesson.text}")
            return
        if not as_json:
            typer.echo(f"DRILL  {begun.lesson.title}: {begun.lesson.text}\n\n{begun.text}\n")
        verdict = desk.answer(begun.text)
        desk.record(verdict)
        if not as_json:
            print_verdict(verdict, veiled=False)
        if begun.lesson.needs is Need.ANSWER:
            if as_json:
                print_json({"lesson": lesson, "verdict": verdict.word.value, "drill": True})
            return
        run = _acted(desk, desk.act_in_drill(verdict, act or _asked()), done)
    if as_json:
        print_json(_run_plain(run))
    else:
        _print(run)


@app.command()
def results(account: Account, folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Your scores, and everybody's where you may read them; who should practise again."""
    with signed_in(folder, account) as desk:
        training, policy = desk.training(), desk.policy
    shown = training.others or training.results
    if as_json:
        print_json(
            {
                "refresher": str(training.refresher) if training.refresher else None,
                "results": [{**_result_plain(each), "score": each.score(policy)} for each in shown],
            }
        )
        return
    if training.refresher:
        typer.echo(str(training.refresher))
    for each in shown:
        at = each.at.strftime("%Y-%m-%d %H:%M UTC")
        typer.echo(
            f"{at}  {each.officer}  {each.kind.value}  {each.about}: {each.act.value}, {each.judged.value},"
            f" {each.seconds:.0f} s, steps {each.done} of {each.steps}; {each.score(policy)} of 100"
        )
    if not shown:
        typer.echo("No drill yet.")


def _asked() -> HitAct:
    names = ", ".join(act.value for act in HitAct)
    value: str = typer.prompt(f"What do you do? ({names})", err=True)
    try:
        return HitAct(value.strip().lower())
    except ValueError as error:
        raise typer.BadParameter(names, param_hint="act") from error


def _acted(desk: Desk, run: Run, done: list[int] | None) -> Run:
    if not run.steps:
        return desk.mark_steps(frozenset())
    if done is None:
        done = []
        for number, step in enumerate(run.steps, start=1):
            if typer.confirm(f"{number}. {step.text}  Taken?", err=True):
                done.append(number)
    return desk.mark_steps(frozenset(number - 1 for number in done))


def _result_of(run: Run) -> DrillResult:
    if run.result is None:
        raise NoDrillUnderWay
    return run.result


def _print(run: Run) -> None:
    result = _result_of(run)
    typer.echo(f"\nDRILL  {run.title}: {result.act.value} was {result.judged.value}, after {result.seconds:.0f} s")
    typer.echo(f"{run.why}")
    typer.echo(f"Steps {result.done} of {result.steps}.")


def _run_plain(run: Run) -> dict[str, object]:
    result = _result_of(run)
    return {"drill": True, "title": str(run.title), "why": str(run.why), **_result_plain(result)}


def _result_plain(result: DrillResult) -> dict[str, object]:
    return {
        "officer": result.officer,
        "kind": result.kind.value,
        "about": result.about,
        "at": result.at.isoformat(),
        "seconds": result.seconds,
        "act": result.act.value,
        "judged": result.judged.value,
        "steps_done": result.done,
        "steps": result.steps,
    }

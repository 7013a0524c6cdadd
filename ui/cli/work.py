"""`borderdesk enrol`, `screen` and `status`: the officer's and the technician's day on the command line."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from borderdesk.errors import KnownError
from borderdesk.hits import procedure_for
from borderdesk.people import Binding, Right
from borderdesk.screening import Verdict, VerdictWord, asks_discretion, ordinary, verdict_plain
from borderdesk.watchlist import Action
from borderdesk.words import say
from sync.agent import Desk
from sync.agent.state import DeskStatus
from sync.agent.state import Progress as Left
from ui.cli.lines import read_bytes

DEFAULT_FOLDER = Path("/var/lib/borderdesk")

Folder = Annotated[Path, typer.Option("--dir", envvar="BORDERDESK_DIR", help="The desk's folder.")]
Account = Annotated[str, typer.Option("--as", envvar="BORDERDESK_ACCOUNT", help="Your account at this desk.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output only.")]

PASSWORD_VARIABLE = "BORDERDESK_PASSWORD"  # noqa: S105 - a variable's name


class NoPassword(KnownError):
    """A password is needed, and there is nobody to ask."""

    def __init__(self) -> None:
        super().__init__(
            say("A password is needed, and there is no terminal to ask for it."),
            safe=say("Nothing was changed."),
            todo=say("Run the command in a terminal, or put the password into {name}.", name=PASSWORD_VARIABLE),
        )


def enrol(
    url: Annotated[str, typer.Argument(help="The bureau's address, such as https://bureau.example:8443.")],
    code: Annotated[str, typer.Argument(help="The code the bureau gave you, sixteen letters and digits.")],
    account: Account,
    name: Annotated[str, typer.Option(help="The first supervisor's full name.")] = "",
    folder: Folder = DEFAULT_FOLDER,
    binding: Annotated[
        Binding | None, typer.Option(help="What keeps the machine's secret; without it, the strongest there is.")
    ] = None,
) -> None:
    """Make this machine a desk of a bureau, with a first account."""
    from sync.agent.enrolment import enrol as enrol_desk

    enrolled = enrol_desk(
        folder, url=url, code=code, account=account, name=name or account, password=password(new=True), binding=binding
    )
    reply, secret = enrolled.link.reply, enrolled.machine_secret
    typer.echo(f"The machine's secret is kept by: {secret.binding.value}")
    for reason in secret.passed_over:
        typer.echo(f"  not by {reason}")
    typer.echo(f"This is now desk {reply.desk} of post {reply.post}. It believes {reply.bureau_name}.")
    typer.echo(f"Recovery code, to be kept on paper in the safe: {enrolled.recovery_code}")
    typer.echo("Next: borderdesk sync now, then borderdesk desk.")


def screen(
    account: Account,
    text: Annotated[str, typer.Argument(help="MRZ lines, a document number, or a name; - reads standard input.")] = "",
    passengers: Annotated[
        Path | None, typer.Option("--list", help="Screen everybody on a passenger list: PAXLST, CSV or XLSX.")
    ] = None,
    passed: Annotated[
        datetime | None, typer.Option(help="Typed from paper: when the traveller passed, in UTC (2026-11-22T03:15).")
    ] = None,
    folder: Folder = DEFAULT_FOLDER,
    as_json: Json = False,
) -> None:
    """Screen one document or name, or a whole list of people, as the window would."""
    if passengers is not None:
        _screen_list(passengers, account, folder, as_json)
        return
    scanned = sys.stdin.read() if text == "-" else text.replace("\\n", "\n")
    with signed_in(folder, account) as desk:
        verdict = desk.screen(scanned, passed_at=passed.replace(tzinfo=UTC) if passed else None)
        veiled = not desk.may(Right.READ_DISCREET)
    if as_json:
        print_json(verdict_plain(verdict, veiled=veiled))
    else:
        print_verdict(verdict, veiled=veiled)


def print_verdict(verdict: Verdict, *, veiled: bool) -> None:
    """For a person; `veiled` hides whom a discreet record names."""
    if veiled and asks_discretion(verdict):
        _print_what_to_do(verdict)
        verdict = ordinary(verdict)
        if verdict.word is VerdictWord.NO_MATCH:
            return
    typer.echo(f"{verdict.word.value.upper()}{_as_of(verdict)}")
    for finding in verdict.findings:
        typer.echo(f"  {finding.severity.value}  {finding.sentence}")
        if finding.todo:
            typer.echo(f"     {finding.todo}")
    for candidate in verdict.candidates:
        typer.echo(f"  {candidate.score:.2f}  {candidate.explanation.listed_name}: {candidate.explanation.sentence}")
    for limit in verdict.limits:
        typer.echo(f"  -  {limit}")


def _print_what_to_do(verdict: Verdict) -> None:
    """As at the window: what is asked of the officer, and not whom the list names."""
    card = procedure_for(Action.DISCREET)
    typer.echo(f"READ BELOW{_as_of(verdict)}")
    for number, step in enumerate(card.steps, start=1):
        typer.echo(f"  {number}. {step.text}")


def _as_of(verdict: Verdict) -> str:
    return verdict.as_of.astimezone(UTC).strftime(" as of %Y-%m-%d %H:%M UTC") if verdict.as_of else ""


def _screen_list(file: Path, account: str, folder: Path, as_json: bool) -> None:
    data = read_bytes(file)
    with signed_in(folder, account) as desk, progress_bar(shown=not as_json) as note:
        screened = desk.screen_list(data, source=file.name, progress=note)
        veiled = not desk.may(Right.READ_DISCREET)
    if as_json:
        print_json(
            {
                "list": screened.id,
                "title": screened.title,
                "people": screened.people,
                "warnings": [str(warning) for warning in screened.warnings],
                "lines": [
                    {"line": each.number, **verdict_plain(each.verdict, veiled=veiled)} for each in screened.lines
                ],
            }
        )
        return
    words = Counter(line.verdict.word for line in screened.lines)
    typer.echo(f"{screened.title}: {len(screened.lines)} of {screened.people} people")
    typer.echo(", ".join(f"{word.value}: {words[word]}" for word in sorted(VerdictWord, key=lambda word: word.order)))
    for line in screened.worst_first:
        if line.verdict.word is not VerdictWord.NO_MATCH:
            typer.echo(f"\n{line.number:5}  {line.verdict.question.scanned}")
            print_verdict(line.verdict, veiled=veiled)


@contextmanager
def progress_bar(*, shown: bool) -> Iterator[Callable[[int], bool]]:
    """A count on the terminal's error stream, rewritten in place; nothing where it is not a terminal."""
    on = shown and sys.stderr.isatty()

    def note(done: int) -> bool:
        if on:
            typer.echo(f"\r{done} people", err=True, nl=False)
        return True

    yield note
    if on:
        typer.echo("", err=True)


def status(folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Say how the link is and what waits; needs no sign-in."""
    with Desk(folder) as desk:
        now = desk.status()
    if as_json:
        print_json(_status_plain(now))
        return
    typer.echo(f"Desk {now.desk} of post {now.post}, bureau {now.bureau}")
    typer.echo(f"Link {now.link.word.value} since {now.link.since.strftime('%Y-%m-%d %H:%M UTC')}")
    if now.link.why:
        typer.echo(f"  {now.link.why}")
    if now.warning:
        typer.echo(f"  {now.warning}")
    typer.echo(f"Items waiting: {now.waiting}")
    typer.echo(said(now.progress, heard=now.heard is not None))


def said(left: Left | None, *, heard: bool) -> str:
    """What is still to come, for a person. `heard` is false where the bureau has never been reached."""
    if left is None and not heard:
        return "Nothing has come from the bureau yet."
    if left is None:
        return "Up to date with what the bureau said last."
    minutes = left.minutes_left
    time = "not measured yet" if minutes is None else f"about {max(1, round(minutes)):,} minutes at the last rate"
    return f"Still to come: {left.bytes_left:,} bytes ({left.lane}), {time}; {left.bytes_here:,} are here."


@contextmanager
def signed_in(folder: Path, account: str, word: str | None = None) -> Iterator[Desk]:
    """The desk of a folder, with somebody signed in; asks for the password where it is not given.

    Raises what `Desk.sign_in` raises, and NoPassword.
    """
    with Desk(folder) as desk:
        desk.sign_in(account, password(new=False) if word is None else word)
        desk.finish_applying()
        yield desk


def password(*, new: bool) -> str:
    """Asked for in the terminal, or taken from the environment. Raises NoPassword where there is neither."""
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise NoPassword
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=new, err=True)
    return asked


def print_json(plain: Any) -> None:
    """Machine-readable output."""
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def _status_plain(now: DeskStatus) -> dict[str, object]:
    return {
        "post": now.post,
        "desk": now.desk,
        "bureau": now.bureau,
        "link": now.link.word.value,
        "link_since": now.link.since.isoformat(),
        "waiting": now.waiting,
        "late_matches": now.late_matches,
        "heard": now.heard.isoformat() if now.heard else None,
        "warning": str(now.warning) if now.warning else None,
        "bytes_left": now.progress.bytes_left if now.progress else 0,
        "minutes_left": now.progress.minutes_left if now.progress else 0,
        "lane": str(now.progress.lane) if now.progress else None,
        "last_good_exchange": now.last_good_exchange.isoformat() if now.last_good_exchange else None,
    }

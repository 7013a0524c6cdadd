"""`borderdesk-bureau hits forward|message|owner-answer|check-message`: asking the owner of a record about a hit."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.forwarding import Forward
from sync.bureau.messages import check, seal_lines
from ui.cli.bureau_common import Json, emit, iso, opened, when
from ui.console import paper

HitId = Annotated[str, typer.Argument(help="The hit's id, as `hits list` shows it.")]
By = Annotated[str, typer.Option("--by", help="Who at the bureau does it; your own account if not given.")]


class FileExists(KnownError):
    """A file that is there already is not written over."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("There is something in {folder} already.", folder=str(path)),
            safe=NOTHING_CHANGED,
            todo=say("Choose another name for the file."),
        )


def register(app: typer.Typer) -> None:
    """Put the commands beside the others about hits."""
    app.command()(forward)
    app.command()(message)
    app.command("owner-answer")(owner_answer)
    app.command("check-message")(check_message)


def forward(
    context: typer.Context,
    hit: HitId,
    to: Annotated[str, typer.Argument(help="The record's owner, such as NCB Hanoi.")],
    words: Annotated[str, typer.Option(help="What to ask; at most 500 characters.")] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Ask the owner of a hit's record, or ask again. A partner is sent it; for others see `hits message`."""
    with opened(context) as bureau:
        number = bureau.forward_hit(hit, to, words, by=by or getpass.getuser())
        bureau.forward_waiting()
        one, now = bureau.forwards(hit)[-1], bureau.clock.wall()
    if as_json:
        emit(forward_plain(one, now))
        return
    typer.echo(f"Request {number} to {to}: " + _way(one))


def message(
    context: typer.Context,
    hit: HitId,
    out: Annotated[
        Path | None, typer.Option(help="Write it to this new file: .json (signed), .pdf or .txt.", dir_okay=False)
    ] = None,
) -> None:
    """The last request about a hit, as a message that somebody carries to the record's owner."""
    with opened(context) as bureau:
        made = bureau.owner_message(hit)
        signed = bureau.signed_message(made)
        name = bureau.home.name
    lines = [str(line) for line in made.sentences()]
    if out is None:
        typer.echo("\n".join(lines))
        return
    if out.exists():
        raise FileExists(out)
    if out.suffix == ".json":
        out.write_bytes(signed)
    elif out.suffix == ".pdf":
        out.write_bytes(paper.page_of(name, [*lines, *seal_lines(signed)]))
    else:
        out.write_text("\n".join([*lines, *seal_lines(signed), ""]), encoding="utf-8")
    typer.echo(f"{out}: request {made.number} to {made.to}.")


def owner_answer(
    context: typer.Context,
    hit: HitId,
    words: Annotated[str, typer.Argument(help="What the owner said.")],
    by: By = "",
) -> None:
    """Note what the owner answered to the last request, where it came by telephone or mail."""
    with opened(context) as bureau:
        number = bureau.note_owner_answer(hit, words, by=by or getpass.getuser())
    typer.echo(f"Noted as the answer to request {number}. The post is told with `hits answer`.")


def check_message(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A signed message (.json).")],
    as_json: Json = False,
) -> None:
    """Check a signed message that another bureau sent, and show whose key signed it."""
    found = check(file.read_bytes())
    if as_json:
        emit({"key": found.key, "message": found.message})
        return
    typer.echo(f"Signed by the key {found.key}: compare it with the bureau's own word.")
    for name, value in found.message.items():
        typer.echo(f"{name}: {value}")


def line(one: Forward, now: datetime) -> str:
    """One request for a person."""
    words = f": {one.words}" if one.words else ""
    if one.answered_at is not None:
        state = f"answered {when(one.answered_at)}: {one.answer}"
    elif one.clock is not None:
        late = " LATE" if one.clock.is_late(now) else ""
        late += " SUPERVISOR" if one.clock.is_supervisors(now) else ""
        state = f"answer due {when(one.clock.due_at)}{late}"
    else:
        state = "not answered"
    return f"{when(one.at)} request {one.number} to {one.to} by {one.by}{words}; {state}"


def _way(one: Forward) -> str:
    if one.partner:
        return f"goes to the partner {one.partner} with the next exchange."
    return "carry it: borderdesk-bureau hits message HIT --out FILE.pdf"


def forward_plain(one: Forward, now: datetime) -> dict[str, object]:
    """One request for a program."""
    return {
        "hit": one.hit,
        "request": one.number,
        "to": one.to,
        "partner": one.partner,
        "words": one.words,
        "by": one.by,
        "at": iso(one.at),
        "due_at": iso(one.clock.due_at) if one.clock else None,
        "late": one.clock.is_late(now) if one.clock else False,
        "for_supervisor": one.clock.is_supervisors(now) if one.clock else False,
        "answer": one.answer,
        "answered_at": iso(one.answered_at),
    }

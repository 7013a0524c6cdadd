"""`borderdesk hits`: what was done about matches, the packet that is spoken, the bureau's answer, and photos."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import WITH_REASON, BureauAnswer, Hit, HitAct, KeptPhoto
from borderdesk.ids import HitId, ScreeningId
from borderdesk.screening import records_of
from borderdesk.words import say
from sync.agent import NothingFound
from ui.cli.lines import read_bytes
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, Json, print_json, signed_in

app = typer.Typer(
    help="Hits of this desk: act on them, read them out, enter answers, add photos.", invoke_without_command=True
)

_Id = Annotated[str, typer.Argument(metavar="HIT", help="The hit's id, as `hits` shows it.")]
_MayAccount = Annotated[str, typer.Option("--as", envvar="BORDERDESK_ACCOUNT", help="Your account at this desk.")]


class Act(StrEnum):
    """What an officer may say to have done."""

    TAKE_UP = "take-up"
    REFER = "refer"
    NOT_THE_PERSON = "not-the-person"
    SEIZED = "document-seized"
    LET_GO = "let-go"
    PROTECTED = "victim-protected"
    ASK_AGAIN = "ask-again"
    REPLY = "reply"


class NoSuchScreening(KnownError):
    """An act on a traveller whom this desk does not remember."""

    def __init__(self, screening: str) -> None:
        super().__init__(
            say("This desk remembers no screening {screening}.", screening=screening),
            safe=NOTHING_CHANGED,
            todo=say("Take the id from `borderdesk screen --json`, or screen the traveller again."),
        )


@app.callback()
def hits(
    context: typer.Context, account: _MayAccount = "", folder: Folder = DEFAULT_FOLDER, as_json: Json = False
) -> None:
    """List this desk's hits, newest first."""
    if context.invoked_subcommand is not None:
        return
    if not account:
        raise typer.BadParameter("say who you are", param_hint="--as")
    with signed_in(folder, account) as desk:
        found, late = desk.hits(), [each for each in desk.late_matches() if each.seen_by is None]
        photos = {hit.id: desk.hit_photos(hit.id) for hit in found}
    if as_json:
        print_json([{**_hit_plain(hit), "photos": [_photo_plain(one) for one in photos[hit.id]]} for hit in found])
        return
    for each in late:
        typer.echo(f"WOULD HAVE MATCHED  {each.match.sentence}")
    for hit in found:
        _show(hit, as_json=False)
        for photo in photos[hit.id]:
            typer.echo(f"    {_photo_line(photo)}")
    if not found:
        typer.echo("This desk has no hits.")


@app.command()
def act(
    screening: Annotated[str, typer.Argument(help="The screening's id, as `screen --json` shows it.")],
    act: Annotated[Act, typer.Argument(help="What you did.")],
    account: Account,
    record: Annotated[
        str, typer.Option(metavar="LIST/KEY", help="The record it is about; the heaviest one without this.")
    ] = "",
    note: Annotated[str, typer.Option(help="Goes with the act: the reason where somebody may pass, the reply.")] = "",
    folder: Folder = DEFAULT_FOLDER,
    as_json: Json = False,
) -> None:
    """Record what you did about a match: the hit, its report and the journal entry at once, as in the window.

    A person on a list of people, or one who would have matched, is acted on by the id of their screening, too.
    """
    done = HitAct(act.value.replace("-", " "))
    if done in (*WITH_REASON, HitAct.REPLY) and not note.strip():
        what = "say what you reply" if done is HitAct.REPLY else "say why"
        raise typer.BadParameter(what, param_hint="--note")
    with signed_in(folder, account) as desk:
        answered = desk.remembered(ScreeningId(screening))
        if answered is None:
            raise NoSuchScreening(screening)
        late = (each.verdict for each in desk.late_matches() if each.match.screening == screening)
        refs = [(each, verdict) for verdict in (answered, *late) for each in records_of(verdict)]
        chosen = next((one for one in refs if record in ("", f"{one[0].list}/{one[0].key}")), None)
        if chosen is None:
            raise NothingFound
        hit = desk.take_up(chosen[1], record=chosen[0], act=done, note=note)
        kept = next(each for each in desk.hits() if each.id == hit.id)
    _show(kept, as_json)


@app.command()
def packet(hit: _Id, account: Account, folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """A hit as signed groups to read out over radio or telephone while the link is down."""
    with signed_in(folder, account) as desk:
        groups = desk.packet(HitId(hit))
    if as_json:
        print_json(groups)
        return
    for number, group in enumerate(groups, start=1):
        typer.echo(f"{number:3}  {group}")


@app.command()
def answer(
    groups: Annotated[list[str], typer.Argument(help="What the bureau read out, group by group.")],
    account: Account,
    folder: Folder = DEFAULT_FOLDER,
    as_json: Json = False,
) -> None:
    """Enter the bureau's answer as it was read out. A group that was misheard is named."""
    with signed_in(folder, account) as desk:
        hit = desk.enter_answer(" ".join(groups))
    _show(hit, as_json)


@app.command()
def photo(
    hit: _Id,
    file: Annotated[Path, typer.Argument(help="A picture of the document, the person or what was found.")],
    account: Account,
    note: Annotated[str, typer.Option(help="What it shows.")] = "",
    folder: Folder = DEFAULT_FOLDER,
    as_json: Json = False,
) -> None:
    """Attach a photo to a hit. It is made small enough to travel, and follows the report when nothing else waits."""
    from ui.pictures import fitted

    content = read_bytes(file)
    with signed_in(folder, account) as desk:
        kept = desk.attach_photo(HitId(hit), fitted(content, desk.policy.hit_photo_kilobytes * 1000), note)
    if as_json:
        print_json(_photo_plain(kept))
    else:
        typer.echo(_photo_line(kept))


def _show(hit: Hit, as_json: bool) -> None:
    if as_json:
        print_json(_hit_plain(hit))
        return
    waiting = " (waits for the bureau's receipt)" if hit.pending else ""
    at = hit.taken_up_at.trusted.strftime("%Y-%m-%d %H:%M UTC")
    typer.echo(f"{at}  {hit.state.value}{waiting}  {hit.summary}  by {hit.taken_up_by}  {hit.id}")
    if hit.answer:
        typer.echo(f"    {hit.answer.kind.value}: {hit.answer.words}  ({hit.answer.by}, bureau)")


def _photo_line(kept: KeptPhoto) -> str:
    there = kept.parts - kept.waiting
    how = "the bureau has it" if not kept.waiting else f"the bureau has {there} of {kept.parts} parts"
    return f"photo {kept.photo.file_name}, {len(kept.photo.content):,} bytes: {how} {kept.photo.note}".rstrip()


def _photo_plain(kept: KeptPhoto) -> dict[str, object]:
    return {
        "file": kept.photo.file_name,
        "sha256": kept.photo.sha256,
        "bytes": len(kept.photo.content),
        "parts": kept.parts,
        "parts_waiting": kept.waiting,
        "note": kept.photo.note,
        "officer": kept.photo.officer,
        "at": kept.photo.at.trusted.isoformat(),
    }


def _hit_plain(hit: Hit) -> dict[str, object]:
    return {
        "hit": hit.id,
        "state": hit.state.value,
        "pending": hit.pending,
        "list": hit.record.list,
        "key": hit.record.key,
        "edition": hit.record.edition,
        "summary": str(hit.summary),
        "officer": hit.taken_up_by,
        "taken_up_at": hit.taken_up_at.trusted.isoformat(),
        "reported_at": hit.reported_at.isoformat() if hit.reported_at else None,
        "answer": _answer_plain(hit.answer) if hit.answer else None,
    }


def _answer_plain(answer: BureauAnswer) -> dict[str, object]:
    return {"kind": answer.kind.value, "words": answer.words, "by": answer.by, "at": answer.at.isoformat()}

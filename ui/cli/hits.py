"""`borderdesk hits`: what this desk has taken up, and photos that go with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from borderdesk.hits import BureauAnswer, Hit, KeptPhoto
from borderdesk.ids import HitId
from ui.cli.lines import read_bytes
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, Json, print_json, signed_in

app = typer.Typer(help="Hits of this desk, and photos that go with them.", invoke_without_command=True)

_Id = Annotated[str, typer.Argument(metavar="HIT", help="The hit's id, as `hits` shows it.")]
_MayAccount = Annotated[str, typer.Option("--as", envvar="BORDERDESK_ACCOUNT", help="Your account at this desk.")]


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
        waiting = " (waits for the bureau's receipt)" if hit.pending else ""
        at = hit.taken_up_at.trusted.strftime("%Y-%m-%d %H:%M UTC")
        typer.echo(f"{at}  {hit.state.value}{waiting}  {hit.summary}  by {hit.taken_up_by}  {hit.id}")
        for photo in photos[hit.id]:
            typer.echo(f"    {_photo_line(photo)}")
        if hit.answer:
            typer.echo(f"    {hit.answer.kind.value}: {hit.answer.words}  ({hit.answer.by}, bureau)")
    if not found:
        typer.echo("This desk has no hits.")


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

"""`borderdesk-bureau hits`: the inbox, answers to the posts, and what came of each hit."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from borderdesk.hits import AnswerKind
from borderdesk.store import translated_os_errors
from sync.bureau import FalseHits, ReceivedHit, ReceivedLate, ReceivedPhoto
from sync.bureau.service import hit_plain
from ui.cli import bureau_owner
from ui.cli.bureau_common import Json, emit, iso, opened, when

app = typer.Typer(help="Hits: what desks reported, and the bureau's answers.", invoke_without_command=True)
bureau_owner.register(app)

HitId = Annotated[str, typer.Argument(help="The hit's id, as `hits list` shows it.")]
By = Annotated[str, typer.Option("--by", help="Who at the bureau says so; your own account if not given.")]


@app.callback()
def hits(context: typer.Context, as_json: Json = False) -> None:
    """Every hit reported, newest first: who, where, when, which record, from which edition."""
    if context.invoked_subcommand is None:
        list_hits(context, as_json=as_json)


@app.command("list")
def list_hits(
    context: typer.Context,
    only_open: Annotated[bool, typer.Option("--open", help="Only those not closed.")] = False,
    as_json: Json = False,
) -> None:
    """Every hit reported, newest first, with its clock and what was answered; then what was quarantined."""
    with opened(context) as bureau:
        found = bureau.hits(only_open=only_open)
        quarantined = bureau.quarantined()
        now = bureau.clock.wall()
    if as_json:
        emit([hit_plain(one, now) for one in found])
        return
    for one in found:
        typer.echo(_line(one, now))
    for item in quarantined:
        typer.echo(
            f"QUARANTINE {item.id}: brought by {item.brought_by} {when(item.received_at)}: {item.reason}", err=True
        )


@app.command()
def show(context: typer.Context, hit: HitId, as_json: Json = False) -> None:
    """One hit with every act and every answer."""
    with opened(context) as bureau:
        found, now, asked = bureau.hit(hit), bureau.clock.wall(), bureau.forwards(hit)
    if as_json:
        emit({**hit_plain(found, now), "forwards": [bureau_owner.forward_plain(one, now) for one in asked]})
        return
    typer.echo(_line(found, now))
    for event in found.events:
        typer.echo(f"  {when(event.at.trusted)} {event.officer}: {event.act.value} {event.note}".rstrip())
    for answer in found.answers:
        typer.echo(f"  {when(answer.at)} {answer.by} (bureau): {answer.kind.value}: {answer.words}")
    for one in asked:
        typer.echo(f"  {bureau_owner.line(one, now)}")


@app.command()
def photo(
    context: typer.Context,
    hit: HitId,
    out: Annotated[Path | None, typer.Option(help="A folder to write those into that are whole.")] = None,
    as_json: Json = False,
) -> None:
    """The photos of a hit: which are here, and how much of the others is."""
    with opened(context) as bureau:
        found = bureau.photos(hit)
    whole = [one.photo for one in found if one.photo is not None]
    if out is not None:
        with translated_os_errors(out):
            out.mkdir(parents=True, exist_ok=True)
            for each in whole:
                (out / each.file_name).write_bytes(each.content)
    if as_json:
        emit([_photo_plain(one) for one in found])
        return
    for one in found:
        typer.echo(_photo_line(one))
    if not found:
        typer.echo("No photo of this hit has come.")


@app.command()
def answer(
    context: typer.Context,
    hit: HitId,
    kind: Annotated[AnswerKind, typer.Argument(help="What the bureau says.")],
    words: Annotated[str, typer.Argument(help="What the officer has to know.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """Answer a hit: the desk hears of it with its next exchange, or at once where it waits for news."""
    with opened(context) as bureau:
        done = bureau.answer(hit, kind, words, by=by or getpass.getuser())
    if as_json:
        emit({"hit": hit, "letter": done.number, "kind": done.kind.value})
        return
    typer.echo(f"Letter {done.number} to the desk: {done.kind.value}.")


@app.command()
def packet(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="The groups as they were read out, or the text of the QR code.")],
    answer: Annotated[AnswerKind | None, typer.Option(help="Answer at once; prints the groups to read out.")] = None,
    words: Annotated[str, typer.Option(help="What the officer has to know; follows as a letter.")] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """A hit that came by voice or QR code because the post's link is down: check it, and answer it."""
    with opened(context) as bureau:
        found = bureau.read_packet(code)
        said = words or (answer.value if answer else "")
        groups = bureau.answer_packet(found, answer, said, by=by or getpass.getuser()) if answer else ()
    if as_json:
        emit(
            {
                "desk": found.desk,
                "hit": found.hit,
                "list": found.record.list,
                "key": found.record.key,
                "edition": found.record.edition,
                "act": found.act.value,
                "officer": found.officer,
                "at": iso(found.at),
                "traveller": found.traveller,
                "answer": list(groups),
            }
        )
        return
    record = f"{found.record.list} {found.record.key}, edition {found.record.edition}"
    typer.echo(f"Signed by {found.desk}: hit {found.hit}")
    typer.echo(f"{when(found.at)} {found.officer}: {found.act.value}: {found.traveller} [{record}]")
    for number, group in enumerate(groups, start=1):
        typer.echo(f"{number:3}  {group}")


@app.command()
def close(
    context: typer.Context,
    hit: HitId,
    outcome: Annotated[str, typer.Option(help="What came of it.")] = "",
    true_hit: Annotated[bool, typer.Option("--true/--false", help="Whether it was who or what is listed.")] = True,
    by: By = "",
) -> None:
    """Close a hit with its outcome; the desk is told."""
    with opened(context) as bureau:
        bureau.close_hit(hit, outcome, true_hit=true_hit, by=by or getpass.getuser())
    typer.echo("Closed.")


@app.command()
def false(
    context: typer.Context,
    records: Annotated[bool, typer.Option("--records", help="By record, not by list.")] = False,
    as_json: Json = False,
) -> None:
    """How often lists, or records, were hit in error: what should be mended."""
    with opened(context) as bureau:
        found = bureau.false_hits(by_record=records)
    if as_json:
        emit([_rate_plain(one) for one in found])
        return
    for one in found:
        mend = "; ask its owner to mend it" if one.needs_mending else ""
        typer.echo(
            f"{one.list} {one.key}: {one.hits} hits, {one.confirmed} true, {one.false} false ({one.rate:.0%}){mend}"
        )


@app.command("late")
def late_matches(context: typer.Context, as_json: Json = False) -> None:
    """Travellers who went on before the edition came that lists them."""
    with opened(context) as bureau:
        found = bureau.late_matches()
    if as_json:
        emit([_late_plain(one) for one in found])
        return
    for one in found:
        typer.echo(f"{when(one.found.asked_at)} {one.desk}: {one.found.traveller}: {one.found.summary}")


def _line(one: ReceivedHit, now: datetime) -> str:
    hit, clock = one.hit, one.clock
    late = ""
    if clock is not None:
        late = f"; answer due {when(clock.due_at)}"
        late += " LATE" if clock.is_late(now) else ""
        late += " SUPERVISOR" if clock.is_supervisors(now) else ""
    return (
        f"{hit.id} {when(hit.taken_up_at.trusted)} {hit.post} {hit.desk} {hit.taken_up_by}: {hit.summary} "
        f"[{hit.record.list} {hit.record.key}, edition {hit.record.edition}] "
        f"{', '.join(event.act.value for event in one.events)}; received {when(one.received_at)}; "
        f"{one.urgency.value}, {hit.state.value}{late}"
    )


def _photo_line(one: ReceivedPhoto) -> str:
    if one.photo is None:
        coming = f"still coming: {one.here} of {one.parts} parts are here"
        return coming if one.is_coming else "what the desk sent is no photo; it is kept as it came"
    photo = one.photo
    size = f"{len(photo.content):,} bytes"
    return f"{when(photo.at.trusted)} {photo.officer}: {photo.file_name} ({size}) {photo.note}".rstrip()


def _photo_plain(one: ReceivedPhoto) -> dict[str, object]:
    photo = one.photo
    return {
        "here": one.here,
        "parts": one.parts,
        "file": photo.file_name if photo else None,
        "sha256": photo.sha256 if photo else None,
        "bytes": len(photo.content) if photo else None,
        "officer": photo.officer if photo else None,
        "at": iso(photo.at.trusted) if photo else None,
        "note": photo.note if photo else None,
    }


def _rate_plain(one: FalseHits) -> dict[str, object]:
    return {
        "list": one.list,
        "key": one.key,
        "hits": one.hits,
        "confirmed": one.confirmed,
        "false": one.false,
        "rate": round(one.rate, 4),
        "needs_mending": one.needs_mending,
    }


def _late_plain(one: ReceivedLate) -> dict[str, object]:
    found = one.found
    return {
        "desk": one.desk,
        "screening": found.screening,
        "list": found.record.list,
        "key": found.record.key,
        "edition": found.record.edition,
        "summary": str(found.summary),
        "traveller": found.traveller,
        "asked_at": iso(found.asked_at),
        "received_at": iso(one.received_at),
    }

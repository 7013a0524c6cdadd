"""`borderdesk sync`: what the link does, by hand: look, exchange now, by link or by stick."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from borderdesk.screening import KeptLateMatch
from borderdesk.words import Sentence
from sync.agent import Desk
from sync.agent.state import ExchangeReport
from sync.carriers import PeerAddress
from ui.cli import sync_post
from ui.cli.exchange_bar import with_bar
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, Json, print_json, said, signed_in, status

app = typer.Typer(help="Exchange with the bureau, by link or by stick.", no_args_is_help=True)
app.command("status")(status)
sync_post.register(app)

_Account = Annotated[
    str, typer.Option("--as", envvar="BORDERDESK_ACCOUNT", help="Sign in, so that what arrives is applied at once.")
]
_Stick = Annotated[Path, typer.Argument(help="Where the stick is mounted.", exists=True, file_okay=False)]


@app.command()
def now(
    account: _Account = "",
    peer: Annotated[
        str, typer.Option(help="Fetch from another desk of the post instead, such as http://192.168.1.10:8470.")
    ] = "",
    folder: Folder = DEFAULT_FOLDER,
    as_json: Json = False,
) -> None:
    """Send what waits and fetch what is new. Without --as it is applied when somebody signs in.

    Where the bureau is not reached, another desk of the post is asked, if one is set (`borderdesk sync peer`).
    """
    with _desk(folder, account) as desk:
        report = with_bar(desk, lambda: _exchange(desk, peer), quiet=as_json)
        _say(report, as_json=as_json)
        if not as_json:
            typer.echo(said(desk.progress(), heard=desk.status().heard is not None))


@app.command("import")
def import_(
    stick: _Stick,
    account: _Account = "",
    dry_run: Annotated[bool, typer.Option(help="Say what would change, and change nothing.")] = False,
    folder: Folder = DEFAULT_FOLDER,
    as_json: Json = False,
) -> None:
    """Take in what a stick brings from the bureau, and leave on it what waits."""
    _carry(stick, account, folder, dry_run=dry_run, as_json=as_json)


@app.command()
def export(
    stick: _Stick,
    account: _Account = "",
    dry_run: Annotated[bool, typer.Option(help="Say what would be taken along, and write nothing.")] = False,
    folder: Folder = DEFAULT_FOLDER,
    as_json: Json = False,
) -> None:
    """Leave on a stick what waits for the bureau, and take in what it brings: the same act as import."""
    _carry(stick, account, folder, dry_run=dry_run, as_json=as_json)


@app.command()
def late(
    account: Account,
    folder: Folder = DEFAULT_FOLDER,
    seen: Annotated[bool, typer.Option(help="Note that you have looked at all of them.")] = False,
    as_json: Json = False,
) -> None:
    """List travellers of the last days whom an edition that came later would have stopped."""
    with signed_in(folder, account) as desk:
        found = desk.late_matches()
        if seen:
            for each in found:
                desk.note_late_seen(each)
    if as_json:
        print_json([_late_plain(each) for each in found])
        return
    for each in found:
        typer.echo(f"{'    ' if each.seen_by else 'NEW '}{each.match.sentence}")
    if not found:
        typer.echo("Nobody who was screened in the last days would have matched.")


def _late_plain(kept: KeptLateMatch) -> dict[str, object]:
    match = kept.match
    return {
        "screening": match.screening,
        "list": match.record.list,
        "key": match.record.key,
        "edition": match.record.edition,
        "summary": str(match.summary),
        "document": match.document_number,
        "traveller": match.traveller,
        "asked_at": match.asked_at.isoformat(),
        "found_at": match.found_at.isoformat(),
        "seen_by": kept.seen_by,
    }


def _exchange(desk: Desk, peer: str) -> ExchangeReport:
    if peer:
        return desk.feed(PeerAddress.read(peer))
    report = desk.exchange()
    fed = None if report.reached else desk.feed_from_neighbour()
    if fed is None:
        return report
    return replace(
        fed,
        bytes_sent=report.bytes_sent + fed.bytes_sent,
        bytes_received=report.bytes_received + fed.bytes_received,
        lines=(*report.lines, *fed.lines),
        reached=False,
        refused=report.refused + fed.refused,
        applied=(*report.applied, *fed.applied),
        uploaded=report.uploaded,
        receipts=report.receipts,
    )


def _carry(stick: Path, account: str, folder: Path, *, dry_run: bool, as_json: bool) -> None:
    with _desk(folder, account) as desk:
        if dry_run:
            _lines(desk.preview(stick).lines, as_json=as_json)
        else:
            _say(with_bar(desk, lambda: desk.carry(stick), quiet=as_json), as_json=as_json)


@contextmanager
def _desk(folder: Path, account: str) -> Iterator[Desk]:
    """The desk, unlocked where an account is named."""
    if account:
        with signed_in(folder, account) as desk:
            yield desk
    else:
        with Desk(folder) as desk:
            yield desk


def _say(report: ExchangeReport, *, as_json: bool) -> None:
    if as_json:
        plain = {
            "uploaded": report.uploaded,
            "receipts": report.receipts,
            "applied": list(report.applied),
            "bytes_sent": report.bytes_sent,
            "bytes_received": report.bytes_received,
            "reached": report.reached,
            "refused": report.refused,
            "lines": [str(line) for line in report.lines],
        }
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    _lines(report.lines, as_json=False)
    typer.echo(f"{report.bytes_sent:,} bytes sent, {report.bytes_received:,} received")


def _lines(lines: tuple[Sentence, ...], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"lines": [str(line) for line in lines]}, ensure_ascii=False, indent=1))
        return
    for line in lines:
        typer.echo(str(line))

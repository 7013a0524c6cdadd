"""`borderdesk replica` and `borderdesk journal`: what this desk holds, whether it is whole, who did what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from borderdesk import journal
from borderdesk.dates import PartialDate
from borderdesk.errors import KnownError
from borderdesk.journal import JournalReport
from borderdesk.people import RIGHTS, SCOPES, Right, Role, Scope, require
from borderdesk.replica import HeldList, Replica
from borderdesk.replica.marks import normal_mark
from borderdesk.watchlist import Mark, Scheme
from borderdesk.words import Sentence, say
from sync.agent import Desk
from sync.agent.diagnosis import Diagnosis
from ui.cli.lines import UnreadableFile
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, Json, print_json, signed_in

app = typer.Typer(help="The encrypted copy of the lists at this desk.", no_args_is_help=True)
journal_app = typer.Typer(help="The tamper-evident log of this desk.", no_args_is_help=True)

EXIT_NOT_WHOLE = 3
"""Exit code where a list or the journal is not what it should be."""


class NoSuchKey(KnownError):
    """The text given is no public key."""

    def __init__(self) -> None:
        super().__init__(
            say("A desk's public key is 64 hexadecimal digits."),
            safe=say("Nothing was changed."),
            todo=say("Copy it from the bureau's list of desks."),
        )


class NothingToLookUp(KnownError):
    """The text given holds no letter or digit to look up."""

    def __init__(self, text: str) -> None:
        super().__init__(
            say("There is no letter or digit in {text} to look up.", text=repr(text)),
            safe=say("Nothing was looked up."),
            todo=say("Type the number as it is printed."),
        )


@app.command("status")
def status(account: Account, folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """The lists held: edition, rows, age, colour, and the file that holds them."""
    with _allowed(folder, account, Right.SCREEN, Right.MAINTAIN) as desk:
        state = desk.status()
        if state.signed_in is not None and SCOPES[Role(state.signed_in.role)] is not Scope.LISTS:
            _show_diagnosis(desk.diagnosis(), as_json)
            return
        path = desk.unlocked_store().path
        if as_json:
            print_json({"lists": plain(state.lists), "bytes": path.stat().st_size, "at": plain(state.at)})
            return
        for held in state.lists:
            typer.echo(_held_line(held))
        typer.echo(f"{path.stat().st_size / 1e6:.1f} MB in {path}")


def _held_line(held: HeldList) -> str:
    hours = int(held.age.total_seconds() // 3600)
    return f"{held.name:24} edition {held.edition:6} {held.rows:12} rows {hours:5} h  {held.freshness.value}"


def _show_diagnosis(found: Diagnosis, as_json: bool) -> None:
    if as_json:
        print_json(plain(found))
        return
    for name, edition in found.held.items():
        typer.echo(f"{name:24} edition {edition:6}")
    typer.echo(
        f"{found.store_bytes / 1e6:.1f} MB of lists, {found.spool_bytes / 1e6:.1f} MB on their way, "
        f"{found.free_bytes / 1e9:.1f} GB free; {found.waiting} reports wait, "
        f"{found.unwritten} journal entries wait; link {found.link.word.value}"
    )
    typer.echo(f"machine's secret kept by: {found.binding or 'file'}")
    for reason in found.passed_over:
        typer.echo(f"  not by {reason}")


@app.command("verify")
def verify(account: Account, folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Read every list again and compare it with what the bureau signed. Exit code 3 where one is not whole."""
    with _allowed(folder, account, Right.READ_RECORDS) as desk:
        replica = Replica(desk.unlocked_store())
        found = [each for held in desk.status().lists if (each := replica.verify(held.name)) is not None]
        for each in found:
            if not each.is_whole:
                desk.want_repair(each.edition.watchlist.name)
    if as_json:
        print_json(
            {
                each.edition.watchlist.name: {
                    "edition": each.edition.number,
                    "rows": each.rows,
                    "whole": each.is_whole,
                }
                for each in found
            }
        )
    else:
        for each in found:
            word = "whole" if each.is_whole else "NOT WHOLE"
            typer.echo(f"{each.edition.watchlist.name:24} edition {each.edition.number:6} {each.rows:12} rows  {word}")
            if not each.is_whole:
                typer.echo("  it is mended with the next exchange: borderdesk sync now --as ACCOUNT")
    if not all(each.is_whole for each in found):
        raise typer.Exit(EXIT_NOT_WHOLE)


@app.command("look-up")
def look_up(
    number: Annotated[str, typer.Argument(help="A document number, plate, VIN, serial ...")],
    account: Account,
    folder: Folder = DEFAULT_FOLDER,
    scheme: Annotated[Scheme, typer.Option(help="What kind of number it is.")] = Scheme.DOCUMENT,
    scope: Annotated[str, typer.Option(help="State of a document or plate; make of a firearm.")] = "",
    type_: Annotated[str, typer.Option("--type", help="Document code, such as P.")] = "",
    near: Annotated[bool, typer.Option(help="Look-alikes and numbers one edit away too.")] = True,
    as_json: Json = False,
) -> None:
    """Which records answer a number, and in which way. Looking up is journalled."""
    if not normal_mark(Mark(scheme, number)):
        raise NothingToLookUp(number)
    with _allowed(folder, account, Right.READ_RECORDS) as desk:
        store = desk.unlocked_store()
        replica = Replica(store)
        answers: dict[str, Any] = {}
        if scheme is Scheme.DOCUMENT:
            answers["documents"] = replica.find_documents(number, state=scope, type=type_, near=near)
            answers["notice_documents"] = replica.find_notice_documents(number, state=scope, type=type_, near=near)
            answers["persons"] = replica.persons_naming_document(number)
        else:
            answers["things"] = replica.find_things(scheme, number, scope=scope, near=near)
        lists = desk.status().lists
        held = {each.name: each.edition for each in lists}
        with store.transaction() as db:
            details = {"scheme": scheme.value, "found": sum(map(len, answers.values()))}
            journal.append(db, kind="look-up", who=account, at=desk.now(), details=details, editions=held)
    if as_json:
        print_json({**plain(answers), "lists": plain(lists)})
        return
    for name, found in answers.items():
        for each in found:
            record, match = (each[0], "named") if isinstance(each, tuple) else (each.record, each.match.value)
            typer.echo(f"{name:18} {match:12} {record.list} {record.key} (edition {record.edition})")
    if not any(answers.values()):
        typer.echo("nothing found; an answer is only as good as the lists held:")
        for each in lists:
            typer.echo(_held_line(each))


@journal_app.command("verify")
def verify_journal(
    folder: Folder = DEFAULT_FOLDER,
    account: Annotated[str, typer.Option("--as", envvar="BORDERDESK_ACCOUNT", help="Your account.")] = "",
    file: Annotated[Path | None, typer.Option(help="An exported journal, checked without the desk.")] = None,
    public_key: Annotated[str, typer.Option(help="The desk's public key, 64 hexadecimal digits.")] = "",
    as_json: Json = False,
) -> None:
    """Compute every hash again and check the signed segments. Exit code 3 where the journal is not whole."""
    if file is not None:
        key = _public(public_key) if public_key else None
        try:
            with file.open(encoding="ascii", errors="replace") as lines:
                report = journal.verify_export(lines, key)
        except OSError as error:
            raise UnreadableFile(file, error.strerror or str(error)) from error
    else:
        with _allowed(folder, account, Right.READ_JOURNAL) as desk:
            desk_key, written = desk.journal_lines()
            report = journal.verify_export(written, Ed25519PublicKey.from_public_bytes(desk_key))
    if as_json:
        print_json({**plain(report), "whole": report.is_whole})
    else:
        typer.echo(_journal_line(report))
    if not report.is_whole:
        raise typer.Exit(EXIT_NOT_WHOLE)


@journal_app.command("export")
def export_journal(
    file: Annotated[Path, typer.Argument(help="Where to write it; outside the desk's encryption.")],
    account: Account,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Write the whole journal as lines of JSON, for an auditor who has no access to the desk."""
    with signed_in(folder, account) as desk:
        desk.export_journal(file)


@journal_app.command("purge")
def purge_journal(account: Account, folder: Folder = DEFAULT_FOLDER) -> None:
    """Delete entries older than the policy's years; signed stubs of them stay."""
    with _allowed(folder, account, Right.PURGE_JOURNAL) as desk:
        with desk.unlocked_store().transaction() as db:
            years = desk.policy.journal_years
            deleted = journal.purge(db, years=years, who=account, at=desk.now())
        typer.echo(f"{deleted} entries deleted")


@contextmanager
def _allowed(folder: Path, account: str, *any_of: Right) -> Iterator[Desk]:
    """The desk, signed in as somebody who has one of these rights. Raises NotAllowed."""
    with signed_in(folder, account) as desk:
        who = desk.status().signed_in
        role = Role(who.role) if who is not None else Role.TECHNICIAN
        for right in any_of[:-1]:
            if right in RIGHTS[role]:
                break
        else:
            require(role, any_of[-1])
        yield desk


def _public(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError as error:
        raise NoSuchKey from error


def _journal_line(report: JournalReport) -> str:
    if report.broken is not None:
        return f"NOT WHOLE: {report.broken}"
    signed = "signatures checked" if report.signatures_checked else "signatures not checked"
    return (
        f"whole: {report.entries} entries, {report.purged} purged, {report.segments} segments, "
        f"{report.unsigned} entries not signed yet, {signed}"
    )


def plain(value: Any) -> Any:
    """Anything the replica and the journal answer, as JSON can carry it."""
    if isinstance(value, Sentence):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, (type, PartialDate)):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PartialDate):
        return value.iso
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value

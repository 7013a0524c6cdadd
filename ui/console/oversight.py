"""Operations with their numbers and reports, the journal, and the inventory of copies for a supervisory authority."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.operations import COUNTED, Counted
from borderdesk.words import say
from sync.bureau.copies import as_table
from sync.bureau.operations import OperationReport
from ui.console.acts import JOURNAL_DETAIL
from ui.console.numbers import POLICY
from ui.console.paper import page_of
from ui.console.tables import ACT, ANSWER, CONTACT, HIT_STATE, ROLE
from ui.console.web import Asked, Shown

_SHOWN = 200
_VALUES = {"kind": ANSWER, "role": ROLE | CONTACT, "roles": ROLE, "name": POLICY}
"""What of the details stands for something; in others it is somebody's own word."""
_MOMENTS = ("begins", "ends", "until")
_READ = 5000
"""Of the newest entries, those that are looked through; the file has all of them."""


class BadTime(KnownError):
    """A time of a form that is none."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            say("{typed} is no time.", typed=typed or "–"),
            safe=NOTHING_CHANGED,
            todo=say("Give day and time in UTC."),
        )


def operations(asked: Asked) -> Shown:
    """Every operation with its numbers."""
    reports = [asked.bureau.operation_report(one.number) for one in asked.bureau.operations()]
    visible = {one.watchlist.name for one in asked.bureau.lists()}
    known = sorted({desk.post for desk in asked.bureau.posts()})
    return Shown("operations.html", {"reports": reports, "known": known, "visible": visible})


def begin(asked: Asked) -> Shown:
    """Order an operation."""
    asked.bureau.order_operation(
        asked.text("name"),
        asked.text("posts").split(),
        time_of(asked.text("from")),
        time_of(asked.text("until")),
        asked.text("goals"),
        lists=asked.text("lists").split(),
        by=asked.who,
    )
    return Shown(elsewhere="/console/operations")


def end(asked: Asked) -> Shown:
    """End an operation before its time. Raises UnknownOperation, BadOperation."""
    asked.bureau.end_operation(asked.request.path_params["id"], by=asked.who)
    return Shown(elsewhere="/console/operations")


def report(asked: Asked) -> Shown:
    """The report of one operation, as a table or on paper."""
    found = asked.bureau.operation_report(asked.request.path_params["id"])
    kind = asked.request.path_params["kind"]
    rows = report_rows(asked, found)
    if kind == "csv":
        return Shown(content=_table(rows), media_type="text/csv; charset=utf-8", file_name="operation.csv")
    lines = [f"{name}: {value}" for name, value in rows]
    content = page_of(f"{asked.bureau.home.name}: {found.ordered.operation.name}", lines)
    return Shown(content=content, media_type="application/pdf", file_name="operation.pdf")


def report_rows(asked: Asked, found: OperationReport) -> list[tuple[str, str]]:
    """An operation as names and values, in the reader's language."""
    say_ = asked.catalogue.render
    operation = found.ordered.operation
    answered = "–" if found.answered_within is None else f"{found.answered_within:g} min"
    rows = [
        (say_(say("Operation")), operation.name),
        (say_(say("From")), _said(operation.begins_at)),
        (say_(say("Until")), _said(operation.ends_at)),
        (say_(say("Posts")), ", ".join(found.ordered.posts)),
        (say_(say("Goals")), operation.goals),
        (say_(say("Hits")), str(found.hits)),
        (say_(say("Median time until the answer")), answered),
    ]
    rows += [(say_(HIT_STATE[state]), str(count)) for state, count in found.by_state]
    rows += [(say_(ACT[act]), str(count)) for act, count in found.by_act]
    rows += [(f"{say_(say('List'))} {name}", str(count)) for name, count in found.by_list]
    rows += [(f"{say_(say('Post'))} {name}", str(count)) for name, count in found.by_post]
    by_hand = say_(say("Counted by hand"))
    rows += [(f"{by_hand}: {say_(COUNTED[Counted(counted)])}", str(count)) for counted, count in found.by_hand]
    return rows


def journal(asked: Asked) -> Shown:
    """The newest entries, those of one person or kind, and whether the journal is whole."""
    query = asked.request.query_params
    who, kind = query.get("who", "").strip(), query.get("kind", "").strip()
    read = asked.bureau.journal_newest(_READ)
    found = [one for one in read if who in ("", one.who) and kind in ("", one.kind)]
    values = {
        "entries": [(one, readable(asked, one.details)) for one in found[:_SHOWN]],
        "not_all": len(read) == _READ or len(found) > _SHOWN,
        "report": asked.bureau.verify_journal(),
        "kinds": sorted({one.kind for one in read}),
        "still": True,  # every hash is computed again for it: by hand, not whenever something happens
        "kind": kind,
        "who": who,
    }
    return Shown("journal.html", values)


def readable(asked: Asked, details: str) -> str:
    """What an entry tells, in the reader's language and without the signs that are there for programs."""
    found: object = json.loads(details)
    if not isinstance(found, dict):
        return details
    return "; ".join(f"{_named(asked, name)}: {_plain(asked, name, value)}" for name, value in found.items())


def _named(asked: Asked, name: str) -> str:
    return asked.catalogue.render(JOURNAL_DETAIL[name]) if name in JOURNAL_DETAIL else name


def _plain(asked: Asked, name: str, value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_named(asked, each)} {_plain(asked, each, held)}" for each, held in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(asked, name, each) for each in value)
    if isinstance(value, bool):
        return asked.catalogue.render(say("yes") if value else say("no"))
    if name in _MOMENTS:
        return _moment(str(value))
    said = _VALUES.get(name, {}).get(str(value))
    return asked.catalogue.render(said) if said is not None else str(value)


def _moment(text: str) -> str:
    """A moment as a person reads it; what an older program wrote otherwise stays as it is."""
    try:
        return _said(datetime.fromisoformat(text))
    except ValueError:
        return text


def journal_lines(asked: Asked) -> Shown:
    """The whole journal as lines of JSON: `borderdesk-bureau journal verify` reads it, and so can an authority."""
    content = "".join(f"{line}\n" for line in asked.bureau.journal_lines()).encode("ascii")
    return Shown(content=content, media_type="application/jsonl", file_name="journal.jsonl")


def copies(asked: Asked) -> Shown:
    """Who holds which edition, how old, since when, with which program; and what was destroyed when."""
    posts = asked.bureau.post_states()
    own = {
        post.id: [(name, getattr(policy, name)) for name in post.own]
        for post in posts
        if post.own and (policy := asked.bureau.post_policy(post.id))
    }
    values = {"desks": asked.bureau.posts(), "copies": asked.bureau.copies(), "posts": posts, "own": own, "still": True}
    return Shown("copies.html", values)


def copies_table(asked: Asked) -> Shown:
    """The same as a table to keep."""
    content = as_table(asked.bureau.copies(), asked.now).encode("utf-8-sig")
    return Shown(content=content, media_type="text/csv; charset=utf-8", file_name="copies.csv")


def _table(rows: list[tuple[str, ...]] | list[tuple[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        # A spreadsheet would take what begins so for a formula.
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def time_of(typed: str) -> datetime:
    """A moment as a form gives it, in UTC. Raises BadTime."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadTime(typed) from error


def _said(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if at else ""

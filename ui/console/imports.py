"""A list's file taken over on a page: what it is, its columns, what it would change, and then into the draft.

The same engine reads it as at the command line (`sync.bureau.importing`). Publishing is an act of its own.
"""

from __future__ import annotations

import re
from typing import Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.watchlist import Action, ListKind
from borderdesk.words import say
from sync.bureau import formats
from sync.bureau.arrivals import Arrival, Stage, UnknownArrival
from sync.bureau.arriving import CUT_OFF
from sync.bureau.formats import Plan
from ui.console.posts import NotTyped
from ui.console.web import Asked, Shown

_PAGE: Final = "/console/imports"
_SAMPLE: Final = 4
_LIST: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LONGEST_TITLE: Final = 200
_USUAL: Final = {
    "state": ("country", "issuing state", "issuing country", "nationality", "pays", "issuer"),
    "type": ("document type", "doc type", "kind"),
    "number": ("document number", "doc number", "passport number", "passport no", "no", "numero", "numéro"),
    "status": ("fraud type", "reason", "statut"),
    "lost": ("lost on", "date of loss", "theft date", "stolen on", "date lost"),
    "reported": ("reported on", "date reported", "report date", "entry date"),
}
"""Headers that are taken for a field until somebody says otherwise."""


class NoSuchFormat(KnownError):
    """The file was to be read as nothing we know, or into a list that cannot be called so."""

    def __init__(self) -> None:
        super().__init__(
            say("Format, kind, or the list's name cannot be so."),
            safe=NOTHING_CHANGED,
            todo=say("Choose again. A list's name is small letters, digits and hyphens, at most 40."),
        )


class NotLooked(KnownError):
    """A file was to be taken over before anybody looked at what it changes."""

    def __init__(self) -> None:
        super().__init__(
            say("Nobody has looked yet at what this file would change."),
            safe=NOTHING_CHANGED,
            todo=say("Look at the difference first."),
        )


def show_all(asked: Asked) -> Shown:
    """The form, one's own files that wait, and the reports that are kept."""
    found = asked.arriving.arrivals.all()
    visible = {one.watchlist.name for one in asked.bureau.lists()}
    values = {
        "waiting": [one for one in found if one.by == asked.who and one.stage is not Stage.TAKEN and one.name],
        "taken": [one for one in found if _taken_into(one) in visible],
        "room": asked.arriving.arrivals.room(),
    }
    return Shown("imports.html", values)


def show(asked: Asked) -> Shown:
    """One file, as far as it has come. Raises UnknownArrival, and what a table's first rows raise."""
    one = _arrival(asked)
    values: dict[str, object] = {"one": one, "stage": one.stage.value, "cut": CUT_OFF}
    if one.stage in (Stage.LOOKING, Stage.TAKING) and not asked.arriving.arrivals.is_reading:
        # It may have ended between the two looks; then it is what it became.
        one = _arrival(asked)
        cut = one.stage in (Stage.LOOKING, Stage.TAKING)
        values |= {"one": one, "stage": "cut" if cut else one.stage.value}
    if values["stage"] in ("here", "looked", "failed", "cut"):
        values |= _choice(asked, one)
    return Shown("import.html", values)


def _choice(asked: Asked, one: Arrival) -> dict[str, object]:
    """What can be said of how the file is to be read, with what is likely said already."""
    query, plan = asked.request.query_params, one.plan or Plan("")
    format_ = query.get("format", "") or plan.format or formats.recognised(asked.arriving.arrivals.file(one))
    kinds = {kind.value: kind for kind in formats.IN_TABLES}
    kind = kinds.get(query.get("kind", ""), plan.kind)
    table = formats.first_rows(asked.arriving.arrivals.file(one), one.name, _SAMPLE) if format_ == formats.TABLE else ()
    header = table[0].cells if table else []
    wanted = formats.fields_of(kind)
    return {
        "formats": list(formats.TITLES),
        "format": format_ if format_ in formats.TITLES else "",
        "kinds": list(kinds),
        "kind": kind.value,
        "header": header,
        "sample": table[1:],
        "columns": {name: plan.columns.get(name, "") or _likely(name, header) for name in wanted},
        "plan": plan,
        "lists": [each.watchlist.name for each in asked.bureau.lists() if each.watchlist.kind is kind],
        "of_documents": kind is ListKind.DOCUMENTS,
        "actions": [action.value for action in Action],
    }


def _likely(field: str, header: list[str]) -> str:
    names = {cell.strip().lower().replace("_", " "): cell for cell in header}
    wanted = (field.replace("_", " "), *_USUAL.get(field, ()))
    return next((names[name] for name in wanted if name in names), "")


def look(asked: Asked) -> Shown:
    """See what the file would change. Raises UnknownArrival, NoSuchFormat, Busy."""
    one = _own(asked)
    asked.arriving.look(asked.bureau, one, _plan(asked))
    return Shown(elsewhere=f"{_PAGE}/{one.id}")


def _plan(asked: Asked) -> Plan:
    format_, kinds = asked.text("format"), {kind.value: kind for kind in formats.IN_TABLES}
    actions = {action.value: action for action in Action}
    kind, action = (
        kinds.get(asked.text("kind") or ListKind.DOCUMENTS.value),
        actions.get(asked.text("action") or "refer"),
    )
    if format_ not in formats.TITLES or kind is None or action is None:
        raise NoSuchFormat
    if format_ != formats.TABLE:
        return Plan(format_, action=action)
    name, title = asked.text("list"), asked.text("title")
    if not _LIST.fullmatch(name) or max(len(title), len(asked.text("owner"))) > _LONGEST_TITLE:
        raise NoSuchFormat
    columns = {field: column for field in formats.fields_of(kind) if (column := asked.text(f"column {field}"))}
    return Plan(
        format_, name, kind, title, asked.text("owner"), columns, asked.text("state"), asked.text("type"), action
    )


def take(asked: Asked) -> Shown:
    """Take the file over into the draft. Raises UnknownArrival, NotLooked, NotTyped, Busy."""
    one = _own(asked)
    if one.stage is not Stage.LOOKED or one.plan is None or one.outcome is None:
        raise NotLooked
    if one.outcome.many and asked.text("typed") != one.plan.watchlist.name:
        raise NotTyped(one.plan.watchlist.name)
    asked.arriving.take(asked.bureau, one, one.plan, withdraw_many=one.outcome.many)
    return Shown(elsewhere=f"{_PAGE}/{one.id}")


def drop(asked: Asked) -> Shown:
    """Let go of a file that is not wanted. Raises UnknownArrival."""
    asked.arriving.arrivals.drop(_own(asked))
    return Shown(elsewhere=_PAGE)


def report(asked: Asked) -> Shown:
    """What was refused, line by line. Raises UnknownArrival."""
    path = asked.arriving.arrivals.report(_arrival(asked))
    if not path.exists():
        raise UnknownArrival
    return Shown(content=path.read_bytes(), media_type="text/csv; charset=utf-8", file_name="import-report.csv")


def _arrival(asked: Asked) -> Arrival:
    """One's own file, or one that went into a list that one may see."""
    one = asked.arriving.arrivals.of(asked.request.path_params["id"])
    visible = {each.watchlist.name for each in asked.bureau.lists()}
    if one.by != asked.who and _taken_into(one) not in visible:
        raise UnknownArrival
    return one


def _own(asked: Asked) -> Arrival:
    one = asked.arriving.arrivals.of(asked.request.path_params["id"])
    busy = one.stage in (Stage.LOOKING, Stage.TAKING) and asked.arriving.arrivals.is_reading
    if one.by != asked.who or one.stage is Stage.TAKEN or busy:
        raise UnknownArrival
    return one


def _taken_into(one: Arrival) -> str:
    return one.plan.watchlist.name if one.plan is not None and one.stage is Stage.TAKEN else ""

"""Lists: what stands, what waits, changing a record, publishing with one or two persons."""

from __future__ import annotations

from borderdesk.codes import state
from borderdesk.documents import normal_number
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import DocumentStatus, ListKind, TravelDocument
from borderdesk.watchlist.plain import to_plain
from borderdesk.words import say
from ui.console.web import Asked, Shown


class NoSuchDocument(KnownError):
    """A document that no list could hold was typed."""

    def __init__(self) -> None:
        super().__init__(
            say("State, type or number cannot be those of a travel document."),
            safe=NOTHING_CHANGED,
            todo=say("Give the state in ICAO letters, the type as one letter, the number as printed."),
        )


def show_all(asked: Asked) -> Shown:
    """Every list."""
    values = {
        "lists": asked.bureau.lists(),
        "proposal": asked.bureau.proposal(),
        "four_eyes": asked.bureau.four_eyes(),
        "rates": asked.bureau.false_hits(),
        "reviews": asked.bureau.reviews_due(),
    }
    return Shown("lists.html", values)


def show(asked: Asked) -> Shown:
    """One list: its difference, and one record of it."""
    name = _name(asked)
    found = next((one for one in asked.bureau.lists() if one.watchlist.name == name), None)
    key = asked.request.query_params.get("key", "").strip()
    record = asked.bureau.record(name, RecordKey(key)) if key else None
    values = {
        "one": found,
        "name": name,
        "key": key,
        "record": to_plain(record) if record is not None else None,
        "changes": asked.bureau.changes(name, 100),
        "of_documents": found is not None and found.watchlist.kind is ListKind.DOCUMENTS,
        "statuses": [status.value for status in DocumentStatus],
    }
    return Shown("list.html", values)


def withdraw(asked: Asked) -> Shown:
    """Take a record out of the draft."""
    asked.bureau.withdraw(_name(asked), RecordKey(asked.text("key")), asked.text("reason"), by=asked.who)
    return Shown(elsewhere=f"/console/lists/{_name(asked)}")


def add_document(asked: Asked) -> Shown:
    """Add a travel document, or publish it at once."""
    issuer, letter, number = state(asked.text("state")), asked.text("type").upper(), normal_number(asked.text("number"))
    statuses = {status.value: status for status in DocumentStatus}
    if issuer is None or len(letter) != 1 or not letter.isalpha() or not number or asked.text("status") not in statuses:
        raise NoSuchDocument
    record = TravelDocument(issuer.code, letter, number, statuses[asked.text("status")], None, asked.now.date())
    if asked.text("flash"):
        asked.bureau.flash(_name(asked), [record], by=asked.who)
    else:
        asked.bureau.put_records(_name(asked), [record], by=asked.who)
    return Shown(elsewhere=f"/console/lists/{_name(asked)}?key={record.key}")


def publish(asked: Asked) -> Shown:
    """Publish, propose, approve or reject: whichever button it was."""
    what, number = asked.text("what"), asked.text("number")
    if what == "propose":
        asked.bureau.propose(by=asked.who)
    elif what == "approve":
        asked.bureau.approve(int(number) if number.isdigit() else 0, by=asked.who)
    elif what == "reject":
        asked.bureau.reject(int(number) if number.isdigit() else 0, by=asked.who)
    elif what == "publish":
        asked.bureau.publish(by=asked.who)
    return Shown(elsewhere="/console/lists")


def _name(asked: Asked) -> ListName:
    return ListName(asked.request.path_params["name"])

"""Lists: what stands, what waits; one record found, added, withdrawn, looked at again, or sent out as an alert."""

from __future__ import annotations

from datetime import date

from borderdesk.codes import state
from borderdesk.dates import PartialDate
from borderdesk.documents import normal_number
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import Action, DocumentStatus, ListKind, Person, PersonName, Record, TravelDocument
from borderdesk.watchlist.plain import to_plain
from borderdesk.words import say
from sync.bureau.differences import in_words
from sync.bureau.lists import ListState, UnknownList
from sync.bureau.rights import Right
from ui.console.web import Asked, Shown

_SHOWN = 200


class NoSuchDocument(KnownError):
    """A document that no list could hold was typed."""

    def __init__(self) -> None:
        super().__init__(
            say("State, type or number cannot be those of a travel document."),
            safe=NOTHING_CHANGED,
            todo=say("Give the state in ICAO letters, the type as one letter, the number as printed."),
        )


class NoSuchPerson(KnownError):
    """A person that no list could hold was typed."""

    def __init__(self) -> None:
        super().__init__(
            say("Name, day of birth or nationality cannot be those of a person."),
            safe=NOTHING_CHANGED,
            todo=say("Give a surname, the day of birth as YYYY-MM-DD or as a year, the nationality in ICAO letters."),
        )


class NoDay(KnownError):
    """A day of a form that is none."""

    def __init__(self) -> None:
        super().__init__(
            say("This is no day."),
            safe=NOTHING_CHANGED,
            todo=say("Give the days again, as YYYY-MM-DD."),
        )


def show_all(asked: Asked) -> Shown:
    """Every list."""
    values = {
        "lists": asked.bureau.lists(),
        "proposal": asked.bureau.proposal(),
        "rates": {one.list: one for one in asked.bureau.false_hits()},
        "reviews": asked.bureau.reviews_due(),
    }
    return Shown("lists.html", values)


def show(asked: Asked) -> Shown:
    """One list: its difference, and one record of it. Raises UnknownList."""
    name = _name(asked)
    found = _list(asked)
    key = asked.request.query_params.get("key", "").strip()
    record = asked.bureau.record(name, RecordKey(key)) if key else None
    values = {
        "one": found,
        "name": name,
        "key": key,
        "record": _fields(record) if record is not None else None,
        "changes": asked.bureau.record_changes(name, _SHOWN),
        "foreign": any(one.own == name for one in asked.bureau.partner_lists()),
        "of_documents": found.watchlist.kind is ListKind.DOCUMENTS,
        "of_persons": found.watchlist.kind is ListKind.PERSONS,
        "statuses": [status.value for status in DocumentStatus if status is not DocumentStatus.LISTED],
        "categories": [one.name for one in asked.bureau.categories()],
        "actions": [action.value for action in Action],
    }
    return Shown("list.html", values)


def _fields(record: Record) -> list[tuple[str, str]]:
    plain: dict[str, object] = to_plain(record)
    return [(name, words) for name, value in plain.items() if (words := in_words(value))]


def withdraw(asked: Asked) -> Shown:
    """Take a record out of the draft. Raises UnknownRecord, ReasonNeeded, ForeignList."""
    asked.bureau.withdraw(_name(asked), RecordKey(asked.text("key")), asked.text("reason"), by=asked.who)
    return Shown(elsewhere=f"/console/lists/{_name(asked)}")


def set_apart(asked: Asked) -> Shown:
    """Move one record into a list of a need-to-know category, and keep it there.

    Raises UnknownRecord, UnknownCategory, OtherKind, ForeignList.
    """
    asked.bureau.set_apart(_name(asked), RecordKey(asked.text("key")), asked.text("category"), by=asked.who)
    return Shown(elsewhere=f"/console/lists/{_name(asked)}")


def classify(asked: Asked) -> Shown:
    """Let the whole list carry a category, or none. Raises UnknownList, UnknownCategory."""
    asked.bureau.classify(_name(asked), asked.text("category"), by=asked.who)
    return Shown(elsewhere="/console/lists")


def plan_review(asked: Asked) -> Shown:
    """Set when a record is looked at again and when it ends; no day takes it off. Raises NoDay, DatesCross."""
    key = RecordKey(asked.text("key"))
    review_on, expires_on = _day(asked.text("review_on")), _day(asked.text("expires_on"))
    asked.bureau.plan_review(_name(asked), key, review_on=review_on, expires_on=expires_on, by=asked.who)
    return Shown(elsewhere=f"/console/lists/{_name(asked)}?key={key}")


def add_document(asked: Asked) -> Shown:
    """Add a travel document, or publish it at once. Raises NoSuchDocument, ForeignList."""
    issuer, letter, number = state(asked.text("state")), asked.text("type").upper(), normal_number(asked.text("number"))
    statuses = {status.value: status for status in DocumentStatus}
    if issuer is None or len(letter) != 1 or not letter.isalpha() or not number or asked.text("status") not in statuses:
        raise NoSuchDocument
    return _add(
        asked, TravelDocument(issuer.code, letter, number, statuses[asked.text("status")], None, asked.now.date())
    )


def add_person(asked: Asked) -> Shown:
    """Add a person, or publish them at once. Raises NoSuchPerson, ForeignList."""
    surname, given, actions = asked.text("surname"), asked.text("given"), {action.value: action for action in Action}
    nationality = state(asked.text("nationality")) if asked.text("nationality") else None
    action, sex = actions.get(asked.text("action")), asked.text("sex")
    try:
        births = (PartialDate.parse(asked.text("born")),) if asked.text("born") else ()
    except ValueError as error:
        raise NoSuchPerson from error
    if not surname or action is None or sex not in ("", "F", "M") or (asked.text("nationality") and not nationality):
        raise NoSuchPerson
    full = f"{surname}, {given}" if given else surname
    return _add(
        asked,
        Person(
            RecordKey(f"{asked.now:%Y%m%d}-{asked.bureau.entropy(5).hex()}"),
            (PersonName(full, surname, given),),
            births,
            nationalities=(nationality.code,) if nationality else (),
            sex=sex,
            action=action,
            listed_on=asked.now.date(),
            remarks=asked.text("remarks"),
        ),
    )


def _add(asked: Asked, record: Record) -> Shown:
    if asked.text("flash"):
        asked.session.account.require(Right.PUBLISH)
        asked.bureau.flash(_name(asked), [record], by=asked.who)
    else:
        asked.bureau.put_records(_name(asked), [record], by=asked.who)
    return Shown(elsewhere=f"/console/lists/{_name(asked)}?key={record.key}")


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise NoDay from error


def _list(asked: Asked) -> ListState:
    name = _name(asked)
    for one in asked.bureau.lists():
        if one.watchlist.name == name:
            return one
    raise UnknownList(name)


def _name(asked: Asked) -> ListName:
    return ListName(asked.request.path_params["name"])

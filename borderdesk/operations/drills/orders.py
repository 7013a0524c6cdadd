"""Surprise drills: the bureau's order to the desks of a post, its slip of paper, and the result that goes back.

An order is a signed letter with a few invented documents and a time. A desk answers one of them like a hit where all
that the machine readable zone says is the same: never for a number alone, which a real traveller might bear. The
result names no officer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

import cbor2
from sqlite_utils import Database

from borderdesk.dates import PartialDate
from borderdesk.documents import Format, compose_mrz
from borderdesk.errors import KnownError
from borderdesk.hits import HitAct
from borderdesk.operations.drills.lists import DrillRecord
from borderdesk.operations.drills.results import Judged
from borderdesk.policy import Policy
from borderdesk.watchlist import DocumentStatus, NoticeDocument, Person, TravelDocument
from borderdesk.watchlist.plain import from_plain, to_plain
from borderdesk.watchlist.synthetic import stolen_documents
from borderdesk.words import say

DRILL_KIND: Final = "drill"
"""The kind of letter that orders a drill, and of the upload that reports one."""

MOST_DOCUMENTS: Final = 5
_MAX_BYTES: Final = 16 * 1024
_MAX_REPORT: Final = 2 * 1024
_VERSION: Final = 1
_LONGEST_LINE: Final = 44
_MOST_LINES: Final = 3
_MAX_TEXT: Final = 200
_RECORDS: Final[dict[str, type[DrillRecord]]] = {
    "document": TravelDocument,
    "bearer": NoticeDocument,
    "person": Person,
}


class UnreadableDrill(KnownError):
    """An order for a drill, or the report of one, that does not decode."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("A letter about a drill could not be read ({reason}).", reason=reason),
            safe=say("The desk works as before."),
            todo=say("Call the bureau, and update the desk if the bureau is newer."),
        )


@dataclass(frozen=True, slots=True)
class DrillDocument:
    """One invented document, and the record it is to meet. `title` is what the list is to be called on the screen."""

    lines: tuple[str, ...]
    record: DrillRecord
    title: str

    @property
    def text(self) -> str:
        """The machine readable zone, as a reader delivers it."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class DrillOrder:
    """A drill from `begins_at` up to `ends_at` (not included), both in UTC."""

    id: str
    begins_at: datetime
    ends_at: datetime
    documents: tuple[DrillDocument, ...]

    def runs(self, now: datetime) -> bool:
        """Whether it is on at this trusted time."""
        return self.begins_at <= now < self.ends_at


@dataclass(frozen=True, slots=True)
class DrillReport:
    """What a desk tells the bureau of one run: nothing of who it was. `run` is the same in a report that follows.

    `judged` is None where a real list knew the document too, so that the drill ended before anybody acted.
    """

    order: str
    run: str
    seconds: int
    act: HitAct | None
    judged: Judged | None
    done: int
    steps: int


def invented(seed: int, count: int, *, title: str, today: datetime) -> tuple[DrillDocument, ...]:
    """Invented stolen passports with holders, the same for the same seed on every machine.

    The numbers have the shapes that States print; that nobody bears one is for the bureau to see to.
    """
    rng = Random(seed)
    found: list[DrillDocument] = []
    for document in stolen_documents(400, seed):
        if len(found) == count:
            break
        if document.type != "P" or document.status not in (DocumentStatus.STOLEN, DocumentStatus.LOST):
            continue
        if len(document.number) > 9:
            continue
        lines = compose_mrz(
            Format.TD3,
            document_code="P",
            issuing_state=document.state,
            surname=_name(rng, 3),
            given=_name(rng, 2),
            number=document.number,
            nationality=document.state,
            birth_date=PartialDate(today.year - 20 - int(rng.random() * 40), 1 + int(rng.random() * 12), 15),
            sex="MF"[int(rng.random() * 2)],
            expiry_date=PartialDate(today.year + 2 + int(rng.random() * 6), 1 + int(rng.random() * 12), 11),
        )
        found.append(DrillDocument(lines, document, title))
    return tuple(found)


_SYLLABLES: Final = ("BRA", "DELO", "FIN", "GARO", "HESTA", "JUN", "KIVA", "LORE", "MUNA", "NEST", "PALO", "RIVE")


def _name(rng: Random, parts: int) -> str:
    return "".join(_SYLLABLES[int(rng.random() * len(_SYLLABLES))] for _ in range(parts))


def order_body(order: DrillOrder) -> bytes:
    """The body of the letter: a CBOR map with short text keys."""
    plain = {
        "v": _VERSION,
        "id": order.id,
        "begins": order.begins_at.isoformat(),
        "ends": order.ends_at.isoformat(),
        "documents": [
            {
                "lines": list(each.lines),
                "kind": next(kind for kind, type_ in _RECORDS.items() if isinstance(each.record, type_)),
                "record": to_plain(each.record),
                "title": each.title,
            }
            for each in order.documents
        ],
    }
    return cbor2.dumps(plain, canonical=True)


def read_order_body(body: bytes) -> DrillOrder:
    """The inverse of `order_body`. Raises UnreadableDrill."""
    plain = _decoded(body, _MAX_BYTES)
    try:
        begins, ends = datetime.fromisoformat(_text(plain, "begins")), datetime.fromisoformat(_text(plain, "ends"))
        if begins.tzinfo is None or ends.tzinfo is None or begins >= ends:
            raise UnreadableDrill("its time")
        documents = plain["documents"]
        if not isinstance(documents, list) or not 0 < len(documents) <= MOST_DOCUMENTS:
            raise UnreadableDrill("its documents")
        return DrillOrder(_text(plain, "id"), begins, ends, tuple(_document(each) for each in documents))
    except (KeyError, ValueError, TypeError) as error:
        raise UnreadableDrill(str(error)) from error


def report_body(report: DrillReport) -> bytes:
    """The body of the upload."""
    plain = {
        "v": _VERSION,
        "drill": report.order,
        "run": report.run,
        "seconds": report.seconds,
        "act": report.act.value if report.act else "",
        "judged": report.judged.value if report.judged else "",
        "done": report.done,
        "steps": report.steps,
    }
    return cbor2.dumps(plain, canonical=True)


def read_report_body(body: bytes) -> DrillReport:
    """The inverse of `report_body`. Raises UnreadableDrill."""
    plain = _decoded(body, _MAX_REPORT)
    try:
        act, judged = _text(plain, "act", empty=True), _text(plain, "judged", empty=True)
        return DrillReport(
            order=_text(plain, "drill"),
            run=_text(plain, "run"),
            seconds=_whole(plain, "seconds"),
            act=HitAct(act) if act else None,
            judged=Judged(judged) if judged else None,
            done=_whole(plain, "done"),
            steps=_whole(plain, "steps"),
        )
    except (KeyError, ValueError) as error:
        raise UnreadableDrill(str(error)) from error


def enter(db: Database, order: DrillOrder, letter: int, policy: Policy) -> bool:
    """Keep an order that came in the bureau's letter of this number, inside the caller's transaction.

    False where a newer letter about the same drill, or this very one, is here already.
    Raises UnreadableDrill for one that would run longer than the policy lets any.
    """
    if order.ends_at - order.begins_at > timedelta(days=policy.drill_longest_days):
        raise UnreadableDrill("its time")
    changed = db.conn.execute(
        "INSERT INTO drill_orders (id, letter, begins, ends, body) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET letter = excluded.letter, begins = excluded.begins, ends = excluded.ends,"
        " body = excluded.body WHERE excluded.letter > drill_orders.letter",
        (order.id, letter, order.begins_at.isoformat(), order.ends_at.isoformat(), order_body(order)),
    )
    return bool(changed.rowcount)


def recent_orders(db: Database, now: datetime, policy: Policy) -> tuple[DrillOrder, ...]:
    """The drills that are on at this trusted time, then those that were over not longer ago than one may run."""
    since = now - timedelta(days=policy.drill_longest_days)
    bodies = db.conn.execute("SELECT body FROM drill_orders WHERE ends > ? ORDER BY ends DESC", (since.isoformat(),))
    begun = [order for (body,) in bodies if (order := read_order_body(body)).begins_at <= now]
    return tuple(sorted(begun, key=lambda order: not order.runs(now)))


def order_of(db: Database, id: str) -> DrillOrder | None:
    """The order of this id, None where none is kept."""
    row = db.conn.execute("SELECT body FROM drill_orders WHERE id = ?", (id,)).fetchone()
    return read_order_body(row[0]) if row is not None else None


def _decoded(body: bytes, most: int) -> Mapping[Any, Any]:
    if len(body) > most:
        raise UnreadableDrill(f"{len(body)} bytes")
    try:
        plain = cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise UnreadableDrill("not CBOR") from error
    if not isinstance(plain, Mapping) or plain.get("v") != _VERSION:
        raise UnreadableDrill("version")
    return plain


def _document(plain: object) -> DrillDocument:
    if not isinstance(plain, Mapping):
        raise UnreadableDrill("a document")
    lines = plain["lines"]
    if not isinstance(lines, list) or not 0 < len(lines) <= _MOST_LINES:
        raise UnreadableDrill("its lines")
    if any(not isinstance(line, str) or len(line) > _LONGEST_LINE for line in lines):
        raise UnreadableDrill("its lines")
    record: DrillRecord = from_plain(_RECORDS[_text(plain, "kind")], plain["record"])
    return DrillDocument(tuple(lines), record, _text(plain, "title"))


def _text(plain: Mapping[Any, Any], name: str, *, empty: bool = False) -> str:
    value = plain[name]
    if not isinstance(value, str) or len(value) > _MAX_TEXT or not (value or empty):
        raise UnreadableDrill(name)
    return value


def _whole(plain: Mapping[Any, Any], name: str) -> int:
    value = plain[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1_000_000:
        raise UnreadableDrill(name)
    return value

"""A bureau on a busy day: something on every page of the console, from real desks and a real partner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from borderdesk.clock import Moment
from borderdesk.dates import PartialDate
from borderdesk.hits import AnswerKind, Contact, ContactRole
from borderdesk.ids import ListName, RecordKey, RecordRef, ScreeningId
from borderdesk.screening import LATE_KIND, LateMatch
from borderdesk.screening.late_report import late_body
from borderdesk.watchlist import Action, DocumentStatus, ListKind, Person, PersonName, Watchlist
from borderdesk.words import say
from sync.bureau import Bureau, serve_in_thread
from sync.bureau.arrivals import Incoming
from sync.bureau.arriving import Arriving
from sync.bureau.formats import Plan
from sync.bureau.pool import Pool
from sync.bureau.posts import Seen
from sync.bureau.rights import Right
from sync.bureau.scopes import ScopeRule
from sync.twin import PartnerLink, enrol_at
from sync.wire import Scope
from sync.wire.cbor import stamp
from sync.wire.reports import HEALTH, report_body
from tests.bureau.common import SLTD, passport
from tests.bureau.simulator import DeskSimulator
from tests.console.conftest import A1, Office

WANTED = Watchlist(ListName("wanted"), ListKind.PERSONS, "Persons sought", "Ministry of Public Security")
STOLEN = Watchlist(ListName("stolen"), ListKind.DOCUMENTS, "Stolen documents of Viet Nam", "NCB Hanoi")


def sought(key: str, name: str) -> Person:
    surname, _, given = name.partition(", ")
    births = (PartialDate(1971, 5),)
    return Person(
        RecordKey(key), (PersonName(name, surname, given),), births, nationalities=("LAO",), action=Action.ARREST
    )


@contextmanager
def busy(office: Office, folder: Path) -> Iterator[Office]:
    """Everything at once; the partner's server runs meanwhile."""
    bureau, now = office.bureau, office.bureau.clock.wall()
    moment = Moment(now, now)
    bureau.import_list(WANTED, [sought("w1", "PHOMMACHANH, Somsak"), sought("w2", "NGUYEN, Van Anh")])
    bureau.publish()
    first, second = office.desks
    office.hit(first)  # skips no counter, but the next one does
    _gap(first, moment)
    _health(first, moment)
    _late(second, moment)
    second.send(replace(second.sealed(8, "hit", b"nonsense")).envelope)
    forged = bytearray(second.sealed(9, HEALTH, b"x").envelope)
    forged[-1] ^= 1
    second.send(bytes(forged))
    hits = [one.hit.id for one in bureau.hits()]
    bureau.answer(hits[0], AnswerKind.MORE_NEEDED, "Which page was changed?", by="khamla")
    bureau.forward_hit(hits[1], "INTERPOL", "Is it still stolen?", by="khamla")
    bureau.close_hit(hits[2], "The bearer is the owner; it was found again.", true_hit=False, by="boun")
    bureau.require_four_eyes(True)
    bureau.put_records(SLTD.name, [passport("NEW1"), passport("A2", status=DocumentStatus.LOST)])
    bureau.withdraw(SLTD.name, RecordKey("FRA/P/A3"), "found again", by="noy")
    bureau.propose(by="noy")
    bureau.add_scope(ScopeRule(Scope("south"), (SLTD.name,), ("LAO",)))
    bureau.set_post_policy("nong-haet", "idle_lock_minutes", "5")
    bureau.add_contact(Contact(ContactRole.BUREAU, "NCB duty desk", "+856 21 000000"))
    until = now + timedelta(days=3)
    bureau.order_operation(
        "Sunbird III", ["nong-haet", "dansavanh"], now - timedelta(days=1), until, "stolen passports"
    )
    bureau.order_drill(["nong-haet"], now, now + timedelta(days=1))
    bureau.people.add_token("customs", [Right.SCREEN, Right.READ_LISTS], by="boun")
    for desk, version in ((first, "0.9.0"), (second, "1.0.0")):
        bureau.note_seen({desk.identity.desk: Seen(now, 1, 0, version, Scope("all"))})
    _file(office)
    with _partner(office, folder):
        yield office


def _file(office: Office) -> None:
    """A file that the supervisor handed in and looked at: of a table, with one row that cannot be read."""
    arrivals, content = office.server_arrivals, b"state,type,number\nLAO,P,P1234567\nnowhere,P,P7654321\n"
    one = arrivals.begin("boun", office.bureau.clock.wall())
    incoming = Incoming(arrivals.file(one), arrivals.room())
    incoming.write(content)
    one = arrivals.arrived(one, "losses.csv", incoming.end(), len(content))
    columns = {name: name for name in ("state", "type", "number")}
    with Pool(1) as pool:
        plan = Plan("table", "national", title="National losses", columns=columns)
        Arriving(arrivals, pool, office.bureau.clock.monotonic).look(office.bureau, one, plan)


def _gap(desk: DeskSimulator, moment: Moment) -> None:
    desk.counter += 2
    desk.send(desk.hit(A1, moment, note="third one this week").envelope)


def _health(desk: DeskSimulator, moment: Moment) -> None:
    at = [stamp(moment.trusted), stamp(moment.wall)]
    lists = [["sltd", 1, 39, 3600 * 30]]
    said = {"at": at, "waiting": 3, "disk_free": 41 * 10**9, "journal_broken": "", "lists": lists}
    desk.counter += 1
    desk.send(desk.sealed(desk.counter, HEALTH, report_body(said)).envelope)


def _late(desk: DeskSimulator, moment: Moment) -> None:
    found = LateMatch(
        ScreeningId("5" * 32),
        desk.identity.post,
        desk.identity.desk,
        RecordRef(SLTD.name, RecordKey("FRA/P/A4"), 1),
        say("Passport {number} is listed as stolen.", number="A4"),
        moment.trusted - timedelta(hours=2),
        moment.trusted,
        "FRA",
        "A4",
        "DUPONT, PAUL",
    )
    desk.counter += 1
    desk.send(desk.sealed(desk.counter, LATE_KIND, late_body(found)).envelope)


@contextmanager
def _partner(office: Office, folder: Path) -> Iterator[None]:
    until = office.bureau.clock.wall() + timedelta(days=30)
    with Bureau.create(folder / "hanoi", name="NCB Hanoi", country="VNM") as hanoi:
        hanoi.import_list(STOLEN, [passport("B1234567", "VNM"), passport("C7654321", "FRA")])
        hanoi.publish()
        with serve_in_thread(hanoi) as server:
            offered = hanoi.offer_agreement("vientiane", ["stolen"], until=until, states=["VNM"], by="lan")
            enrol_at(office.bureau, "hanoi", url=server.url, code=str(offered.code), by="boun")
            for _ in range(2):
                with PartnerLink(office.bureau, "hanoi") as link:
                    link.exchange()
                if not any(one.state.value == "accepted" for one in office.bureau.agreements()):
                    office.bureau.accept_agreement("hanoi", by="boun")
            office.bureau.offer_agreement(
                "hanoi-bureau", ["sltd"], until=until, withheld=["reported_on"], words="for land borders", by="boun"
            )
            yield

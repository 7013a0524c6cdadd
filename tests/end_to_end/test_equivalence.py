"""What the bureau's own lists answer, the desk's copy answers too (Regulation (EU) 2018/1862, art. 5): whole lists.

Every record of every kind of list is asked for, by what an officer would type, at a real bureau and at a real desk
that fetched the lists from it and is offline since.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from random import Random

import pytest

from borderdesk.dates import PartialDate
from borderdesk.documents import check_digit
from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.screening import Verdict
from borderdesk.watchlist import (
    Action,
    BlankRange,
    DocumentMention,
    Firearm,
    ListKind,
    NoticeDocument,
    Person,
    PersonName,
    Plate,
    Record,
    ThingStatus,
    TravelDocument,
    Vehicle,
    Vessel,
    Watchlist,
)
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.bureau import Bureau, serve_in_thread

PASSWORD = "three lanterns at the bridge"
STOLEN = ThingStatus.STOLEN


def _lists(rng: Random) -> dict[ListKind, list[Record]]:
    def drawn(shape: str) -> str:
        alphabets = {"@": "ABCDEFGHJKLMNPRSTUVWXYZ", "#": "0123456789"}
        return "".join(rng.choice(alphabets[c]) if c in alphabets else c for c in shape)

    names = [(drawn("@@@@@@").title(), drawn("@@@@@@@@").title()) for _ in range(25)]
    return {
        ListKind.DOCUMENTS: list(stolen_documents(60, 3)),
        ListKind.BLANK_RANGES: [
            BlankRange(rng.choice(["FRA", "D", "LAO"]), "P", f"{letters}{low:06}", f"{letters}{low + 40:06}")
            for letters, low in ((drawn("@@"), rng.randrange(900_000)) for _ in range(15))
        ],
        ListKind.NOTICE_DOCUMENTS: [
            NoticeDocument(
                rng.choice(["FRA", "D", "LAO"]), "P", drawn("##@@#####"), f"2026/{n}", "red", action="arrest"
            )
            for n in range(25)
        ],
        ListKind.PERSONS: [
            Person(
                RecordKey(f"p{n}"),
                (PersonName(f"{given} {surname}", surname, given),),
                births=(PartialDate(1960 + n),),
                documents=(DocumentMention(drawn("@@#######")),),
                action=Action.ARREST,
            )
            for n, (given, surname) in enumerate(names)
        ],
        ListKind.VEHICLES: [
            Vehicle(
                RecordKey(f"v{n}"),
                STOLEN,
                vin=drawn("WVWZZZ@@##@######"),
                plates=(Plate(rng.choice(["LAO", "THA", "FRA"]), drawn("@@ ####")),),
            )
            for n in range(25)
        ],
        ListKind.VESSELS: [Vessel(RecordKey(f"s{n}"), STOLEN, mmsi=drawn("211######")) for n in range(15)],
        ListKind.FIREARMS: [
            Firearm(RecordKey(f"g{n}"), STOLEN, serial=drawn("@######"), make=rng.choice(["Colt", "Glock"]))
            for n in range(15)
        ],
    }


LISTS = _lists(Random(4))


def asked_for(record: Record) -> Iterator[str]:
    """What an officer types who has the thing or the person before them."""
    match record:
        case TravelDocument() | NoticeDocument():
            yield f"{record.type[:1]} {record.state} {record.number}"
            yield record.number
            if isinstance(record, TravelDocument):
                yield f"{record.number}{check_digit(record.number)}"
        case BlankRange():
            for at in {record.low, record.low + 17, record.high}:
                yield f"P {record.state} {record.prefix}{at:06}"
                yield f"{record.prefix}{at:06}"
        case Person():
            yield f"{record.names[0].full} {record.births[0].iso}"
            yield from (each.number for each in record.documents)
        case Vehicle():
            yield f"vin {record.vin}"
            yield from (f"plate {each.country} {each.number}" for each in record.plates)
        case Vessel():
            yield f"mmsi {record.mmsi}"
        case Firearm():
            yield f"gun {record.serial} {record.make}"


def records(verdict: Verdict) -> set[RecordRef]:
    """Every record a verdict names."""
    named = {each.record for each in verdict.findings if each.record is not None}
    return named | {each.record for each in verdict.candidates}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bureau, Desk]]:
    """A bureau with a list of every kind, and a desk that holds them while the link is down."""
    folder: Path = tmp_path_factory.mktemp("equivalence")
    with Bureau.create(folder / "bureau", name="NCB Test", country="LAO") as bureau:
        for kind, listed in LISTS.items():
            bureau.import_list(Watchlist(ListName(kind.value.replace("_", "-")), kind, kind.value, "Bureau"), listed)
        bureau.publish()
        with serve_in_thread(bureau) as server:
            code = str(bureau.enrol_code("nong-haet"))
            enrol(folder / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
            desk = Desk(folder / "desk")
            desk.sign_in("noy", PASSWORD)
            desk.exchange()
        try:
            yield bureau, desk
        finally:
            desk.close()


@pytest.mark.parametrize("kind", LISTS)
def test_for_every_record_of_a_list_the_desk_finds_at_least_what_the_bureau_finds(
    both: tuple[Bureau, Desk], kind: ListKind
) -> None:
    bureau, desk = both
    met = 0
    for text, record in chain.from_iterable(((text, each) for text in asked_for(each)) for each in LISTS[kind]):
        at_bureau, at_desk = bureau.screen(text), desk.answer(text)
        assert records(at_bureau) <= records(at_desk), text
        assert at_desk.word.order <= at_bureau.word.order, text
        met += any(each.key == record.key for each in records(at_desk))
        assert any(each.key == record.key for each in records(at_bureau)), f"{text} is listed at the bureau"
    assert met >= len(LISTS[kind])

"""Links between hits: what they share, vehicles told apart from other records, and who goes the same way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from borderdesk.clock import Moment
from borderdesk.ids import HitId, ListName, PostId, RecordKey, RecordRef
from sync.bureau import ReceivedHit
from tests.console.conftest import Office
from ui.console.linking import Link, LinkKind, linked

CARS = ListName("smv")


def crossing(of: ReceivedHit, who: str, post: str, hour: int, key: str = "", list_: str = "wanted") -> ReceivedHit:
    """A hit on somebody's own record at a post, so many hours later. Nobody shares a document."""
    at = of.hit.taken_up_at.trusted + timedelta(hours=hour)
    record = RecordRef(ListName(list_), RecordKey(key or who), 1)
    hit = replace(
        of.hit,
        id=HitId(f"{who}{post}{hour}"),
        traveller="" if list_ == CARS else who,
        post=PostId(post),
        record=record,
        document_state="",
        document_number="",
        taken_up_at=Moment(at, at),
    )
    return replace(of, hit=hit)


def of_kind(links: list[Link], kind: LinkKind) -> list[Link]:
    return [link for link in links if link.kind is kind]


def test_two_who_cross_the_same_posts_in_the_same_order_share_a_route(office: Office) -> None:
    one = office.bureau.hits()[0]
    found = [
        crossing(one, "KHAM", "nong-haet", 0),
        crossing(one, "NOY", "nong-haet", 1),
        crossing(one, "KHAM", "dansavanh", 5),
        crossing(one, "NOY", "dansavanh", 6),
        crossing(one, "BOUN", "dansavanh", 0),
        crossing(one, "BOUN", "nong-haet", 9),
    ]
    (route,) = of_kind(linked(found, ()), LinkKind.ROUTE)
    assert (route.value, [hit.hit.traveller for hit in route.hits]) == (
        "nong-haet → dansavanh",
        ["KHAM", "NOY", "KHAM", "NOY"],
    )
    assert {link.route for link in of_kind(linked(found, ()), LinkKind.PERSON)} == {
        ("nong-haet", "dansavanh"),
        ("dansavanh", "nong-haet"),
    }


def test_a_traveller_and_their_own_document_are_not_two_on_the_same_route(office: Office) -> None:
    one = office.bureau.hits()[0]
    alone = [
        replace(each, hit=replace(each.hit, document_state="LAO", document_number="P1"))
        for each in (crossing(one, "KHAM", "nong-haet", 0), crossing(one, "KHAM", "dansavanh", 5))
    ]
    links = linked(alone, ())
    assert {link.kind for link in links} == {LinkKind.PERSON, LinkKind.DOCUMENT, LinkKind.RECORD}


def test_a_car_is_a_vehicle_and_goes_its_way_with_a_traveller(office: Office) -> None:
    one = office.bureau.hits()[0]
    found = [
        crossing(one, "car", "nong-haet", 0, "VIN1", CARS),
        crossing(one, "KHAM", "nong-haet", 1),
        crossing(one, "car", "dansavanh", 5, "VIN1", CARS),
        crossing(one, "KHAM", "dansavanh", 6),
    ]
    links = linked(found, frozenset({CARS}))
    assert [link.value for link in of_kind(links, LinkKind.VEHICLE)] == ["smv VIN1"]
    assert len(of_kind(links, LinkKind.ROUTE)) == 1
    assert of_kind(linked(found, ()), LinkKind.VEHICLE) == []

"""Links between hits: what they share, vehicles told apart from other records, and who goes the same way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from borderdesk.clock import Moment
from borderdesk.hits import Hit
from borderdesk.ids import HitId, ListName, PostId, RecordKey, RecordRef
from borderdesk.watchlist import Action, ListKind, Watchlist
from borderdesk.watchlist.things import ThingStatus, Vehicle
from sync.bureau import Bureau, links
from sync.bureau import tables as t
from sync.bureau.categories import Category
from sync.bureau.link_tables import groups, marks
from sync.bureau.links import Link, LinkKind, Sought
from sync.bureau.rights import BureauRole
from tests.console.busy import WANTED, sought
from tests.console.conftest import Office, Visitor

CARS = Watchlist(ListName("smv"), ListKind.VEHICLES, "Stolen vehicles", "INTERPOL")


@dataclass
class Crossings:
    """Hits that real desks report, each on somebody's own record at a post, so many hours after the first."""

    office: Office
    of: Hit
    made: list[Hit] = field(default_factory=list)

    def add(self, who: str, post: str, hour: int, *, list_: str = "wanted", key: str = "", document: str = "") -> None:
        at = self.of.taken_up_at.trusted + timedelta(hours=hour)
        self.made.append(
            replace(
                self.of,
                id=HitId(f"{len(self.made):032x}"),
                traveller="" if list_ == CARS.name else who,
                post=PostId(post),
                record=RecordRef(ListName(list_), RecordKey(key or who), 1),
                document_state="LAO" if document else "",
                document_number=document,
                taken_up_at=Moment(at, at),
            )
        )

    def keep(self) -> None:
        """As the inbox keeps them: in any order, some together."""
        with self.office.bureau.database.writing() as db:
            row = db.execute(t.hits.select()).mappings().first()
            assert row is not None
            for hit in self.made:
                db.execute(t.hits.insert().values({**row, "id": hit.id, "list": hit.record.list}))
            for at in range(0, len(self.made), 3):
                links.note(db, self.made[at : at + 3][::-1])


@pytest.fixture
def crossings(office: Office) -> Crossings:
    return Crossings(office, office.bureau.hits()[0].hit)


def of_kind(bureau: Bureau, kind: LinkKind) -> list[Link]:
    return [link for link in bureau.links(Sought()) if link.kind is kind]


def test_hits_that_desks_report_are_linked_as_they_come(office: Office, visitor: Visitor) -> None:
    (record,) = of_kind(office.bureau, LinkKind.RECORD)
    assert (record.value, record.count, len(record.hits)) == ("sltd FRA/P/A1", 2, 2)
    office.hit(office.desks[0])
    assert of_kind(office.bureau, LinkKind.RECORD)[0].count == 3
    visitor.sign_in("khamla")
    assert "A1</bdi> (3)" in visitor.get("/console/links?kind=record").text


def test_two_who_cross_the_same_posts_in_the_same_order_share_a_route(crossings: Crossings) -> None:
    crossings.add("KHAM", "alpha", 0)
    crossings.add("NOY", "beta", 6)  # reported before the one of five hours earlier
    crossings.add("NOY", "alpha", 1)
    crossings.add("KHAM", "beta", 5)
    crossings.add("BOUN", "beta", 0)
    crossings.add("BOUN", "alpha", 9)
    crossings.keep()
    bureau = crossings.office.bureau
    (route,) = of_kind(bureau, LinkKind.ROUTE)
    assert (route.value, route.count) == ("alpha → beta", 4)
    routes = {link.value: link.route for link in of_kind(bureau, LinkKind.PERSON)}
    assert routes["BOUN"] == ("beta", "alpha") and routes["NOY"] == ("alpha", "beta")
    kham = bureau.links(Sought(hit=crossings.made[0].id))
    assert {link.kind for link in kham} == {LinkKind.PERSON, LinkKind.RECORD, LinkKind.ROUTE}


def test_a_traveller_and_their_own_document_are_not_two_on_the_same_route(crossings: Crossings) -> None:
    crossings.add("KHAM", "alpha", 0, document="P1")
    crossings.add("KHAM", "beta", 5, document="P1")
    crossings.keep()
    assert of_kind(crossings.office.bureau, LinkKind.ROUTE) == []
    assert [link.value for link in of_kind(crossings.office.bureau, LinkKind.DOCUMENT)][-1] == "LAO P1"


def test_a_car_is_a_vehicle_and_goes_its_way_with_a_traveller(crossings: Crossings) -> None:
    crossings.office.bureau.import_list(CARS, [Vehicle(RecordKey("VIN1"), ThingStatus.STOLEN)])
    for hour, post in ((0, "alpha"), (5, "beta")):
        crossings.add("car", post, hour, list_=CARS.name, key="VIN1")
        crossings.add("KHAM", post, hour + 1)
    crossings.keep()
    assert [link.value for link in of_kind(crossings.office.bureau, LinkKind.VEHICLE)] == ["smv VIN1"]
    assert len(of_kind(crossings.office.bureau, LinkKind.ROUTE)) == 1


def test_a_hit_on_a_list_that_is_not_theirs_to_know_links_nothing(crossings: Crossings, visitor: Visitor) -> None:
    bureau = crossings.office.bureau
    bureau.import_list(WANTED, [replace(sought("w1", "SECRET, Somebody"), action=Action.REFER)])
    bureau.put_category(Category("terrorism", "", (BureauRole.SUPERVISOR,)))
    bureau.classify(WANTED.name, "terrorism")
    for hour, post in ((0, "alpha"), (5, "beta")):
        crossings.add("SECRET SOMEBODY", post, hour)
        crossings.add("FELLOW", post, hour, list_="sltd", key="FRA/P/A9")
    crossings.keep()
    assert len(of_kind(bureau, LinkKind.ROUTE)) == 1
    visitor.sign_in("khamla")
    page = visitor.get("/console/links").text
    assert "SECRET" not in page and "FELLOW" in page and ">route<" not in page.partition("<section")[2]


def test_hits_that_an_older_program_kept_are_linked_after_the_update(office: Office) -> None:
    before = office.bureau.links(Sought())
    with office.bureau.database.writing() as db:
        db.execute(marks.delete())
        db.execute(groups.delete())
        db.exec_driver_sql("UPDATE settings SET value = '8' WHERE name = 'schema'")
    assert office.bureau.links(Sought()) == ()
    office.bureau.database.prepare()
    assert office.bureau.links(Sought()) == before

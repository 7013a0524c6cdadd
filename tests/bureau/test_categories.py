"""Need to know: what only some desks may hold and only some people may see is not there for anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import requests

from borderdesk.hits import AnswerKind
from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.watchlist import ListKind, Person, PersonName, Photo, Watchlist
from sync.bureau import Bureau, BureauServer, ScopeRule
from sync.bureau.cases import UnknownCase
from sync.bureau.categories import BadCategory, Category, CategoryInUse, Sight, UnknownCategory
from sync.bureau.lists import UnknownList
from sync.bureau.people import Account
from sync.bureau.releasing import ChangesUnseen
from sync.bureau.rights import BureauRole, Right
from sync.bureau.scopes import NotForScope
from sync.wire import Manifest, Scope, SignedBytes
from sync.wire.manifest import MAX_MANIFEST
from sync.wire.refusals import MANIFEST
from tests.bureau.common import SLTD, HeldClock, both_databases, passport
from tests.bureau.simulator import DeskSimulator

PHOTO = Photo.of(b"\xff\xd8\xff victim")
NOTICES = Watchlist(ListName("notices"), ListKind.PERSONS, "Notices", "INTERPOL")
PHOTOS = Watchlist(ListName("photos"), ListKind.PHOTOS, "Photos", "")
HIDDEN = ListName("notices-victims")
VICTIM = Person(RecordKey("2026/7"), (PersonName("Mali PHOMMA"),), photos=(PHOTO.key,))
OTHER = Person(RecordKey("2026/8"), (PersonName("Jozef KONI"),))
UNIT = Scope("unit")

NewDesk = Callable[..., DeskSimulator]


@pytest.fixture
def bureau(bureau: Bureau) -> Bureau:
    bureau.import_list(NOTICES, [VICTIM, OTHER])
    bureau.import_list(PHOTOS, [PHOTO])
    bureau.put_category(Category("victims", "Victims of trafficking", (BureauRole.SUPERVISOR,)))
    bureau.add_scope(ScopeRule(UNIT, categories=("victims",)))
    bureau.publish()
    return bureau


@pytest.fixture
def program(bureau: Bureau, server: BureauServer) -> Iterator[Callable[..., requests.Response]]:
    with requests.Session() as session:
        session.verify, session.trust_env = str(bureau.home.ca), False

        def ask(secret: str, method: str, path: str, json: object = None) -> requests.Response:
            headers = {"Authorization": f"Bearer {secret}"}
            return session.request(method, server.url + path, json=json, headers=headers, timeout=30)

        yield ask


@both_databases
def test_a_victim_set_apart_is_held_by_the_unit_alone_and_seen_by_the_supervisor_alone(
    bureau: Bureau, new_desk: NewDesk, clock: HeldClock, program: Callable[..., requests.Response]
) -> None:
    post, unit = new_desk("torodi"), new_desk("airport-unit", UNIT)
    post.catch_up(1)
    assert set(post.records["notices"]) == {VICTIM.key, OTHER.key}
    assert bureau.set_apart(NOTICES.name, VICTIM.key, "victims", by="amina") == HIDDEN
    clock.forward(minutes=1)
    bureau.publish()
    post.catch_up(2)
    unit.catch_up(2)
    assert set(post.records) == {"notices", "photos"}
    assert set(post.records["notices"]) == {OTHER.key} and not post.records["photos"]
    assert unit.records[HIDDEN] == {VICTIM.key: VICTIM} and unit.records["photos-victims"] == {PHOTO.key: PHOTO}

    record = RecordRef(HIDDEN, VICTIM.key, 1)
    unit.send(unit.hit(record, clock.moment).envelope)
    duty, supervisor = (bureau.seen_by(_account(bureau, role)) for role in (BureauRole.DUTY, BureauRole.SUPERVISOR))
    (seen,) = supervisor.hits()
    assert seen.hit.record == record and supervisor.screen("PHOMMA MALI").candidates
    assert not duty.hits() and not duty.screen("PHOMMA MALI").candidates
    assert HIDDEN not in {state.watchlist.name for state in duty.lists()}
    with pytest.raises(UnknownCase):
        duty.answer(seen.hit.id, AnswerKind.CONFIRMED, "yes", by="duty")
    with pytest.raises(UnknownCase):
        duty.hit(seen.hit.id)
    with pytest.raises(UnknownList):
        duty.record(HIDDEN, VICTIM.key)
    assert not duty.false_hits() and supervisor.false_hits()
    assert VICTIM.key in str(supervisor.journal_newest()) and VICTIM.key not in str(duty.journal_newest())

    rights = (Right.READ_HITS, Right.READ_LISTS, Right.SCREEN, Right.METRICS, Right.ANSWER_HITS)
    plain = bureau.people.add_token("customs", rights, by="test")
    trusted = bureau.people.add_token("unit", rights, by="test", categories=["victims"])
    for secret, there in ((plain, False), (trusted, True)):
        assert (program(secret, "GET", "/api/v1/hits").json() != []) is there
        assert (program(secret, "GET", f"/api/v1/hits/{seen.hit.id}").status_code == 200) is there
        assert (HIDDEN in program(secret, "GET", "/api/v1/lists").text) is there
        assert (HIDDEN in program(secret, "GET", "/metrics").text) is there
        screened = program(secret, "POST", "/api/v1/screen", {"items": [{"text": "PHOMMA MALI"}]}).json()
        assert (HIDDEN in str(screened)) is there
    answer = {"kind": "confirmed", "words": "It is her."}
    assert program(plain, "POST", f"/api/v1/hits/{seen.hit.id}/answers", answer).status_code == 404
    assert program(trusted, "POST", f"/api/v1/hits/{seen.hit.id}/answers", answer).status_code == 200


def test_what_was_set_apart_comes_back_to_its_own_list_and_never_into_the_open(bureau: Bureau) -> None:
    bureau.set_apart(NOTICES.name, VICTIM.key, "victims")
    changed = Person(VICTIM.key, (PersonName("Mali PHOMMACHANH"),))
    assert bureau.preview_import(NOTICES, [changed, OTHER]).difference.withdrawn == 1, (
        "what was set apart, and nothing else"
    )
    bureau.import_list(NOTICES, [changed, OTHER])
    assert bureau.record(NOTICES.name, VICTIM.key) is None and bureau.record(HIDDEN, VICTIM.key) == changed
    bureau.put_records(NOTICES.name, [VICTIM])
    bureau.flash(NOTICES.name, [VICTIM])
    assert bureau.record(NOTICES.name, VICTIM.key) is None and bureau.record(HIDDEN, VICTIM.key) == VICTIM
    bureau.import_list(NOTICES, [OTHER])
    assert bureau.record(HIDDEN, VICTIM.key) is None, "its owner lists it no more"


def test_a_list_that_becomes_secret_is_destroyed_where_it_may_not_be_held(bureau: Bureau, new_desk: NewDesk) -> None:
    post, unit = new_desk("torodi"), new_desk("airport-unit", UNIT)
    post.catch_up(1)
    unit.catch_up(1)
    before = unit.ring().of(NOTICES.name)
    bureau.classify(NOTICES.name, "victims")
    bureau.publish()
    post.catch_up(2)
    unit.catch_up(2)
    assert set(post.records) == {"photos"} and NOTICES.name in unit.records
    assert unit.ring().of(NOTICES.name) != before, "what the post knows opens nothing that comes later"


def test_no_operation_lends_what_the_scope_may_not_hold(bureau: Bureau, new_desk: NewDesk, clock: HeldClock) -> None:
    tomorrow = clock.now + timedelta(days=1)
    bureau.add_scope(ScopeRule(Scope("docs"), (PHOTOS.name,)))
    new_desk("dansavanh", Scope("docs"))
    bureau.classify(NOTICES.name, "victims")
    with pytest.raises(NotForScope):
        bureau.order_operation("Sunbird", ["dansavanh"], clock.now, tomorrow, "", lists=[NOTICES.name], by="test")
    # Ordered while the list was open to all, it is lent no more once it is not.
    bureau.classify(NOTICES.name, "")
    bureau.order_operation("Sunbird", ["dansavanh"], clock.now, tomorrow, "", lists=[NOTICES.name], by="test")
    assert _lists_named(bureau, Scope("docs.dansavanh")) == {NOTICES.name, PHOTOS.name}
    bureau.classify(NOTICES.name, "victims")
    bureau.settle()
    (desk,) = bureau.posts()
    assert desk.scope == Scope("docs") and _lists_named(bureau, desk.scope) == {PHOTOS.name}
    assert bureau.settle() is None, "it is settled"


def test_who_may_not_see_a_change_does_not_publish_it_but_an_alert_waits_for_nobody(bureau: Bureau) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.set_apart(NOTICES.name, VICTIM.key, "victims")
    publisher = bureau.seen_by(_account(bureau, BureauRole.PUBLISHER))
    with pytest.raises(ChangesUnseen):
        publisher.publish(by="khamla")
    number = bureau.propose(by="amina").number
    with pytest.raises(ChangesUnseen):
        publisher.approve(number, by="khamla")
    publisher.flash(SLTD.name, [passport("A2")], by="khamla")
    with pytest.raises(ChangesUnseen):
        publisher.publish(by="khamla")


def test_a_category_has_a_name_somebody_who_answers_and_lists_that_keep_it(bureau: Bureau) -> None:
    for bad in (Category("Terror!", "", (BureauRole.SUPERVISOR,)), Category("terror", "", (BureauRole.AUDITOR,))):
        with pytest.raises(BadCategory):
            bureau.put_category(bad)
    with pytest.raises(UnknownCategory):
        bureau.classify(NOTICES.name, "terror")
    with pytest.raises(UnknownCategory):
        bureau.add_scope(ScopeRule(Scope("north"), categories=("terror",)))
    with pytest.raises(UnknownCategory):
        bureau.people.add_token("customs", [Right.SCREEN], by="test", categories=["terror"])
    bureau.classify(NOTICES.name, "victims")
    with pytest.raises(CategoryInUse):
        bureau.remove_category("victims")
    bureau.classify(NOTICES.name, "")
    bureau.remove_category("victims")
    assert bureau.categories() == () and all(not rule.categories for rule in bureau.scopes())
    assert bureau.seen_with(Sight(frozenset())).lists() == bureau.lists()


@both_databases
def test_a_bureau_of_an_older_program_goes_on_and_nothing_of_it_is_secret(
    bureau: Bureau, clock: HeldClock, new_desk: NewDesk
) -> None:
    desk = new_desk("torodi")
    with bureau.database.writing() as db:
        for table, column in (
            ("lists", "category"),
            ("scopes", "categories"),
            ("tokens", "categories"),
            ("accounts", "ends_at"),
            ("accounts", "operation"),
        ):
            db.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.exec_driver_sql("DROP TABLE apart")
        db.exec_driver_sql("DROP TABLE categories")
        db.exec_driver_sql("UPDATE settings SET value = '7' WHERE name = 'schema'")
    with Bureau.open(bureau.home.folder, clock=clock) as again:
        assert {state.category for state in again.lists()} == {""}
        again.put_category(Category("victims", "", (BureauRole.SUPERVISOR,)))
        again.set_apart(NOTICES.name, VICTIM.key, "victims")
        again.publish()
        desk.catch_up(2)
        assert set(desk.records["notices"]) == {OTHER.key}


def _lists_named(bureau: Bureau, scope: Scope) -> set[ListName]:
    found = bureau.manifest(scope)
    assert found is not None
    page = Manifest.decode(SignedBytes.decode(found[1], MANIFEST, MAX_MANIFEST).payload)
    return {head.edition.watchlist.name for head in page.lists}


def _account(bureau: Bureau, role: BureauRole) -> Account:
    return bureau.people.add(role.value.replace(" ", "-"), name="", role=role, password="x" * 12, by="t").account

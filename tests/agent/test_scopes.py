"""A desk is put into another scope, lent a list, given a policy of its own: real bureau, real desk, real link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from borderdesk.ids import ListName, RecordKey
from borderdesk.screening import VerdictWord
from borderdesk.watchlist import ListKind, Person, PersonName, Watchlist
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent.state import ExchangeReport
from sync.bureau import ScopeRule
from sync.bureau.sticks import fill
from sync.carriers import Stick
from sync.trust import Trust
from sync.trust.refusals import OldAssignment
from sync.wire import Scope
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place

WANTED = Watchlist(ListName("wanted"), ListKind.PERSONS, "Wanted persons", "NCB Test")
NORTH = Scope("north")
SUSPECT = "SENG, BOUN 1980-02-03 LAO"


@pytest.fixture
def place(place: Place) -> Place:
    place.bureau.import_list(WANTED, [Person(RecordKey("7"), (PersonName("Boun SENG", "SENG", "Boun"),))])
    place.bureau.add_scope(ScopeRule(NORTH, (SYNTHETIC_LIST.name,)))
    place.bureau.publish()
    return place


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        news(desk)
        yield desk


def lists(desk: Desk) -> list[str]:
    return sorted(held.name for held in desk.status().lists)


def journal(desk: Desk, kind: str) -> list[str]:
    rows = desk.unlocked_store().reader.conn.execute("SELECT why FROM journal WHERE kind = ?", (kind,))
    return [why for (why,) in rows]


def news(desk: Desk) -> ExchangeReport:
    """Send what waits, and wait for the bureau's next word where it did not come with that."""
    before = desk._link.page()
    first = desk.exchange()
    if desk._link.page() != before:
        return first
    second = desk.exchange(wait=60)
    return replace(second, lines=(*first.lines, *second.lines), refused=first.refused + second.refused)


def later(place: Place, desk: Desk, time: timedelta, *, wrong_by: timedelta = timedelta(0)) -> None:
    """Time goes by, the desk locks itself, tries the link, and somebody signs in again."""
    place.clock.pass_(time)
    place.clock.now += wrong_by
    desk.exchange()
    desk.sign_in("noy", PASSWORD)


def test_a_desk_put_into_another_scope_destroys_what_is_not_in_it(place: Place, desk: Desk) -> None:
    assert lists(desk) == ["sltd", "wanted"]
    place.bureau.put_post_into("nong-haet", "north")
    report = news(desk)
    assert lists(desk) == ["sltd"]
    assert any("was destroyed at this desk" in str(line) for line in report.lines)
    assert journal(desk, "copy-destroyed") == ["not in this desk's scope any more"]
    store = desk.unlocked_store().reader.conn
    assert store.execute("SELECT count(*) FROM persons").fetchone() == (0,)
    desk.exchange()
    desk.exchange(wait=4)
    (known,) = place.bureau.posts()
    assert (known.scope, known.holds_scope, dict(known.holds)) == ("north", "north", {"sltd": 2})


def test_it_does_so_also_where_it_was_locked_and_comes_back_by_itself_after_a_restart(place: Place) -> None:
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        news(desk)
    place.bureau.put_post_into("nong-haet", "north")
    with place.desk() as desk:
        news(desk)
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        assert lists(desk) == ["sltd"]
        place.bureau.publish()
        assert not news(desk).refused
    place.bureau.put_post_into("nong-haet", "all")
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        news(desk)
        assert lists(desk) == ["sltd", "wanted"]


def test_the_other_scope_comes_by_stick_too(place: Place, desk: Desk, tmp_path: Path) -> None:
    place.bureau.put_post_into("nong-haet", "north")
    (tmp_path / "stick").mkdir()
    fill(place.bureau, Stick(tmp_path / "stick"), Scope("all"))
    fill(place.bureau, Stick(tmp_path / "stick"), NORTH)
    desk.carry(tmp_path / "stick")
    assert lists(desk) == ["sltd"]


def test_an_old_grant_does_not_put_a_desk_back_into_its_old_scope(place: Place, desk: Desk) -> None:
    old = place.bureau.grant(desk.identity.reply.desk, Scope("all"), 2)
    assert old is not None
    place.bureau.put_post_into("nong-haet", "north")
    new = place.bureau.grant(desk.identity.reply.desk, NORTH, 1)
    assert new is not None
    trust = Trust.of(desk.identity)
    trust.move(new)
    with pytest.raises(OldAssignment):
        trust.move(old)
    with pytest.raises(OldAssignment):
        trust.move(new)
    assert trust.scope == NORTH


def test_a_share_of_a_list_comes_whole_and_says_what_it_does_not_know(place: Place, desk: Desk) -> None:
    document = next(iter(stolen_documents(DOCUMENTS, SEED)))
    rule = ScopeRule(Scope("east"), (SYNTHETIC_LIST.name,), ("LAO",) if document.state != "LAO" else ("VNM",))
    place.bureau.add_scope(rule)
    place.bureau.put_post_into("nong-haet", "east")
    news(desk)
    verdict = desk.screen(document.number)
    assert verdict.word is VerdictWord.MATCH, "the document is stolen, whatever the post's scope"
    (finding,) = [each for each in verdict.findings if each.code.startswith("list.document")]
    assert finding.code == "list.document.listed"
    assert any("only that they are listed" in str(limit) for limit in verdict.limits)
    place.bureau.publish()
    assert not news(desk).refused
    assert {held.name: held.edition for held in desk.status().lists} == {"sltd": 3}


def test_a_list_lent_for_an_operation_is_gone_when_its_time_is_over_without_any_link(place: Place, desk: Desk) -> None:
    place.bureau.put_post_into("nong-haet", "north")
    news(desk)
    now = place.clock.wall()
    until = now + timedelta(hours=6)
    place.bureau.order_operation("Sunbird III", ["nong-haet"], now, until, "", lists=["wanted"])
    news(desk)
    assert lists(desk) == ["sltd", "wanted"]
    assert desk.screen(SUSPECT).word is not VerdictWord.NO_MATCH
    place.server.stop()
    later(place, desk, timedelta(hours=5))
    assert lists(desk) == ["sltd", "wanted"]
    later(place, desk, timedelta(hours=2))
    assert lists(desk) == ["sltd"]
    assert journal(desk, "copy-destroyed")[-1] == "the operation's time is over"


def test_a_clock_set_back_does_not_lengthen_an_operation(place: Place, desk: Desk) -> None:
    place.bureau.put_post_into("nong-haet", "north")
    news(desk)
    assert lists(desk) == ["sltd"]
    now = place.clock.wall()
    place.bureau.order_operation("Sunbird III", ["nong-haet"], now, now + timedelta(hours=1), "", lists=["wanted"])
    news(desk)
    assert lists(desk) == ["sltd", "wanted"]
    later(place, desk, timedelta(hours=2), wrong_by=timedelta(days=-3))
    assert lists(desk) == ["sltd"]


def test_after_the_operation_the_post_is_back_in_its_scope(place: Place, desk: Desk) -> None:
    place.bureau.put_post_into("nong-haet", "north")
    now = place.clock.wall()
    place.bureau.order_operation("Sunbird III", ["nong-haet"], now, now + timedelta(hours=1), "", lists=["wanted"])
    news(desk)
    assert place.bureau.posts()[0].scope == "north.nong-haet"
    later(place, desk, timedelta(hours=2))
    assert place.bureau.settle() is not None
    assert place.bureau.settle() is None
    report = news(desk)
    assert not report.refused
    assert (place.bureau.posts()[0].scope, lists(desk)) == ("north", ["sltd"])


def test_a_post_works_by_a_policy_of_its_own(place: Place, desk: Desk) -> None:
    place.bureau.set_post_policy("nong-haet", "idle_lock_minutes", "3")
    report = news(desk)
    assert not report.refused
    assert (desk.policy.idle_lock_minutes, desk.policy.red_after_hours) == (3, 48)
    place.bureau.set_post_policy("nong-haet", "red_after_hours", "30")
    news(desk)
    assert (desk.policy.idle_lock_minutes, desk.policy.red_after_hours) == (3, 30)
    assert lists(desk) == ["sltd", "wanted"]
    for name in ("idle_lock_minutes", "red_after_hours"):
        place.bureau.set_post_policy("nong-haet", name, "default")
    news(desk)
    assert desk.policy.idle_lock_minutes == 10
    assert place.bureau.posts()[0].scope == "all"

"""A partner that sends what was not agreed, or what its owner did not sign; a thief between the two."""

from __future__ import annotations

from pathlib import Path

import pytest

from borderdesk.errors import TamperingError
from borderdesk.hits import AnswerKind
from borderdesk.ids import ListName
from borderdesk.screening import VerdictWord
from borderdesk.watchlist import Delta, ListKind, Snapshot, Watchlist
from borderdesk.watchlist.digest import digest_of
from sync.bureau import ALL, Bureau
from sync.bureau.foreign import EditionNotProved, ForeignList, NameTaken, NotAgreed
from sync.bureau.partners import BadPartnerName
from sync.twin import PartnerBusy, PartnerLink, enrol_at
from tests.bureau.common import HeldClock, both_databases, passport
from tests.twin.common import OTHERS, STOLEN, TAKEN, Pair, two_bureaus


def edition_of(bureau: Bureau, records: list[object], number: int, watchlist: Watchlist = STOLEN) -> Snapshot:
    from borderdesk.watchlist import Edition

    edition = Edition(watchlist, number, len(records), digest_of(records), bureau.clock.wall())  # type: ignore[arg-type]
    return Snapshot(edition, records)  # type: ignore[arg-type]


def refusals(bureau: Bureau) -> list[str]:
    return [line.why for line in bureau.journal_newest() if line.kind == "refused"]


def rows(bureau: Bureau) -> dict[str, int]:
    return {state.watchlist.name: state.rows for state in bureau.lists()}


@both_databases
def test_what_the_agreement_does_not_allow_is_not_taken_in(tmp_path: Path, database: str) -> None:
    with two_bureaus(tmp_path, database=database) as pair:
        secret = Watchlist(ListName("secret"), ListKind.DOCUMENTS, "Not for others", "NCB Hanoi")
        pair.hanoi.import_list(secret, [passport("S0000001", "VNM")])
        pair.hanoi.publish()
        # Hanoi sends too much, by a scope that holds everything: what keeps it out is the agreement, here.
        pair.agree(states=("VNM",), withheld=("lost_on",), scope=ALL)
        assert rows(pair.vientiane) == {TAKEN: OTHERS + 1}, "neither the other list nor the French passport"
        assert "NotAgreed" in refusals(pair.vientiane)
        (here,) = [one for one in pair.vientiane.partner_lists() if one.own]
        assert here.held_back == 1
        kept = pair.vientiane.record(TAKEN, passport("B1234567", "VNM").key)
        assert kept is not None
        assert kept.lost_on is None and kept.reported_on is not None  # type: ignore[union-attr]
        with pair.desk() as desk:
            assert desk.screen("B1234567").word is VerdictWord.MATCH
            assert desk.screen("C7654321").word is VerdictWord.NO_MATCH
        assert any(alarm.kind == "partner" for alarm in pair.vientiane.alarms())


def test_a_change_that_leaves_what_is_agreed_takes_the_record_away(tmp_path: Path) -> None:
    with two_bureaus(tmp_path) as pair:
        pair.agree(states=("VNM",))
        pair.hanoi.withdraw(STOLEN.name, passport("B1234567", "VNM").key, "a mistake", by="lan")
        pair.hanoi.put_records(STOLEN.name, [passport("D0000001", "FRA"), passport("D0000002", "VNM")])
        pair.hanoi.publish()
        pair.fetch(news=True)
        assert rows(pair.vientiane)[TAKEN] == OTHERS + 1
        (here,) = pair.vientiane.partner_lists()
        assert (here.rows, here.held_back) == (OTHERS + 3, 2)


@pytest.fixture
def pair(tmp_path: Path, clock: HeldClock) -> object:
    with two_bureaus(tmp_path, clock=clock) as made:
        made.agree()
        yield made


def test_an_edition_that_is_not_what_its_owner_signed_is_refused_and_the_last_one_stays(pair: Pair) -> None:
    (held,) = pair.vientiane.partner_lists()
    forged = edition_of(pair.vientiane, [passport("B1234567", "VNM")], held.edition + 1)
    more = Snapshot(forged.edition, [passport("B1234567", "VNM"), passport("Z0000001", "LAO")])
    with pytest.raises(EditionNotProved):
        pair.vientiane.take_edition("hanoi", more)
    gap = Delta(held.edition + 1, forged.edition, (), (passport("Z0000001", "LAO"),))
    with pytest.raises(EditionNotProved):
        pair.vientiane.take_edition("hanoi", gap)
    wrong = Delta(held.edition, forged.edition, (), (passport("Z0000001", "LAO"),))
    with pytest.raises(EditionNotProved):
        pair.vientiane.take_edition("hanoi", wrong)
    assert rows(pair.vientiane) == {TAKEN: OTHERS + 2}
    assert pair.vientiane.partner_lists() == (held,)


def test_a_list_of_another_kind_under_an_agreed_name_is_refused(pair: Pair) -> None:
    other = Watchlist(STOLEN.name, ListKind.PERSONS, "People", "NCB Hanoi")
    with pytest.raises(NotAgreed):
        pair.vientiane.take_edition("hanoi", edition_of(pair.vientiane, [], 9, other))


def test_a_rolled_back_or_altered_page_of_the_partner_is_refused_as_at_a_desk(pair: Pair) -> None:
    """The page is judged by the desk's own verifier; here only that its refusal is journalled by the bureau."""
    with PartnerLink(pair.vientiane, "hanoi") as link:
        old = pair.hanoi.manifest(link._partner.link.reply.scope)
        assert old is not None
        pair.hanoi.publish()
        assert link.exchange(wait=60).refused == 0
        carrier = link._link._exchange._carrier
        spoiled = bytearray(old[1])
        spoiled[-1] ^= 1
        for bytes_, refusal in ((old[1], "RolledBack"), (bytes(spoiled), "BadSignature")):
            carrier.manifest = lambda *_args, bytes_=bytes_: bytes_  # type: ignore[method-assign, assignment]
            assert link.exchange().refused == 1
            assert refusals(pair.vientiane)[0] == refusal
    assert rows(pair.vientiane) == {TAKEN: OTHERS + 2}


def test_a_partner_has_no_say_about_hits_that_were_never_sent_to_it(pair: Pair) -> None:
    from borderdesk.hits import BureauAnswer
    from borderdesk.ids import HitId
    from sync.bureau.cases import UnknownCase
    from tests.hits.samples import AT

    answer = BureauAnswer(HitId("00" * 16), 9, AnswerKind.NOT_CONFIRMED, "Let him go.", "lan", AT.trusted)
    with pytest.raises(UnknownCase):
        pair.vientiane.take_answer("hanoi", 9, answer)


def test_a_partners_list_is_not_edited_here(pair: Pair) -> None:
    for act in (
        lambda: pair.vientiane.put_records(TAKEN, [passport("X1", "LAO")]),
        lambda: pair.vientiane.withdraw(TAKEN, passport("B1234567", "VNM").key, "we know better"),
        lambda: pair.vientiane.flash(TAKEN, [passport("X1", "LAO")]),
        lambda: pair.vientiane.import_list(
            Watchlist(TAKEN, ListKind.DOCUMENTS, "ours", "NCB Vientiane"), [passport("X1", "LAO")]
        ),
    ):
        with pytest.raises(ForeignList):
            act()
    assert rows(pair.vientiane) == {TAKEN: OTHERS + 2}


def test_a_list_of_our_own_is_never_overwritten_by_a_partners(tmp_path: Path) -> None:
    with two_bureaus(tmp_path) as pair:
        ours = Watchlist(TAKEN, ListKind.DOCUMENTS, "ours", "NCB Vientiane")
        pair.vientiane.import_list(ours, [passport("X1", "LAO")])
        pair.agree()
        assert rows(pair.vientiane) == {TAKEN: 1}
        with pytest.raises(NameTaken):
            pair.vientiane.take_edition("hanoi", edition_of(pair.vientiane, [], 9))


def test_a_partners_name_is_taken_once_and_its_link_is_held_once(pair: Pair) -> None:
    with pytest.raises(BadPartnerName):
        enrol_at(pair.vientiane, "hanoi", url=pair.hanoi_server.url, code="AAAA-BBBB-CCCC-DDDD", by="khamla")
    with PartnerLink(pair.vientiane, "hanoi"), pytest.raises(PartnerBusy):
        PartnerLink(pair.vientiane, "hanoi")


def test_an_acceptance_of_other_bytes_or_from_another_desk_counts_for_nothing(pair: Pair) -> None:
    from borderdesk.ids import DeskId
    from sync.bureau import agreements
    from sync.bureau.agreements import AgreementState
    from sync.wire.agreements import ENDED_KIND, AgreementWord

    (given,) = pair.hanoi.agreements()
    now = pair.hanoi.clock.wall()
    right = given.agreement.hash
    for desk, hash_ in ((given.desk, bytes(32)), (DeskId("nong-haet-1"), right)):
        assert desk is not None
        with pair.hanoi.database.writing() as db:
            agreements.heard(db, desk, ENDED_KIND, AgreementWord(given.agreement.id, hash_, "x", now), now)
        assert pair.hanoi.agreements()[0].state is AgreementState.ACCEPTED
    assert issubclass(EditionNotProved, TamperingError)

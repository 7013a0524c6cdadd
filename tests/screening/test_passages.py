"""What a desk remembers of its own passages speaks, and never loudly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from borderdesk.clock import Moment
from borderdesk.dates import PartialDate
from borderdesk.documents import compose_mrz
from borderdesk.findings import Finding, Severity
from borderdesk.ids import ListName, ScreeningId
from borderdesk.matching import PersonIndex
from borderdesk.policy import DEFAULT
from borderdesk.replica.types import DocumentMatch, Freshness, HeldList
from borderdesk.screening import Verdict, VerdictWord, memory, screen, understand
from borderdesk.store import Store, open_store

START = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
HELD = (HeldList(ListName("sltd"), "SLTD", 1, 1, START, timedelta(0), Freshness.GREEN),)

SURNAMES = "MARTIN BERNARD DUBOIS THOMAS ROBERT RICHARD PETIT DURAND LEROY MOREAU".split()  # noqa: SIM905


class NothingListed:
    def find_documents(self, number: str, **_: object) -> tuple[DocumentMatch, ...]:
        return ()

    def find_notice_documents(self, number: str, **_: object) -> tuple[()]:
        return ()

    def find_things(self, scheme: object, number: str, **_: object) -> tuple[()]:
        return ()

    def persons_naming_document(self, number: str) -> tuple[()]:
        return ()


class Post:
    """A desk that remembers, without lists that would say anything."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.count = 0
        self.at = START

    def passes(self, number: str = "15AK37620", **changes: object) -> Verdict:
        fields: dict[str, object] = {
            "document_code": "P", "issuing_state": "FRA", "surname": "LINDGREN", "given": "ANNA MARIA",
            "number": number, "nationality": "FRA", "birth_date": PartialDate(1979, 11, 13), "sex": "F",
            "expiry_date": PartialDate(2030, 1, 1),
        }  # fmt: skip
        return self.reads("\n".join(compose_mrz("TD3", **(fields | changes))))  # type: ignore[arg-type]

    def reads(self, text: str) -> Verdict:
        self.count += 1
        asked = understand(text, today=self.at.date())
        verdict = screen(
            asked,
            documents=NothingListed(),
            people=PersonIndex(),
            held=HELD,
            policy=DEFAULT,
            at=Moment(self.at, self.at),
            screening=ScreeningId(str(self.count)),
            passages=memory.RememberedPassages(self.store.reader),
        )
        with self.store.transaction() as db:
            memory.remember(db, verdict)
            memory.learn_shape(db, asked, verdict)
        return verdict


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_store(tmp_path / "desk.db", bytes(32), (memory.MIGRATIONS,)) as store:
        yield Post(store)


def said(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.code.startswith("passage.")]


def test_the_same_traveller_passes_again_in_silence(post: Post) -> None:
    post.passes()
    again = post.passes()
    assert again.word is VerdictWord.NO_MATCH
    assert said(again) == []


@pytest.mark.parametrize("name", ["MUHAMMAD", "KHAN", "A"])
def test_whoever_has_one_name_that_many_have_is_not_taken_for_another_holder(post: Post, name: str) -> None:
    post.passes(surname=name, given="")
    again = post.passes(surname=name, given="")
    assert said(again) == [], "compared as a listed name it alone would be too common to say who this is"


def test_of_many_born_on_one_day_the_one_with_other_papers_is_found(post: Post) -> None:
    for nth, surname in enumerate(SURNAMES):
        post.passes(f"15AK3763{nth}", surname=surname, given="CLAIRE")
    post.passes("15AK37640", surname="LINDGREN", given="ANNA MARIA")
    (finding,) = said(post.passes("15AK37641", surname="LINDGRENN", given="ANA MARIA"))
    assert finding.code == "passage.holder.papers"
    assert "15AK37640" in str(finding.sentence)


@pytest.mark.parametrize(
    "changes",
    [{"surname": "DUPONT", "given": "CLAIRE"}, {"birth_date": PartialDate(1981, 2, 3)}],
)
def test_one_number_with_two_holders_asks_to_look_again(post: Post, changes: dict[str, object]) -> None:
    post.passes()
    (finding,) = said(post.passes(**changes))
    assert (finding.code, finding.severity) == ("passage.number.holder", Severity.LOOK)
    assert str(finding.sentence) == (
        "On 2026-03-01 this desk saw the number 15AK37620 with another holder: LINDGREN, ANNA MARIA, born 1979-11-13."
    )


def test_the_same_number_of_another_state_is_another_document(post: Post) -> None:
    post.passes()
    assert said(post.passes(issuing_state="BEL", surname="DUPONT", given="CLAIRE")) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"surname": "LINDGRENN"},
        {"birth_date": PartialDate(1979, 11, 12)},
        {"birth_date": PartialDate(1979, 11, 18)},
        {"birth_date": PartialDate(1997, 11, 13)},
    ],
)
def test_nearly_the_same_holder_with_other_papers_asks_to_look_again(post: Post, changes: dict[str, object]) -> None:
    post.passes()
    verdict = post.passes("20BB00001", **changes)
    assert verdict.word is VerdictWord.LOOK_AGAIN
    (finding,) = said(verdict)
    assert (finding.code, finding.severity) == ("passage.holder.papers", Severity.LOOK)
    assert "15AK37620 of FRA" in str(finding.sentence)


@pytest.mark.parametrize(
    "changes",
    [
        {},  # a second passport of the same holder is allowed
        {"given": "ANNA MARIA SOFIA"},
        {"given": "BEATRICE"},  # a twin
        {"sex": "M", "surname": "LINDGRENN"},
        {"birth_date": PartialDate(1985, 2, 27)},  # a namesake
    ],
)
def test_other_people_and_second_passports_say_nothing(post: Post, changes: dict[str, object]) -> None:
    post.passes()
    assert said(post.passes("20BB00001", **changes)) == []


def test_a_visa_that_had_no_room_for_the_whole_name_says_nothing(post: Post) -> None:
    long = {"surname": "PAPADOPOULOS", "given": "ALEXANDER KONSTANTINOS", "sex": "M"}
    post.passes(**long)
    visa = compose_mrz(
        "MRV-B", document_code="V", issuing_state="FRA", number="V12345678", nationality="FRA",
        birth_date=PartialDate(1979, 11, 13), expiry_date=PartialDate(2027, 1, 1), **long,
    )  # fmt: skip
    assert visa[0].endswith("KONSTAN")
    assert said(post.reads("\n".join(visa))) == []


def test_what_was_misread_or_typed_is_compared_with_nothing(post: Post) -> None:
    lines = compose_mrz(
        "TD3", document_code="P", issuing_state="FRA", surname="DUPONT", given="CLAIRE", number="15AK37620",
        nationality="FRA", birth_date=PartialDate(1981, 2, 3), sex="F", expiry_date=PartialDate(2030, 1, 1),
    )  # fmt: skip
    misread = lines[0] + "\n" + lines[1][:9] + str((int(lines[1][9]) + 1) % 10) + lines[1][10:]
    post.reads(misread)
    assert said(post.passes()) == [], "a misread passage is no evidence"
    assert said(post.reads(misread)) == [], "a misread scan is not compared"
    assert said(post.reads("FRA 15AK37620")) == []


def test_nothing_is_said_of_what_the_desk_no_longer_needs_to_know(post: Post) -> None:
    post.passes()
    post.at += timedelta(days=DEFAULT.recheck_days, minutes=1)
    with post.store.transaction() as db:
        assert memory.forget_old(db, at=Moment(post.at, post.at), policy=DEFAULT) == 1
    assert said(post.passes(surname="DUPONT", given="CLAIRE")) == []


def test_a_number_of_a_shape_never_seen_here_is_information(post: Post) -> None:
    for serial in range(30):
        post.at += timedelta(minutes=1)
        born = PartialDate(1950 + serial, 1 + serial % 12, 1 + serial % 28)
        assert said(post.passes(f"15AK{serial:05d}", surname=SURNAMES[serial % 10], birth_date=born)) == []
    post.at += timedelta(days=1)
    odd = post.passes("A15373620")
    assert odd.word is VerdictWord.NO_MATCH
    (finding,) = said(odd)
    assert (finding.code, finding.severity) == ("passage.number.shape", Severity.INFO)
    assert "no number of the shape A99999999" in str(finding.sentence)
    assert said(post.passes("A15373620")), "a second scan on the same day says the same"
    post.at += timedelta(days=1)
    assert said(post.passes("A15373621")) == [], "from the next day on the shape is known"


def test_numbers_of_doubtful_documents_teach_nothing(post: Post) -> None:
    for serial in range(30):
        post.passes(f"15AK{serial:05d}", expiry_date=PartialDate(2020, 1, 1))
    seen = memory.RememberedPassages(post.store.reader).shapes("FRA", "P", "99AA99999", date(2027, 1, 1))
    assert (seen.same, seen.all) == (0, 0)

"""Whom a desk believes, and what time it is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from borderdesk.ids import BureauId, DeskId, ListName, PostId
from borderdesk.policy import Policy
from borderdesk.watchlist import Edition, ListKind, Watchlist
from sync.trust import NEVER, BureauKeys, DeskKeys, LinkIdentity, TimeMark, Trust, TrustedManifest, TrustedTime
from sync.trust.refusals import Forked, ListRolledBack, RolledBack, WrongScope
from sync.wire import EnrolReply, ListHead, Manifest, Purpose, Receipt, Scope, SignedBytes
from sync.wire.refusals import BadSignature, Malformed, TooLarge, WrongRecipient

RANDOM = random.Random(2)
BUREAU = BureauKeys.generate(RANDOM.randbytes)
TRUST = Trust([BUREAU.signing.public], Scope("land"), DeskId("north-1"))
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIST = Watchlist(ListName("sltd"), ListKind.DOCUMENTS, "Documents", "Bureau")


def page(sequence: int = 5, edition: int = 3, digest: bytes = bytes(32), **changes: object) -> Manifest:
    head = ListHead(Edition(LIST, edition, 12, digest, AT), ())
    whole = Manifest(Scope("land"), 2, sequence, AT, AT + 30 * HOUR, bytes(32), (head,))
    return replace(whole, **changes)  # type: ignore[arg-type]


def signed(manifest: Manifest, keys: BureauKeys = BUREAU) -> bytes:
    return SignedBytes.sign(Purpose.MANIFEST, manifest.encode(), [keys.signing]).encode()


def held() -> TrustedManifest:
    return TRUST.manifest(signed(page()), None)


def test_a_manifest_that_continues_the_last_one_is_believed() -> None:
    before = held()
    after = TRUST.manifest(signed(page(6, 4, previous=before.hash)), before)
    assert after.manifest.sequence == 6
    assert TRUST.manifest(before.signed, before) == before, "the same again changes nothing"
    assert TRUST.manifest(signed(page(9, previous=bytes(32))), before).manifest.sequence == 9, "some were missed"


@pytest.mark.parametrize(
    ("manifest", "refusal"),
    [
        (page(4), RolledBack),
        (page(5, issued=AT + HOUR), Forked),
        (page(6), Forked),
        (page(7, epoch=1), RolledBack),
        (page(7, issued=AT - HOUR), RolledBack),
        (page(7, edition=2), ListRolledBack),
        (page(7, digest=bytes(31) + b"x"), ListRolledBack),
        (page(7, scope=Scope("sea")), WrongScope),
    ],
)
def test_genuine_manifests_that_lead_astray_are_refused(manifest: Manifest, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        TRUST.manifest(signed(manifest), held())


def test_a_manifest_of_somebody_else_is_refused() -> None:
    with pytest.raises(BadSignature):
        TRUST.manifest(signed(page(), BureauKeys.generate(RANDOM.randbytes)), None)
    altered = signed(page()).replace(b"sltd", b"sltt")
    with pytest.raises(BadSignature):
        TRUST.manifest(altered, None)
    with pytest.raises(Malformed):
        TRUST.manifest(b"nonsense", None)
    with pytest.raises(TooLarge):
        TRUST.manifest(bytes(1_000_000), None)


def test_a_bureau_held_silent_is_warned_of_but_believed() -> None:
    before = held()
    assert before.overdue(AT + 30 * HOUR) is None
    assert "Nothing new from the bureau since 2026-11-22" in str(before.overdue(AT + 31 * HOUR))


def test_a_receipt_is_for_one_desk() -> None:
    receipt = Receipt(DeskId("north-1"), 1, bytes(32), AT)
    data = SignedBytes.sign(Purpose.RECEIPT, receipt.encode(), [BUREAU.signing]).encode()
    assert TRUST.receipt(data) == receipt
    with pytest.raises(WrongRecipient):
        Trust([BUREAU.signing.public], Scope("land"), DeskId("south-1")).receipt(data)


def test_keys_come_back_from_where_they_were_kept() -> None:
    keys = DeskKeys.generate(RANDOM.randbytes)
    back = DeskKeys.deserialise(keys.serialise())
    assert back.request("ABCD") == keys.request("ABCD")
    bureau = BureauKeys.deserialise(BUREAU.serialise())
    assert (bureau.signing.public, bureau.sealing.public) == (BUREAU.signing.public, BUREAU.sealing.public)
    with pytest.raises(Malformed):
        DeskKeys.deserialise(BUREAU.serialise())
    reply = EnrolReply(
        DeskId("north-1"),
        PostId("north"),
        Scope("land"),
        BureauId("uto"),
        "NCB Utopia",
        bureau.signing.public,
        bureau.sealing.public,
        b"PEM",
        Policy(),
    )
    link = LinkIdentity.decode(LinkIdentity(reply, "https://bureau.example", keys.transport).encode())
    assert (link.reply, link.url, link.transport.public) == (reply, "https://bureau.example", keys.transport.public)
    assert keys.signing.secret not in link.encode(), "the key that answers for uploads stays in the encrypted store"


class HeldClock:
    def __init__(self, wall: datetime) -> None:
        self.now, self.ticks = wall, 100.0

    def wall(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks


@pytest.mark.parametrize("years", [-10, 0, 10])
def test_a_clock_ten_years_off_does_not_change_the_time(years: int) -> None:
    clock = HeldClock(AT + timedelta(days=365 * years))
    time = TrustedTime.first(clock, AT)
    clock.ticks += 3600
    assert time.moment().trusted == AT + HOUR
    assert time.moment().wall == clock.now
    clock.now += timedelta(days=3650)
    assert time.moment().trusted == AT + HOUR, "a jump changes nothing"


def test_the_floor_never_goes_back() -> None:
    time = TrustedTime.first(HeldClock(AT), AT)
    time.observe(AT - 5 * HOUR)
    assert (time.floor, time.moment().trusted) == (AT, AT)
    time.observe(AT + 5 * HOUR)
    assert (time.floor, time.moment().trusted) == (AT + 5 * HOUR, AT + 5 * HOUR)


def test_a_clock_that_was_ahead_at_enrolment_is_put_right_by_the_first_signature() -> None:
    ahead = HeldClock(AT + timedelta(days=3650))
    time = TrustedTime(ahead, TimeMark(NEVER, ahead.now, ahead.now))
    assert time.moment().trusted == ahead.now, "nothing better is known yet"
    time.observe(AT)
    assert time.moment().trusted == AT


@pytest.mark.parametrize(
    ("pause", "counted"),
    [(12 * HOUR, 12 * HOUR), (timedelta(days=3650), 0 * HOUR), (timedelta(days=-3650), 0 * HOUR)],
)
def test_a_night_switched_off_counts_and_ten_years_do_not(pause: timedelta, counted: timedelta) -> None:
    clock = HeldClock(AT)
    mark = TrustedTime.first(clock, AT).mark()
    assert mark == TimeMark(AT, AT, AT)
    clock.now, clock.ticks = AT + pause, 0.0
    after = TrustedTime(clock, mark)
    assert after.moment().trusted == AT + counted
    assert after.clock_doubtful == (not counted)

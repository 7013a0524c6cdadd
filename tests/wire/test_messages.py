"""Manifests, grants, uploads, receipts and enrolment as bytes."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.errors import TamperingError
from borderdesk.ids import BureauId, DeskId, ListName, PostId
from borderdesk.policy import Policy, ScreeningPurpose, Threshold
from borderdesk.watchlist import Edition, ListKind, Watchlist
from sync.trust import BureauKeys, DeskKeys
from sync.wire import (
    DeskSealer,
    EnrolCode,
    EnrolReply,
    FileRef,
    FileRole,
    KeyGrant,
    KeyRing,
    ListHead,
    Manifest,
    Purpose,
    Receipt,
    Scope,
    SignedBytes,
    decode_enrol_reply,
    decode_enrol_request,
    decode_outbox,
    decode_receipts,
    encode_enrol_reply,
    encode_enrol_request,
    encode_outbox,
    encode_receipts,
    enrol_handle,
    key_ring,
    open_envelope,
)
from sync.wire.cbor import decode, encode
from sync.wire.manifest import MAX_MANIFEST
from sync.wire.refusals import (
    BATCH,
    MANIFEST,
    BadSignature,
    Malformed,
    TooLarge,
    UnknownDesk,
    WrongCode,
    WrongRecipient,
)

RANDOM = random.Random(1)
DESK = DeskId("north-1")
BUREAU = BureauKeys.generate(RANDOM.randbytes)
KEYS = DeskKeys.generate(RANDOM.randbytes)
OTHER = DeskKeys.generate(RANDOM.randbytes)
AT = datetime(2026, 11, 22, 12, 0, 0, 5, tzinfo=UTC)

HEAD = Edition(Watchlist(ListName("sltd"), ListKind.DOCUMENTS, "Documents", "Bureau"), 3, 12, bytes(32), AT)
PAGE = Manifest(
    Scope("land"),
    epoch=1,
    sequence=2,
    issued=AT,
    stale_after=AT + timedelta(hours=30),
    previous=bytes(32),
    lists=(
        ListHead(
            HEAD,
            (
                FileRef(bytes(32), 100, FileRole.DELTA, 2, 3, ListKind.DOCUMENTS),
                FileRef(bytes(32), 9000, FileRole.SNAPSHOT, 0, 3, ListKind.DOCUMENTS),
            ),
        ),
    ),
)


def test_a_manifest_comes_back() -> None:
    back = Manifest.decode(PAGE.encode())
    assert replace(back, lists=()) == replace(PAGE, lists=())
    assert back.head(ListName("sltd")).edition == HEAD
    assert set(back.lists[0].files) == set(PAGE.lists[0].files)
    assert back.encode() == PAGE.encode()


def test_a_manifest_that_contradicts_itself_is_refused() -> None:
    file = PAGE.lists[0].files[0]
    for spoiled in (
        replace(PAGE, previous=b""),
        replace(PAGE, sequence=1),
        replace(PAGE, lists=PAGE.lists * 2),
        replace(PAGE, lists=(ListHead(HEAD, (replace(file, base=3),)),)),
        replace(PAGE, lists=(ListHead(HEAD, (replace(file, edition=4),)),)),
        replace(PAGE, lists=(ListHead(HEAD, (replace(file, role=FileRole.SNAPSHOT),)),)),
    ):
        with pytest.raises(Malformed):
            Manifest.decode(spoiled.encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100))
def test_cbor_is_read_in_one_form_only(data: bytes) -> None:
    try:
        value = decode(data, MANIFEST, 100)
    except TamperingError:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    "data",
    [
        "1817",  # 23 in two bytes
        "9f01ff",  # indefinite length
        "a201010102",  # a key twice
        "c11a514b67b0",  # a date tag
        "d82365612e2a62",  # a regular expression
        "f93c00",  # a float
        "0000",  # something behind
        "81" * 400 + "00",  # depth
        "9b7fffffffffffffff",  # an endless array
    ],
)
def test_other_forms_of_cbor_are_refused(data: str) -> None:
    with pytest.raises(Malformed):
        Manifest.decode(bytes.fromhex(data))


def test_endless_data_is_not_even_parsed() -> None:
    with pytest.raises(TooLarge):
        Manifest.decode(bytes(1_000_000))


def test_a_signature_counts_for_its_purpose_and_bytes_only() -> None:
    signed = SignedBytes.sign(Purpose.MANIFEST, b"page", [BUREAU.signing])
    ring = key_ring([BUREAU.signing.public])
    assert SignedBytes.decode(signed.encode(), MANIFEST, 1000) == signed
    assert signed.verify(Purpose.MANIFEST, ring, MANIFEST) == b"page"
    for attempt in (
        lambda: signed.verify(Purpose.GRANT, ring, MANIFEST),
        lambda: replace(signed, payload=b"pagE").verify(Purpose.MANIFEST, ring, MANIFEST),
        lambda: signed.verify(Purpose.MANIFEST, key_ring([KEYS.signing.public]), MANIFEST),
        lambda: signed.verify(Purpose.MANIFEST, ring, MANIFEST, threshold=2),
        lambda: replace(signed, signatures=signed.signatures * 2).verify(Purpose.MANIFEST, ring, MANIFEST, threshold=2),
        lambda: replace(signed, signatures=()).verify(Purpose.MANIFEST, ring, MANIFEST),
    ):
        with pytest.raises(BadSignature):
            attempt()


def test_a_grant_opens_for_its_desk_only() -> None:
    key = KeyRing(Scope("land"), 4, {ListName("notices"): bytes(32), ListName("sltd"): bytes(range(32))})
    grant = KeyGrant.decode(KeyGrant.make(key, DESK, KEYS.sealing.public, assigned=2).encode())
    assert grant.open(DESK, KEYS.sealing) == key
    assert key.of(ListName("sltd")) == bytes(range(32))
    with pytest.raises(Malformed):
        key.of(ListName("terror"))
    for attempt in (
        lambda: grant.open(DeskId("south-1"), OTHER.sealing),
        lambda: grant.open(DESK, OTHER.sealing),
        lambda: replace(grant, epoch=5).open(DESK, KEYS.sealing),
        lambda: replace(grant, scope=Scope("sea")).open(DESK, KEYS.sealing),
        lambda: replace(grant, assigned=3).open(DESK, KEYS.sealing),
    ):
        with pytest.raises(WrongRecipient):
            attempt()
    assert "00010203" not in repr(key), "keys are not printed"


def test_a_grant_of_the_first_version_still_opens_with_its_one_key_for_every_list() -> None:
    context = encode(["BorderDesk/1 epoch key", DESK, "land", 4])
    old = encode([1, DESK, "land", 4, KEYS.sealing.public.seal(bytes(range(32)), context)])
    grant = KeyGrant.decode(old)
    assert (grant.assigned, grant.open(DESK, KEYS.sealing).of(ListName("anything"))) == (0, bytes(range(32)))


def test_a_page_that_lends_a_list_or_holds_a_share_of_one_says_so() -> None:
    share = replace(HEAD, details=("LAO", "VNM"))
    until = AT + timedelta(days=3)
    other = replace(HEAD, watchlist=replace(HEAD.watchlist, name=ListName("other")))
    lent = replace(PAGE, lists=(ListHead(share, (), 0, until), ListHead(other, ())))
    again = Manifest.decode(lent.encode())
    assert again == lent
    assert [head.edition.watchlist.name for head in again.running(until - timedelta(seconds=1))] == ["sltd", "other"]
    assert [head.edition.watchlist.name for head in again.running(until)] == ["other"]
    # A page that says neither is read by programs that know neither.
    assert decode(PAGE.encode(), MANIFEST, MAX_MANIFEST)[0] == 2  # type: ignore[index]
    out_of_order = replace(share, details=("VNM", "LAO"))
    with pytest.raises(Malformed):
        Manifest.decode(replace(lent, lists=(ListHead(out_of_order, ()),)).encode())


def known(desk: DeskId) -> object:
    return KEYS.signing.public if desk == DESK else None


def test_an_upload_reaches_the_bureau_and_nobody_else() -> None:
    item = DeskSealer(DESK, KEYS.signing, BUREAU.sealing.public).seal(1, "hit", b"body" * 200)
    assert len(item.envelope) < 2048, "a hit report without photo fits in 2 kB"
    assert b"bodybody" not in item.envelope
    opened = open_envelope(item.envelope, known, BUREAU.sealing)
    assert (opened.desk, opened.counter, opened.kind, opened.body) == (DESK, 1, "hit", b"body" * 200)
    assert opened.content_hash == item.content_hash
    with pytest.raises(WrongRecipient):
        open_envelope(item.envelope, known, BureauKeys.generate(RANDOM.randbytes).sealing)
    with pytest.raises(UnknownDesk):
        open_envelope(item.envelope, lambda _: None, BUREAU.sealing)
    forged = DeskSealer(DESK, OTHER.signing, BUREAU.sealing.public).seal(1, "hit", b"")
    with pytest.raises(BadSignature):
        open_envelope(forged.envelope, known, BUREAU.sealing)
    with pytest.raises(ValueError, match="at most"):
        DeskSealer(DESK, KEYS.signing, BUREAU.sealing.public).seal(1, "hit", bytes(65537))


def test_batches_and_receipts_come_back() -> None:
    receipt = Receipt(DESK, 1, bytes(32), AT)
    assert Receipt.decode(receipt.encode()) == receipt
    assert decode_outbox(encode_outbox([b"one", b"two"])) == (b"one", b"two")
    assert decode_receipts(encode_receipts([b"one"])) == (b"one",)
    with pytest.raises(Malformed):
        decode_outbox(encode_outbox([b""] * 65))
    with pytest.raises(TooLarge):
        decode_outbox(encode_outbox([bytes(60_000)] * 20))
    with pytest.raises(Malformed, match="batch of uploads"):
        decode_outbox(encode(["text"]))
    assert str(BATCH) == "batch of uploads"


CODE = EnrolCode.generate(RANDOM.randbytes)
REPLY = EnrolReply(
    DESK,
    PostId("north"),
    Scope("land"),
    BureauId("uto"),
    "NCB Utopia",
    BUREAU.signing.public,
    BUREAU.sealing.public,
    b"-----BEGIN CERTIFICATE-----",
    replace(
        Policy(),
        look_again_score=0.815,
        red_after_hours=72,
        thresholds=(
            Threshold(ListName("un-sc"), 0.9),
            Threshold(ListName("un-sc"), 0.955, ScreeningPurpose.RECHECK),
        ),
    ),
)


def test_enrolment_brings_both_sides_together() -> None:
    typed = EnrolCode.parse(f" {str(CODE).lower().replace('0', 'o').replace('1', 'l')} ")
    assert typed == CODE
    request = KEYS.request(CODE.handle)
    sent = encode_enrol_request(request, typed)
    assert enrol_handle(sent) == CODE.handle
    assert CODE.secret.encode() not in sent, "the secret never travels"
    assert decode_enrol_request(sent, CODE) == request
    answer = encode_enrol_reply(REPLY, CODE, sent)
    assert decode_enrol_reply(answer, typed, sent) == REPLY


def test_enrolment_with_an_impostor_is_refused() -> None:
    sent = encode_enrol_request(KEYS.request(CODE.handle), CODE)
    guess = EnrolCode(CODE.handle, "0" * 12)
    with pytest.raises(WrongCode):
        decode_enrol_request(sent, guess)
    with pytest.raises(WrongCode):
        decode_enrol_reply(encode_enrol_reply(REPLY, guess, sent), CODE, sent)
    with pytest.raises(WrongCode):  # a recorded answer to another request
        decode_enrol_reply(encode_enrol_reply(REPLY, CODE, sent + b"x"), CODE, sent)
    with pytest.raises(ValueError, match="sixteen"):
        EnrolCode.parse("ABC")
    assert CODE.secret not in repr(CODE)

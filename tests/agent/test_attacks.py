"""Every attack of the threat model: refused with its own message, and the last good edition stays in use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from borderdesk.errors import TamperingError
from borderdesk.ids import DeskId
from borderdesk.watchlist import Delta
from sync.agent.exchange import Exchanged
from sync.trust import DeskKeys
from sync.trust.refusals import Forked, ListRolledBack, RolledBack, WrongScope
from sync.wire import DeskSealer, FileRole, KeyGrant, Letter, Purpose, Receipt, Scope, SignedBytes, encode_delta
from sync.wire.refusals import (
    AlteredReceipt,
    BadSignature,
    Malformed,
    TooLarge,
    WrongEdition,
    WrongHash,
    WrongLength,
    WrongRecipient,
)
from tests.simulators.bureau import START, BureauSimulator, PostSimulator


@pytest.fixture
def bureau() -> BureauSimulator:
    bureau = BureauSimulator()
    bureau.publish(add=["A0001", "A0002"])
    return bureau


@pytest.fixture
def post(bureau: BureauSimulator, tmp_path: Path) -> Iterator[PostSimulator]:
    post = PostSimulator(bureau, tmp_path)
    post.update()
    assert post.numbers == ["A0001", "A0002"]
    yield post
    assert post.numbers == ["A0001", "A0002"], "the last good edition is no longer in use"
    post.close()


def refused(done: Exchanged, kind: type[TamperingError]) -> TamperingError:
    """The one refusal of an exchange, which must also be said to the person."""
    (error,) = done.refusals
    assert type(error) is kind
    assert error.happened in done.report.lines
    return error


def test_rollback(bureau: BureauSimulator, post: PostSimulator) -> None:
    old = bureau.signed
    bureau.publish()
    post.update()
    bureau.publish()
    bureau.signed = old
    error = refused(post.update(), RolledBack)
    assert "An old manifest (number 1)" in str(error)


def test_rollback_of_one_list_in_a_new_manifest(bureau: BureauSimulator, post: PostSimulator) -> None:
    old, files = bureau.page.lists[0].edition, list(bureau.refs)
    bureau.publish(add=["B0001"], withdraw=["A0002"])
    post.exchange()
    bureau.refs = files
    bureau.sign(old)
    refused(post.exchange(), ListRolledBack)


def test_freeze(bureau: BureauSimulator, post: PostSimulator) -> None:
    """Whoever holds news back shows the same genuine page for ever. The desk believes it, and says that it is old."""
    post.clock.ticks += timedelta(hours=40).total_seconds()
    done = post.update()
    assert not done.refusals
    assert "Nothing new from the bureau since 2026-11-22" in str(done.warning)


def test_fork(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.sign(bureau.page.lists[0].edition, previous=bytes(32))
    refused(post.update(), Forked)


def test_mix_and_match(bureau: BureauSimulator, post: PostSimulator) -> None:
    """A genuine file of another edition under a page that says otherwise."""
    bureau.publish(add=["B0001"])
    bureau.refs = [replace(ref, base=1) for ref in bureau.refs if ref.role is FileRole.SNAPSHOT]
    bureau.refs = [replace(ref, edition=3, role=FileRole.DELTA) for ref in bureau.refs][-1:]
    bureau.number, edition = 3, replace(bureau.page.lists[0].edition, number=3)
    bureau.sign(edition)
    assert not post.exchange().refusals
    with pytest.raises(WrongEdition, match="sltd 2 where the bureau signed sltd 1→3"):
        post.apply()


def test_another_list_under_this_name(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.refs = []
    bureau.number = 2
    edition = replace(bureau.page.lists[0].edition, number=2)
    other = replace(edition, watchlist=replace(edition.watchlist, title="Another list"))
    bureau.add_file(encode_delta(Delta(1, other, (), ())), 1)
    bureau.sign(edition)
    post.exchange()
    with pytest.raises(WrongEdition):
        post.apply()


def test_endless_data_in_the_manifest(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.publish()
    bureau.answer = lambda data: data + bytes(300_000)
    refused(post.update(), TooLarge)


def test_endless_data_in_a_file(bureau: BureauSimulator, post: PostSimulator) -> None:
    """The desk asks for exactly the bytes the bureau signed, and no more: what lies beyond is never fetched."""
    bureau.publish(add=["B0001"], snapshot=False)
    name = bureau.refs[-1].name
    bureau.files[name] = bytes(10_000_000)
    refused(post.update(), WrongHash)
    assert sum(length for file, _, length in bureau.pieces if file == name) == bureau.refs[-1].length


def test_wrong_recipient(bureau: BureauSimulator, post: PostSimulator) -> None:
    """The key grant of another desk."""
    stolen = KeyGrant.make(bureau.key, DeskId("south-1"), bureau.desk_keys.sealing.public)
    bureau.key = replace(bureau.key, epoch=2)
    bureau.publish()
    bureau.grant = lambda scope, epoch: bureau.sign_grant(stolen)  # type: ignore[method-assign]
    refused(post.update(), WrongRecipient)


def test_a_manifest_for_another_scope(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.sign(bureau.page.lists[0].edition, scope=Scope("sea"))
    refused(post.update(), WrongScope)


def test_arbitrary_data(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.publish()
    bureau.answer = lambda data: b"<html>Please sign in to the hotel network</html>"
    refused(post.update(), Malformed)


def test_a_manifest_signed_by_somebody_else(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.keys = BureauSimulator(seed=9).keys
    bureau.publish()
    refused(post.update(), BadSignature)


def test_altered_edition(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.publish(add=["B0001"], snapshot=False)
    name = bureau.refs[-1].name
    whole = bureau.files[name]
    bureau.files[name] = whole[:100] + bytes([whole[100] ^ 1]) + whole[101:]
    error = refused(post.update(), WrongHash)
    assert name in str(error)
    assert post.spool.staged(bureau.refs[-1]).have == 0, "what was altered is not kept"


def test_an_edition_altered_on_the_disk_of_the_desk(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.publish(add=["B0001"], snapshot=False)
    post.exchange()
    staged = post.spool.staged(bureau.refs[-1])
    post.spool.drop(staged.file)
    post.spool.add_piece(replace(staged, have=0), bytes(staged.file.length))
    with pytest.raises(WrongHash):
        post.apply()
    post.spool.add_piece(replace(staged, have=0), bytes(staged.file.length + 1))
    with pytest.raises(WrongLength):
        post.apply()


def test_altered_receipt(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.queue()
    bureau.on_receipt = lambda signed: signed[:-1] + bytes([signed[-1] ^ 1])
    refused(post.update(), BadSignature)
    assert post.spool.count_waiting() == 1


def test_a_receipt_for_other_content(bureau: BureauSimulator, post: PostSimulator) -> None:
    post.queue()
    page = Receipt(post.trust.desk, 1, sha256(b"something else").digest(), START)
    forged = SignedBytes.sign(Purpose.RECEIPT, page.encode(), [bureau.keys.signing]).encode()
    bureau.on_receipt = lambda signed: forged
    refused(post.update(), AlteredReceipt)
    assert post.spool.count_waiting() == 1


def test_replay_of_an_upload(bureau: BureauSimulator, post: PostSimulator) -> None:
    """Whoever sends the same bytes again gets the same receipt, and nothing is counted twice."""
    post.queue()
    seen: list[bytes] = []
    original = bureau.send

    def recording(envelopes: list[bytes]) -> tuple[bytes, ...]:
        seen.extend(envelopes)
        return original(envelopes)

    bureau.send = recording  # type: ignore[assignment,method-assign]
    post.update()
    first = bureau.take_in(seen[0])
    assert bureau.take_in(seen[0]) == first
    assert len(bureau.stored) == 1


def test_restored_old_disk_image(bureau: BureauSimulator, post: PostSimulator, tmp_path: Path) -> None:
    """A desk set back to yesterday counts its reports from yesterday: the bureau sees two contents under one number."""
    post.queue()
    post.update()
    (tmp_path / "yesterday").mkdir()
    restored = PostSimulator(bureau, tmp_path / "yesterday")
    restored.queue(kind="decision")
    refused(restored.update(), AlteredReceipt)
    assert bureau.doubled == 1
    assert restored.spool.count_waiting() == 1, "the report is not taken for delivered"
    restored.close()


def test_an_upload_in_the_name_of_this_desk(bureau: BureauSimulator, post: PostSimulator) -> None:
    thief = DeskKeys.generate(bureau.random.randbytes)
    forged = DeskSealer(post.trust.desk, thief.signing, bureau.keys.sealing.public).seal(1, "hit", b"")
    assert bureau.take_in(forged.envelope) is None
    assert not bureau.stored


def test_a_lying_hint_of_news_does_not_stop_the_download(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.publish(snapshot=False)
    bureau.newest = 10**9
    post.exchange()
    assert post.spool.staged(bureau.refs[-1]).whole


def test_a_letter_that_was_altered_or_is_for_another_desk_is_refused(
    bureau: BureauSimulator, post: PostSimulator
) -> None:
    bureau.write("answer", b"one")
    whole = bureau.letters_sent[0]
    bureau.letters_sent[0] = whole[:-1] + bytes([whole[-1] ^ 1])
    refused(post.update(), BadSignature)
    other = Letter.write(DeskId("south-1"), 1, "answer", b"one", bureau.desk_keys.sealing.public)
    bureau.letters_sent[0] = SignedBytes.sign(Purpose.LETTER, other.encode(), [bureau.keys.signing]).encode()
    refused(post.update(), WrongRecipient)
    assert post.spool.letters() == ()
    bureau.letters_sent[0] = whole
    post.update()
    assert post.trust.letter(post.spool.letters()[0]).open(post.trust.desk, bureau.desk_keys.sealing) == b"one"


def test_a_letter_held_back_is_asked_for_again_and_never_taken_in_twice(
    bureau: BureauSimulator, post: PostSimulator
) -> None:
    for words in (b"one", b"two", b"three"):
        bureau.write("answer", words)
    bureau.answer = lambda data: b"" if data == bureau.letters_sent[1] else data
    post.update()
    assert (post.spool.letters_held(), len(post.spool.letters())) == (1, 2)
    post.spool.forget_letters([1, 3])
    bureau.answer = lambda data: data
    post.update()
    assert post.spool.letters_held() == 3
    assert post.spool.letters() == (bureau.letters_sent[1],)


def test_a_lying_hint_of_letters_does_not_keep_the_desk_busy(bureau: BureauSimulator, post: PostSimulator) -> None:
    bureau.publish(add=[f"C{number}" for number in range(2000)])
    post.exchanger._piece = 1024
    asked: list[int] = []
    bureau.letters = lambda after: asked.append(after) or ()  # type: ignore[method-assign,func-returns-value]
    bureau.letters_sent = [b""] * 9
    post.exchange()
    assert asked == [0]

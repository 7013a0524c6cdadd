"""Roots of trust: the cases of TUF's client workflow (section 5.3) that apply to roots."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Timestamp

from borderdesk.errors import TamperingError
from borderdesk.ids import DeskId
from sync.trust import KeyRole, Trust, TrustedRoot
from sync.trust.refusals import RootNotSigned, RootOutOfOrder
from sync.wire import Manifest, Purpose, Scope, SignedBytes, SigningKey
from sync.wire.refusals import BadSignature, Malformed, TooLarge

EXPIRES = datetime(2027, 11, 22, tzinfo=UTC)
PEOPLE = [CryptoSigner.generate_ed25519() for _ in range(6)]
ONLINE = [CryptoSigner.generate_ed25519() for _ in range(3)]


def root(
    version: int,
    holders: Iterable[CryptoSigner],
    signers: Iterable[CryptoSigner],
    threshold: int = 2,
    online: Iterable[CryptoSigner] = ONLINE[:1],
    online_threshold: int = 1,
) -> bytes:
    page = Root(version=version, expires=EXPIRES)
    for holder in holders:
        page.add_key(holder.public_key, "root")
    page.roles["root"].threshold = threshold
    for signer in online:
        page.add_key(signer.public_key, "timestamp")
    page.roles["timestamp"].threshold = online_threshold
    metadata = Metadata(page)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes()


FIRST = root(1, PEOPLE[:3], PEOPLE[:2])


def test_keys_are_exchanged_from_root_to_root() -> None:
    second = root(2, PEOPLE[1:4], [PEOPLE[0], PEOPLE[1], PEOPLE[3]])
    third = root(3, PEOPLE[3:6], [PEOPLE[1], PEOPLE[3], PEOPLE[4]], online=ONLINE[1:2])
    newest = TrustedRoot.pinned(FIRST).follow([second, third])
    assert newest.version == 3
    assert [key.raw.hex() for key in newest.keys(KeyRole.PUBLISHING)] == [ONLINE[1].public_key.keyval["public"]]
    assert TrustedRoot.pinned(newest.data).version == 3
    assert TrustedRoot.pinned(FIRST).follow([]).version == 1


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (root(2, PEOPLE[:3], PEOPLE[:1]), RootNotSigned),  # below the threshold
        (root(2, PEOPLE[3:6], PEOPLE[3:6]), RootNotSigned),  # by the new keys only
        (root(2, PEOPLE[3:6], PEOPLE[:3]), RootNotSigned),  # by the old keys only
        (root(2, PEOPLE[3:6], [PEOPLE[0], PEOPLE[3], PEOPLE[4]]), RootNotSigned),  # too few old ones
        (root(2, PEOPLE[:3], [PEOPLE[0], PEOPLE[0]]), RootNotSigned),  # the same key twice
        (root(2, PEOPLE[:3], []), RootNotSigned),
        (root(3, PEOPLE[:3], PEOPLE[:3]), RootOutOfOrder),  # one was left out
        (root(1, PEOPLE[:3], PEOPLE[:3]), RootOutOfOrder),  # the same again
        (b"{}", Malformed),
        (b"\xff" * 10, Malformed),
        (b"[" * 10_000, Malformed),
        (Metadata(Timestamp(version=2)).to_bytes(), Malformed),
        (b" " * 100_000, TooLarge),
    ],
)
def test_roots_that_are_not_the_next_one_are_refused(data: bytes, refusal: type[Exception]) -> None:
    held = TrustedRoot.pinned(FIRST)
    with pytest.raises(refusal):
        held.successor(data)
    assert held.version == 1


def test_a_lowered_threshold_counts_only_once_the_old_one_agreed() -> None:
    with pytest.raises(RootNotSigned):
        TrustedRoot.pinned(FIRST).successor(root(2, PEOPLE[:3], PEOPLE[:1], threshold=1))
    lowered = TrustedRoot.pinned(FIRST).successor(root(2, PEOPLE[:3], PEOPLE[:2], threshold=1))
    assert lowered.successor(root(3, PEOPLE[:3], PEOPLE[:1], threshold=1)).version == 3


def test_an_altered_root_is_refused() -> None:
    page = json.loads(FIRST)
    page["signed"]["roles"]["root"]["threshold"] = 1
    with pytest.raises(RootNotSigned):
        TrustedRoot.pinned(json.dumps(page).encode())
    for place in range(0, len(FIRST), 17):
        altered = FIRST[:place] + bytes([FIRST[place] ^ 1]) + FIRST[place + 1 :]
        try:
            same = TrustedRoot.pinned(altered)
        except TamperingError:
            continue
        assert same.version == 1, "only white space and spare signatures may differ"


def test_an_expired_root_warns_and_still_counts() -> None:
    held = TrustedRoot.pinned(FIRST)
    assert held.overdue(EXPIRES) is None
    assert "renewed by 2027-11-22" in str(held.overdue(EXPIRES.replace(year=2040)))
    assert held.successor(root(2, PEOPLE[:3], PEOPLE[:2])).version == 2


def test_manifests_are_believed_from_the_keys_that_the_root_names() -> None:
    held = TrustedRoot.pinned(root(1, PEOPLE[:3], PEOPLE[:3], online=ONLINE, online_threshold=2))
    trust = Trust.under(held, Scope("land"), DeskId("north-1"))
    keys = [SigningKey(bytes.fromhex(_secret(signer))) for signer in ONLINE]
    page = Manifest(Scope("land"), 1, 1, EXPIRES, EXPIRES, b"", ()).encode()
    assert trust.manifest(SignedBytes.sign(Purpose.MANIFEST, page, keys[:2]).encode(), None).manifest.sequence == 1
    with pytest.raises(BadSignature):
        trust.manifest(SignedBytes.sign(Purpose.MANIFEST, page, keys[:1]).encode(), None)


def _secret(signer: CryptoSigner) -> str:
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(signer.private_bytes, None)
    return key.private_bytes_raw().hex()  # type: ignore[union-attr]

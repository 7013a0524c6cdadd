"""The cases of theupdateframework/tuf-conformance that apply to roots and to the page that stands for timestamp,
snapshot and targets here (the manifest). Names and expected outcomes are theirs; the code is ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from borderdesk.errors import TamperingError
from sync.trust import Trust, TrustedRoot
from sync.trust.offline import draft, sign_root
from sync.trust.refusals import Forked, PublishingKeyStolen, RolledBack, RootNotSigned
from sync.trust.root import KeyRole
from sync.wire import Checkpoint, Purpose, SignedBytes, SigningKey, VerifyingKey
from sync.wire.refusals import BadSignature, Malformed
from tests.simulators.bureau import DESK, SCOPE, BureauSimulator, PostSimulator

EXPIRES = datetime(2027, 11, 22, tzinfo=UTC)
SIGNERS = [CryptoSigner.generate_ed25519() for _ in range(10)]


@dataclass(frozen=True)
class MdVersion:
    """Root keys, threshold and signatures of one version; the last one may have to be refused."""

    keys: list[int]
    threshold: int
    sigs: list[int]
    res: bool = True


ROTATIONS = {
    "1-of-1-key-rotation": [MdVersion([1], 1, [1]), MdVersion([2], 1, [2, 1]), MdVersion([2], 1, [2])],
    "1-of-1-key-rotation-unused-signatures": [
        MdVersion([1], 1, [3, 1, 4]),
        MdVersion([2], 1, [3, 2, 1, 4]),
        MdVersion([2], 1, [3, 2, 4]),
    ],
    "3-of-5-sign-with-different-keycombos": [
        MdVersion([0, 1, 2, 3, 4], 3, [0, 2, 4]),
        MdVersion([0, 1, 2, 3, 4], 3, [0, 4, 1]),
        MdVersion([0, 1, 2, 3, 4], 3, [0, 1, 3]),
    ],
    "3-of-5-one-key-rotated": [MdVersion([0, 1, 2, 3, 4], 3, [0, 2, 4]), MdVersion([0, 1, 3, 4, 5], 3, [0, 4, 1])],
    "3-of-5-one-key-rotated-with-intermediate-step": [
        MdVersion([0, 1, 2, 3, 4], 3, [0, 2, 4]),
        MdVersion([0, 1, 3, 4, 5], 3, [0, 2, 4, 5]),
        MdVersion([0, 1, 3, 4, 5], 3, [0, 4, 5]),
    ],
    "3-of-5-all-keys-rotated-with-intermediate-step": [
        MdVersion([0, 1, 2, 3, 4], 3, [0, 2, 4]),
        MdVersion([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]),
        MdVersion([5, 6, 7, 8, 9], 3, [5, 6, 7]),
    ],
    "1-of-3-threshold-increase-to-2-of-3": [MdVersion([1, 2, 3], 1, [1]), MdVersion([1, 2, 3], 2, [1, 2])],
    "2-of-3-threshold-decrease-to-1-of-3": [
        MdVersion([1, 2, 3], 2, [1, 2]),
        MdVersion([1, 2, 3], 1, [1, 2]),
        MdVersion([1, 2, 3], 1, [1]),
    ],
    "1-of-2-threshold-increase-to-2-of-2": [MdVersion([1], 1, [1]), MdVersion([1, 2], 2, [1, 2])],
    "1-of-1-key-rotation-fail-not-signed-with-old-key": [MdVersion([1], 1, [1]), MdVersion([2], 1, [2, 3, 4], False)],
    "1-of-1-key-rotation-fail-not-signed-with-new-key": [MdVersion([1], 1, [1]), MdVersion([2], 1, [1, 3, 4], False)],
    "3-of-5-one-key-rotate-fails-not-signed-with-3-new-keys": [
        MdVersion([0, 1, 2, 3, 4], 3, [0, 2, 4]),
        MdVersion([0, 1, 3, 4, 5], 3, [0, 2, 4], False),
    ],
    "3-of-5-one-key-rotate-fails-not-signed-with-3-old-keys": [
        MdVersion([0, 1, 2, 3, 4], 3, [0, 2, 4]),
        MdVersion([0, 1, 3, 4, 5], 3, [0, 4, 5], False),
    ],
    "1-of-3-threshold-bump-to-2-of-3-fails-new-threshold-not-reached": [
        MdVersion([1, 2, 3], 1, [1]),
        MdVersion([1, 2, 3], 2, [2], False),
    ],
    "2-of-3-threshold-decr-to-1-of-3-fails-old-threshold-not-eached": [
        MdVersion([1, 2, 3], 2, [1, 2]),
        MdVersion([1, 2, 3], 1, [1], False),
    ],
}

NON_ROOT = {
    "1-of-1-key-rotation": MdVersion([2], 1, [2]),
    "1-of-1-key-rotation-unused-signatures": MdVersion([1], 1, [3, 1, 4]),
    "1-of-1-key-rotation-fail-not-signed-with-new-key": MdVersion([2], 1, [1, 3, 4], False),
    "3-of-5-one-key-signature-wrong-not-signed-with-3-expected-keys": MdVersion([0, 1, 3, 4, 5], 3, [0, 2, 4], False),
    "2-of-5-one-key-signature-mising-threshold-not-reached": MdVersion([0, 1, 3, 4, 5], 3, [0, 4], False),
    "3-of-5-sign-first-combo": MdVersion([0, 1, 2, 3, 4], 3, [0, 2, 4]),
    "3-of-5-sign-second-combo": MdVersion([0, 1, 2, 3, 4], 3, [0, 4, 1]),
    "3-of-5-sign-third-combo": MdVersion([0, 1, 2, 3, 4], 3, [0, 1, 3]),
    "3-of-5-sign-fourth-combo": MdVersion([0, 1, 2, 3, 4], 3, [1, 2, 3]),
    "3-of-5-sign-fifth-combo": MdVersion([0, 1, 2, 3, 4], 3, [2, 3, 4]),
}


def public(signer: CryptoSigner) -> VerifyingKey:
    return VerifyingKey(bytes.fromhex(signer.public_key.keyval["public"]))


def secret(signer: CryptoSigner) -> SigningKey:
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(signer.private_bytes, None)
    return SigningKey(key.private_bytes_raw())  # type: ignore[union-attr]


def root_of(version: int, case: MdVersion) -> bytes:
    page = Root(version=version, expires=EXPIRES)
    for number in case.keys:
        page.add_key(SIGNERS[number].public_key, "root")
    page.roles["root"].threshold = case.threshold
    metadata = Metadata(page)
    for number in case.sigs:
        metadata.sign(SIGNERS[number], append=True)
    return metadata.to_bytes()


@pytest.mark.parametrize("versions", ROTATIONS.values(), ids=ROTATIONS.keys())
def test_root_rotation(versions: list[MdVersion]) -> None:
    first, *later = [root_of(number, case) for number, case in enumerate(versions, start=1)]
    trusted = TrustedRoot.pinned(first)
    for data, case in zip(later, versions[1:], strict=True):
        if case.res:
            trusted = trusted.successor(data)
            assert trusted.data == data
        else:
            with pytest.raises(RootNotSigned):
                trusted.successor(data)
            assert trusted.data == first


@dataclass
class Rooted:
    """A simulated bureau under a root held by two of three people, and a post that follows it."""

    bureau: BureauSimulator
    post: PostSimulator

    @property
    def version(self) -> int:
        return self.post.trust.root_version

    def publish_root(self, publishing: list[VerifyingKey], checkpoints: list[VerifyingKey] | None = None) -> bytes:
        """The next root, signed by two of its three holders."""
        before = max(self.bureau.roots, default=0)
        data = draft(
            self.bureau.roots.get(before, b""),
            holders=[public(signer) for signer in SIGNERS[:3]],
            threshold=2,
            publishing=publishing,
            checkpoints=checkpoints or [],
            expires=EXPIRES,
        )
        for signer in SIGNERS[:2]:
            data = sign_root(data, _private(signer))
        self.bureau.roots[before + 1] = data
        return data

    def exchange_keys(self, to: int) -> None:
        """Publish with another key from now on."""
        self.bureau.keys = type(self.bureau.keys)(secret(SIGNERS[to]), self.bureau.keys.sealing)
        self.publish_root([self.bureau.keys.signing.public])


def _private(signer: CryptoSigner) -> object:
    from cryptography.hazmat.primitives import serialization

    return serialization.load_pem_private_key(signer.private_bytes, None)


@pytest.fixture
def rooted(tmp_path: Path) -> Iterator[Rooted]:
    bureau = BureauSimulator()
    post = PostSimulator(bureau, tmp_path)
    made = Rooted(bureau, post)
    first = TrustedRoot.pinned(made.publish_root([bureau.keys.signing.public]))
    post.trust = Trust.under(first, SCOPE, DESK)
    post.exchanger = post._exchange()
    bureau.publish(add=["A0001"])
    post.update()
    assert post.numbers == ["A0001"]
    yield made
    post.close()


@pytest.mark.parametrize("case", NON_ROOT.values(), ids=NON_ROOT.keys())
def test_non_root_rotations(rooted: Rooted, case: MdVersion) -> None:
    rooted.bureau.publish(add=["B0001"])
    page = rooted.bureau.page.encode()
    data = rooted.publish_root([public(SIGNERS[number]) for number in case.keys])
    metadata = Metadata[Root].from_bytes(data)
    metadata.signed.roles[KeyRole.PUBLISHING.value].threshold = case.threshold
    metadata.sign(SIGNERS[0])
    metadata.sign(SIGNERS[1], append=True)
    rooted.bureau.roots[2] = metadata.to_bytes()
    signing = [secret(SIGNERS[number]) for number in case.sigs]
    rooted.bureau.signed = SignedBytes.sign(Purpose.MANIFEST, page, signing).encode()
    rooted.bureau.sign_grant = lambda grant: SignedBytes.sign(Purpose.GRANT, grant.encode(), signing).encode()  # type: ignore[method-assign]
    done = rooted.post.exchange()
    assert rooted.version == 2, "the root is followed in either case"
    assert [type(error) for error in done.refusals] == ([] if case.res else [BadSignature])
    assert (rooted.post.spool.manifest() is not None) is case.res


def test_basic_init_and_refresh(rooted: Rooted) -> None:
    assert rooted.version == 1
    assert rooted.post.exchanger.held_manifest().manifest.sequence == 1


def test_invalid_initial_root() -> None:
    page = json.loads(root_of(1, MdVersion([1], 1, [1])))
    del page["signed"]["version"]
    with pytest.raises(Malformed):
        TrustedRoot.pinned(json.dumps(page).encode())


def test_unsigned_initial_root() -> None:
    page = json.loads(root_of(1, MdVersion([1], 1, [1])))
    page["signatures"][0]["sig"] = "00" * 64
    with pytest.raises(RootNotSigned):
        TrustedRoot.pinned(json.dumps(page).encode())


def test_custom_fields() -> None:
    page = Root(version=1, expires=EXPIRES, unrecognized_fields={"custom-field": "value"})
    page.add_key(SIGNERS[1].public_key, "root")
    page.keys[page.roles["root"].keyids[0]].unrecognized_fields["extra-field"] = {"a": 1, "b": 2}
    page.roles["root"].unrecognized_fields["another-field"] = "value"
    metadata = Metadata(page)
    metadata.sign(SIGNERS[1])
    assert TrustedRoot.pinned(metadata.to_bytes()).version == 1


def test_wrong_hashing_algorithm() -> None:
    page = Root(version=1, expires=EXPIRES)
    page.add_key(SIGNERS[1].public_key, "root")
    page.keys[page.roles["root"].keyids[0]].unrecognized_fields["keyid_hash_algorithms"] = ["md5"]
    metadata = Metadata(page)
    metadata.sign(SIGNERS[1])
    assert TrustedRoot.pinned(metadata.to_bytes()).version == 1


def test_duplicate_keys_root(rooted: Rooted) -> None:
    """One key under many ids is one key: a threshold of two is not reached with it."""
    key = rooted.bureau.keys.signing
    page = SignedBytes.sign(Purpose.MANIFEST, rooted.bureau.page.encode(), [key, key, key])
    trust = Trust([key.public, key.public], SCOPE, DESK, threshold=2)
    with pytest.raises(BadSignature):
        trust.manifest(page.encode(), None)


def test_snapshot_threshold() -> None:
    keys = [secret(signer) for signer in SIGNERS[:5]]
    trust = Trust([key.public for key in keys], SCOPE, DESK, threshold=6)
    bureau = BureauSimulator()
    bureau.publish(add=["A0001"])
    page = SignedBytes.sign(Purpose.MANIFEST, bureau.page.encode(), keys)
    with pytest.raises(BadSignature):
        trust.manifest(page.encode(), None)


def test_root_expired(rooted: Rooted) -> None:
    """An expired root is followed. Where the suite then refuses the rest, a desk warns: it must still answer."""
    rooted.publish_root([rooted.bureau.keys.signing.public])
    rooted.bureau.publish(add=["B0001"])
    rooted.bureau.sign(rooted.bureau.page.lists[0].edition, root=2)
    rooted.post.update()
    assert rooted.version == 2
    assert rooted.post.trust.root.overdue(EXPIRES + timedelta(days=1)) is not None
    assert rooted.post.numbers == ["A0001", "B0001"]


@pytest.mark.parametrize("case", ["test_timestamp_expired", "test_snapshot_expired", "test_targets_expired"])
def test_expired_metadata(rooted: Rooted, case: str) -> None:
    """One page stands for all three. Stale, it is still believed, and said to be stale."""
    rooted.post.clock.ticks += timedelta(days=5).total_seconds()
    done = rooted.post.update()
    assert not done.refusals
    assert done.warning is not None
    rooted.bureau.now += timedelta(days=5)
    rooted.bureau.publish(add=["B0001"])
    assert rooted.post.update().warning is None, "an expired page leads on to a fresh one"


def test_new_timestamp_version_rollback(rooted: Rooted) -> None:
    old = rooted.bureau.signed
    rooted.bureau.publish(add=["B0001"])
    rooted.post.update()
    rooted.bureau.publish()
    rooted.bureau.signed = old
    assert [type(error) for error in rooted.post.update().refusals] == [RolledBack]
    assert rooted.post.numbers == ["A0001", "B0001"]


@pytest.mark.parametrize("case", ["test_timestamp_content_changes", "test_timestamp_eq_versions_check"])
def test_same_version_with_other_content(rooted: Rooted, case: str) -> None:
    held = rooted.post.spool.manifest()
    rooted.bureau.sequence -= 1
    page, rooted.bureau.page = rooted.bureau.page, None
    rooted.bureau.now += timedelta(seconds=1)
    rooted.bureau.sign(page.lists[0].edition)
    rooted.bureau.sequence = 99
    assert [type(error) for error in rooted.post.update().refusals] == [Forked]
    assert rooted.post.spool.manifest() == held


@pytest.mark.parametrize(
    "case",
    [
        "test_new_timestamp_fast_forward_recovery",
        "test_new_snapshot_fast_forward_recovery",
        "test_new_targets_fast_forward_recovery",
    ],
)
def test_fast_forward_recovery(rooted: Rooted, case: str) -> None:
    """A thief of the publishing key signs far ahead; the holders of the root shut the key out, and the desk goes on."""
    good = rooted.bureau.sequence
    rooted.bureau.sequence = 99_998
    rooted.bureau.sign(rooted.bureau.page.lists[0].edition)
    rooted.post.update()
    assert rooted.post.exchanger.held_manifest().manifest.sequence == 99_999
    rooted.bureau.sequence = good
    rooted.exchange_keys(5)
    rooted.bureau.publish(add=["B0001"])
    done = rooted.post.update()
    assert not done.refusals
    assert rooted.post.exchanger.held_manifest().manifest.sequence == good + 1
    assert rooted.post.numbers == ["A0001", "B0001"]
    assert any("root of trust is now number 2" in str(line) for line in done.report.lines)


def test_the_stolen_key_is_not_believed_afterwards(rooted: Rooted) -> None:
    stolen = rooted.bureau.keys
    rooted.exchange_keys(5)
    rooted.bureau.publish(add=["B0001"])
    rooted.post.update()
    rooted.bureau.keys = stolen
    rooted.bureau.publish(add=["C0001"])
    assert [type(error) for error in rooted.post.update().refusals] == [BadSignature]
    assert rooted.post.numbers == ["A0001", "B0001"]


def test_key_compromise_is_shown_by_the_checkpoint(rooted: Rooted) -> None:
    """The thief publishes under a number; the separately held key says that another page stood there."""
    holder = secret(SIGNERS[9])
    rooted.publish_root([rooted.bureau.keys.signing.public], [holder.public])
    genuine, number = rooted.bureau.page, rooted.bureau.sequence
    rooted.bureau.publish(add=["F0001"], snapshot=False)
    rooted.post.update()
    believed = rooted.post.numbers

    def confirm(hash_: bytes) -> bytes:
        page = Checkpoint(SCOPE, number + 1, hash_, rooted.bureau.now)
        return SignedBytes.sign(Purpose.CHECKPOINT, page.encode(), [holder]).encode()

    ours = rooted.post.exchanger.held_manifest().hash
    rooted.bureau.sign(rooted.bureau.page.lists[0].edition, checkpoint=confirm(ours), root=2)
    assert not rooted.post.update().refusals
    rooted.bureau.sign(rooted.bureau.page.lists[0].edition, checkpoint=confirm(bytes(32)), root=2)
    (error,) = rooted.post.update().refusals
    assert type(error) is PublishingKeyStolen
    assert "was not the bureau's" in str(error)
    assert rooted.post.numbers == believed
    assert genuine.sequence == number


def test_a_checkpoint_by_another_key_is_refused(rooted: Rooted) -> None:
    rooted.publish_root([rooted.bureau.keys.signing.public], [public(SIGNERS[9])])
    rooted.bureau.sign(rooted.bureau.page.lists[0].edition, root=2)
    rooted.post.update()
    forged = SignedBytes.sign(Purpose.CHECKPOINT, b"x", [rooted.bureau.keys.signing]).encode()
    rooted.bureau.sign(rooted.bureau.page.lists[0].edition, checkpoint=forged, root=2)
    assert [type(error) for error in rooted.post.update().refusals] == [BadSignature]


def test_roots_followed_are_followed_again_after_a_restart_and_checked_from_the_first(rooted: Rooted) -> None:
    first = rooted.bureau.roots[1]
    rooted.exchange_keys(5)
    rooted.bureau.publish(add=["B0001"])
    rooted.post.update()
    roots = rooted.post.spool.roots()
    assert TrustedRoot.pinned(first).follow(roots).version == 2
    with pytest.raises(TamperingError):
        TrustedRoot.pinned(root_of(1, MdVersion([7], 1, [7]))).follow(roots)

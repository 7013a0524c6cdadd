"""What lies on a stick opens for the one it is for, and for nobody else."""

from __future__ import annotations

import random
from hashlib import sha512

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.wire import SealingPrivateKey, SigningKey, VerifyingKey
from sync.wire.refusals import Malformed
from sync.wire.wrapping import (
    BUREAU_OVERHEAD,
    DESK_OVERHEAD,
    _point,
    unwrap_at_bureau,
    unwrap_at_desk,
    wrap_for_bureau,
    wrap_for_desk,
)


def keys(count: int) -> list[SigningKey]:
    draw = random.Random(19)
    return [SigningKey(draw.randbytes(32)) for _ in range(count)]


def test_the_point_of_a_signing_key_is_that_of_its_secret() -> None:
    for key in keys(50):
        secret = X25519PrivateKey.from_private_bytes(sha512(key.secret).digest()[:32])
        assert _point(key.public.raw) == secret.public_key().public_bytes_raw()


def test_a_desk_opens_what_is_for_it_and_only_that() -> None:
    desk, other = keys(2)
    wrapped = wrap_for_desk(desk.public, b"a page")
    assert unwrap_at_desk(desk, wrapped) == b"a page"
    assert len(wrapped) == len(b"a page") + DESK_OVERHEAD
    assert wrapped != wrap_for_desk(desk.public, b"a page"), "nobody sees that two sticks say the same"
    for wrong in (wrapped[:-1], wrapped[:10], wrapped[:4], bytes([*wrapped[:-1], wrapped[-1] ^ 1])):
        with pytest.raises(Malformed):
            unwrap_at_desk(desk, wrong)
    with pytest.raises(Malformed):
        unwrap_at_desk(other, wrapped)
    assert unwrap_at_desk(desk, b"in the clear") == b"in the clear"


@pytest.mark.parametrize("raw", [bytes(32), (1).to_bytes(32, "little"), (2**255 - 20).to_bytes(32, "little")])
def test_a_key_that_somebody_made_up_keeps_no_other_desk_from_its_page(raw: bytes) -> None:
    assert len(wrap_for_desk(VerifyingKey(raw), b"a page")) == len(b"a page") + DESK_OVERHEAD


def test_the_bureau_opens_what_is_for_it_and_judges_the_rest_as_it_is() -> None:
    draw = random.Random(20)
    bureau, other = (SealingPrivateKey.generate(draw.randbytes) for _ in range(2))
    wrapped = wrap_for_bureau(bureau.public, b"an upload")
    assert len(wrapped) == len(b"an upload") + BUREAU_OVERHEAD
    assert unwrap_at_bureau(bureau, wrapped) == b"an upload"
    for strange in (b"plain", wrapped[:-1]):
        assert unwrap_at_bureau(bureau, strange) == strange
    assert unwrap_at_bureau(other, wrapped) == wrapped

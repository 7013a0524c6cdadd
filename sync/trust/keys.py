"""Who has which keys. Private keys are made where they are used and never travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from borderdesk.words import say
from sync.wire.cbor import Fields, decode, encode
from sync.wire.enrolment import EnrolReply, EnrolRequest
from sync.wire.sealing import PRIVATE_BYTES, SealingPrivateKey
from sync.wire.signed import SigningKey

_WHAT: Final = say("key file")
_MAX: Final = 64 * 1024
_SECRET: Final = 32


@dataclass(frozen=True, slots=True, repr=False)
class DeskKeys:
    """A desk's three keys.

    `signing` answers for uploads and `sealing` opens epoch keys: both are kept inside the encrypted store. `transport`
    only says to the bureau's server which desk is asking; it is kept outside, so that a locked desk can go on fetching
    what it cannot read and sending what it has sealed before.
    """

    signing: SigningKey
    transport: SigningKey
    sealing: SealingPrivateKey

    @classmethod
    def generate(cls, entropy: Callable[[int], bytes]) -> DeskKeys:
        """`entropy` gives that many secret random bytes (`secrets.token_bytes`)."""
        return cls(SigningKey(entropy(_SECRET)), SigningKey(entropy(_SECRET)), SealingPrivateKey.generate(entropy))

    def serialise(self) -> bytes:
        """All private keys, in the clear: for the encrypted store only."""
        return encode(["desk keys 1", self.signing.secret, self.transport.secret, self.sealing.raw])

    @classmethod
    def deserialise(cls, data: bytes) -> DeskKeys:
        """Raises Malformed."""
        fields = Fields(decode(data, _WHAT, _MAX), _WHAT, 4)
        if fields.text(16) != "desk keys 1":
            fields.refuse("not a desk's keys")
        return cls(
            SigningKey(fields.blob(_SECRET, _SECRET)),
            SigningKey(fields.blob(_SECRET, _SECRET)),
            SealingPrivateKey(fields.blob(PRIVATE_BYTES, PRIVATE_BYTES)),
        )

    def request(self, handle: str) -> EnrolRequest:
        """The public halves, for enrolment under the code with this handle."""
        return EnrolRequest(handle, self.signing.public, self.transport.public, self.sealing.public)


@dataclass(frozen=True, slots=True, repr=False)
class BureauKeys:
    """A bureau's keys: `signing` for manifests, grants and receipts, `sealing` for what desks send."""

    signing: SigningKey
    sealing: SealingPrivateKey

    @classmethod
    def generate(cls, entropy: Callable[[int], bytes]) -> BureauKeys:
        return cls(SigningKey(entropy(_SECRET)), SealingPrivateKey.generate(entropy))

    def serialise(self) -> bytes:
        """Both private keys, in the clear: for a file that only the server can read."""
        return encode(["bureau keys 1", self.signing.secret, self.sealing.raw])

    @classmethod
    def deserialise(cls, data: bytes) -> BureauKeys:
        """Raises Malformed."""
        fields = Fields(decode(data, _WHAT, _MAX), _WHAT, 3)
        if fields.text(16) != "bureau keys 1":
            fields.refuse("not a bureau's keys")
        return cls(
            SigningKey(fields.blob(_SECRET, _SECRET)), SealingPrivateKey(fields.blob(PRIVATE_BYTES, PRIVATE_BYTES))
        )


@dataclass(frozen=True, slots=True)
class LinkIdentity:
    """What an enrolled desk needs to reach its bureau and to judge what comes back, locked or not.

    Nothing here opens or signs content. `url` is the bureau's address without a path.
    """

    reply: EnrolReply
    url: str
    transport: SigningKey

    def encode(self) -> bytes:
        return encode(["link 1", self.reply.encode(), self.url, self.transport.secret])

    @classmethod
    def decode(cls, data: bytes) -> LinkIdentity:
        """Raises Malformed."""
        fields = Fields(decode(data, _WHAT, _MAX), _WHAT, 4)
        if fields.text(16) != "link 1":
            fields.refuse("not a link's identity")
        return cls(EnrolReply.decode(fields.blob(_MAX)), fields.text(500), SigningKey(fields.blob(_SECRET, _SECRET)))

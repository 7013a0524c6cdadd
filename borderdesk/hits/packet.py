"""A hit, and the bureau's answer, in so few bytes that they can be shown as a QR code or read over a radio.

A packet is signed by the desk, an answer by the bureau; the signature is the last 64 bytes. Personal data in it are
kept to what the bureau needs to find the record and to say whose hit it is. The full report follows with the link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from borderdesk.errors import TamperingError
from borderdesk.hits.spoken import NoPacket
from borderdesk.hits.types import AnswerKind, BureauAnswer, Hit, HitAct, HitEvent
from borderdesk.ids import AccountId, DeskId, HitId, ListName, RecordKey, RecordRef
from borderdesk.words import say

PACKET, ANSWER = 0x11, 0x21
"""First byte: what it is, and its version."""

SIGNATURE: Final = 64
"""Bytes of an Ed25519 signature (RFC 8032, 5.1.6)."""

MOST_BYTES: Final = 2048
_MOST_TEXT: Final = 60
_ACTS: Final = (
    HitAct.TAKE_UP, HitAct.REFER, HitAct.NOT_THE_PERSON, HitAct.SEIZED, HitAct.LET_GO, HitAct.PROTECTED,
    HitAct.ASK_AGAIN, HitAct.REPLY, HitAct.NOTED, HitAct.LEFT_OPEN,
)  # fmt: skip
_KINDS: Final = (
    AnswerKind.CONFIRMED, AnswerKind.NOT_CONFIRMED, AnswerKind.MORE_NEEDED, AnswerKind.INSTRUCTIONS, AnswerKind.CLOSED,
)  # fmt: skip
"""Their order is part of the format: new ones are added at the end."""

_Known = TypeVar("_Known")
Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes], bool]
"""Payload and signature."""


class PacketForged(TamperingError):
    """The signature does not fit: it was not made by whom it names, or not read to the end."""

    def __init__(self, who: str) -> None:
        super().__init__(
            say("This packet was not signed by {who}.", who=who),
            safe=say("It is not believed, and nothing was changed."),
            todo=say("Call back on a number you know, and ask for the groups once more."),
        )


@dataclass(frozen=True, slots=True)
class Packet:
    """What a desk says about one hit by voice or QR code. `at` is trusted time in UTC, to the second."""

    desk: DeskId
    hit: HitId
    record: RecordRef
    act: HitAct
    officer: AccountId
    at: datetime
    traveller: str


@dataclass(frozen=True, slots=True)
class SpokenAnswer:
    """What the bureau says about one hit the same way. `number` is that of the letter that follows with the link."""

    hit: HitId
    kind: AnswerKind
    number: int
    at: datetime

    def as_answer(self, by: str) -> BureauAnswer:
        """As the desk enters it; `by` is who read it out."""
        return BureauAnswer(self.hit, self.number, self.kind, "", by, self.at)


def packet_of(hit: Hit, event: HitEvent) -> Packet:
    """The packet for a hit and the newest act on it."""
    at = event.at.trusted.replace(microsecond=0)
    return Packet(hit.desk, hit.id, hit.record, event.act, event.officer, at, hit.traveller)


def write_packet(packet: Packet, sign: Sign) -> bytes:
    """The signed bytes. Raises ValueError for an id that is not 32 hexadecimal digits."""
    body = b"".join(
        (
            bytes((PACKET,)),
            _text(packet.desk),
            bytes.fromhex(packet.hit),
            bytes((_ACTS.index(packet.act),)),
            int(packet.at.timestamp()).to_bytes(4, "big"),
            _text(packet.record.list),
            _text(packet.record.key),
            packet.record.edition.to_bytes(4, "big"),
            _text(packet.officer),
            _text(packet.traveller),
        )
    )
    return body + sign(body)


def read_packet(data: bytes, verify: Callable[[DeskId], Verify | None]) -> Packet:
    """The inverse, at the bureau. `verify` knows each desk's key. Raises NoPacket, PacketForged."""
    body, signature = data[:-SIGNATURE], data[-SIGNATURE:]
    reader = _Reader(body)
    reader.expect(PACKET)
    packet = Packet(
        desk=DeskId(reader.text()),
        hit=HitId(reader.take(16).hex()),
        act=reader.one_of(_ACTS),
        at=reader.moment(),
        record=RecordRef(ListName(reader.text()), RecordKey(reader.text()), int.from_bytes(reader.take(4), "big")),
        officer=AccountId(reader.text()),
        traveller=reader.text(),
    )
    reader.end()
    check = verify(packet.desk)
    if check is None or not check(body, signature):
        raise PacketForged(packet.desk)
    return packet


def write_answer(answer: SpokenAnswer, sign: Sign) -> bytes:
    """The signed bytes, at the bureau."""
    body = b"".join(
        (
            bytes((ANSWER, _KINDS.index(answer.kind))),
            bytes.fromhex(answer.hit),
            answer.number.to_bytes(4, "big"),
            int(answer.at.timestamp()).to_bytes(4, "big"),
        )
    )
    return body + sign(body)


def read_answer(data: bytes, verify: Verify, bureau: str) -> SpokenAnswer:
    """The inverse, at a desk. Raises NoPacket, PacketForged."""
    body, signature = data[:-SIGNATURE], data[-SIGNATURE:]
    reader = _Reader(body)
    reader.expect(ANSWER)
    kind = reader.one_of(_KINDS)
    hit = HitId(reader.take(16).hex())
    answer = SpokenAnswer(hit, kind, int.from_bytes(reader.take(4), "big"), reader.moment())
    reader.end()
    if not verify(body, signature):
        raise PacketForged(bureau)
    return answer


def _text(text: str) -> bytes:
    """At most 60 bytes, cut at a whole letter, its length in front."""
    cut = text.encode()[:_MOST_TEXT].decode(errors="ignore").encode()
    return bytes((len(cut),)) + cut


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        part = self._data[self._at : self._at + count]
        if len(part) != count:
            raise NoPacket
        self._at += count
        return part

    def expect(self, first: int) -> None:
        if self.take(1)[0] != first:
            raise NoPacket

    def one_of(self, known: tuple[_Known, ...]) -> _Known:
        place = self.take(1)[0]
        if place >= len(known):
            raise NoPacket
        return known[place]

    def text(self) -> str:
        try:
            return self.take(self.take(1)[0]).decode()
        except UnicodeDecodeError as error:
            raise NoPacket from error

    def moment(self) -> datetime:
        return datetime.fromtimestamp(int.from_bytes(self.take(4), "big"), UTC)

    def end(self) -> None:
        if self._at != len(self._data):
            raise NoPacket

"""Every message that comes from outside, with one good example: what must be read, or refused, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.hits import HitPhoto, event_body, hit_body, read_event_body, read_hit_body
from borderdesk.hits.photos import parts_name, photo_body, read_photo_body
from borderdesk.ids import AccountId, DeskId, HitId, ListName
from borderdesk.watchlist import Delta, DocumentStatus, Edition, ListKind, Snapshot, TravelDocument, Watchlist
from borderdesk.watchlist.digest import digest_of
from borderdesk.watchlist.shards import sharding
from borderdesk.watchlist.synthetic import stolen_documents
from sync.wire import (
    Envelope,
    Purpose,
    Receipt,
    SignedBytes,
    SigningKey,
    decode_edition,
    decode_letters,
    decode_outbox,
    decode_receipts,
    decrypt,
    encode_delta,
    encode_letters,
    encode_outbox,
    encode_snapshot,
    encrypt,
)
from sync.wire.refusals import ENVELOPE, Refused
from sync.wire.relaying import (
    Brought,
    Handover,
    Wanted,
    Word,
    decode_wanted,
    decode_words,
    encode_wanted,
    encode_words,
)
from sync.wire.repair import RepairAsked, RepairGiven
from sync.wire.reports import parts, read_part, read_report, report_body
from tests.hits.samples import hit, taken_up

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
_DRAW = random.Random(11)
_SIGNING = SigningKey(_DRAW.randbytes(32))
DOCUMENTS = list(stolen_documents(60, 3))
SLTD = Watchlist(ListName("sltd"), ListKind.DOCUMENTS, "Stolen documents", "Bureau")
KEY = bytes(range(32))


@dataclass(frozen=True)
class Decoder:
    """How a message is read, and an example of one. `read` takes any bytes."""

    read: Callable[[bytes], object]
    example: bytes


def _edition(data: bytes) -> object:
    found = decode_edition(data)
    if isinstance(found, Snapshot):
        return [*found.records, *(row for block in found.columns for row in block.documents())]
    return found.records


def _snapshot() -> bytes:
    return encode_snapshot(Snapshot(Edition(SLTD, 1, len(DOCUMENTS), digest_of(DOCUMENTS), AT), DOCUMENTS))


def _delta() -> bytes:
    new = TravelDocument("UTO", "P", "X1", DocumentStatus.STOLEN, date(2026, 1, 1))
    return encode_delta(Delta(1, Edition(SLTD, 2, 61, bytes(32), AT), (), (new,)))


def _photo() -> HitPhoto:
    return HitPhoto(HitId("a" * 32), b"\xff\xd8\xff" + bytes(50), AccountId("noy"), Moment(AT, AT), "page")


def decoders() -> dict[str, Decoder]:
    """Every one of them, by name."""
    photo = photo_body(_photo())
    receipt = Receipt(DeskId("d"), 1, bytes(32), AT)
    signed = SignedBytes.sign(Purpose.RECEIPT, receipt.encode(), [_SIGNING]).encode()
    word = Word(DeskId("d"), _SIGNING.public, _SIGNING.public, b"", (b"letter",), b"grant")
    values = sharding(DOCUMENTS).values()
    return {
        "snapshot": Decoder(_edition, _snapshot()),
        "delta": Decoder(_edition, _delta()),
        "chunks": Decoder(lambda data: decrypt(data, KEY), encrypt(b"plain" * 9000, KEY, bytes(16))),
        "signed": Decoder(lambda data: SignedBytes.decode(data, ENVELOPE, 10_000), signed),
        "envelope": Decoder(Envelope.decode, Envelope(DeskId("d"), 1, "hit", bytes(1300)).encode()),
        "receipt": Decoder(Receipt.decode, receipt.encode()),
        "receipts": Decoder(decode_receipts, encode_outbox([signed])),
        "outbox": Decoder(decode_outbox, encode_outbox([signed, signed])),
        "letters": Decoder(decode_letters, encode_letters([signed])),
        "handover": Decoder(Handover.decode, Handover(1, 2, (signed,)).encode()),
        "brought": Decoder(Brought.decode, Brought((signed,), 3, (signed,), b"grant").encode()),
        "wanted": Decoder(decode_wanted, encode_wanted([Wanted(DeskId("d"), 1, 2)])),
        "words": Decoder(decode_words, encode_words([word])),
        "repair asked": Decoder(RepairAsked.decode, RepairAsked(1, bytes(32), values, (1, 2)).encode()),
        "repair given": Decoder(RepairGiven.decode, RepairGiven(3, bytes(32), 100).encode()),
        "part": Decoder(read_part, parts(parts_name(HitId("a" * 32), photo), photo)[0]),
        "report": Decoder(read_report, report_body({"at": 5, "waiting": 7})),
        "photo": Decoder(read_photo_body, photo),
        "hit": Decoder(read_hit_body, hit_body(hit(), taken_up())),
        "hit event": Decoder(read_event_body, event_body(taken_up())),
    }


REFUSED = (Refused, KnownError)
"""What a decoder may raise. Anything else is a fault of the program."""

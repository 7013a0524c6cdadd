"""Hits that come by voice or QR code while a post's link is down, and the answers read back the same way.

A packet is no upload: it has no counter and gets no receipt. The desk's own report follows with the link and is
received as every other; an answer given meanwhile is also a letter, so that the desk and its journal have the words.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from borderdesk.hits import ANSWER_KIND, AnswerKind, BureauAnswer, answer_body
from borderdesk.hits.packet import Packet, SpokenAnswer, Verify, read_packet, write_answer
from borderdesk.hits.spoken import hear, speak
from borderdesk.ids import DeskId
from sync.bureau import cases, posts
from sync.bureau import tables as t
from sync.trust import BureauKeys
from sync.wire import Purpose


def read(db: sa.Connection, code: str) -> Packet:
    """The packet that was read out. Raises WrongGroups, NoPacket, PacketForged."""

    def of_desk(desk: DeskId) -> Verify | None:
        key = posts.signing_key(db, desk)
        return None if key is None else lambda payload, signature: key.verifies(Purpose.PACKET, payload, signature)

    return read_packet(hear(code), of_desk)


def answer(
    db: sa.Connection,
    keys: BureauKeys,
    post: Callable[[sa.Connection, DeskId, str, Callable[[int], bytes]], int],
    packet: Packet,
    kind: AnswerKind,
    words: str,
    *,
    by: str,
    now: datetime,
) -> tuple[str, ...]:
    """Answer a packet: a letter, and the groups to read out. Raises CaseClosed, AnswerTooLong."""
    if db.execute(sa.select(t.hits.c.id).where(t.hits.c.id == packet.hit)).first() is not None:
        number = cases.answer(db, post, packet.hit, kind, words, by=by, now=now).number
    else:
        # Its report has not come yet, so there is no case to keep the answer in: the letter alone carries it.
        number = post(
            db,
            packet.desk,
            ANSWER_KIND,
            lambda number: answer_body(BureauAnswer(packet.hit, number, kind, words.strip(), by, now)),
        )
    said = SpokenAnswer(packet.hit, kind, number, now.replace(microsecond=0))
    return speak(write_answer(said, lambda payload: keys.signing.sign(Purpose.SPOKEN_ANSWER, payload)))

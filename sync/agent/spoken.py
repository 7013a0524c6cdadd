"""A desk's half of what is read over a radio or shown as a QR code while the link is down."""

from __future__ import annotations

from borderdesk.clock import Moment
from borderdesk.hits import Hit, HitAct, UnknownHit
from borderdesk.hits.packet import packet_of, read_answer, write_packet
from borderdesk.hits.spoken import hear, speak
from borderdesk.ids import HitId
from sync.agent.unlocked import Unlocked
from sync.wire import Purpose, VerifyingKey


def packet_groups(desk: Unlocked, hit: HitId) -> tuple[str, ...]:
    """The signed packet of a hit and what was done about it last, as groups. Raises UnknownHit."""
    acts = desk.hits.acts(hit)
    # That answers were noted says nothing; they are too long for the radio.
    event = next((each for each in reversed(acts) if each.act is not HitAct.NOTED), acts[-1])
    found = next(one for one in desk.hits.all() if one.id == hit)
    return speak(write_packet(packet_of(found, event), lambda payload: desk.keys.signing.sign(Purpose.PACKET, payload)))


def enter_answer(desk: Unlocked, code: str, *, key: VerifyingKey, bureau: str, at: Moment) -> Hit:
    """Enter the bureau's answer that was read out, and journal it.

    Raises WrongGroups, NoPacket, PacketForged, UnknownHit, DiskFull.
    """
    said = read_answer(
        hear(code), lambda payload, signature: key.verifies(Purpose.SPOKEN_ANSWER, payload, signature), bureau
    )
    desk.hits.acts(said.hit)  # Raises UnknownHit before anything is entered.
    with desk.store.transaction() as db:
        desk.hits.answered(db, said.as_answer(bureau), at)
    hit = next((one for one in desk.hits.all() if one.id == said.hit), None)
    if hit is None:
        raise UnknownHit(said.hit)
    return hit

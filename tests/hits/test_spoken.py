"""A hit read over the radio: every single slip of tongue or finger is noticed, and said where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from borderdesk.hits import AnswerKind, HitAct
from borderdesk.hits.packet import (
    Packet,
    PacketForged,
    SpokenAnswer,
    read_answer,
    read_packet,
    write_answer,
    write_packet,
)
from borderdesk.hits.spoken import ALPHABET, GROUP, NoPacket, WrongGroups, hear, speak
from borderdesk.ids import AccountId, DeskId, HitId, ListName, RecordKey, RecordRef

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
HIT = HitId("00112233445566778899aabbccddeeff")
PACKET = Packet(
    DeskId("nong-haet-1"), HIT, RecordRef(ListName("sltd"), RecordKey("UTO/P/X12345678"), 12), HitAct.REFER,
    AccountId("noy"), AT, "DOE JOHN",
)  # fmt: skip
ANSWER = SpokenAnswer(HIT, AnswerKind.NOT_CONFIRMED, 7, AT)
BYTES = write_packet(PACKET, KEY.sign)
GROUPS = speak(BYTES)


def verify(payload: bytes, signature: bytes) -> bool:
    try:
        KEY.public_key().verify(signature, payload)
    except InvalidSignature:
        return False
    return True


@given(st.binary(max_size=300))
def test_any_bytes_come_back_as_they_were_spoken(data: bytes) -> None:
    assert hear(" ".join(speak(data))) == data


def test_a_packet_is_small_enough_for_a_qr_code_and_a_patient_voice() -> None:
    assert len(BYTES) < 200
    assert len(GROUPS) <= 70


def test_what_looks_or_sounds_alike_is_heard_as_it_was_meant() -> None:
    spoken = "\n".join(GROUPS).lower().replace("0", "o").replace("1", "l").replace("v", "u")
    assert hear(spoken) == BYTES


@pytest.mark.parametrize("number", [0, 7, len(GROUPS) - 1])
def test_any_single_wrong_character_is_noticed_and_its_group_named(number: int) -> None:
    for place in range(GROUP):
        for char in ALPHABET:
            group = GROUPS[number]
            if group[place] == char:
                continue
            wrong = [*GROUPS]
            wrong[number] = group[:place] + char + group[place + 1 :]
            with pytest.raises(WrongGroups) as caught:
                hear(" ".join(wrong))
            assert caught.value.numbers == (number + 1,)


@given(st.integers(0, len(GROUPS) - 1), st.integers(0, GROUP - 1), st.integers(0, GROUP - 1))
def test_two_characters_in_each_others_place_are_noticed(number: int, one: int, other: int) -> None:
    chars = list(GROUPS[number])
    assume(chars[one] != chars[other])
    chars[one], chars[other] = chars[other], chars[one]
    with pytest.raises(WrongGroups):
        hear(" ".join((*GROUPS[:number], "".join(chars), *GROUPS[number + 1 :])))


def test_groups_in_each_others_place_and_a_group_left_out_are_noticed() -> None:
    swapped = (GROUPS[1], GROUPS[0], *GROUPS[2:])
    with pytest.raises(WrongGroups):
        hear(" ".join(swapped))
    with pytest.raises((WrongGroups, NoPacket)):
        hear(" ".join((*GROUPS[:5], *GROUPS[6:])))
    with pytest.raises(NoPacket):
        hear(" ".join(GROUPS[:-1]))


def test_a_packet_says_at_the_bureau_what_the_desk_meant() -> None:
    assert read_packet(hear(" ".join(GROUPS)), lambda _desk: verify) == PACKET


def test_a_packet_that_another_key_signed_is_not_believed() -> None:
    forged = write_packet(PACKET, Ed25519PrivateKey.from_private_bytes(bytes(32)).sign)
    with pytest.raises(PacketForged):
        read_packet(forged, lambda _desk: verify)
    with pytest.raises(PacketForged):
        read_packet(BYTES, lambda _desk: None)


def test_the_bureaus_answer_comes_back_the_same_way() -> None:
    spoken = speak(write_answer(ANSWER, KEY.sign))
    assert len(spoken) <= 40
    assert read_answer(hear(" ".join(spoken)), verify, "NCB") == ANSWER
    with pytest.raises(NoPacket):
        read_answer(BYTES, verify, "NCB")


@given(st.binary(max_size=200))
def test_any_hostile_packet_is_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises((NoPacket, PacketForged)):
        read_packet(data, lambda _desk: verify)
    with pytest.raises((NoPacket, PacketForged)):
        read_answer(data, verify, "NCB")


def test_a_long_name_is_cut_at_a_whole_letter() -> None:
    long = Packet(*(getattr(PACKET, name) for name in Packet.__slots__[:-1]), traveller="ຫຼ" * 60)  # type: ignore[arg-type]
    read = read_packet(write_packet(long, KEY.sign), lambda _desk: verify)
    assert long.traveller.startswith(read.traveller)
    assert read.traveller

"""What a notice says of a person arrives, every field of it: the state digest would refuse anything less."""

from __future__ import annotations

import dataclasses

from borderdesk.watchlist import Person
from sync.wire.editions import decode_edition, encode_delta, encode_snapshot
from tests.replica.conftest import NOTICES, Bureau, person

SOUGHT = dataclasses.replace(
    person("2026/1234", "Anna Eriksson"),
    colour="silver",
    kind="notice",
    issued_by="UTO",
    marks=("scar on the left hand",),
    height_cm=172,
    languages=("swe", "ara"),
    offences=("fraud",),
    photos=("ab" * 32,),
)


def test_no_field_of_a_person_is_left_at_its_default_here() -> None:
    untouched = {"births", "birth_places", "nationalities", "sex", "documents", "action", "warnings", "reference"}
    plain = {
        field.name for field in dataclasses.fields(Person) if getattr(SOUGHT, field.name) == field.default
    } - untouched
    assert plain == {"listed_on", "remarks"}, "a field was added: carry it on the wire, and name it here"


def test_a_notice_arrives_whole_by_snapshot_and_by_delta() -> None:
    bureau = Bureau(NOTICES, [SOUGHT])
    assert list(decode_edition(encode_snapshot(bureau.snapshot())).records) == [SOUGHT]
    changed = dataclasses.replace(SOUGHT, photos=(), colour="red")
    assert list(decode_edition(encode_delta(bureau.delta(changed))).records) == [changed]

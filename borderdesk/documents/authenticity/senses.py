"""What only the officer can do with a document: feel, look, tilt, and compare the person.

Own wording of the three senses of PRADO (Council of the EU; the public part of FADO) and of the checks in APEC's
standards for travel documents, as read on 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from borderdesk.words import Sentence, say


class Sense(StrEnum):
    """One check of the officer's own senses. The value is what is stored."""

    PERSON = "person"
    FEEL = "feel"
    LOOK = "look"
    TILT = "tilt"
    PERFORATION = "perforation"


SENSES: Final[Mapping[Sense, Sentence]] = {
    Sense.PERSON: say("Is it the same person? Compare ears, nose and chin with the photo."),
    Sense.FEEL: say("Feel: raised print, the edge of the photo, the thickness of the page."),
    Sense.LOOK: say("Look: gaps in stamps, glue, loose stitching, other paper under ultraviolet light."),
    Sense.TILT: say("Tilt: hologram, changing ink, tilted image."),
    Sense.PERFORATION: say("Compare the laser-perforated number on every page with the number in the zone."),
}


def sense_checks() -> tuple[Sentence, ...]:
    """The checks in the order in which to do them, to be ticked off with the time."""
    return tuple(SENSES.values())

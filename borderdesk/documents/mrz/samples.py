"""Made-up documents of every format, and the damage that readers and fingers do to them: for drills and benchmarks.

Everything is drawn from the generator that comes in, so that a seed gives the same set again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from borderdesk.dates import PartialDate
from borderdesk.documents.checks import check_digit
from borderdesk.documents.mrz.compose import compose_mrz
from borderdesk.documents.mrz.layouts import LAYOUTS, NOWHERE, Format
from borderdesk.documents.numbers import LOOK_ALIKES

_SURNAMES = [
    "ERIKSSON",
    "MARTIN",
    "OYELARAN",
    "KOWALSKA",
    "SILVA",
    "TANAKA",
    "OBRIEN",
    "HADDAD",
    "IVANOVA",
    "NGUYEN",
    "DE<LA<CRUZ",
    "VAN<DER<BERG",
]
_GIVEN = "ANNA<MARIA JOHN OLA FATIMA LI<WEI JEAN<PAUL PETR SOFIA MOHAMMED<ALI X<Y".split()  # noqa: SIM905
_STATES = "D FRA UTO GBR BEL PRT CHE USA IND RKS UNO XXB EUE POL NGA BRA JPN".split()  # noqa: SIM905
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Sample:
    """A document as printed (`lines`) and as delivered (`text`); `kind` names the format or the damage."""

    kind: str
    format: Format
    lines: tuple[str, ...]
    text: str


def sound_documents(rng: random.Random, count: int, today: date) -> Iterator[Sample]:
    """`count` sound documents of the ICAO formats and the French identity card, in turn."""
    formats = (Format.TD3, Format.TD1, Format.TD2, Format.MRV_A, Format.MRV_B, Format.FRA_ID)
    for at in range(count):
        format = formats[at % len(formats)]
        lines = make_document(rng, format, today)
        yield Sample(format.value, format, lines, "\n".join(lines))


def make_document(rng: random.Random, format: Format, today: date) -> tuple[str, ...]:
    """The lines of one made-up document."""
    layout = LAYOUTS[format]
    state = "FRA" if format is Format.FRA_ID else rng.choice(_STATES)
    number = "".join(rng.choice("0123456789") for _ in range(7))
    if rng.random() < 0.6:
        number = rng.choice(_ALPHABET) + rng.choice(_ALPHABET + "0123456789") + number
    if format is Format.FRA_ID:
        number = (
            f"{rng.randrange(4, 21):02d}{rng.randrange(1, 13):02d}{rng.randrange(1, 96):02d}{rng.randrange(10**6):06d}"
        )
    elif layout.long_number and rng.random() < 0.2:
        number = (number + "0" * 9)[:9] + "".join(rng.choice("0123456789") for _ in range(rng.randrange(1, 4)))
    optional = "".join(rng.choice("0123456789") for _ in range(6)) if rng.random() < 0.5 else ""
    if format is Format.TD2 and len(number) > 9:
        optional = ""
    born = PartialDate.of(today - timedelta(days=rng.randrange(4000, 32000)))
    return compose_mrz(
        format,
        document_code={"P": "P", "V": "V"}.get(layout.codes, "ID"),
        issuing_state=state,
        surname=rng.choice(_SURNAMES).replace("<", " "),
        given=rng.choice(_GIVEN).replace("<", " "),
        number=number,
        nationality=state,
        birth_date=born if rng.random() < 0.97 else PartialDate(born.year),
        sex=rng.choice("MF<"),
        expiry_date=PartialDate.of(today + timedelta(days=rng.randrange(-400, 3600))),
        optional=(optional,),
        filler_counted=rng.random() < 0.3,
        empty_optional_check=rng.choice("<0"),
    )


def _lost_filler(lines: tuple[str, ...]) -> str:
    return "\n".join(line.rstrip("<") for line in lines)


DELIVERIES: MappingProxyType[str, Callable[[tuple[str, ...]], str]] = MappingProxyType(
    {
        "lower case": lambda lines: "\n".join(lines).lower(),
        "CR": lambda lines: "\r".join(lines) + "\r",
        "CR LF": lambda lines: "\r\n".join(lines) + "\r\n",
        "TAB": lambda lines: "\t".join(lines),
        "joined": "".join,
        "blanks": lambda lines: "\n".join(" ".join(line[i : i + 5] for i in range(0, len(line), 5)) for line in lines),
        "underscore": lambda lines: "\n".join(lines).replace("<", "_"),
        "guillemet each": lambda lines: "\n".join(lines).replace("<", "«"),
        "guillemet pair": lambda lines: "\n".join(lines).replace("<<", "«"),
        "filler lost": _lost_filler,
        "swapped": lambda lines: "\n".join(reversed(lines)),
        "prefix": lambda lines: "\n".join("MRZ:" + line for line in lines),
        "text around": lambda lines: "PASSPORT\n" + "\n".join(lines) + "\nend of scan",
        "wrapped": lambda lines: "\n".join(part for line in lines for part in (line[:20], line[20:])),
        "Desko": lambda lines: "\x02" + "".join(line + "\r" for line in lines) + "\x03",
        "RTE6701": lambda lines: _rte6701(lines),
        "German keyboard": lambda lines: "\n".join(lines).replace("<", ";"),
    }
)
"""How sound lines may be delivered; each is undone by `read_mrz`."""


def _rte6701(lines: tuple[str, ...]) -> str:
    width = 30 if len(lines) == 3 else 44
    rows = [""] * (3 - len(lines)) + [line.replace("<", "_").ljust(width, "_") for line in lines]
    return '\x01\x5a"OU"\x020' + "".join(row + "\r" for row in rows) + "\x03\x2a"


_TWINS = {c: group.replace(c, "") for group in LOOK_ALIKES for c in group}


def misread(rng: random.Random, sample: Sample) -> Sample | None:
    """One character taken for its look-alike; `kind` names the field. None where none of the zone can be."""
    layout = LAYOUTS[sample.format]
    body = "".join(sample.lines)
    fields = {
        "digit field": [at for span in (layout.birth, layout.expiry) if span != NOWHERE for at in range(*span)],
        "number": list(range(*layout.number)),
        "name": list(range(*layout.names)),
        "state": list(range(*layout.state)),
    }
    kind = rng.choice(sorted(fields))
    places = [at for at in fields[kind] if body[at] in _TWINS]
    if kind in ("name", "state"):
        # A letter for a letter is invisible there; digits are what a reader can be caught at.
        options = [(at, twin) for at in places for twin in _TWINS[body[at]] if twin.isdigit()]
    else:
        options = [(at, twin) for at in places for twin in _TWINS[body[at]]]
    if not options:
        return None
    at, twin = rng.choice(options)
    damaged = body[:at] + twin + body[at + 1 :]
    if kind == "number" and _invisible(body[at], twin):
        kind = "number (invisible to the check digit)"
    return Sample(kind, sample.format, sample.lines, "\n".join(layout.split(damaged)))


def _invisible(one: str, other: str) -> bool:
    return check_digit(one) == check_digit(other)

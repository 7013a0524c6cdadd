"""Where the fields stand: one layout per format, as positions in the lines joined to one string.

Sources: ICAO Doc 9303 (8th edition) part 5 (TD1), 6 (TD2), 4 (TD3), 7 (MRV-A, MRV-B). National formats from published
specimens: French identity card 1988-2021 (2 × 36) and driving licence (1 × 30), Swiss driving licence (9 + 30 + 30),
old Slovak identity card (2 × 34, without composite), Dutch driving licence (1 × 30).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]


class Format(StrEnum):
    """A format of machine readable zone."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"
    FRA_ID = "FRA-ID"
    FRA_DL = "FRA-DL"
    CHE_DL = "CHE-DL"
    NLD_DL = "NLD-DL"
    SVK_ID = "SVK-ID"


@dataclass(frozen=True, slots=True)
class Layout:
    """One format. Spans are half open, check digits single positions; an absent field is None or an empty span.

    `names` holds surname and given names parted by two fillers; where a format keeps the given names elsewhere, `given`
    says where. `number_covers` and `composite` are the spans a check digit is counted over. `codes` are the lawful
    first letters of the document code. `long_number` allows numbers that overflow into the first optional field.
    """

    format: Format
    lengths: tuple[int, ...]
    codes: str
    code: Span
    state: Span
    names: Span
    number: Span
    number_check: int | None
    birth: Span
    birth_check: int | None
    sex: int | None
    expiry: Span
    expiry_check: int | None
    nationality: Span
    optional: tuple[Span, ...]
    optional_check: int | None
    composite_check: int | None
    composite: tuple[Span, ...]
    given: Span | None = None
    number_covers: Span | None = None
    long_number: bool = False
    icao: bool = True

    @property
    def size(self) -> int:
        """Characters in all lines together."""
        return sum(self.lengths)

    def split(self, body: str) -> tuple[str, ...]:
        """The joined lines, parted again."""
        lines, at = [], 0
        for length in self.lengths:
            lines.append(body[at : at + length])
            at += length
        return tuple(lines)

    def place(self, at: int) -> tuple[int, int]:
        """The line and column, both from 0, of a position in the joined lines."""
        for line, length in enumerate(self.lengths):
            if at < length:
                return line, at
            at -= length
        raise ValueError("beyond the last line")

    def field_at(self, at: int) -> str:
        """The name of the field that a position of the joined lines belongs to."""
        singles = {
            self.number_check: "number_check",
            self.birth_check: "birth_date_check",
            self.expiry_check: "expiry_date_check",
            self.optional_check: "optional_check",
            self.composite_check: "composite_check",
            self.sex: "sex",
        }
        if at in singles:
            return singles[at]
        spans = [
            ("document_code", self.code), ("issuing_state", self.state), ("nationality", self.nationality),
            ("names", self.names), ("number", self.number), ("birth_date", self.birth),
            ("expiry_date", self.expiry), *(("optional", span) for span in self.optional),
        ]  # fmt: skip
        return next((name for name, (start, stop) in spans if start <= at < stop), "names")


NOWHERE: Span = (0, 0)

TD1 = Layout(
    Format.TD1,
    lengths=(30, 30, 30),
    codes="IAC",
    code=(0, 2),
    state=(2, 5),
    number=(5, 14),
    number_check=14,
    optional=((15, 30), (48, 59)),
    birth=(30, 36),
    birth_check=36,
    sex=37,
    expiry=(38, 44),
    expiry_check=44,
    nationality=(45, 48),
    optional_check=None,
    composite_check=59,
    composite=((5, 30), (30, 37), (38, 45), (48, 59)),
    names=(60, 90),
    long_number=True,
)


def _two_lines(
    format: Format, width: int, codes: str, optional: int, optional_check: bool = False, composite: bool = False
) -> Layout:
    """The shape that TD2, TD3 and both visas share: `width` columns, `optional` of them for optional data."""
    stop = width + 28 + optional
    last = stop + optional_check
    return Layout(
        format,
        lengths=(width, width),
        codes=codes,
        code=(0, 2),
        state=(2, 5),
        names=(5, width),
        number=(width, width + 9),
        number_check=width + 9,
        nationality=(width + 10, width + 13),
        birth=(width + 13, width + 19),
        birth_check=width + 19,
        sex=width + 20,
        expiry=(width + 21, width + 27),
        expiry_check=width + 27,
        optional=((width + 28, stop),),
        optional_check=stop if optional_check else None,
        composite_check=last if composite else None,
        composite=((width, width + 10), (width + 13, width + 20), (width + 21, last)) if composite else (),
        long_number=format is Format.TD2,
    )


TD2 = _two_lines(Format.TD2, 36, "IACP", optional=7, composite=True)
TD3 = _two_lines(Format.TD3, 44, "P", optional=14, optional_check=True, composite=True)
MRV_A = _two_lines(Format.MRV_A, 44, "V", optional=16)
MRV_B = _two_lines(Format.MRV_B, 36, "V", optional=8)
FRA_ID = Layout(
    Format.FRA_ID,
    lengths=(36, 36),
    codes="I",
    code=(0, 2),
    state=(2, 5),
    names=(5, 30),
    given=(49, 63),
    number=(36, 48),
    number_check=48,
    nationality=(2, 5),
    birth=(63, 69),
    birth_check=69,
    sex=70,
    expiry=NOWHERE,
    expiry_check=None,
    optional=((30, 36),),
    optional_check=None,
    composite_check=71,
    composite=((0, 71),),
    icao=False,
)
FRA_DL = Layout(
    Format.FRA_DL,
    lengths=(30,),
    codes="D",
    code=(0, 2),
    state=(2, 5),
    number=(5, 14),
    number_check=14,
    number_covers=(0, 14),
    expiry=(15, 21),
    expiry_check=None,
    names=(21, 29),
    birth=NOWHERE,
    birth_check=None,
    sex=None,
    nationality=NOWHERE,
    optional=(),
    optional_check=None,
    composite_check=29,
    composite=((0, 29),),
    icao=False,
)
CHE_DL = Layout(
    Format.CHE_DL,
    lengths=(9, 30, 30),
    codes="F",
    number=(0, 9),
    number_check=None,
    code=(9, 11),
    state=(11, 14),
    optional=((14, 23), (23, 26)),
    birth=(28, 34),
    birth_check=None,
    names=(39, 69),
    sex=None,
    expiry=NOWHERE,
    expiry_check=None,
    nationality=NOWHERE,
    optional_check=None,
    composite_check=None,
    composite=(),
    icao=False,
)
NLD_DL = Layout(
    Format.NLD_DL,
    lengths=(30,),
    codes="D",
    code=(0, 2),
    state=(2, 5),
    number=(6, 16),
    number_check=None,
    optional=((16, 29),),
    names=NOWHERE,
    birth=NOWHERE,
    birth_check=None,
    sex=None,
    expiry=NOWHERE,
    expiry_check=None,
    nationality=NOWHERE,
    optional_check=None,
    composite_check=29,
    composite=((0, 29),),
    icao=False,
)
SVK_ID = Layout(
    Format.SVK_ID,
    lengths=(34, 34),
    codes="I",
    code=(0, 2),
    state=(2, 5),
    names=(5, 34),
    number=(34, 43),
    number_check=43,
    nationality=(44, 47),
    birth=(47, 53),
    birth_check=53,
    sex=54,
    expiry=(55, 61),
    expiry_check=61,
    optional=((62, 68),),
    optional_check=None,
    composite_check=None,
    composite=(),
    icao=False,
)

LAYOUTS: dict[Format, Layout] = {
    layout.format: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B, FRA_ID, FRA_DL, CHE_DL, NLD_DL, SVK_ID)
}


def layout_for(lengths: tuple[int, ...], body: str) -> Layout | None:
    """The layout whose lines have these lengths and whose first characters fit, or None."""
    if lengths == (44, 44):
        return MRV_A if body[0] == "V" else TD3
    if lengths == (30, 30, 30):
        return TD1
    if lengths == (36, 36):
        if body[0] == "V":
            return MRV_B
        return FRA_ID if body.startswith("IDFRA") else TD2
    if lengths == (30,):
        return FRA_DL if body.startswith("D1FRA") else NLD_DL if body.startswith("D1NLD") else None
    if lengths == (9, 30, 30):
        return CHE_DL
    return SVK_ID if lengths == (34, 34) else None

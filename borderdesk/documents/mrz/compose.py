"""Fields into a machine readable zone: the inverse of reading, for drills and tests."""

from __future__ import annotations

import re

from borderdesk.dates import PartialDate
from borderdesk.documents.checks import FILLER, check_digit
from borderdesk.documents.mrz.layouts import LAYOUTS, NOWHERE, Format, Layout, Span
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say

_NAME = re.compile(r"[A-Z0-9 ]*")
_DATA = re.compile(r"[A-Z0-9<]*")


class NotComposable(KnownError):
    """A field does not fit the format, or holds characters that a machine readable zone has not."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__(
            say("The value {value} does not fit the field {field}.", value=value, field=field),
            safe=NOTHING_CHANGED,
            todo=say("Shorten it, or write it in A-Z and 0-9."),
        )


def compose_mrz(
    format: Format,
    *,
    document_code: str,
    issuing_state: str,
    surname: str,
    given: str,
    number: str,
    nationality: str = "",
    birth_date: PartialDate | None = None,
    sex: str = FILLER,
    expiry_date: PartialDate | None = None,
    optional: tuple[str, ...] = (),
    filler_counted: bool = False,
    empty_optional_check: str = FILLER,
) -> tuple[str, ...]:
    """The lines of a document with these fields.

    Names are in MRZ letters with blanks between parts (`borderdesk.documents.names` transliterates) and are cut where
    they do not fit, as ICAO Doc 9303-3, 4.6 says. A number of more than nine characters overflows in TD1 and TD2;
    `filler_counted` computes its check digit the older way. An unknown date is filler. `empty_optional_check` is the
    check digit of an empty personal number in TD3: filler or 0.

    Raises NotComposable.
    """
    layout = LAYOUTS[format]
    body = [FILLER] * layout.size
    extra = list(optional) + [""] * (len(layout.optional) - len(optional))

    def put(field: str, span: Span, value: str) -> None:
        if not _DATA.fullmatch(value) or len(value) > span[1] - span[0]:
            raise NotComposable(field, value)
        body[span[0] : span[0] + len(value)] = value

    put("document_code", layout.code, document_code)
    put("issuing_state", layout.state, issuing_state)
    if layout.nationality not in (NOWHERE, layout.state):
        put("nationality", layout.nationality, nationality)
    _put_names(layout, body, surname, given)
    if layout.long_number and len(number) > 9:
        counted = number[:9] + FILLER * filler_counted + number[9:]
        rest = number[9:] + str(check_digit(counted))
        extra[0] = f"{rest}<{extra[0]}" if extra[0] else rest
        put("number", layout.number, number[:9])
    else:
        put("number", layout.number, number)
        if layout.number_check is not None:
            start, stop = layout.number_covers or layout.number
            body[layout.number_check] = str(check_digit("".join(body[start:stop])))
    put("birth_date", layout.birth, mrz_date(birth_date) if layout.birth != NOWHERE else "")
    put("expiry_date", layout.expiry, mrz_date(expiry_date) if layout.expiry != NOWHERE else "")
    for span, at in ((layout.birth, layout.birth_check), (layout.expiry, layout.expiry_check)):
        if at is not None:
            body[at] = str(check_digit("".join(body[span[0] : span[1]])))
    if layout.sex is not None:
        put("sex", (layout.sex, layout.sex + 1), sex)
    if len(extra) > len(layout.optional):
        raise NotComposable("optional", " ".join(optional))
    for span, value in zip(layout.optional, extra, strict=True):
        put("optional", span, value)
    if layout.optional_check is not None:
        start, stop = layout.optional[0]
        digit = str(check_digit("".join(body[start:stop])))
        body[layout.optional_check] = digit if extra[0] else empty_optional_check
    if layout.composite_check is not None:
        body[layout.composite_check] = str(check_digit("".join("".join(body[a:b]) for a, b in layout.composite)))
    return layout.split("".join(body))


def mrz_date(day: PartialDate | None) -> str:
    """Six characters, filler for what is unknown."""
    if day is None:
        return "<<<<<<"
    month = f"{day.month:02d}" if day.month else "<<"
    return f"{day.year % 100:02d}{month}" + (f"{day.day:02d}" if day.day else "<<")


def _put_names(layout: Layout, body: list[str], surname: str, given: str) -> None:
    for field, value in (("surname", surname), ("given", given)):
        if not _NAME.fullmatch(value):
            raise NotComposable(field, value)
    start, stop = layout.names
    if layout.given:
        first, last = layout.given
        body[first:last] = given.replace(" ", FILLER)[: last - first].ljust(last - first, FILLER)
        text = surname.replace(" ", FILLER)
    else:
        text = name_field(surname, given, stop - start)
    body[start:stop] = text[: stop - start].ljust(stop - start, FILLER)


def name_field(surname: str, given: str, width: int) -> str:
    """The name field of `width` positions, without trailing filler; too long names are cut.

    A surname that leaves no room for a given name is cut so that one letter of it shows, as Doc 9303-3, 4.6 recommends.
    """
    family, first = surname.replace(" ", FILLER), given.replace(" ", FILLER)
    if not first:
        return family[:width]
    if len(family) + 3 > width:
        family = family[: width - 3].rstrip(FILLER)
    return f"{family}<<{first}"[:width].rstrip(FILLER)

"""Findings on the names of a zone."""

from __future__ import annotations

from functools import lru_cache

from borderdesk.documents.mrz.say_findings import FIELD_NAMES, LOOK_AT_PAPER
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import say


def truncated() -> Finding:
    """The last position of the names is a letter."""
    return _TRUNCATED


_TRUNCATED = Finding(
    "mrz.name.truncated",
    Severity.INFO,
    say("The names fill the zone to the last position, so they may have been cut."),
    Outcome.UNPROVEN,
    field="names",
)


def name_characters(raw: str) -> Finding:
    """Something other than letters and filler stands among the names."""
    wrong = "".join(dict.fromkeys(c for c in raw if not (c.isalpha() or c == "<")))
    return Finding(
        "mrz.name.character",
        Severity.LOOK,
        say("Names hold only letters, but {characters} was read among them.", characters=wrong),
        field="names",
        todo=LOOK_AT_PAPER,
    )


def cyrillic_digits() -> Finding:
    """Russian internal passports write some Cyrillic letters as digits."""
    return Finding(
        "mrz.name.cyrillic_digits",
        Severity.INFO,
        say("Digits among the names stand for Cyrillic letters, as in Russian internal passports."),
        Outcome.FINE,
        field="names",
    )


def more_separators(given: str) -> Finding:
    """A second double filler among the names. A single letter behind it is a misread filler, not a name."""
    parts = [part for part in given.split("<<") if part.strip("<")]
    noise = [part.strip("<") for part in parts[1:] if len(part.strip("<")) == 1 or set(part) <= {"K", "<"}]
    if noise:
        return lone_filler("names")
    return Finding(
        "mrz.name.separator",
        Severity.INFO,
        say(
            "The names are parted by double filler more than once; all parts after the first are taken as given names."
        ),
        Outcome.UNPROVEN,
        field="names",
    )


def filler_in_names() -> Finding:
    """A single filler before the names, or three between them: a letter was read as filler."""
    return _FILLER_IN_NAMES


_FILLER_IN_NAMES = Finding(
    "mrz.name.filler",
    Severity.LOOK,
    say("There is one filler too many or too few among the names: a letter may have been read as '<'."),
    field="names",
    todo=LOOK_AT_PAPER,
)


@lru_cache(maxsize=8)
def lone_filler(field: str) -> Finding:
    """A single letter stands alone among filler."""
    return Finding(
        "mrz.filler.misread",
        Severity.LOOK,
        say(
            "A single letter stands among the filler of the {field}: it is probably a misread '<'.",
            field=FIELD_NAMES[field],
        ),
        field=field,
        todo=LOOK_AT_PAPER,
    )


def no_given(surname: str) -> Finding:
    """There is no given name. Where a K stands beside filler, the two fillers before it may have been there."""
    for misread, meant in (("K ", "<<"), (" K", "<<")):
        if misread in surname:
            other = surname.replace(misread, meant, 1).replace(" ", "<")
            return Finding(
                "mrz.name.separator_misread",
                Severity.LOOK,
                say("There is no given name; a K may be a misread '<': {other}.", other=other),
                Outcome.UNPROVEN,
                field="names",
                fits=(other,),
                todo=LOOK_AT_PAPER,
            )
    return _NO_GIVEN


def kept_filler(names: str) -> tuple[Finding, ...]:
    """A part of the names is a single K, or the last one ends in K: as printed, or misread filler."""
    parts = names.split()
    if "K" in parts[1:]:
        return (_kept("mrz.name.lone_k", " ".join(part for part in parts if part != "K")),)
    if len(names) > 2 and names.endswith("K"):
        return (_kept("mrz.name.final_k", names[:-1]),)
    return ()


def unusual(part: str, other: tuple[str, ...]) -> Finding:
    """Letters that names rarely have, one look-alike from what they have."""
    return Finding(
        "mrz.name.unusual",
        Severity.INFO,
        say(
            "{part} may be a misread {other}: no check digit covers names, but its letters are more usual in them.",
            part=part,
            other=other[0],
        ),
        Outcome.UNPROVEN,
        field="names",
        fits=other,
    )


def _kept(code: str, other: str) -> Finding:
    return Finding(
        code,
        Severity.INFO,
        say("Beside filler a K may be a misread '<', which no check digit sees: {other}.", other=other),
        Outcome.UNPROVEN,
        field="names",
        fits=(other,),
    )


_NO_GIVEN = Finding(
    "mrz.name.no_given",
    Severity.INFO,
    say("There is no given name."),
    Outcome.FINE,
    field="names",
)
_NO_SURNAME = Finding(
    "mrz.name.no_surname",
    Severity.INFO,
    say("There is no surname: the holder has a single name."),
    Outcome.FINE,
    field="names",
)
_NO_NAME = Finding(
    "mrz.name.empty",
    Severity.LOOK,
    say("There is no name in the zone."),
    field="names",
    todo=LOOK_AT_PAPER,
)


def no_surname() -> Finding:
    """The surname is empty."""
    return _NO_SURNAME


def no_name() -> Finding:
    """Both names are empty."""
    return _NO_NAME

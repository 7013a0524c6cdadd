"""What checking an identifier gives."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from borderdesk.documents.numbers import look_alike_class
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import Sentence

MOST_CHARACTERS = 64
"""Longer values are no identifier of any kind."""

TO_DIGITS = str.maketrans("OQDUILZSGB", "0000112568")
"""Letters that are read for digits, where only digits may stand."""


@dataclass(frozen=True, slots=True)
class IdentifierCheck:
    """What is known of one number.

    `valid` says that it obeys the rules of its kind; `normal_form` is what is compared. `check_digit_ok` is None where
    the kind has no check digit or the value is too broken to have one; where it is False but `check_mandatory` is not
    set, the number may still be right. `near_form` is the same for all numbers that look alike.
    """

    kind: str
    valid: bool
    normal_form: str
    check_digit_ok: bool | None
    check_mandatory: bool
    findings: tuple[Finding, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What two records of one thing share: `about` (a plate's country; make, model and calibre) and the number."""
        return (*self.about, self.normal_form)

    @property
    def near_form(self) -> str:
        """One representative for all numbers that look like this one."""
        return look_alike_class(self.normal_form)


# Capitals that Latin, Cyrillic and Greek share by their looks: plates are read by eyes.
_SHARED = str.maketrans(
    "АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABEKMHOPCTYXIJSABEZHIKMNOPTYX",
)


def capitals(text: str) -> str:
    """Capitals and digits only: separators dropped, accents dropped, Cyrillic and Greek look-alikes made Latin."""
    # Raised twice: some small letters, raised or lowered ones among them, only come out of the decomposition.
    raised = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.upper()).upper())
    plain = "".join(c for c in raised if not unicodedata.combining(c))
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain)
    return "".join(c for c in digits.translate(_SHARED) if c.isalnum())


def wrong(code: str, sentence: Sentence, *fits: str, severity: Severity = Severity.LOOK) -> Finding:
    """A rule of the kind is broken."""
    return Finding(f"identifier.{code}", severity, sentence, Outcome.WRONG, fits=fits)


def note(code: str, sentence: Sentence, *fits: str, severity: Severity = Severity.INFO) -> Finding:
    """Something worth knowing that breaks no rule."""
    return Finding(f"identifier.{code}", severity, sentence, Outcome.UNPROVEN, fits=fits)

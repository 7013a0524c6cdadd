"""Letters and digits that documents, plates and those who copy them write in other scripts, as numbers are kept.

Source: the letters that plates may bear (Convention on Road Traffic, annex 2, Vienna 1968), and Unicode 14.0.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_LATIN: Final = str.maketrans("АВЕКМНОРСТУХІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧÄÖÜĐ", "ABEKMHOPCTYXIJABEZHIKMNOPTYXAOUD")
"""Cyrillic and Greek capitals that look like Latin ones: plates use no others (Convention on Road Traffic, annex 2),
and somebody who copies a number off a document types what it looks like; and the letters of German districts and
Vietnamese series, which keyboards elsewhere lack."""


def folded(text: str) -> str:
    """The text in capitals, with digits of any script as 0-9 and look-alike capitals of other scripts as Latin ones.

    >>> folded("АВ ໑໒٣")
    'AB 123'
    """
    if text.isascii():
        return text.upper()
    # Only letters and digits are folded: the sign for *number* would become two letters.
    wide = "".join(unicodedata.normalize("NFKC", c) if c.isalnum() else c for c in text)
    plain = wide.upper().translate(_LATIN)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)

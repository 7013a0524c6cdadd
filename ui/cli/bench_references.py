"""The reference part of `borderdesk bench documents`: public specimens, cases, pairs and numbers, right of tried.

The vectors are JSON lines, one file per set, each row with its `source` and what that source or the standard says. They
are not part of the package; without them the bench prints the other parts only.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from borderdesk.documents import UnreadableMrz, check_identifier, compare_names, read_mrz
from borderdesk.documents.mrz.plain import textbook_accepts
from borderdesk.documents.mrz.samples import DELIVERIES
from ui.cli.mrz import plain_reading

TODAY = date(2026, 11, 22)
"""The day that the centuries of the vectors are meant for."""

FOLDER = Path("tests/documents/reference")
ASKED = {"mrz": "99 %", "names": "98 %", "identifiers": "100 %"}
FIELDS = (
    "format", "valid", "document_code", "issuing_state", "surname", "given", "number", "nationality", "birth_date",
    "sex", "expiry_date", "optional",
)  # fmt: skip


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The vectors of one set."""
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def references(folder: Path) -> dict[str, Any]:
    """Right of tried for every set, beside the figure asked and the textbook reader."""
    specimens, cases, damaged = (rows(folder, name) for name in ("mrz", "mrz_cases", "mrz_damaged"))
    sound = [row for row in (*specimens, *cases) if row["valid"]]
    delivered = [(row, deliver(tuple(row["lines"]))) for row in sound for deliver in DELIVERIES.values()]
    names, numbers = rows(folder, "names"), rows(folder, "identifiers")
    return {
        "reference: specimens": {
            "right": _share(map(agrees, specimens)), "figure asked": ASKED["mrz"],
            "textbook: judged right": _share(textbook_accepts("\n".join(r["lines"])) == r["valid"] for r in specimens),
        },
        "reference: cases": {
            "right": _share(map(agrees, cases)), "figure asked": ASKED["mrz"],
            "textbook: judged right": _share(textbook_accepts("\n".join(r["lines"])) == r["valid"] for r in cases),
        },
        "reference: delivery forms": {
            "right": _share(agrees(row, text) for row, text in delivered),
            "figure asked": ASKED["mrz"],
            "textbook: accepted": _share(textbook_accepts(text) for _, text in delivered),
        },
        "reference: many characters misread": {
            "truth offered": _share(tuple(row["truth"]) in _offered("\n".join(row["lines"])) for row in damaged),
        },
        "reference: printed names": {
            "right": _share(names_agree(row) for row in names), "figure asked": ASKED["names"],
            "accents dropped: right": _share(_bare(row) == row["match"] for row in names),
        },
        "reference: identifiers": {
            "right": _share(identifier_agrees(row) for row in numbers), "figure asked": ASKED["identifiers"],
        },
    }  # fmt: skip


def agrees(row: dict[str, Any], text: str = "") -> bool:
    """Whether the lines of a vector, or `text` that should say the same, are read as the vector says."""
    try:
        found = plain_reading(read_mrz(text or "\n".join(row["lines"]), today=TODAY))
    except UnreadableMrz:
        return False
    # A small visa that lost its filler is read as a large one: the fields are what counts.
    wanted = [name for name in FIELDS if name in row and not (text and name == "format")]
    if any(found[name] != row[name] for name in wanted):
        return False
    codes = {finding["code"] for finding in found["findings"]}
    return set(row.get("failed_checks", found["failed_checks"])) == set(found["failed_checks"]) and (
        row.get("finding", "") in codes | {""}
    )


def sound_rows(folder: Path) -> list[dict[str, Any]]:
    """The zones that hold, of specimens and cases."""
    return [row for name in ("mrz", "mrz_cases") for row in rows(folder, name) if row["valid"]]


def names_agree(row: dict[str, Any]) -> bool:
    """Whether a pair of names is judged as the vector says."""
    found = compare_names(row["viz_surname"], row["viz_given"], row["mrz_name"], row["field_len"])
    return found.match is row["match"]


def identifier_agrees(row: dict[str, Any]) -> bool:
    """Whether a number is judged as the vector says."""
    found = check_identifier(row["kind"], row["value"])
    said = {
        "valid": found.valid, "normal_form": found.normal_form, "check_digit_ok": found.check_digit_ok,
        "check_mandatory": found.check_mandatory,
    }  # fmt: skip
    fits = [fit for finding in found.findings for fit in finding.fits]
    return all(row.get(name, value) == value for name, value in said.items()) and row.get("fits", "") in [*fits, ""]


def _offered(text: str) -> list[tuple[str, ...]]:
    try:
        return [repair.lines for repair in read_mrz(text, today=TODAY).repairs]
    except UnreadableMrz:
        return []


def _bare(row: dict[str, Any]) -> bool:
    """What comparing without tables finds: accents dropped, blanks and hyphens filler."""
    plain = unicodedata.normalize("NFKD", f"{row['viz_surname']}<<{row['viz_given']}".upper())
    kept = "".join("<" if c in " -<" else c for c in plain if c.isascii() and (c.isalpha() or c in " -<"))
    return kept.strip("<") == str(row["mrz_name"]).strip("<")


def _share(results: Iterable[bool]) -> str:
    found = list(results)
    return f"{sum(found)}/{len(found)}"

"""The harder part of `borderdesk bench documents`: what becomes of misread characters and damaged lines.

A reading is silently wrong where it holds, differs from the document, and says of the damaged field nothing that fits
better. A doubt about another field does not count: it would have been there without the damage.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from borderdesk.documents import DocumentReading, UnreadableMrz, compare_names, is_one_edit_away, read_mrz
from borderdesk.documents.checks import check_digit
from borderdesk.documents.mrz.layouts import LAYOUTS, Format, Layout
from borderdesk.documents.numbers import LOOK_ALIKES
from ui.cli.bench_references import TODAY, agrees

Row = dict[str, Any]
HONEST = frozenset(("the same fields", "repaired", "asked", "hinted", "rejected"))
_TWINS = {c: group.replace(c, "") for group in (*LOOK_ALIKES, "K<") for c in group}
_CHECKED = frozenset(("number", "birth_date", "expiry_date"))
_OF_LINES = "mrz.delivery."


@dataclass(frozen=True, slots=True)
class Error:
    """One character of a vector taken for a look-alike, and what became of it."""

    row: Row
    field: str
    printed: str
    scanned: str
    fate: str


def one_character_errors(
    sound: list[Row], rng: random.Random, count: int, fields: frozenset[str] = frozenset()
) -> Iterator[Error]:
    """`count` errors at places drawn from `rng`, in these fields alone where some are named."""
    places: dict[int, list[int]] = {}
    for _ in range(count):
        which = rng.randrange(len(sound))
        row = sound[which]
        layout, body = LAYOUTS[Format(row["format"])], "".join(row["lines"])
        if which not in places:
            places[which] = [
                at for at, c in enumerate(body) if c in _TWINS and (not fields or layout.field_at(at) in fields)
            ]
        if not places[which]:
            continue
        at = rng.choice(places[which])
        scanned = rng.choice(_TWINS[body[at]])
        field = layout.field_at(at)
        text = "\n".join(layout.split(body[:at] + scanned + body[at + 1 :]))
        yield Error(row, field, body[at], scanned, fate(row, text, field))


def fate(row: Row, text: str, field: str = "") -> str:
    """What the reader makes of a damaged vector; `field` is the one that was damaged, where it is one."""
    try:
        found = read_mrz(text, today=TODAY)
    except UnreadableMrz:
        return "rejected"
    if found.valid:
        if agrees(row, text):
            return "the same fields"
        return "hinted" if hinted(found, field) else "silently wrong"
    if not found.repairs:
        return "rejected"
    true = any(list(repair.lines) == row["lines"] for repair in found.repairs)
    if len(found.repairs) == 1:
        return "repaired" if true else "wrongly repaired"
    return "asked" if true else "asked without the truth"


def hinted(found: DocumentReading, field: str) -> bool:
    """Whether a reading that holds says what else the field might be, or that lines came with other lengths."""
    # A long number goes on in the optional data, where it is reported as the number that it is.
    fields = {field, "number"} if field == "optional" and LAYOUTS[found.format].long_number else {field}
    return any(
        (finding.fits and finding.field in fields) or finding.code == "mrz.delivery.uneven"
        for finding in found.findings
    )


def look_alikes(sound: list[Row], seed: int, count: int) -> dict[str, Any]:
    """Both profiles of single look-alikes, and how often sound names raise a doubt."""
    anywhere = list(one_character_errors(sound, random.Random(seed), count))
    checked = list(one_character_errors(sound, random.Random(seed), count, _CHECKED))
    covered = [error for error in anywhere if error.field != "names"]
    names = [error for error in anywhere if error.field == "names"]
    return {
        "reference: one look-alike": {
            "right, repaired, asked, hinted or rejected": _honest(anywhere), "figure asked": "95 %, none silent",
            "wrongly repaired": sum(error.fate not in HONEST | {"silently wrong"} for error in anywhere),
            "of them not in names": _honest(covered), "of them in names, which nothing checks": _honest(names),
            "silently wrong outside names": sum(error.fate == "silently wrong" for error in covered),
            "silently wrong in names": sum(error.fate == "silently wrong" for error in names),
            "sound documents whose names raise a doubt": f"{sum(map(_doubted, sound))}/{len(sound)}",
            **dict(sorted(Counter(f"    {_place(error)}: {error.fate}" for error in anywhere).items())),
        },
        "reference: one look-alike in a number or a date": {
            "right, repaired, asked, hinted or rejected": _honest(checked), "figure asked": "95 %, none silent",
            "silently wrong": sum(error.fate == "silently wrong" for error in checked),
            **dict(sorted(Counter(f"    {_place(error)}: {error.fate}" for error in checked).items())),
        },
    }  # fmt: skip


def _honest(errors: list[Error]) -> str:
    return f"{sum(error.fate in HONEST for error in errors)}/{len(errors)}"


def _doubted(row: Row) -> bool:
    found = read_mrz("\n".join(row["lines"]), today=TODAY)
    return any(finding.code == "mrz.name.unusual" for finding in found.findings)


def _place(error: Error) -> str:
    if error.field == "names" and not (error.scanned + error.printed).strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ<"):
        return "letter for letter of a name"
    if check_digit(error.printed) == check_digit(error.scanned):
        return f"{error.field}, of equal value"
    return error.field


def _pick(rng: random.Random, lines: list[str]) -> tuple[int, int]:
    which = rng.randrange(len(lines))
    inked = [at for at, c in enumerate(lines[which]) if c != "<"] or [0]
    return which, rng.choice(inked)


def _edited(lines: list[str], which: int, line: str) -> str:
    return "\n".join([*lines[:which], line, *lines[which + 1 :]])


def _lost(rng: random.Random, lines: list[str], layout: Layout) -> str:
    which, at = _pick(rng, lines)
    return _edited(lines, which, lines[which][:at] + lines[which][at + 1 :])


def _doubled(rng: random.Random, lines: list[str], layout: Layout) -> str:
    which, at = _pick(rng, lines)
    return _edited(lines, which, lines[which][: at + 1] + lines[which][at:])


def _changed_round(rng: random.Random, lines: list[str], layout: Layout) -> str:
    which, at = _pick(rng, lines)
    at = min(at, len(lines[which]) - 2)
    line = lines[which]
    return _edited(lines, which, line[:at] + line[at + 1] + line[at] + line[at + 2 :])


def _line_gone(rng: random.Random, lines: list[str], layout: Layout) -> str:
    which = rng.randrange(len(lines))
    return "\n".join(lines[:which] + lines[which + 1 :])


def _line_cut(rng: random.Random, lines: list[str], layout: Layout) -> str:
    which = rng.randrange(len(lines))
    return _edited(lines, which, lines[which][: rng.randrange(len(lines[which]) // 2, len(lines[which]))])


def _line_twice(rng: random.Random, lines: list[str], layout: Layout) -> str:
    which = rng.randrange(len(lines))
    return "\n".join([*lines[: which + 1], *lines[which:]])


def _blank_within(rng: random.Random, lines: list[str], layout: Layout) -> str:
    which, at = _pick(rng, lines)
    return _edited(lines, which, lines[which][:at] + " " + lines[which][at:])


def _unread(rng: random.Random, lines: list[str], layout: Layout) -> str:
    which, at = _pick(rng, lines)
    return _edited(lines, which, lines[which][:at] + "*" + lines[which][at + 1 :])


LINE_DAMAGE: dict[str, Callable[[random.Random, list[str], Layout], str]] = {
    "a character lost": _lost,
    "a character doubled": _doubled,
    "two neighbours changed round": _changed_round,
    "a line missing": _line_gone,
    "a line cut": _line_cut,
    "a line twice": _line_twice,
    "a blank within": _blank_within,
    "a character not read": _unread,
}
"""What happens to lines that is no look-alike. Lost filler, other orders and frames: see the delivery forms."""


def damaged_lines(sound: list[Row], seed: int, each: int) -> dict[str, Any]:
    """What becomes of `each` drawn documents of every kind of damage, by kind."""
    rng = random.Random(seed)
    found: dict[str, Any] = {}
    silent = tried = 0
    for kind, damage in LINE_DAMAGE.items():
        fates: Counter[str] = Counter()
        for row in rng.choices(sound, k=each):
            text = damage(rng, list(row["lines"]), LAYOUTS[Format(row["format"])])
            fates[_fate_of_lines(row, text)] += 1
        found[kind] = ", ".join(f"{times} {name}" for name, times in sorted(fates.items()))
        silent += fates["silently wrong"]
        tried += each
    return {"reference: damaged lines": {"silently wrong": f"{silent}/{tried}", **found}}


def _fate_of_lines(row: Row, text: str) -> str:
    """As `fate`; a reading that says the lines came otherwise is hinted, whatever field suffered."""
    found = fate(row, text)
    if found != "silently wrong":
        return found
    said = read_mrz(text, today=TODAY).findings
    return "hinted" if any(each.code.startswith(_OF_LINES) or each.fits for each in said) else found


def crossed_names(pairs: list[Row], rng: random.Random, most: int) -> dict[str, Any]:
    """Every printed name against every zone of another person (or `most` drawn ones): nobody may be taken for another.

    Two vectors are the same person where a printed name or a zone links them; what is left and nearly the same (parts
    in another order, an addition, one letter) is counted by itself.
    """
    person = _people([row for row in pairs if row["match"]])
    crossed = [
        (one, other) for one in pairs for other in pairs if person.get(_printed(one)) != person.get(_zone(other), "")
    ]
    drawn = crossed if len(crossed) <= most else rng.sample(crossed, most)
    taken = [
        (one, other)
        for one, other in drawn
        if compare_names(one["viz_surname"], one["viz_given"], other["mrz_name"], other["field_len"]).match
    ]
    others = [(one, other) for one, other in taken if not _nearly(_zone(one), _zone(other))]
    return {
        "pairs": len(drawn), "another person taken for the same": len(others),
        "one person in another spelling": len(taken) - len(others),
        "who": [f"{one['viz_surname']}, {one['viz_given']} = {_zone(other)}" for one, other in others],
    }  # fmt: skip


def _people(matching: list[Row]) -> dict[str, str]:
    """For every printed name and every zone one spelling that stands for its person."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.setdefault(name, name) != name:
            name = above[name]
        return name

    for row in matching:
        above[top(_printed(row))] = top(_zone(row))
    return {name: top(name) for name in list(above)}


def _printed(row: Row) -> str:
    return f"{row['viz_surname']}|{row['viz_given']}"


def _zone(row: Row) -> str:
    return str(row["mrz_name"].rstrip("<"))


def _nearly(one: str, other: str) -> bool:
    """Whether the parts of one name are among those of the other, give or take a letter in one of them."""
    fewer, more = sorted((set(one.split("<")), set(other.split("<"))), key=len)
    odd, left = fewer - more, more - fewer
    return not odd or (len(odd) == 1 and any(is_one_edit_away(odd.copy().pop(), each) for each in left))

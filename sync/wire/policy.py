"""The bureau's policy as it travels: whole at enrolment, later only what is set otherwise than the program does.

Numbers travel in thousandths, so that a fraction keeps its exact value without floating point; a threshold travels
under `threshold/LIST/PURPOSE` (no purpose: all).
"""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import Final

from borderdesk.ids import ListName
from borderdesk.policy import DEFAULT, Policy, ScreeningPurpose, Threshold
from borderdesk.words import Sentence
from sync.wire.refusals import Malformed

PolicyChanges = tuple[tuple[str, int], ...]
"""Names of policy numbers, sorted, and their values in thousandths."""

MOST_POLICY: Final = 256
"""Numbers in one policy."""

_FRACTION: Final = 1000
_THRESHOLD: Final = "threshold"
NUMBERS: Final = {field.name: field.type for field in dataclass_fields(Policy) if field.type in ("int", "float")}
"""The names of the numbers a policy has, and whether each is `int` or `float`."""


def policy_out(policy: Policy) -> dict[str, int]:
    """Every number under its name."""
    numbers = {name: getattr(policy, name) for name in NUMBERS}
    special = {f"{_THRESHOLD}/{each.list}/{each.purpose or ''}": each.score for each in policy.thresholds}
    return {name: round(value * _FRACTION) for name, value in {**numbers, **special}.items()}


def policy_in(values: dict[object, object], what: Sentence) -> Policy:
    """What an older bureau, or the bureau of the day of enrolment, could not say yet is the program's own default.

    Raises Malformed.
    """
    return changed(changes_in(values, what), what)


def changes(policy: Policy) -> PolicyChanges:
    """The numbers in which a policy differs from the program's own."""
    own = policy_out(DEFAULT)
    return tuple(sorted((name, value) for name, value in policy_out(policy).items() if value != own.get(name)))


def changes_in(values: dict[object, object], what: Sentence) -> PolicyChanges:
    """Read such numbers, known or not. Raises Malformed."""
    found: list[tuple[str, int]] = []
    for name, value in values.items():
        if not isinstance(name, str) or not isinstance(value, int):
            raise Malformed(what, "a policy that is no policy")
        found.append((name, value))
    return tuple(sorted(found))


def changed(new: PolicyChanges, what: Sentence, base: Policy = DEFAULT) -> Policy:
    """The program's own policy, or another one, with these numbers in it.

    Those that a newer bureau says for newer desks are passed over: a desk outlives many versions of both programs.
    Raises Malformed where a number must be whole and is not.
    """
    read: dict[str, int | float] = {}
    thresholds: list[Threshold] = []
    for name, value in new:
        if name.startswith(f"{_THRESHOLD}/"):
            thresholds += _threshold(name, value / _FRACTION, what)
            continue
        if name not in NUMBERS:
            continue
        whole, rest = divmod(value, _FRACTION)
        if rest and NUMBERS[name] != "float":
            raise Malformed(what, "a policy that must be a whole number")
        read[name] = value / _FRACTION if NUMBERS[name] == "float" else whole
    kept = base.thresholds if base is not DEFAULT and not thresholds else tuple(thresholds)
    return replace(base, **read, thresholds=kept)  # type: ignore[arg-type] # names and kinds are its own


def _threshold(name: str, score: float, what: Sentence) -> list[Threshold]:
    _, list_name, purpose = (*name.split("/"), "", "")[:3]
    if not list_name or name.count("/") != 2 or not 0 <= score <= 1:
        raise Malformed(what, "a threshold that is no threshold")
    if purpose and purpose not in list(ScreeningPurpose):
        return []  # of a newer bureau, as above
    return [Threshold(ListName(list_name), score, ScreeningPurpose(purpose) if purpose else None)]

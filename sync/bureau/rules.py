"""The bureau's policy: which numbers it sets otherwise than the program, each within what a desk can live with.

What is stored goes out signed with the next publishing; until then desks work by what they last heard.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import ListName
from borderdesk.policy import DEFAULT, Policy, ScreeningPurpose, Threshold
from borderdesk.words import Sentence, say
from sync.bureau import tables as t
from sync.wire.policy import NUMBERS, changed, changes, changes_in, policy_out

_SETTING: Final = "policy"
_MAY_BE_NOUGHT: Final = frozenset(
    (
        "recheck_days",
        "valid_after_leaving_months",
        "slow_below_bytes_per_second",
        "lease_days",
        "cap_bytes_per_second",
        "bulk_from_hour",
        "bulk_until_hour",
        "metered_bytes_per_day",
        "sign_in_free_tries",
    )
)
_HIGHEST: Final = {"look_again_score": Decimal(1), "bulk_from_hour": Decimal(23), "bulk_until_hour": Decimal(24)}
_MOST: Final = Decimal(10**9)


class UnknownRule(KnownError):
    """The policy has no number of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("The policy has no number called {name}.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Take one of the names that `borderdesk-bureau policy show` prints."),
        )


class UnfitValue(KnownError):
    """A value that no desk could work by."""

    def __init__(self, name: str, value: str, why: Sentence) -> None:
        super().__init__(
            say("{name} cannot be {value}: {why}.", name=name, value=value, why=why),
            safe=NOTHING_CHANGED,
            todo=say("Give another value."),
        )


def stored(db: sa.Connection) -> Policy:
    """The policy as the bureau has set it."""
    value = db.execute(sa.select(t.settings.c.value).where(t.settings.c.name == _SETTING)).scalar()
    what = say("the bureau's policy")
    return changed(changes_in(json.loads(value), what), what) if value else DEFAULT


def store(db: sa.Connection, policy: Policy) -> None:
    """Keep this policy."""
    db.execute(t.settings.delete().where(t.settings.c.name == _SETTING))
    db.execute(t.settings.insert().values(name=_SETTING, value=json.dumps(dict(changes(policy)))))


def of_post(policy: Policy, kept: str) -> Policy:
    """A post's policy: the bureau's, with what is set for this post. `kept` is what `kept_with` gave."""
    what = say("the policy of a post")
    return changed(changes_in(json.loads(kept), what), what, policy) if kept else policy


def kept_with(policy: Policy, kept: str, name: str, value: str) -> str:
    """What to keep for a post once one number is set for it; `default` takes the bureau's again.

    Raises UnknownRule, UnfitValue.
    """
    own = json.loads(kept) if kept else {}
    if value == "default":
        with_number(policy, name, value)
        own.pop(name, None)
    else:
        own[name] = policy_out(with_number(of_post(policy, kept), name, value))[name]
    return json.dumps(own, sort_keys=True) if own else ""


def own_numbers(kept: str) -> tuple[str, ...]:
    """Which numbers are set for a post."""
    return tuple(sorted(json.loads(kept))) if kept else ()


def with_number(policy: Policy, name: str, value: str) -> Policy:
    """The policy with one number set. `default` stands for the program's own. Raises UnknownRule, UnfitValue."""
    if name not in NUMBERS:
        raise UnknownRule(name)
    if value == "default":
        return _fitting(replace(policy, **{name: getattr(DEFAULT, name)}), name, value)
    number = _number(name, value, lowest=Decimal(0), highest=_HIGHEST.get(name, _MOST))
    if not number and name not in _MAY_BE_NOUGHT:
        raise UnfitValue(name, value, say("it must be more than 0"))
    fraction = NUMBERS[name] == "float"
    if not fraction and number != int(number):
        raise UnfitValue(name, value, say("it must be a whole number"))
    # Thousandths are what travels.
    kept: Any = float(round(number, 3)) if fraction else int(number)
    return _fitting(replace(policy, **{name: kept}), name, value)


def with_threshold(policy: Policy, list_name: str, purpose: ScreeningPurpose | None, score: str) -> Policy:
    """The policy with the score of one list, for one purpose or for all; `default` takes it away. Raises UnfitValue."""
    others = tuple(each for each in policy.thresholds if (each.list, each.purpose) != (list_name, purpose))
    if score == "default":
        return replace(policy, thresholds=others)
    name = f"the threshold of {list_name}"
    if "/" in list_name:
        raise UnfitValue(name, score, say("no list has such a name"))
    number = _number(name, score, lowest=Decimal(0), highest=Decimal(1))
    made = Threshold(ListName(list_name), float(round(number, 3)), purpose)
    return replace(policy, thresholds=(*others, made))


def _number(name: str, value: str, *, lowest: Decimal, highest: Decimal) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise UnfitValue(name, value, say("it is not a number")) from error
    if not number.is_finite() or not lowest <= number <= highest:
        raise UnfitValue(name, value, say("it must lie between {low} and {high}", low=str(lowest), high=str(highest)))
    return number


def _fitting(policy: Policy, name: str, value: str) -> Policy:
    if policy.amber_after_hours > policy.red_after_hours:
        raise UnfitValue(name, value, say("a list would be red before it is amber"))
    if policy.retry_first_seconds > policy.retry_longest_seconds:
        raise UnfitValue(name, value, say("the first wait would be longer than the longest"))
    if policy.sign_in_first_wait_seconds > policy.sign_in_longest_wait_seconds:
        raise UnfitValue(name, value, say("the first wait would be longer than the longest"))
    return policy

"""What desks work by: the policy's numbers, the scopes, whom to call, and whether publishing takes two persons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from borderdesk.codes import regions
from borderdesk.hits import Contact, ContactRole
from borderdesk.ids import ListName
from borderdesk.policy import DEFAULT, Policy
from sync.bureau import rules
from sync.bureau.categories import Category
from sync.bureau.rights import BureauRole
from sync.bureau.scopes import ScopeRule, states_of
from sync.wire import Scope
from sync.wire.policy import NUMBERS
from ui.console.web import Asked, Shown

_PAGE = "/console/rules"


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a policy, and the program's own."""

    name: str
    value: float
    default: float


def numbers_of(policy: Policy) -> tuple[Number, ...]:
    """Every number, in the order in which the policy declares them."""
    return tuple(Number(name, getattr(policy, name), getattr(DEFAULT, name)) for name in NUMBERS)


def show(asked: Asked) -> Shown:
    """All of it."""
    bureau = asked.bureau
    values = {
        "numbers": numbers_of(bureau.policy),
        "thresholds": bureau.policy.thresholds,
        "scopes": bureau.scopes(),
        "lists": [one.watchlist.name for one in bureau.lists()],
        "categories": bureau.categories(),
        "roles": [role.value for role in BureauRole],
        "posts": bureau.post_states(),
        "regions": [one.code for one in regions()],
        "contacts": bureau.contacts(),
        "contact_roles": [role.value for role in ContactRole],
        "four_eyes": bureau.four_eyes(),
    }
    return Shown("rules.html", values)


def set_number(asked: Asked) -> Shown:
    """Set one number of the policy; desks hear of it with the next publishing. Raises UnknownRule, UnfitValue."""
    value = "default" if asked.text("default") else asked.text("value")
    asked.bureau.set_policy(lambda policy: rules.with_number(policy, asked.text("name"), value), by=asked.who)
    return Shown(elsewhere=_PAGE)


def four_eyes(asked: Asked) -> Shown:
    """Say whether publishing takes two persons."""
    asked.bureau.require_four_eyes(asked.text("wanted") == "yes", by=asked.who)
    return Shown(elsewhere=_PAGE)


def keep_scope(asked: Asked) -> Shown:
    """Make a scope, change it, or forget it: whichever button it was.

    Raises BadScope, UnknownScope, UnknownList, UnknownStateOrRegion, ScopeInUse.
    """
    name = asked.text("name")
    if asked.text("what") == "remove":
        asked.bureau.remove_scope(name, by=asked.who)
        return Shown(elsewhere=_PAGE)
    lists = None if asked.text("lists") == "*" else tuple(ListName(one) for one in asked.text("lists").split())
    details = None if asked.text("details") == "*" else states_of(asked.text("details").split())
    rule = ScopeRule(Scope(name), lists, details, tuple(sorted(set(asked.text("categories").split()))))
    if asked.text("what") == "add":
        asked.bureau.add_scope(rule, by=asked.who)
    else:
        # What somebody does not see stays as it is.
        seen = {one.watchlist.name for one in asked.bureau.lists()}
        before = next((one.lists for one in asked.bureau.scopes() if one.name == name), None) or ()
        if rule.lists is not None:
            rule = replace(rule, lists=(*rule.lists, *(one for one in before if one not in seen)))
        asked.bureau.change_scope(rule, by=asked.who)
    return Shown(elsewhere=_PAGE)


def keep_category(asked: Asked) -> Shown:
    """Make a need-to-know category, say anew who may see it, or forget it.

    Raises BadCategory, UnknownCategory, CategoryInUse.
    """
    name = asked.text("name")
    if asked.text("what") == "remove":
        asked.bureau.remove_category(name, by=asked.who)
    else:
        roles = tuple(role for role in BureauRole if asked.text(f"role {role.value}"))
        asked.bureau.put_category(Category(name, asked.text("title"), roles), by=asked.who)
    return Shown(elsewhere=_PAGE)


def add_contact(asked: Asked) -> Shown:
    """One more whom officers may call. Raises BadContact."""
    roles = {role.value: role for role in ContactRole}
    contact = Contact(
        roles.get(asked.text("role"), ContactRole.BUREAU),
        asked.text("name"),
        asked.text("phone"),
        asked.text("mail"),
        asked.text("radio"),
    )
    asked.bureau.add_contact(contact, asked.text("post"), by=asked.who)
    return Shown(elsewhere=_PAGE)


def remove_contact(asked: Asked) -> Shown:
    """One less. Raises UnknownContact."""
    number = asked.text("number")
    asked.bureau.remove_contact(int(number) if number.isdecimal() else 0, by=asked.who)
    return Shown(elsewhere=_PAGE)

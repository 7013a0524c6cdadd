"""The bureau's people and programs: accounts made and ended, one-time codes renewed, tokens."""

from __future__ import annotations

import segno
from markupsafe import Markup

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.people import NewAccount
from sync.bureau.rights import BureauRole, Right
from ui.console.oversight import time_of
from ui.console.posts import NotTyped
from ui.console.web import Asked, Shown

_PAGE = "/console/people"


class OwnAccount(KnownError):
    """Somebody was to end the account they are signed in with."""

    def __init__(self) -> None:
        super().__init__(
            say("Nobody ends the account they are signed in with."),
            safe=NOTHING_CHANGED,
            todo=say("Let another supervisor do it."),
        )


class UnknownRole(KnownError):
    """A role that there is not."""

    def __init__(self) -> None:
        super().__init__(
            say("There is no such role."),
            safe=NOTHING_CHANGED,
            todo=say("Choose one of the list."),
        )


def show(asked: Asked) -> Shown:
    """Every account and token."""
    values = {
        "people": asked.bureau.people.all(),
        "passkeys": {one.id: len(asked.bureau.passkeys.of(one.id)) for one in asked.bureau.people.all()},
        "roles": [role.value for role in BureauRole],
        "tokens": asked.bureau.people.tokens(),
        "rights": [right.value for right in Right],
        "categories": [one.name for one in asked.bureau.categories()],
    }
    return Shown("people.html", values)


def add(asked: Asked) -> Shown:
    """Make an account; the secret of its one-time codes is shown once.

    Raises UnknownRole, BadAccount, BadTime, BadEnd.
    """
    roles = {role.value: role for role in BureauRole}
    role = roles.get(asked.text("role"))
    if role is None:
        raise UnknownRole
    made = asked.bureau.people.add(
        asked.text("account"),
        name=asked.text("name"),
        role=role,
        password=asked.form.get("password", ""),
        until=time_of(asked.text("until")) if asked.text("until") else None,
        by=asked.who,
    )
    return _secret(made)


def renew(asked: Asked) -> Shown:
    """Another secret for somebody's one-time codes. Raises NoAccount."""
    return _secret(asked.bureau.people.renew_code(_account(asked), by=asked.who))


def end(asked: Asked) -> Shown:
    """End an account whose name was typed. Raises NotTyped, OwnAccount, NoAccount."""
    account = _account(asked)
    if account == asked.who:
        raise OwnAccount
    if asked.text("typed") != account:
        raise NotTyped(account)
    asked.bureau.people.end(account, by=asked.who)
    return Shown(elsewhere=_PAGE)


def add_token(asked: Asked) -> Shown:
    """Make a token; its secret is shown once. Raises BadAccount."""
    rights = [right for right in Right if asked.text(f"right {right.value}")]
    name, categories = asked.text("name"), asked.text("categories").split()
    return Shown(
        "secret.html",
        {
            "name": name,
            "typed": asked.bureau.people.add_token(name, rights, by=asked.who, categories=categories),
            "picture": "",
        },
    )


def revoke_token(asked: Asked) -> Shown:
    """Let a token count no more. Raises NoAccount."""
    name: str = asked.request.path_params["name"]
    asked.bureau.people.revoke_token(name, by=asked.who)
    return Shown(elsewhere=_PAGE)


def _secret(made: NewAccount) -> Shown:
    # Made here, of nothing a person typed but the account's letters: no address of the picture could leak it.
    drawn = segno.make(made.address).svg_inline(scale=5, border=3, dark="#000", light="#fff")
    return Shown("secret.html", {"name": made.account.id, "typed": made.typed, "picture": Markup(drawn)})  # noqa: S704


def _account(asked: Asked) -> str:
    account: str = asked.request.path_params["account"]
    return account

"""Entries for programs at the HTTP interface: a secret shown once, kept as its hash only, with rights and an end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.clock import Clock
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau import journal
from sync.bureau import tables as t
from sync.bureau.categories import kept_text, of_text, refuse_unknown
from sync.bureau.database import Database
from sync.bureau.rights import NotEntitled, Right, right_of

SHORTEST_PASSWORD: Final = 12
TOKEN_LIFE: Final = timedelta(days=365)
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
"""Of an account or a token."""
SECRET: Final = 32


class NoAccount(KnownError):
    """An account or token that there is not."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("There is no {name} at this bureau.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Look at the names with: borderdesk-bureau people list"),
        )


class BadAccount(KnownError):
    """An account's name is taken or not typeable, or its password too short."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("The account or token {name} cannot be made so.", name=name),
            safe=NOTHING_CHANGED,
            todo=say(
                "Use a new name of small letters and digits, and a password of at least {least} characters.",
                least=SHORTEST_PASSWORD,
            ),
        )


@dataclass(frozen=True, slots=True)
class Token:
    """A program's entry. Its secret is shown once."""

    name: str
    rights: frozenset[Right]
    made_by: str
    ends_at: datetime
    revoked_at: datetime | None
    categories: tuple[str, ...] = ()

    def require(self, right: Right) -> None:
        """Raises NotEntitled where the token was not given the right."""
        if right not in self.rights:
            raise NotEntitled(self.name, right)


class Tokens:
    """The tokens of one bureau."""

    def __init__(self, database: Database, clock: Clock, entropy: Callable[[int], bytes]) -> None:
        self._database, self._clock, self._entropy = database, clock, entropy

    def add_token(
        self,
        name: str,
        rights: Iterable[Right],
        *,
        by: str,
        life: timedelta = TOKEN_LIFE,
        categories: Iterable[str] = (),
    ) -> str:
        """A new token's secret, shown once. `categories` are those it may see beside what is open to all.

        Raises BadAccount where the name is taken or not typeable, UnknownCategory.
        """
        now, secret = self._clock.wall(), f"bd_{self._entropy(SECRET).hex()}"
        given = sorted({right.value for right in rights})
        with self._database.writing() as db:
            taken = db.execute(sa.select(t.tokens.c.name).where(t.tokens.c.name == name)).first()
            if taken or not NAME.fullmatch(name) or not given:
                raise BadAccount(name)
            seen = tuple(categories)
            refuse_unknown(db, seen)
            db.execute(
                t.tokens.insert().values(
                    name=name,
                    hash=digest(secret),
                    scopes=" ".join(given),
                    made_by=by,
                    made_at=now,
                    ends_at=now + life,
                    categories=kept_text(seen),
                )
            )
            details = {"token": name, "rights": given} | ({"categories": sorted(seen)} if seen else {})
            journal.note(db, "token", by, now, why="added", details=details)
        return secret

    def revoke_token(self, name: str, *, by: str) -> None:
        """Raises NoAccount."""
        now = self._clock.wall()
        with self._database.writing() as db:
            where = (t.tokens.c.name == name) & t.tokens.c.revoked_at.is_(None)
            if not db.execute(t.tokens.update().where(where).values(revoked_at=now)).rowcount:
                raise NoAccount(name)
            journal.note(db, "token", by, now, why="revoked", details={"token": name})

    def token(self, secret: str) -> Token | None:
        """The token with this secret, while it is good."""
        with self._database.reading() as db:
            row = db.execute(sa.select(t.tokens).where(t.tokens.c.hash == digest(secret))).one_or_none()
            # A clock that was set back gives no program more time.
            latest = journal.latest(db) if row is not None else None
        now = self._clock.wall()
        if row is None or row.revoked_at is not None or row.ends_at <= max(now, latest or now):
            return None
        return _token(row)

    def tokens(self) -> tuple[Token, ...]:
        """Every token, revoked ones too."""
        with self._database.reading() as db:
            return tuple(_token(row) for row in db.execute(sa.select(t.tokens).order_by(t.tokens.c.name)))


def _token(row: Any) -> Token:
    rights = frozenset(right_of(name) for name in row.scopes.split())
    return Token(row.name, rights, row.made_by, row.ends_at, row.revoked_at, of_text(row.categories))


def digest(secret: str) -> bytes:
    """How the secret of a session or a token is kept."""
    return sha256(secret.encode()).digest()

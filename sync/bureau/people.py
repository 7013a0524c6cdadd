"""The bureau's people and programs: accounts with password and one-time code, and sessions of the console.

Passwords go through Argon2id (RFC 9106); sessions and tokens are kept as hashes only. A wrong password and a wrong code
are told apart for nobody.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from borderdesk.clock import Clock
from borderdesk.errors import KnownError
from borderdesk.people import BadEnd
from borderdesk.policy import Policy
from borderdesk.words import say
from sync.bureau import journal, one_time, operations, rules
from sync.bureau import tables as t
from sync.bureau.database import Database
from sync.bureau.home import Home
from sync.bureau.rights import RIGHTS, BureauRole, NotEntitled, Right
from sync.bureau.secrets import Secrets
from sync.bureau.tokens import NAME, SECRET, SHORTEST_PASSWORD, BadAccount, NoAccount, Token, Tokens, digest
from sync.bureau.web_tables import passkeys

__all__ = [
    "SESSION_IDLE",
    "SESSION_LONGEST",
    "SHORTEST_PASSWORD",
    "Account",
    "BadAccount",
    "NewAccount",
    "NoAccount",
    "NotSignedIn",
    "People",
    "Token",
    "WebSession",
]

SESSION_IDLE: Final = timedelta(minutes=30)
SESSION_LONGEST: Final = timedelta(hours=12)


class NotSignedIn(KnownError):
    """Account, password and one-time code do not fit together, or it is too soon after wrong ones."""

    def __init__(self) -> None:
        super().__init__(
            say("The account, the password or the one-time code is wrong, or too many wrong ones came just now."),
            safe=say("Nobody was signed in."),
            todo=say("Wait for the next code and try again; after a few wrong tries, wait some minutes."),
        )


@dataclass(frozen=True, slots=True)
class Account:
    """One person at the bureau."""

    id: str
    name: str
    role: BureauRole
    created_at: datetime
    ended_at: datetime | None
    ends_at: datetime | None = None
    """When it ends by itself; None for an account that lasts."""
    operation: int | None = None
    """The operation for which it is, and with which it ends."""

    def require(self, right: Right) -> None:
        """Raises NotEntitled where the role does not include the right."""
        if right not in RIGHTS[self.role]:
            raise NotEntitled(self.id, right)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A new account's one-time secret: shown once, kept nowhere in the clear."""

    account: Account
    typed: str
    address: str


@dataclass(frozen=True, slots=True)
class WebSession:
    """Somebody signed in at the console. `csrf` must come with every act."""

    account: Account
    csrf: str


class People(Tokens):
    """Accounts, sessions and tokens of one bureau."""

    def __init__(
        self,
        database: Database,
        secrets: Secrets,
        home: Home,
        clock: Clock,
        entropy: Callable[[int], bytes],
    ) -> None:
        super().__init__(database, clock, entropy)
        self._secrets, self._home = secrets, home

    # --- accounts -------------------------------------------------------------------------------------------------

    def add(
        self,
        account: str,
        *,
        name: str,
        role: BureauRole,
        password: str,
        by: str,
        until: datetime | None = None,
        operation: int | None = None,
    ) -> NewAccount:
        """Make an account; one for a time, or for an operation, ends by itself with the first of the two.

        Raises BadAccount, BadEnd, UnknownOperation.
        """
        if not NAME.fullmatch(account) or len(password) < SHORTEST_PASSWORD:
            raise BadAccount(account)
        self.end_lapsed()
        salt, secret, now = self._entropy(16), self._entropy(one_time.SECRET_BYTES), self._clock.wall()
        values = {
            "name": name or account,
            "role": role.value,
            "salt": salt,
            "password": _hashed(password, salt),
            "locked_code": self._secrets.lock(secret, _label(account), self._entropy),
            "last_step": 0,
            "wrong_tries": 0,
            "wait_until": None,
            "created_at": now,
            "ended_at": None,
            "operation": operation,
        }
        with self._database.writing() as db:
            ends = [each for each in (until, _end_of(db, operation)) if each is not None]
            ends_at = min(ends, default=None)
            if ends_at is not None and ends_at <= _latest(db, now):
                raise BadEnd
            row = db.execute(sa.select(t.accounts.c.ended_at).where(t.accounts.c.id == account)).one_or_none()
            if row is not None and row.ended_at is None:
                raise BadAccount(account)
            if row is None:
                db.execute(t.accounts.insert().values(id=account, ends_at=ends_at, **values))
            else:
                db.execute(t.accounts.update().where(t.accounts.c.id == account).values(ends_at=ends_at, **values))
            details = {"account": account, "role": role.value}
            details |= {"ends": ends_at.isoformat()} if ends_at is not None else {}
            journal.note(db, "account", by, now, why="added", details=details)
        made = Account(account, name or account, role, now, None, ends_at, operation)
        return NewAccount(made, one_time.as_typed(secret), one_time.address(secret, account, self._home.name))

    def end(self, account: str, *, by: str) -> None:
        """End an account and its sessions. Raises NoAccount."""
        with self._database.writing() as db:
            self._end(db, account, by=by, why="ended")

    def end_lapsed(self) -> tuple[str, ...]:
        """End the accounts whose time is over; which ones. Once ended they stay so, whatever the clock says later."""
        now = self._clock.wall()
        with self._database.reading() as db:
            if not _lapsed(db, now):
                return ()
        with self._database.writing() as db:
            over = _lapsed(db, now)
            for account in over:
                self._end(db, account, by=account, why="its time is over")
            return over

    def _end(self, db: sa.Connection, account: str, *, by: str, why: str) -> None:
        now = self._clock.wall()
        where = (t.accounts.c.id == account) & t.accounts.c.ended_at.is_(None)
        if not db.execute(t.accounts.update().where(where).values(ended_at=now)).rowcount:
            raise NoAccount(account)
        db.execute(t.web_sessions.delete().where(t.web_sessions.c.account == account))
        db.execute(passkeys.delete().where(passkeys.c.account == account))
        journal.note(db, "account", by, now, why=why, details={"account": account})

    def change_password(self, account: str, old: str, new: str) -> None:
        """Change one's own password; whoever is signed in with the account has to sign in again.

        Raises NotSignedIn where the old one is wrong, BadAccount where the new one is too short.
        """
        if not self.is_password(account, old):
            raise NotSignedIn
        if len(new) < SHORTEST_PASSWORD:
            raise BadAccount(account)
        salt, now = self._entropy(16), self._clock.wall()
        with self._database.writing() as db:
            values = {"salt": salt, "password": _hashed(new, salt)}
            db.execute(t.accounts.update().where(t.accounts.c.id == account).values(**values))
            db.execute(t.web_sessions.delete().where(t.web_sessions.c.account == account))
            journal.note(db, "account", account, now, why="password changed", details={"account": account})

    def renew_code(self, account: str, *, by: str) -> NewAccount:
        """Another secret for the one-time codes: the telephone is lost. Its sessions and passkeys end with it.

        Raises NoAccount.
        """
        secret, now = self._entropy(one_time.SECRET_BYTES), self._clock.wall()
        with self._database.writing() as db:
            where = (t.accounts.c.id == account) & t.accounts.c.ended_at.is_(None)
            row = db.execute(sa.select(t.accounts).where(where)).one_or_none()
            if row is None:
                raise NoAccount(account)
            locked = self._secrets.lock(secret, _label(account), self._entropy)
            db.execute(t.accounts.update().where(where).values(locked_code=locked, last_step=0))
            db.execute(t.web_sessions.delete().where(t.web_sessions.c.account == account))
            db.execute(passkeys.delete().where(passkeys.c.account == account))
            journal.note(db, "account", by, now, why="one-time code renewed", details={"account": account})
        address = one_time.address(secret, account, self._home.name)
        return NewAccount(_account(row), one_time.as_typed(secret), address)

    def all(self) -> tuple[Account, ...]:
        """Every account, ended ones too."""
        with self._database.reading() as db:
            return tuple(_account(row) for row in db.execute(sa.select(t.accounts).order_by(t.accounts.c.id)))

    # --- sessions -------------------------------------------------------------------------------------------------

    def sign_in(self, account: str, password: str, code: str) -> str:
        """The secret of a new session, for the browser's cookie. Raises NotSignedIn."""
        self.end_lapsed()
        now = self._clock.wall()
        with self._database.reading() as db:
            row = db.execute(sa.select(t.accounts).where(t.accounts.c.id == account)).one_or_none()
        # Hashed also where there is no such account: how long it takes says nothing.
        salt, expected = (row.salt, row.password) if row else (bytes(16), bytes(SECRET))
        right = hmac.compare_digest(_hashed(password, bytes(salt)), bytes(expected))
        waits = row is not None and row.wait_until is not None and now < row.wait_until
        step = None
        if row is not None and row.ended_at is None and right and not waits:
            secret = self._secrets.unlock(row.locked_code, _label(account), self._home.keys)
            step = one_time.accepted_step(secret, code, now, after=row.last_step)
        with self._database.writing() as db:
            where = t.accounts.c.id == account
            if step is None:
                if row is not None and not waits:
                    tries = row.wrong_tries + 1
                    wait = _wait(tries, rules.stored(db))
                    db.execute(t.accounts.update().where(where).values(wrong_tries=tries, wait_until=now + wait))
                    journal.note(db, "sign-in", account, now, why="refused")
                session = ""
            else:
                used = where & (t.accounts.c.last_step < step)
                values = {"wrong_tries": 0, "wait_until": None, "last_step": step}
                fresh = db.execute(t.accounts.update().where(used).values(**values)).rowcount == 1
                session = self.begin(db, account, now) if fresh else ""
        if not session:
            raise NotSignedIn
        return session

    def begin(self, db: sa.Connection, account: str, now: datetime, *, why: str = "") -> str:
        """The secret of a new session of somebody who has proved who they are. `why` says how, for the journal."""
        secret = self._entropy(SECRET).hex()
        db.execute(t.web_sessions.delete().where(t.web_sessions.c.begun_at < now - SESSION_LONGEST))
        db.execute(
            t.web_sessions.insert().values(
                hash=digest(secret), account=account, csrf=self._entropy(16).hex(), begun_at=now, seen_at=now
            )
        )
        journal.note(db, "sign-in", account, now, why=why)
        return secret

    def session(self, secret: str, *, active: bool = True) -> WebSession | None:
        """Who is signed in with this cookie; None where nobody is, or not any more.

        `active`: a person did something. What a page asks by itself keeps nobody signed in.
        """
        if not secret:
            return None
        self.end_lapsed()
        now, hash_ = self._clock.wall(), digest(secret)
        query = (
            sa.select(t.accounts, t.web_sessions.c.csrf, t.web_sessions.c.begun_at, t.web_sessions.c.seen_at)
            .join(t.web_sessions, t.web_sessions.c.account == t.accounts.c.id)
            .where(t.web_sessions.c.hash == hash_)
        )
        with self._database.reading() as db:
            row = db.execute(query).one_or_none()
        if row is None or row.ended_at is not None:
            return None
        if now - row.seen_at > SESSION_IDLE or now - row.begun_at > SESSION_LONGEST:
            return None
        if active and now - row.seen_at > timedelta(minutes=1):
            with self._database.writing() as db:
                db.execute(t.web_sessions.update().where(t.web_sessions.c.hash == hash_).values(seen_at=now))
        return WebSession(_account(row), row.csrf)

    def is_password(self, account: str, password: str) -> bool:
        """Whether it is theirs: asked again before something that would outlive a stolen session.

        Wrong ones cost waiting as they do when somebody signs in, or a stolen session could guess without end.
        """
        now = self._clock.wall()
        with self._database.reading() as db:
            row = db.execute(sa.select(t.accounts).where(t.accounts.c.id == account)).one_or_none()
        if row is None or (row.wait_until is not None and now < row.wait_until):
            return False
        if hmac.compare_digest(_hashed(password, bytes(row.salt)), bytes(row.password)):
            return True
        with self._database.writing() as db:
            tries = row.wrong_tries + 1
            values = {"wrong_tries": tries, "wait_until": now + _wait(tries, rules.stored(db))}
            db.execute(t.accounts.update().where(t.accounts.c.id == account).values(**values))
            journal.note(db, "sign-in", account, now, why="password refused")
        return False

    def sign_out(self, secret: str) -> None:
        """End a session."""
        with self._database.writing() as db:
            db.execute(t.web_sessions.delete().where(t.web_sessions.c.hash == digest(secret)))


def _account(row: Any) -> Account:
    return Account(row.id, row.name, BureauRole(row.role), row.created_at, row.ended_at, row.ends_at, row.operation)


def _latest(db: sa.Connection, now: datetime) -> datetime:
    """The bureau's clock, or what it last journalled where that is later: a clock set back gives nobody more time."""
    return max(now, journal.latest(db) or now)


def _lapsed(db: sa.Connection, now: datetime) -> tuple[str, ...]:
    limited = t.accounts.c.ended_at.is_(None) & t.accounts.c.ends_at.is_not(None)
    found = db.execute(sa.select(t.accounts.c.id, t.accounts.c.ends_at).where(limited)).all()
    if not found:
        return ()
    latest = _latest(db, now)
    return tuple(row.id for row in found if row.ends_at <= latest)


def _end_of(db: sa.Connection, operation: int | None) -> datetime | None:
    return operations.one(db, operation).operation.ends_at if operation is not None else None


def _label(account: str) -> str:
    return f"one-time code {account}"


def _hashed(password: str, salt: bytes) -> bytes:
    return Argon2id(salt=salt, length=SECRET, iterations=3, lanes=1, memory_cost=64 * 1024).derive(password.encode())


def _wait(tries: int, policy: Policy) -> timedelta:
    over = tries - policy.sign_in_free_tries
    if over < 0:
        return timedelta()
    seconds = policy.sign_in_first_wait_seconds * 2 ** min(over, 20)
    return timedelta(seconds=min(seconds, policy.sign_in_longest_wait_seconds))

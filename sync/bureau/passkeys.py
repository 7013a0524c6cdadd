"""Passkeys (Web Authentication, level 2) of the bureau's people: several for an account, beside password and code.

A passkey stands for both, so the authenticator must verify its holder (a finger, a PIN). A challenge is good for one
browser, one purpose, five minutes and one use; it is not stored before it is used, so asking for one fills nothing. A
counter that goes back is a copied key: it is refused. `fido2` checks what the authenticator says.
"""

from __future__ import annotations

import hmac
import logging
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from borderdesk.clock import Clock
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau import journal
from sync.bureau import tables as t
from sync.bureau.database import Database
from sync.bureau.home import Home
from sync.bureau.people import People
from sync.bureau.secrets import Secrets
from sync.bureau.web_tables import passkeys as rows
from sync.bureau.web_tables import used_challenges

CHALLENGE_LIFE: Final = timedelta(minutes=5)
MOST: Final = 10
"""Of one account."""

_NONCE: Final = 16
_TIME: Final = 8
_MARK: Final = 32
_LONGEST_NAME: Final = 60

# It names credentials in its log, which the bureau's log must not.
logging.getLogger("fido2").setLevel(logging.WARNING)

_WRONG: Final = (ValueError, LookupError, TypeError, AssertionError, struct.error)
"""What `fido2` raises for an answer that is not one, or not right."""

Json = dict[str, Any]


class PasskeyRefused(KnownError):
    """What the browser brought does not fit: another site, a used or old challenge, a removed or copied passkey."""

    def __init__(self) -> None:
        super().__init__(
            say("The passkey was not accepted."),
            safe=say("Nobody was signed in, and no passkey was added."),
            todo=say("Load the page again and try once more, or use the password and the one-time code."),
        )


class BadPasskey(KnownError):
    """A passkey without a name, or one too many."""

    def __init__(self) -> None:
        super().__init__(
            say("A passkey needs a name, and an account has at most {most}.", most=MOST),
            safe=NOTHING_CHANGED,
            todo=say("Name the device it is on; remove one that is not used any more."),
        )


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser is: `host` without port is what passkeys are bound to; `origin` is what it must say."""

    host: str
    origin: str

    @classmethod
    def of(cls, netloc: str) -> Site:
        """From the address the browser asked for."""
        host = netloc.rpartition(":")[0] if netloc.rpartition(":")[2].isdigit() else netloc
        return cls(host.strip("[]").lower(), f"https://{netloc.lower()}")


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of an account."""

    id: str
    name: str
    host: str
    added_at: datetime
    used_at: datetime | None


class Passkeys:
    """The passkeys of one bureau's people."""

    def __init__(
        self,
        database: Database,
        secrets: Callable[[], Secrets],
        home: Home,
        clock: Clock,
        entropy: Callable[[int], bytes],
        people: People,
    ) -> None:
        self._database, self._secrets, self._home = database, secrets, home
        self._clock, self._entropy, self._people = clock, entropy, people

    def of(self, account: str) -> tuple[Passkey, ...]:
        """The passkeys of an account, the oldest first."""
        with self._database.reading() as db:
            query = sa.select(rows).where(rows.c.account == account).order_by(rows.c.added_at)
            return tuple(
                Passkey(bytes(row.id).hex(), row.name, row.host, row.added_at, row.used_at) for row in db.execute(query)
            )

    # --- adding --------------------------------------------------------------------------------------------------

    def options(self, account: str, site: Site, binding: str) -> Json:
        """What the browser is to make a passkey from. `binding` is a secret of this browser."""
        user = PublicKeyCredentialUserEntity(name=account, id=account.encode(), display_name=account)
        known = [
            PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes.fromhex(one.id))
            for one in self.of(account)
        ]
        made, _ = self._server(site).register_begin(
            user,
            known,
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
            challenge=self._challenge(f"add {account}", site, binding),
        )
        return dict(made)

    def add(self, account: str, name: str, answer: Mapping[str, Any], site: Site, binding: str) -> Passkey:
        """Keep a passkey that the browser made. Raises PasskeyRefused, BadPasskey."""
        name = " ".join(name.split())
        if not 0 < len(name) <= _LONGEST_NAME or len(self.of(account)) >= MOST:
            raise BadPasskey
        challenge = self._answered(answer, f"add {account}", site, binding)
        try:
            data = self._server(site).register_complete(_state(challenge), answer)
            made = data.credential_data
            if made is None:
                raise PasskeyRefused
        except _WRONG as error:
            raise PasskeyRefused from error
        now = self._clock.wall()
        with self._database.writing() as db:
            self._use_up(db, challenge, now)
            if db.execute(sa.select(rows.c.id).where(rows.c.id == made.credential_id)).first():
                raise PasskeyRefused
            db.execute(
                rows.insert().values(
                    id=made.credential_id,
                    account=account,
                    name=name,
                    host=site.host,
                    public=bytes(made),
                    counter=data.counter,
                    added_at=now,
                )
            )
            journal.note(db, "passkey", account, now, why="added", details={"name": name, "host": site.host})
        return Passkey(made.credential_id.hex(), name, site.host, now, None)

    def remove(self, account: str, id_: str, *, by: str) -> None:
        """Take a passkey away. Raises PasskeyRefused where the account has none such."""
        now = self._clock.wall()
        found = next((one for one in self.of(account) if one.id == id_), None)
        if found is None:
            raise PasskeyRefused
        with self._database.writing() as db:
            db.execute(rows.delete().where(rows.c.id == bytes.fromhex(id_), rows.c.account == account))
            details = {"account": account, "name": found.name}
            journal.note(db, "passkey", by, now, why="removed", details=details)

    # --- signing in ----------------------------------------------------------------------------------------------

    def ask(self, site: Site, binding: str) -> Json:
        """What the browser is to sign. It knows by itself which passkeys it has for this site."""
        made, _ = self._server(site).authenticate_begin(
            user_verification=UserVerificationRequirement.REQUIRED, challenge=self._challenge("sign in", site, binding)
        )
        return dict(made)

    def sign_in(self, answer: Mapping[str, Any], site: Site, binding: str) -> str:
        """The secret of a new session, for the browser's cookie. Raises PasskeyRefused."""
        challenge = self._answered(answer, "sign in", site, binding)
        self._people.end_lapsed()
        now = self._clock.wall()
        try:
            said = AuthenticationResponse.from_dict(answer)
            row = self._row(said.raw_id)
            if row is None or row.host != site.host or row.ended_at is not None:
                raise PasskeyRefused
            handle = said.response.user_handle
            if handle is not None and handle != row.account.encode():
                raise PasskeyRefused
            key = AttestedCredentialData(bytes(row.public))
            self._server(site).authenticate_complete(_state(challenge), [key], answer)
            counter = said.response.authenticator_data.counter
        except _WRONG as error:
            raise PasskeyRefused from error
        copied = (counter or row.counter) and counter <= row.counter
        with self._database.writing() as db:
            self._use_up(db, challenge, now)
            if copied:
                journal.note(db, "passkey", row.account, now, why="copied", details={"name": row.name})
            else:
                db.execute(rows.update().where(rows.c.id == said.raw_id).values(counter=counter, used_at=now))
                session = self._people.begin(db, row.account, now, why=f"passkey {row.name}")
        if copied:
            raise PasskeyRefused
        return session

    def _row(self, id_: bytes) -> Any:
        joined = t.accounts.c.id == rows.c.account
        with self._database.reading() as db:
            query = sa.select(rows, t.accounts.c.ended_at).join(t.accounts, joined).where(rows.c.id == id_)
            return db.execute(query).one_or_none()

    # --- challenges ----------------------------------------------------------------------------------------------

    def _server(self, site: Site) -> Fido2Server:
        entity = PublicKeyCredentialRpEntity(name=self._home.name, id=site.host)
        return Fido2Server(entity, verify_origin=lambda origin: origin.lower() == site.origin)

    def _challenge(self, purpose: str, site: Site, binding: str) -> bytes:
        until = int((self._clock.wall() + CHALLENGE_LIFE).timestamp())
        head = self._entropy(_NONCE) + until.to_bytes(_TIME, "big")
        return head + self._mark(head, purpose, site, binding)

    def _mark(self, head: bytes, purpose: str, site: Site, binding: str) -> bytes:
        what = b"\0".join((head, purpose.encode(), site.origin.encode(), binding.encode()))
        return hmac.digest(self._secrets().derived(b"BorderDesk/1 passkey challenges"), what, "sha256")

    def _answered(self, answer: Mapping[str, Any], purpose: str, site: Site, binding: str) -> bytes:
        """The challenge that was answered, where it is one of ours for this browser. Raises PasskeyRefused."""
        try:
            challenge = CollectedClientData(websafe_decode(answer["response"]["clientDataJSON"])).challenge
        except _WRONG as error:
            raise PasskeyRefused from error
        head, mark = challenge[: _NONCE + _TIME], challenge[_NONCE + _TIME :]
        until = int.from_bytes(head[_NONCE:], "big")
        right = len(mark) == _MARK and hmac.compare_digest(mark, self._mark(head, purpose, site, binding))
        if not binding or not right or until < self._clock.wall().timestamp():
            raise PasskeyRefused
        return challenge

    def _use_up(self, db: sa.Connection, challenge: bytes, now: datetime) -> None:
        """Raises PasskeyRefused where it was used before."""
        db.execute(used_challenges.delete().where(used_challenges.c.used_at < now - 2 * CHALLENGE_LIFE))
        hash_ = sha256(challenge).digest()
        if db.execute(sa.select(used_challenges.c.hash).where(used_challenges.c.hash == hash_)).first():
            raise PasskeyRefused
        db.execute(used_challenges.insert().values(hash=hash_, used_at=now))


def _state(challenge: bytes) -> Json:
    return {"challenge": websafe_encode(challenge), "user_verification": UserVerificationRequirement.REQUIRED}

"""What every part of the bureau stands on: its folder, keys, database and policy, and the act that is journalled."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime
from typing import Any, Final, Self

import sqlalchemy as sa

from borderdesk.clock import Clock
from borderdesk.ids import DeskId
from borderdesk.policy import Policy
from borderdesk.watchlist import Record
from sync.bureau import apart, categories, journal, letters, lists, loading, rules
from sync.bureau import tables as t
from sync.bureau.cases import UnknownCase
from sync.bureau.categories import EVERYTHING, Sight
from sync.bureau.database import Database
from sync.bureau.home import Home
from sync.bureau.lists import ListRow
from sync.bureau.passkeys import Passkeys
from sync.bureau.people import Account, People, Token
from sync.bureau.publishing import Press
from sync.bureau.roots import RootStore
from sync.bureau.scopes import ALL
from sync.bureau.screening import BureauScreen
from sync.bureau.secrets import KeysMissing, Secrets
from sync.bureau.shards import ShardBook
from sync.wire import Purpose, Revocation, SignedBytes

__all__ = ["ALL", "NAMED", "OWN", "Office"]

OWN: Final = "bureau"
"""Who the journal names where nobody is: the program, or its command line."""

NAMED: Final = 50
"""At most so many keys stand in one entry of the journal."""


class Office:
    """One open bureau, before anything is done with it."""

    def __init__(self, home: Home, *, clock: Clock, entropy: Callable[[int], bytes] = random.token_bytes) -> None:
        self.home = home
        self.clock = clock
        self.entropy = entropy
        self._loaded: tuple[int, Secrets] | None = None
        self.roots = RootStore(home)
        try:
            self._ca = home.ca.read_bytes()
        except OSError as error:
            raise KeysMissing(home.ca) from error
        self.database = Database(home.database)
        self.database.prepare()
        self._sight = EVERYTHING
        self._screens: dict[Sight, BureauScreen] = {}
        self._shards = ShardBook()
        self.people = People(self.database, self._secrets, home, clock, entropy)
        self.passkeys = Passkeys(self.database, lambda: self._secrets, home, clock, entropy, self.people)

    def seen_with(self, sight: Sight) -> Self:
        """The same bureau as somebody may see it: what is not theirs to know is not there. Acts are held to it too."""
        seen = copy(self)
        seen._sight = sight
        return seen

    def seen_by(self, who: Account | Token) -> Self:
        """The same bureau as this account, by its role, or this token may see it."""
        if isinstance(who, Token):
            return self.seen_with(Sight(frozenset(who.categories)))
        with self.database.reading() as db:
            return self.seen_with(categories.sight_of(db, who.role))

    @property
    def _secrets(self) -> Secrets:
        """The bureau's keys; read again where another process has exchanged them. Raises KeysMissing."""
        try:
            changed = self.home.keys.stat().st_mtime_ns
        except OSError as error:
            raise KeysMissing(self.home.keys) from error
        if self._loaded is None or self._loaded[0] != changed:
            self._loaded = (changed, Secrets.load(self.home.keys))
        return self._loaded[1]

    @property
    def ca(self) -> bytes:
        """The certificate that desks trust, as PEM."""
        return self._ca

    @property
    def policy(self) -> Policy:
        """What desks are told to work by."""
        with self.database.reading() as db:
            return rules.stored(db)

    @property
    def today(self) -> date:
        """The bureau's date, in UTC."""
        return self.clock.wall().date()

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _act(self, kind: str, by: str) -> Iterator[tuple[sa.Connection, dict[str, Any]]]:
        """One act: what it changes and its journal entry, or neither. The entry's details are filled on the way."""
        details: dict[str, Any] = {}
        with self.database.writing() as db:
            yield db, details
            journal.note(db, kind, by, self.clock.wall(), details=details)

    def _list(self, db: sa.Connection, name: str) -> ListRow:
        """The list of that name. Raises UnknownList, also where it is not theirs to know."""
        row = lists.row_of(db, name)
        if not self._sight.sees(row.category):
            raise lists.UnknownList(name)
        return row

    def _put(self, db: sa.Connection, row: ListRow, records: Sequence[Record]) -> None:
        """Add records to a list's draft, or replace them; one that was set apart goes where it was set apart to."""
        diverted = apart.diversion(db, row)
        loading.put(db, row, diverted.passing(records))
        diverted.settle(db, whole=False, today=self.today)

    def _hidden(self, db: sa.Connection) -> frozenset[str]:
        """The names of the lists that are not theirs to know."""
        return frozenset(row.watchlist.name for row in lists.all_rows(db) if not self._sight.sees(row.category))

    def _refuse_hidden_hit(self, db: sa.Connection, hit: str) -> None:
        """Raises UnknownCase for a hit on a record of a list that is not theirs to know."""
        hidden = self._hidden(db)
        if hidden and db.execute(sa.select(t.hits.c.list).where(t.hits.c.id == hit)).scalar() in hidden:
            raise UnknownCase(hit)

    def _screen_with(self, sight: Sight) -> BureauScreen:
        """What answers from the lists of this sight. One for each: no name of a hidden list is in its index."""
        return self._screens.setdefault(sight, BureauScreen(self.database, sight))

    def _post(self, db: sa.Connection, desk: DeskId, kind: str, body: Callable[[int], bytes]) -> int:
        return letters.write(db, self._secrets.keys, desk, kind, body, self.clock.wall())

    def _press(self) -> Press:
        return Press(self.home, self._secrets, self.entropy, self.policy, self.roots.newest())

    def _revocation(self, desk: DeskId, at: datetime) -> bytes:
        """The signed word that makes a desk destroy its keys."""
        payload = Revocation(desk, at).encode()
        return SignedBytes.sign(Purpose.REVOCATION, payload, [self._secrets.keys.signing]).encode()

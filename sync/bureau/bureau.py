"""The bureau as one object: what its commands, its server and the tests use.

bureau = Bureau.create(folder, name="NCB Utopia", country="UTO")
bureau.import_list(UN_LIST, records, reason="no longer in the source")
bureau.publish()
code = bureau.enrol_code("torodi")
"""

from __future__ import annotations

import secrets as random
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from borderdesk.clock import Clock, SystemClock
from borderdesk.codes import state
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import BureauId
from borderdesk.journal import JournalReport
from borderdesk.words import say
from sync.bureau import alarms, health, journal, tls
from sync.bureau import tables as t
from sync.bureau.alarms import Alarm
from sync.bureau.answering import Answering
from sync.bureau.commanding import Commanding
from sync.bureau.drafting import Drafting
from sync.bureau.drilling import Drilling
from sync.bureau.exchanging import Exchanging
from sync.bureau.home import Home
from sync.bureau.journal import JournalLine
from sync.bureau.office import ALL
from sync.bureau.releasing import Releasing
from sync.bureau.secrets import Secrets
from sync.bureau.twinning import Twinning
from sync.trust import BureauKeys

__all__ = ["ALL", "Bureau", "UnknownCountry"]


class UnknownCountry(KnownError):
    """A country code that ICAO does not know."""

    def __init__(self, code: str) -> None:
        super().__init__(
            say("There is no state with the code {code}.", code=code),
            safe=NOTHING_CHANGED,
            todo=say("Give the three letters that the state's passports carry, such as MLI or UTO."),
        )


class JournalWithheld(KnownError):
    """The whole journal was asked for by somebody who may not know of every list. A part of it would prove nothing."""

    def __init__(self) -> None:
        super().__init__(
            say("The whole journal tells of lists that are not yours to know."),
            safe=NOTHING_CHANGED,
            todo=say("Let it be written at the server: borderdesk-bureau journal export FILE"),
        )


class Bureau(Drafting, Releasing, Commanding, Exchanging, Answering, Twinning, Drilling):
    """One open bureau. Safe to use from several threads, and from several processes on the same folder."""

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        name: str,
        country: str,
        database: str = "",
        clock: Clock | None = None,
        entropy: Callable[[int], bytes] = random.token_bytes,
    ) -> Bureau:
        """Make a bureau: its folder, keys, certificate authority and database, and the scope `all`.

        `database` is an SQLAlchemy URL; empty for a file in the folder.
        Raises UnknownCountry, BureauExists, DiskRefused, DatabaseFailed.
        """
        found = state(country)
        if found is None:
            raise UnknownCountry(country)
        clock = clock or SystemClock()
        bureau = BureauId(f"ncb-{found.code.lower()}-{entropy(4).hex()}")
        home = Home.make(folder, bureau, name, found.code, database)
        secrets = Secrets(BureauKeys.generate(entropy), tls.new_key())
        secrets.save(home.keys)
        home.ca.write_bytes(tls.make_ca(secrets.ca_key, name, clock.wall()))
        made = cls(home, clock=clock, entropy=entropy)
        with made.database.writing() as db:
            if not db.execute(sa.select(t.scopes.c.name).where(t.scopes.c.name == ALL)).first():
                db.execute(t.scopes.insert().values(name=ALL))
        return made

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        clock: Clock | None = None,
        entropy: Callable[[int], bytes] = random.token_bytes,
    ) -> Bureau:
        """Open a bureau that was made. Raises NoBureauHere, KeysMissing, NewerDatabase, DatabaseFailed."""
        return cls(Home.open(folder), clock=clock or SystemClock(), entropy=entropy)

    def alarms(self) -> tuple[Alarm, ...]:
        """What somebody has to look at now."""
        desks, open_hits = self.posts(), self.hits(only_open=True)
        with self.database.reading() as db:
            return alarms.alarms(db, desks, health.newest(db), open_hits, self.policy, self.clock.wall())

    def stamp(self) -> str:
        """Changes whenever something happened that a page shows."""
        with self.database.reading() as db:
            counts = (
                sa.select(sa.func.count()).select_from(table).scalar_subquery()
                for table in (t.uploads, t.quarantine, t.journal)
            )
            return "-".join(str(count) for count in db.execute(sa.select(*counts)).one())

    def journal_newest(self, most: int = 200) -> tuple[JournalLine, ...]:
        """The newest entries of the bureau's journal."""
        with self.database.reading() as db:
            hidden = self._hidden(db)
            return tuple(journal.without(line, hidden) for line in journal.newest(db, most))

    def journal_lines(self) -> Iterator[str]:
        """The whole journal as lines of JSON. Raises JournalWithheld where it tells of what is not theirs to know."""
        with self.database.reading() as db:
            if self._hidden(db):
                raise JournalWithheld
            yield from journal.export(db)

    def verify_journal(self) -> JournalReport:
        """Whether the journal is whole."""
        with self.database.reading() as db:
            return journal.verify(db, self._secrets.keys)

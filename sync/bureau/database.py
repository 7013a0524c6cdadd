"""Where the bureau keeps what it must not lose: SQLite at once, PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau import cases, links, tables
from sync.bureau import twin_tables as _more_tables  # noqa: F401 - they enter themselves into the same `meta`
from sync.bureau.columns import meta

_OTHER_WAYS: Final = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")


class DatabaseFailed(KnownError):
    """The database could not be opened, read or written: locked, full, damaged, or not there."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("The bureau's database did not do what was asked ({reason}).", reason=reason),
            safe=say("The last act was NOT stored; everything acknowledged before is."),
            todo=say("Look at the disk or the database server, then do it again."),
        )


class NewerDatabase(KnownError):
    """The database was written by a newer program."""

    def __init__(self, found: int) -> None:
        super().__init__(
            say(
                "The bureau's database was written by a newer program (schema {found}, this one reads {known}).",
                found=found,
                known=tables.SCHEMA,
            ),
            safe=NOTHING_CHANGED,
            todo=say("Install the newer program again."),
        )


_LINKED: Final = 9
"""The schema since which links between hits are kept."""
_SEARCHED: Final = 10
"""The schema since which hits are kept with the words they are searched by."""


class Database:
    """One engine. `reading` sees the last committed state; `writing` is all or nothing, one at a time."""

    def __init__(self, url: str) -> None:
        # What a statement was about is nobody's who reads an error message.
        self.engine = sa.create_engine(url, hide_parameters=True)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection on which nothing is written. Raises DatabaseFailed."""
        with _translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def seeing(self) -> Iterator[sa.Connection]:
        """One committed state, however long it is looked at, whatever is written meanwhile. Raises DatabaseFailed."""
        with _translated(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """All of the block, or nothing of it; committed to disk when it ends. Raises DatabaseFailed."""
        with _translated(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection = connection.execution_options(writing=True)
            with connection.begin():
                if not self.is_sqlite:
                    # One writer at a time, as on SQLite: what is decided from the tables stays true until commit.
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(7311)"))
                yield connection

    def prepare(self) -> None:
        """Make the tables where there are none. Raises NewerDatabase, DatabaseFailed."""
        with self.writing() as connection:
            meta.create_all(connection)
            name = tables.settings.c.name == "schema"
            found = connection.execute(sa.select(tables.settings.c.value).where(name)).scalar()
            if found is None:
                connection.execute(tables.settings.insert().values(name="schema", value=str(tables.SCHEMA)))
            elif int(found) > tables.SCHEMA:
                raise NewerDatabase(int(found))
            elif int(found) < tables.SCHEMA:
                _add_columns(connection)
                _key_lists_by_themselves(connection)
                _drop_guards(connection)
                if int(found) < _LINKED:
                    links.rebuild(connection)
                if int(found) < _SEARCHED:
                    cases.note_words(connection)
                connection.execute(tables.settings.update().where(name).values(value=str(tables.SCHEMA)))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _add_columns(connection: sa.Connection) -> None:
    """Bring the tables of an older program up to date: what is new is optional or has a default."""
    there = sa.inspect(connection)
    for table in meta.sorted_tables:
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                shape = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {shape}")


def _key_lists_by_themselves(connection: sa.Connection) -> None:
    """Schema 7: each list has keys of its own. Until then all lists of a scope were under the key of its epoch.

    What was published stays readable: an epoch's key becomes the key of that number of every list.
    """
    if not sa.inspect(connection).has_table("epochs"):
        return
    for statement in (
        """INSERT INTO list_keys (list, view, version, label, locked_key)
           SELECT l.id, '', e.epoch, e.scope || ' ' || e.epoch, e.locked_key FROM epochs e, lists l""",
        """INSERT INTO rings (scope, epoch, list, view, version)
           SELECT e.scope, e.epoch, l.id, '', e.epoch FROM epochs e, lists l""",
        """INSERT INTO sealed (sha256, length, list, view, version, role, base, edition)
           SELECT sha256, length, list, '', epoch, role, base, edition FROM files""",
        "UPDATE desks SET holds_scope = scope",
        "DROP TABLE files",
        "DROP TABLE epochs",
    ):
        connection.exec_driver_sql(statement)


def _drop_guards(connection: sa.Connection) -> None:
    """Schema 10: see `tables.UNGUARDED`. SQLite cannot drop a constraint, and hardly takes longer for it."""
    if connection.dialect.name != "sqlite":
        for table in tables.UNGUARDED:
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_list_fkey")


@contextmanager
def by_index(connection: sa.Connection) -> Iterator[None]:
    """Let PostgreSQL find a few changed records by their keys.

    Of a table that was just filled it knows nothing, and reads millions of records for a day's thousands. To be entered
    within a transaction; a whole list is read without it.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    for way in _OTHER_WAYS:
        connection.exec_driver_sql(f"SET LOCAL {way} = off")
    yield
    for way in _OTHER_WAYS:
        connection.exec_driver_sql(f"SET LOCAL {way} TO DEFAULT")


def sqlite_url(path: Path) -> str:
    """The URL of a database file."""
    return f"sqlite:///{path}"


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Transactions are begun by `_begin_sqlite`; the driver would otherwise begin them late, and commit before DDL.
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA journal_mode = WAL")
    # A commit is on the disk before a receipt says so.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
        raise DatabaseFailed(str(error.orig)) from error

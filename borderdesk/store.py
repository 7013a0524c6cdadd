"""The desk's one encrypted database file, and the only way to write to it.

Every room that keeps something at the desk (replica, journal, hits, people) keeps it here, so that things that belong
together are written together or not at all: SQLCipher (AES-256, authenticated pages) under sqlite-utils, one writing
process, one transaction at a time, any number of readers that see the last committed state.

Nothing of the file's content is ever written in the clear: temporary tables stay in memory, and the write-ahead log is
encrypted with the same key. `sqlcipher3` errors are no `sqlite3.Error`; they are translated here, once, into sentences.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import resource
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlite_utils import Database, Migrations

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say

SCHEMA_EPOCH: Final = 1
"""Raised when an older program could no longer read the file safely; kept in `PRAGMA user_version`."""

KEY_BYTES: Final = 32

_PR_SET_DUMPABLE: Final = 4

CACHE_KIB: Final = 64 * 1024
"""Page cache of one reading connection, at most. A desk has a handful of them and 700 MB for everything."""

WRITER_CACHE_KIB: Final = 4 * 1024
"""Page cache of the writing connection: what it wrote it hardly ever reads again, but would keep until its cache is
full, 3 kB a traveller, hour after hour. Loading a list is no slower with it: a list comes sorted, its pages in turn."""

_PAGE_CODES: Final = ("HMAC_SHA256", "HMAC_SHA512")
"""How pages are authenticated: new files by the first, which today's small processors compute in a third of the time
(a page is read in 6 µs instead of 10); files of an older program by SQLCipher's own choice."""


class WrongKey(KnownError):
    """The key does not open the file, or the file is not a BorderDesk database."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("The database {path} could not be opened with this key.", path=str(path)),
            safe=NOTHING_CHANGED,
            todo=say("Sign in again; if it stays like this, restore the desk with its recovery code."),
        )


class StoreInUse(KnownError):
    """A second process tried to open the same database for writing."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("Another BorderDesk is already running on {path}.", path=str(path)),
            safe=say("Nothing was changed; the other one goes on working."),
            todo=say("Use the window that is already open, or close it first."),
        )


class NewerSchema(KnownError):
    """The file was written by a newer program."""

    def __init__(self, path: Path, found: int) -> None:
        super().__init__(
            say(
                "The database {path} was written by a newer BorderDesk (schema {found}, this one reads {known}).",
                path=str(path),
                found=found,
                known=SCHEMA_EPOCH,
            ),
            safe=NOTHING_CHANGED,
            todo=say("Install the newer program again."),
        )


class DiskFull(KnownError):
    """There was no room to write. The transaction was rolled back."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("The disk that holds {path} is full.", path=str(path)),
            safe=say("What was stored before is complete; the last act was NOT stored."),
            todo=say("Free some space, then do the last act again. Do not let the traveller go on its account."),
        )


class DiskFailed(KnownError):
    """Reading or writing the file failed, or its content is damaged."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The database {path} could not be read or written ({reason}).", path=str(path), reason=reason),
            safe=say("The last act was NOT stored."),
            todo=say("Call the technician; do not restart the desk before the disk has been looked at."),
        )


class Store:
    """An open, unlocked database. Made by `open_store`; close it when the desk locks."""

    def __init__(self, path: Path, key: bytes, lock: IO[bytes]) -> None:
        self.path = path
        self._key = key
        self._lock = lock
        self._writing = threading.RLock()
        self._owner: int | None = None
        self._readers = threading.local()
        self._connections: list[sqlcipher.Connection] = []
        self._connections_guard = threading.Lock()
        self._page_code = _PAGE_CODES[0]
        self._writer = self._first_connection()
        self._writer.conn.execute(f"PRAGMA cache_size = {-WRITER_CACHE_KIB}")

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """All of the block, or nothing of it. Yields the writing database.

        Transactions of several threads queue up; one inside another of the same thread joins it.
        Raises DiskFull or DiskFailed, with everything in the block undone.
        """
        with self._writing:
            if self.in_transaction:
                yield self._writer
                return
            with self._translated_errors():
                self._writer.conn.execute("BEGIN IMMEDIATE")
            self._owner = threading.get_ident()
            try:
                with self._translated_errors():
                    yield self._writer
                    self._writer.conn.execute("COMMIT")
            except BaseException:
                # SQLite has already rolled back by itself after some errors (a full disk among them).
                if self._writer.conn.in_transaction:
                    self._writer.conn.execute("ROLLBACK")
                raise
            finally:
                self._owner = None

    @property
    def key(self) -> bytes:
        """The key in use: what smaller keys are derived from. Empty once the store is closed."""
        return self._key

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside a transaction of its own."""
        return self._owner == threading.get_ident()

    @property
    def reader(self) -> Database:
        """This thread's own read-only database: the last committed state, never blocked by a writer."""
        database: Database | None = getattr(self._readers, "database", None)
        if database is None:
            with self._translated_errors():
                database = self._connect()
                database.conn.execute("PRAGMA query_only = ON")
            self._readers.database = database
        return database

    def rekey(self, key: bytes) -> None:
        """Encrypt the whole database under another key, in one transaction; readers open anew with it.

        No other thread may be reading. Raises DiskFull or DiskFailed; then the old key stays.
        """
        if len(key) != KEY_BYTES:
            raise ValueError(f"a replica key has {KEY_BYTES} bytes, not {len(key)}")
        with self._writing:
            with self._connections_guard:
                for connection in self._connections:
                    if connection is not self._writer.conn:
                        connection.close()
                self._connections[:] = [self._writer.conn]
            self._readers = threading.local()
            with self._translated_errors():
                self._writer.conn.execute(f"PRAGMA rekey = \"x'{key.hex()}'\"")
            self._key = key

    def close(self) -> None:
        """Close every connection, forget the key, let another process in."""
        with self._connections_guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._key = b""
        self._lock.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _first_connection(self) -> Database:
        """Find out how the file's pages are authenticated: where no code fits, the key is wrong."""
        for page_code in _PAGE_CODES[:-1]:
            self._page_code = page_code
            try:
                with self._translated_errors():
                    return self._connect()
            except WrongKey:
                continue
        self._page_code = _PAGE_CODES[-1]
        return self._connect()

    def _connect(self) -> Database:
        connection = sqlcipher.connect(str(self.path), isolation_level=None, check_same_thread=False, timeout=30)
        try:
            # A wrong key is said by us, not by the library on standard error.
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            connection.execute(f"PRAGMA cipher_hmac_algorithm = {self._page_code}")
            # A temporary table or sort on disk would be outside the encryption.
            connection.execute("PRAGMA temp_store = MEMORY")
            # Decrypted pages are worth keeping: a look-alike search of a big list meets some three hundred of them.
            connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA journal_mode = WAL")
            # A commit has reached the disk before the screen says so: power cuts are ordinary at a post.
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        with self._connections_guard:
            self._connections.append(connection)
        # sqlite-utils speaks to any DB-API connection of SQLite's shape; its type hint names the standard one.
        return Database(connection)

    def _translated_errors(self) -> translated_errors:
        return translated_errors(self.path)


class translated_errors:
    """SQLCipher's own errors, turned into the sentences of this module. Bugs (wrong SQL) pass through untouched.

    Used like a function; a class, because every look-up passes through it and a generator costs six microseconds.
    """

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlcipher.DatabaseError):
            known = _known(self._path, error)
            if known is not None:
                raise known from error


@contextmanager
def translated_os_errors(path: Path) -> Iterator[None]:
    """The same for files beside the database."""
    try:
        yield
    except OSError as error:
        raise (DiskFull(path) if error.errno == errno.ENOSPC else DiskFailed(path, str(error))) from error


def _known(path: Path, error: sqlcipher.DatabaseError) -> KnownError | None:
    text = str(error)
    if "file is not a database" in text:
        return WrongKey(path)
    if "disk is full" in text:
        return DiskFull(path)
    if any(sign in text for sign in ("disk I/O error", "malformed", "unable to open", "readonly database")):
        return DiskFailed(path, text)
    return None


def open_store(path: Path, key: bytes, migrations: Iterable[Migrations] = ()) -> Store:
    """Open the database for this process, making it where there is none, and bring its schema up to date.

    `key` is 32 bytes. `migrations` are the rooms' own sets; each is applied once.
    Raises StoreInUse, WrongKey, NewerSchema, DiskFull, DiskFailed.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a replica key has {KEY_BYTES} bytes, not {len(key)}")
    lock = _only_process(path)
    try:
        _leave_no_memory_behind()
        _make_private(path)
        with translated_errors(path):
            store = Store(path, key, lock)
        try:
            _check_schema(store)
            _migrate(store, migrations)
        except BaseException:
            store.close()
            raise
    except BaseException:
        lock.close()
        raise
    return store


def _leave_no_memory_behind() -> None:
    """From now on a crash of this process writes no core file: it would hold the key and decrypted pages."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    # The limit does not bind a crash reporter that the kernel pipes the memory to; this does (prctl(2)).
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _only_process(path: Path) -> IO[bytes]:
    """Hold the lock file while the store is open. The system drops it when the process dies, however it dies."""
    lock = Path(f"{path}.lock").open("ab")  # noqa: SIM115 - held open until Store.close
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise StoreInUse(path) from error
    return lock


def _make_private(path: Path, opener: Callable[[str, int, int], int] = os.open) -> None:
    """Make the file readable by its owner only before SQLCipher first writes to it."""
    if not path.exists():
        os.close(opener(str(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _check_schema(store: Store) -> None:
    (found,) = store.reader.conn.execute("PRAGMA user_version").fetchone()
    if found > SCHEMA_EPOCH:
        raise NewerSchema(store.path, found)
    if found < SCHEMA_EPOCH:
        with store.transaction() as db:
            db.conn.execute(f"PRAGMA user_version = {SCHEMA_EPOCH}")


def _migrate(store: Store, migrations: Iterable[Migrations]) -> None:
    rooms, db = list(migrations), store._writer
    with translated_errors(store.path):
        if any(room.applied(db) for room in rooms) and any(room.pending(db) for room in rooms):
            _keep_copy(store)
        for room in rooms:
            room.apply(db)


def _keep_copy(store: Store) -> None:
    """Copy the database as the older program left it, under the same key, before its schema is changed.

    One copy is kept: `desk.db.before`. Raises DiskFull with nothing changed.
    """
    store._writer.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    copy, half = Path(f"{store.path}.before"), Path(f"{store.path}.before.new")
    try:
        half.unlink(missing_ok=True)
        _make_private(half)
        shutil.copyfile(store.path, half)
        with half.open("rb+") as written:
            os.fsync(written.fileno())
        half.replace(copy)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise (DiskFull(store.path) if error.errno == errno.ENOSPC else DiskFailed(store.path, str(error))) from error

"""A new replica key: after somebody left, or a disk was out of sight.

Two files must agree: the vault that seals the key, and the database under it. So the vault first holds both keys, then
the database is encrypted anew in one transaction, then the vault drops the old key. Interrupted anywhere, one of the
two keys opens the database, and the next sign-in finishes the work or undoes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Migrations

from borderdesk.people.accounts import Unlocked
from borderdesk.people.roles import NotAllowed, Right, Scope
from borderdesk.people.vault import Vault
from borderdesk.store import Store, WrongKey, open_store


def rekey(vault: Vault, store: Store, key: bytes) -> bytes:
    """Encrypt the lists under a fresh key and give it to everybody who has a slot. Returns the new key.

    Takes as long as reading and writing the whole database. Raises DiskFull, DiskFailed, VaultNotWritten; what was
    interrupted is finished or undone by `open_lists`.
    """
    fresh = vault.begin_rekey(key)
    store.rekey(fresh)
    vault.finish_rekey(fresh)
    return fresh


def open_lists(path: Path, unlocked: Unlocked, vault: Vault, migrations: Iterable[Migrations] = ()) -> Store:
    """Open the database for somebody who signed in, also where a re-keying was interrupted.

    Raises NotAllowed where his slot does not hold the replica key, and what `open_store` raises.
    """
    if unlocked.scope is not Scope.LISTS:
        raise NotAllowed(unlocked.role, Right.READ_RECORDS)
    try:
        store = open_store(path, unlocked.key, migrations)
    except WrongKey:
        if unlocked.next_key is None:
            raise
    else:
        if unlocked.next_key is not None:
            vault.abandon_rekey()
        return store
    store = open_store(path, unlocked.next_key, migrations)
    vault.finish_rekey(unlocked.next_key)
    return store

"""Obeying the bureau's orders about people, before anybody who signs in sees a record."""

from __future__ import annotations

from borderdesk import journal
from borderdesk.errors import KnownError, TamperingError
from borderdesk.ids import AccountId
from borderdesk.people import Vault
from borderdesk.words import say
from sync.agent.link import DeskLink
from sync.agent.unlocked import SYNC, Unlocked
from sync.wire import Letter
from sync.wire.orders import ORDER_KIND, AccountOrder


class AccountShutOut(KnownError):
    """The bureau has ordered that this account may not sign in at this desk."""

    def __init__(self) -> None:
        super().__init__(
            say("The bureau has shut this account out of this desk."),
            safe=say("The lists are locked; nothing was shown."),
            todo=say("Let somebody else sign in, and call the bureau."),
        )


def obey(link: DeskLink, desk: Unlocked, vault: Vault) -> tuple[TamperingError, ...]:
    """Obey the orders that came, oldest first; what could not be believed is returned.

    The key file and the journal's entry are written together: the entry's transaction is committed after the file is
    on the disk, and an order that comes again changes neither. Raises VaultNotWritten, DiskFull, DiskFailed.
    """
    done: list[Letter] = []
    refused: list[TamperingError] = []
    for letter in link.letters():
        if letter.kind != ORDER_KIND:
            continue
        done.append(letter)
        try:
            order = AccountOrder.decode(letter.open(link.desk, desk.keys.sealing))
        except TamperingError as error:
            refused.append(error)
            continue
        _obey(link, desk, vault, letter.number, order)
    if done:
        link.forget_letters(done)
    return tuple(refused)


def is_shut_out(vault: Vault, account: AccountId) -> bool:
    """Whether this account may sign in no more."""
    return any(each.account == account and each.disabled for each in vault.people())


def _obey(link: DeskLink, desk: Unlocked, vault: Vault, number: int, order: AccountOrder) -> None:
    with desk.store.transaction() as db:
        query = "SELECT 1 FROM journal WHERE kind = 'order' AND details ->> '$.letter' = ?"
        if db.conn.execute(query, (number,)).fetchone():
            return
        known = any(each.account == order.account for each in vault.people())
        changed = vault.obey(order.account, order.shut_out, number)
        journal.append(
            db,
            kind="order",
            who=SYNC,
            at=link.now(),
            why=order.reason,
            details={
                "letter": number,
                "account": order.account,
                "shut out": order.shut_out,
                "ordered_at": order.ordered_at.isoformat(),
                "done": "no such account" if not known else "yes" if changed else "overtaken by a later order",
            },
        )

"""What a desk may hold, and the end of what it may not: lists that left its scope, or were lent for an operation.

The page that the desk believes names everything it may hold, and until when. What it names no more, and what has come
to its end by trusted time, is destroyed before anything else is taken in, also without a link; the desk's own look-outs
are nobody's list. Every destruction is journalled and told to the bureau in the transaction that does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlite_utils import Database

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.hits import outbox
from borderdesk.ids import ListName
from borderdesk.replica import Removed
from borderdesk.watchlist import Edition
from borderdesk.words import Sentence, say
from sync.agent import lookouts
from sync.agent.unlocked import SYNC, Unlocked
from sync.agent.whole_lists import WholeLists
from sync.trust import TrustedManifest
from sync.wire import Manifest, Scope
from sync.wire.copies import COPY, CopyAct, CopyNote

LEFT_SCOPE: Final = "not in this desk's scope any more"
TIME_OVER: Final = "the operation's time is over"
"""Why a copy was destroyed, for the journal of desk and bureau."""


def shares_changed(held: TrustedManifest | None, new: TrustedManifest) -> frozenset[ListName]:
    """Lists of which the new page names another share than the page before: what is held is no base for changes."""
    before = {} if held is None else shares_of(held.manifest)
    now = shares_of(new.manifest)
    return frozenset(name for name, details in before.items() if name in now and now[name] != details)


def shares_of(page: Manifest) -> dict[ListName, tuple[str, ...] | None]:
    """Whose details each list of a page holds."""
    return {head.edition.watchlist.name: head.edition.details for head in page.lists}


def usable(held: Mapping[ListName, Edition], page: Manifest | None) -> dict[ListName, int]:
    """The editions held that changes can go on from: those in the share that the page names."""
    shares = {} if page is None else shares_of(page)
    return {
        name: edition.number for name, edition in held.items() if name not in shares or shares[name] == edition.details
    }


def note_ends(desk: Unlocked, page: Manifest | None) -> None:
    """Keep with each list when it must be destroyed here, as the page says. Raises DiskFull, DiskFailed."""
    if page is not None:
        desk.replica.note_until({head.edition.watchlist.name: head.until for head in page.lists})


def destroy_what_ended(
    desk: Unlocked, page: Manifest | None, whole_lists: WholeLists, at: Moment
) -> tuple[Sentence, ...]:
    """Destroy what this desk may hold no longer; lines for a person. Raises DiskFull, DiskFailed."""
    note_ends(desk, page)
    named = None if page is None else set(shares_of(page))
    ended = set(desk.replica.ended(at.trusted))
    lines = []
    for name, edition in desk.replica.shares().items():
        if lookouts.is_own(name) or not (name in ended or (named is not None and name not in named)):
            continue
        if name == whole_lists.busy_with:
            whole_lists.stop()
        why = TIME_OVER if name in ended else LEFT_SCOPE
        scope = page.scope if page is not None else Scope("")
        told = CopyNote(CopyAct.DESTROYED, name, edition.number, edition.rows, edition.details, scope, at.trusted, why)

        def note(db: Database, _: Removed, told: CopyNote = told) -> None:
            details = {"list": told.list, "edition": told.edition, "rows": told.rows}
            journal.append(db, kind="copy-destroyed", who=SYNC, at=at, why=told.why, details=details)
            outbox.queue(db, desk.sealer, kind=COPY, about=told.list, body=told.encode(), at=at)

        if desk.replica.remove(name, note=note) is not None:
            desk.follow_changes()
            title = edition.watchlist.title
            lines.append(say("{list} was destroyed at this desk: {why}.", list=title, why=_WHY[why]))
    return tuple(lines)


_WHY: Final = {
    LEFT_SCOPE: say("it belongs to its scope no longer"),
    TIME_OVER: say("the time for which it was lent is over"),
}

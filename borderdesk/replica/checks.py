"""What an edition must be to follow what is held, and what it must come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from borderdesk.replica.errors import EditionRefused, StateDiffers
from borderdesk.replica.lists import ListRow
from borderdesk.watchlist import Delta, Edition, Record
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Unproved:
    """What a change came to: whether that is the signed state, nobody has asked yet."""

    rows: int
    digest: StateDigest
    gone: int
    put: int


def is_held(edition: Edition, held: ListRow | None) -> bool:
    """Whether this very edition is held already."""
    return held is not None and held.edition == edition


def check_order(edition: Edition, held: ListRow | None) -> None:
    """Raises EditionRefused where the edition cannot follow the one held."""
    if held is None:
        return
    if edition.watchlist.kind is not held.edition.watchlist.kind:
        raise EditionRefused(edition, say("the list suddenly holds other things than before."))
    if edition.number < held.edition.number:
        raise EditionRefused(edition, say("it is older than edition {held}, which is held.", held=held.edition.number))
    # The same edition may come as another share of the list, where the desk is entitled to more now, or to less.
    if edition.number == held.edition.number and edition.details == held.edition.details:
        raise EditionRefused(edition, say("an edition of that number is held and has other content."))


def base_of(change: Delta, held: ListRow | None) -> ListRow:
    """What is held, where the change is one to that. Raises EditionRefused where it is not."""
    edition = change.edition
    if held is None:
        raise EditionRefused(edition, say("it is a change to edition {base}, and none is held.", base=change.base))
    if edition.details != held.edition.details:
        raise EditionRefused(edition, say("it is a change to another share of the list than the one held."))
    if change.base != held.edition.number:
        raise EditionRefused(
            edition,
            say("it is a change to edition {base}, and {held} is held.", base=change.base, held=held.edition.number),
        )
    return held


def check_content(edition: Edition, rows: int, digest: StateDigest) -> None:
    """Raises StateDiffers where this is not what the bureau signed."""
    if rows != edition.rows:
        raise StateDiffers(
            edition, say("it should hold {rows} records and holds {found}.", rows=edition.rows, found=rows)
        )
    if digest.value() != edition.digest:
        raise StateDiffers(edition, say("what results is not what the bureau published (state digest)."))


def only(kind: type[R], edition: Edition, records: Iterable[Record]) -> Iterator[R]:
    """The same records, all of one kind. Raises EditionRefused at one of another."""
    for record in records:
        if not isinstance(record, kind):
            raise EditionRefused(edition, say("it holds records of another kind than the list."))
        yield record

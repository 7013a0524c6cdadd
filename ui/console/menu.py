"""The pages somebody may open, in the order in which they stand on top of each page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sync.bureau.rights import Right

_PAGES: Final = (
    ("/console", "board", Right.READ_POSTS),
    ("/console/hits", "hits", Right.READ_HITS),
    ("/console/watch", "watch", Right.READ_HITS),
    ("/console/links", "links", Right.READ_HITS),
    ("/console/lists", "lists", Right.READ_LISTS),
    ("/console/publish", "publish", Right.READ_LISTS),
    ("/console/operations", "operations", Right.READ_POSTS),
    ("/console/drills", "drills", Right.READ_POSTS),
    ("/console/copies", "copies", Right.READ_POSTS),
    ("/console/partners", "partners", Right.READ_LISTS),
    ("/console/rules", "rules", Right.READ_POSTS),
    ("/console/people", "people", Right.MANAGE_PEOPLE),
    ("/console/journal", "journal", Right.READ_JOURNAL),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its address, the word for it (`wording.WORDS`), and whether it, or one below it, is open."""

    address: str
    word: str
    here: bool


def menu(path: str, rights: Collection[Right]) -> tuple[Entry, ...]:
    """The pages that these rights open, seen from the page at `path`."""
    may = [(address, word) for address, word, right in _PAGES if right in rights]
    # A post's page is below the board, a file's below the lists; one's own account is below nothing.
    path = "/console" if path.startswith("/console/posts/") else path
    path = "/console/lists" if path.startswith("/console/imports") else path
    here = next((address for address, _ in may if address in (path, _parent(path))), "")
    return tuple(Entry(address, word, address == here) for address, word in may)


def _parent(path: str) -> str:
    """The page of its kind that a page belongs to: `/console/hits` of one hit."""
    parts = path.split("/")
    return "/".join(parts[:3]) if len(parts) > 3 else path

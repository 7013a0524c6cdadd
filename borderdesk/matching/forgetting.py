"""What was made ready of names, so that it can be forgotten: a locked desk keeps nobody's name in memory.

Names are read, folded and compared again and again, so whoever does it keeps what came of it. All that is filed here.
"""

from __future__ import annotations

from typing import Final, Protocol, TypeVar


class Kept(Protocol):
    """Something that remembers what it made of names, such as a function in `functools.lru_cache`."""

    def cache_clear(self) -> None:
        """Forget all of it."""


_F = TypeVar("_F", bound=Kept)

_KEPT: Final[list[Kept]] = []


def forgettable(kept: _F) -> _F:
    """File something that remembers names, to be forgotten with the others. For use as a decorator."""
    _KEPT.append(kept)
    return kept


def forget_names() -> None:
    """Forget every name that was read or compared in this process. What needs one again makes it anew."""
    for kept in _KEPT:
        kept.cache_clear()

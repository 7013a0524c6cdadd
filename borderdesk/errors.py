"""The errors a person sees: what happened, what is safe, what to do.

Three families, and only three:

* `KnownError`: the world misbehaved (disk, link, clock, input). Shown with what to do; work goes on.
* `TamperingError`: something signed, numbered or hashed does not fit. Refused, journalled, shown.
* everything else is a bug: it is not caught, and stops loudly.
"""

from __future__ import annotations

from borderdesk.words import Sentence, say


class BorderDeskError(Exception):
    """The root. Never raised itself; a room raises its own subclass of `KnownError` or `TamperingError`."""

    def __init__(self, happened: Sentence, *, safe: Sentence, todo: Sentence) -> None:
        """`happened`, `safe` and `todo` are each one full sentence."""
        super().__init__(str(happened))
        self.happened = happened
        self.safe = safe
        self.todo = todo

    @property
    def sentences(self) -> tuple[Sentence, Sentence, Sentence]:
        """What happened, what is safe, what to do: in the order in which a person reads them."""
        return (self.happened, self.safe, self.todo)

    def __str__(self) -> str:
        return " ".join(str(sentence) for sentence in self.sentences)


class KnownError(BorderDeskError):
    """Disk, link, clock or bad input. The program goes on; the person is told what to do."""


class TamperingError(BorderDeskError):
    """A signature, sequence, length or hash is wrong. What was received is refused; what is held stays in use."""


NOTHING_CHANGED = say("Nothing was changed.")
"""The commonest second sentence."""

"""What one exchange has done so far: counted, refused, asked for and given up."""

from __future__ import annotations

from dataclasses import dataclass, field

from borderdesk.errors import KnownError, TamperingError
from borderdesk.words import Sentence


@dataclass(slots=True)
class Tally:
    """Begins with every exchange. `lines` say in order what happened, for a person. `full` is why
    the carrier takes nothing more, while it may still bring something.
    """

    uploaded: int = 0
    receipts: int = 0
    new_manifest: bool = False
    refusals: list[TamperingError] = field(default_factory=list)
    lines: list[Sentence] = field(default_factory=list)
    letters_asked: int = 0
    roots_asked: bool = False
    sent: set[int] = field(default_factory=set)
    relayed: set[bytes] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)
    measured: bool = False
    cut_off: bool = False
    full: KnownError | None = None

    def refuse(self, error: TamperingError) -> None:
        self.refusals.append(error)
        self.lines.append(error.happened)

"""How the window speaks: one language, one time zone, ISO dates, Western digits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from borderdesk.words import Sentence, say
from ui.desktop.amounts import count
from ui.locale import Catalogue


@dataclass(frozen=True, slots=True)
class Voice:
    """Turns sentences, times and spans into text. `zone` is the post's own time zone."""

    catalogue: Catalogue
    zone: tzinfo = UTC

    def __call__(self, sentence: Sentence) -> str:
        """The sentence in the officer's language."""
        return self.catalogue.render(sentence)

    def line(self, *parts: str) -> str:
        """Parts in one line, parted by dots; each keeps its own direction in a right-to-left language."""
        if not self.catalogue.language.right_to_left:
            return " · ".join(parts)
        return "\u200f" + " · ".join(f"\u2068{part}\u2069" for part in parts)

    def words(self, *parts: str) -> str:
        """Parts side by side, in the order of the language, each with its own direction."""
        if not self.catalogue.language.right_to_left:
            return " ".join(parts)
        return "\u200f" + " ".join(f"\u2068{part}\u2069" for part in parts)

    def counted(self, what: Sentence, number: int) -> str:
        """A word and how many of it, with the colon as the language writes it."""
        return self(say("{what}: {count}", what=what, count=count(number)))

    def moment(self, at: datetime) -> str:
        """Date and minute in the post's time, `2026-11-22 21:04`."""
        return self._code(at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M"))

    def day(self, at: datetime) -> date:
        """The day of the post's own time."""
        return at.astimezone(self.zone).date()

    def hour(self, at: datetime) -> str:
        """The minute alone, `21:04`, where the day stands beside it. Everything else asks `WindowState.time_of`."""
        return self._code(at.astimezone(self.zone).strftime("%H:%M"))

    def _code(self, text: str) -> str:
        # Two groups of digits change places in a right-to-left line that stands alone: the hour before its date.
        return f"\u2066{text}\u2069" if self.catalogue.language.right_to_left else text

    def age(self, span: timedelta) -> str:
        """How long ago, in the two largest units an officer counts in."""
        minutes = max(0, int(span.total_seconds()) // 60)
        days, hours = minutes // 1440, minutes // 60 % 24
        if days:
            return self(say("{days} d {hours} h", days=days, hours=hours))
        if hours:
            return self(say("{hours} h {minutes} min", hours=hours, minutes=minutes % 60))
        return self(say("{minutes} min", minutes=minutes))

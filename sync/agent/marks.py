"""What a desk remembers of its link between two starts: the time, how the link was, and what it has cost today."""

from __future__ import annotations

from datetime import date, datetime

from borderdesk.words import Sentence
from sync.agent.spool_file import SpoolFile
from sync.agent.state import LinkState, LinkWord
from sync.trust import TimeMark
from sync.wire.cbor import encode, ordinal, stamp


class Marks(SpoolFile):
    """Small values in the spool, each replaced whole."""

    def time_mark(self) -> TimeMark | None:
        """Where trusted time stood when it was last kept."""
        fields = self._fields("time", 3)
        return None if fields is None else TimeMark(fields.time(), fields.time(), fields.time())

    def keep_time(self, mark: TimeMark) -> None:
        self._put("time", encode([stamp(mark.floor), stamp(mark.trusted), stamp(mark.wall)]))

    def link(self) -> LinkState | None:
        """How the link was when it was last tried."""
        fields = self._fields("link", 3)
        if fields is None:
            return None
        word, since, why = LinkWord(fields.text(8)), fields.time(), fields.mapping(2)
        plain = {str(name): value for name, value in why.items()}
        return LinkState(word, since, Sentence.from_plain(plain) if plain else None)

    def keep_link(self, state: LinkState) -> None:
        why = state.why.as_plain() if state.why else {}
        self._put("link", encode([state.word.value, stamp(state.since), why]))

    def used(self, day: date) -> int:
        """Bytes that went over the link on a day (UTC, trusted)."""
        fields = self._fields("used", 2)
        return 0 if fields is None or fields.day() != day else fields.integer()

    def keep_used(self, day: date, count: int) -> None:
        self._put("used", encode([ordinal(day), count]))

    def rate(self) -> int:
        """Bytes a second when the link was last measured, 0 where it never was."""
        fields = self._fields("rate", 1)
        return 0 if fields is None else fields.integer()

    def keep_rate(self, rate: int) -> None:
        self._put("rate", encode([rate]))

    def last_good_exchange(self) -> datetime | None:
        fields = self._fields("good", 1)
        return None if fields is None else fields.time()

    def keep_good_exchange(self, at: datetime) -> None:
        self._put("good", encode([stamp(at)]))

"""Drills of the posts, as the bureau orders and reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from borderdesk.operations.drills import DrillDocument
from sync.bureau import drills
from sync.bureau.categories import EVERYTHING
from sync.bureau.drills import DrillNumbers, OrderedDrill
from sync.bureau.office import OWN, Office


class Drilling(Office):
    """What is done about drills."""

    def order_drill(
        self, posts: Sequence[str], begins_at: datetime, ends_at: datetime, *, documents: int = 1, by: str = OWN
    ) -> OrderedDrill:
        """Order a surprise drill to every desk of the posts; it ends by itself. Raises BadDrill."""

        def is_listed(document: DrillDocument) -> bool:
            # Also against what whoever orders it may not see: an invented document must be on no list at all.
            whole = self._screen_with(EVERYTHING)
            found = whole.screen(document.text, at=self.clock.wall(), screening=self.entropy(16).hex())
            return any(finding.code.startswith("list.") for finding in found.findings)

        policy = self.policy
        with self._act("drill", by) as (db, details):
            made = drills.order(
                db,
                self._post,
                posts=posts,
                begins_at=begins_at,
                ends_at=ends_at,
                count=documents,
                by=by,
                policy=policy,
                entropy=self.entropy,
                is_listed=is_listed,
            )
            details.update(number=made.number, posts=list(made.posts), ends=ends_at.isoformat())
            return made

    def end_drill(self, number: int, *, by: str = OWN) -> OrderedDrill:
        """End a drill before its time. Raises UnknownDrill."""
        with self._act("drill-end", by) as (db, details):
            details.update(number=number)
            return drills.end(db, self._post, number, self.clock.wall())

    def drills(self) -> tuple[OrderedDrill, ...]:
        """Every drill, the newest first."""
        with self.database.reading() as db:
            return drills.all_ordered(db)

    def drill(self, number: int) -> OrderedDrill:
        """One drill, to print its slip again. Raises UnknownDrill."""
        with self.database.reading() as db:
            return drills.one(db, number)

    def drill_report(self, number: int) -> DrillNumbers:
        """A drill in numbers, post by post. Raises UnknownDrill."""
        with self.database.reading() as db:
            return drills.report(db, drills.one(db, number))

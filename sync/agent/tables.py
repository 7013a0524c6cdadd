"""Every table that a desk's store has."""

from __future__ import annotations

from typing import Final

from borderdesk import journal
from borderdesk.hits import MIGRATIONS as HITS
from borderdesk.hits import PHOTO_MIGRATIONS as HIT_PHOTOS
from borderdesk.hits import contacts, outbox
from borderdesk.matching import MIGRATIONS as NAMES
from borderdesk.matching import clearances
from borderdesk.operations import beside, counts, drills, handover, running
from borderdesk.replica import MIGRATIONS as REPLICA
from borderdesk.screening import closer, decided, late, memory
from sync.agent import daily
from sync.agent import identity as identities

MIGRATIONS: Final = (
    REPLICA,
    NAMES,
    outbox.MIGRATIONS,
    HITS,
    HIT_PHOTOS,
    contacts.MIGRATIONS,
    journal.MIGRATIONS,
    memory.MIGRATIONS,
    closer.MIGRATIONS,
    running.MIGRATIONS,
    drills.MIGRATIONS,
    handover.MIGRATIONS,
    counts.MIGRATIONS,
    beside.MIGRATIONS,
    late.MIGRATIONS,
    clearances.MIGRATIONS,
    decided.MIGRATIONS,
    daily.MIGRATIONS,
    identities.MIGRATIONS,
)
"""Every room's own tables, in the order in which they refer to each other."""

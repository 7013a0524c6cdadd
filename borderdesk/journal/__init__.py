"""The tamper-evident log of who did what: append, sign, verify, export, purge."""

from borderdesk.journal.chain import MIGRATIONS, Entry, append, entries
from borderdesk.journal.checking import JournalBroken, JournalReport, NotAJournal, export, verify, verify_export
from borderdesk.journal.segments import Segment, Signer, close_segment, purge, segments

__all__ = [
    "MIGRATIONS",
    "Entry",
    "JournalBroken",
    "JournalReport",
    "NotAJournal",
    "Segment",
    "Signer",
    "append",
    "close_segment",
    "entries",
    "export",
    "purge",
    "segments",
    "verify",
    "verify_export",
]

"""The tamper-evident log of who did what: append, sign, verify, export, purge."""

from borderdesk.journal.chain import MIGRATIONS, Entry, append, entries
from borderdesk.journal.checking import JournalBroken, JournalReport, NotAJournal, export, verify, verify_export
from borderdesk.journal.copies import bring_up_to_date, leave_note, read_copy, take_notes
from borderdesk.journal.frames import FrameAltered
from borderdesk.journal.segments import Segment, Signer, close_segment, purge, segments

__all__ = [
    "MIGRATIONS",
    "Entry",
    "FrameAltered",
    "JournalBroken",
    "JournalReport",
    "NotAJournal",
    "Segment",
    "Signer",
    "append",
    "bring_up_to_date",
    "close_segment",
    "entries",
    "export",
    "leave_note",
    "purge",
    "read_copy",
    "segments",
    "take_notes",
    "verify",
    "verify_export",
]

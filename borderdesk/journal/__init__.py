"""The tamper-evident log of who did what: append, sign, verify, export, purge."""

from borderdesk.journal.chain import BEGINNING, MIGRATIONS, Entry, append, canonical, entries, entry_hash
from borderdesk.journal.checking import JournalBroken, JournalReport, NotAJournal, check, export, verify, verify_export
from borderdesk.journal.copies import bring_up_to_date, leave_note, read_copy, take_notes
from borderdesk.journal.frames import FrameAltered
from borderdesk.journal.segments import Segment, Signer, close_segment, purge, segments, signed_bytes

__all__ = [
    "BEGINNING",
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
    "canonical",
    "check",
    "close_segment",
    "entries",
    "entry_hash",
    "export",
    "leave_note",
    "purge",
    "read_copy",
    "segments",
    "signed_bytes",
    "take_notes",
    "verify",
    "verify_export",
]

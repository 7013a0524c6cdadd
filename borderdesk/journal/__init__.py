"""The tamper-evident log of who did what: append, verify."""

from borderdesk.journal.chain import MIGRATIONS, Entry, JournalBroken, JournalReport, append, entries, verify

__all__ = ["MIGRATIONS", "Entry", "JournalBroken", "JournalReport", "append", "entries", "verify"]

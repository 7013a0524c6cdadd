"""The fixtures of the bureau's room: a held clock, and PostgreSQL where a test wants it."""

from tests.bureau.conftest import clock, database, postgres

__all__ = ["clock", "database", "postgres"]

"""The tables of the console: passkeys, which challenges were used, and what somebody has looked at."""

from __future__ import annotations

import sqlalchemy as sa

from sync.bureau.columns import blob, meta, text, time

passkeys = sa.Table(
    "passkeys",
    meta,
    blob("id", key=True),
    sa.Column("account", sa.ForeignKey("accounts.id"), nullable=False),
    text("name"),
    text("host"),
    blob("public"),
    sa.Column("counter", sa.BigInteger, nullable=False),
    time("added_at"),
    time("used_at", optional=True),
)

used_challenges = sa.Table(
    "used_challenges",
    meta,
    blob("hash", key=True),
    time("used_at"),
)

looked_at = sa.Table(
    "looked_at",
    meta,
    text("what", key=True),
    text("key", key=True),
    text("words"),
    text("by"),
    time("at"),
)

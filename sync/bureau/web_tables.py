"""The tables of the console: passkeys, which challenges were used, and what somebody has looked at."""

from __future__ import annotations

import sqlalchemy as sa

from sync.bureau.tables import Time, meta

passkeys = sa.Table(
    "passkeys",
    meta,
    sa.Column("id", sa.LargeBinary, primary_key=True),
    sa.Column("account", sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("counter", sa.BigInteger, nullable=False),
    sa.Column("added_at", Time, nullable=False),
    sa.Column("used_at", Time),
)

used_challenges = sa.Table(
    "used_challenges",
    meta,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("used_at", Time, nullable=False),
)

looked_at = sa.Table(
    "looked_at",
    meta,
    sa.Column("what", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("words", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", Time, nullable=False),
)

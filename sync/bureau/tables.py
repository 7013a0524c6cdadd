"""The bureau's tables, the same on SQLite and PostgreSQL.

Draft and published state live side by side: `records` is the draft as it stands, `changes` remembers for every edition
what each changed record was *before* it. From these two, any edition, any difference and any merged delta follows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

SCHEMA: Final = 1
"""Raised when an older program could no longer read the database safely."""


class Time(sa.types.TypeDecorator[datetime]):
    """A moment in UTC, as ISO 8601 text: readable in any tool, exact to the microsecond, and it sorts."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        return datetime.fromisoformat(value) if value else None


meta = sa.MetaData()

settings = sa.Table(
    "settings",
    meta,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)

lists = sa.Table(
    "lists",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, nullable=False, unique=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("source_date", Time),
)

records = sa.Table(
    "records",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

changes = sa.Table(
    "changes",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    sa.Column("edition", sa.Integer, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("before", sa.LargeBinary),
    sa.Column("withdrawn_on", sa.String),
    sa.Column("reason", sa.String),
    sqlite_with_rowid=False,
)

editions = sa.Table(
    "editions",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("digest_state", sa.LargeBinary, nullable=False),
    sa.Column("published_at", Time, nullable=False),
)

scopes = sa.Table(
    "scopes",
    meta,
    sa.Column("name", sa.String, primary_key=True),
)

epochs = sa.Table(
    "epochs",
    meta,
    sa.Column("scope", sa.String, primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("locked_key", sa.LargeBinary, nullable=False),
)

files = sa.Table(
    "files",
    meta,
    sa.Column("sha256", sa.LargeBinary, primary_key=True),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("list", sa.ForeignKey("lists.id"), nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("base", sa.Integer, nullable=False),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.UniqueConstraint("scope", "epoch", "list", "base", "edition"),
)

manifests = sa.Table(
    "manifests",
    meta,
    sa.Column("scope", sa.String, primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("issued", Time, nullable=False),
    sa.Column("payload_hash", sa.LargeBinary, nullable=False),
    sa.Column("signed", sa.LargeBinary, nullable=False),
)

posts = sa.Table(
    "posts",
    meta,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("desks", sa.Integer, nullable=False),
)

codes = sa.Table(
    "enrolment_codes",
    meta,
    sa.Column("handle", sa.String, primary_key=True),
    sa.Column("secret", sa.String, nullable=False),
    sa.Column("post", sa.ForeignKey("posts.id"), nullable=False),
    sa.Column("expires_at", Time, nullable=False),
    sa.Column("wrong_tries", sa.Integer, nullable=False),
    sa.Column("request_hash", sa.LargeBinary),
    sa.Column("desk", sa.String),
)

desks = sa.Table(
    "desks",
    meta,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("post", sa.ForeignKey("posts.id"), nullable=False),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("signing", sa.LargeBinary, nullable=False),
    sa.Column("transport", sa.LargeBinary, nullable=False),
    sa.Column("sealing", sa.LargeBinary, nullable=False),
    sa.Column("enrolled_at", Time, nullable=False),
    sa.Column("revoked_at", Time),
    sa.Column("seen_at", Time),
    sa.Column("holds_sequence", sa.Integer, nullable=False),
)

uploads = sa.Table(
    "uploads",
    meta,
    sa.Column("desk", sa.ForeignKey("desks.id"), primary_key=True),
    sa.Column("counter", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("content_hash", sa.LargeBinary, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("receipt", sa.LargeBinary, nullable=False),
    sa.Column("unread", sa.String),
)

quarantine = sa.Table(
    "quarantine",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("content_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("brought_by", sa.String, nullable=False),
    sa.Column("received_at", Time, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
)

hits = sa.Table(
    "hits",
    meta,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("desk", sa.ForeignKey("desks.id"), nullable=False),
    sa.Column("counter", sa.Integer, nullable=False),
    sa.Column("received_at", Time, nullable=False, index=True),
    sa.Column("list", sa.String, nullable=False),
    sa.Column("record_key", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
)

hit_events = sa.Table(
    "hit_events",
    meta,
    sa.Column("desk", sa.String, primary_key=True),
    sa.Column("counter", sa.Integer, primary_key=True),
    sa.Column("hit", sa.String, nullable=False, index=True),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("officer", sa.String, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("note", sa.String, nullable=False),
)

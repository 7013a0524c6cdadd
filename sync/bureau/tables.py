"""The bureau's tables, the same on SQLite and PostgreSQL.

Draft and published state live side by side: `records` is the draft as it stands, `changes` remembers for every edition
what each changed record was *before* it. From these two, any edition, any difference and any merged delta follows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

SCHEMA: Final = 8
"""Raised with every new table or column; an older program then refuses the database."""


class Time(sa.types.TypeDecorator[datetime]):
    """A moment in UTC, as ISO 8601 text: readable in any tool, exact to the microsecond, and it sorts."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        return datetime.fromisoformat(value) if value else None


meta = sa.MetaData()


def _text(name: str, *, key: bool = False, optional: bool = False, default: str | None = None) -> sa.Column[str]:
    """A column of text. What is added to a table that exists has a default, or is optional."""
    return sa.Column(name, sa.String, primary_key=key, nullable=optional, server_default=default)


def _whole(name: str, *, key: bool = False, optional: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=key, nullable=optional, server_default=default)


def _blob(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, primary_key=key, nullable=optional)


def _time(name: str, *, optional: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Time, nullable=optional)


settings = sa.Table(
    "settings",
    meta,
    _text("name", key=True),
    _text("value"),
)

lists = sa.Table(
    "lists",
    meta,
    _whole("id", key=True),
    sa.Column("name", sa.String, nullable=False, unique=True),
    _text("kind"),
    _text("title"),
    _text("owner"),
    _time("source_date", optional=True),
    _whole("version", default="0"),
    _text("category", default=""),
)

categories = sa.Table(
    "categories",
    meta,
    _text("name", key=True),
    _text("title"),
    _text("roles"),
)

apart = sa.Table(
    "apart",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    _text("key", key=True),
    sa.Column("into", sa.ForeignKey("lists.id"), nullable=False),
)

reviews = sa.Table(
    "reviews",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    _text("key", key=True),
    _text("review_on", optional=True),
    _text("expires_on", optional=True),
)

proposals = sa.Table(
    "proposals",
    meta,
    _whole("id", key=True),
    _text("proposed_by"),
    _time("proposed_at"),
    _text("versions"),
    _text("settled_by", optional=True),
    _time("settled_at", optional=True),
    _text("outcome", optional=True),
)

records = sa.Table(
    "records",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    _text("key", key=True),
    _blob("body"),
    sqlite_with_rowid=False,
)

changes = sa.Table(
    "changes",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    _whole("edition", key=True),
    _text("key", key=True),
    _blob("before", optional=True),
    _text("withdrawn_on", optional=True),
    _text("reason", optional=True),
    sqlite_with_rowid=False,
)

editions = sa.Table(
    "editions",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    _whole("number", key=True),
    _whole("rows"),
    _blob("digest"),
    _blob("digest_state"),
    _time("published_at"),
)

scopes = sa.Table(
    "scopes",
    meta,
    _text("name", key=True),
    _text("lists", optional=True),
    _text("details", optional=True),
    _text("categories", default="[]"),
)

shares = sa.Table(
    "shares",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    _text("view", key=True),
    _whole("number", key=True),
    _blob("digest"),
    _blob("digest_state"),
)

list_keys = sa.Table(
    "list_keys",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    _text("view", key=True),
    _whole("version", key=True),
    _text("label"),
    _blob("locked_key"),
)

rings = sa.Table(
    "rings",
    meta,
    _text("scope", key=True),
    _whole("epoch", key=True),
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    _text("view"),
    _whole("version"),
)

sealed = sa.Table(
    "sealed",
    meta,
    _blob("sha256", key=True),
    _whole("length"),
    sa.Column("list", sa.ForeignKey("lists.id"), nullable=False),
    _text("view"),
    _whole("version"),
    _text("role"),
    _whole("base"),
    _whole("edition"),
    sa.UniqueConstraint("list", "view", "version", "base", "edition"),
)

manifests = sa.Table(
    "manifests",
    meta,
    _text("scope", key=True),
    _whole("sequence", key=True),
    _whole("epoch"),
    _time("issued"),
    _blob("payload_hash"),
    _blob("signed"),
)

posts = sa.Table(
    "posts",
    meta,
    _text("id", key=True),
    _text("scope"),
    _whole("desks"),
    _text("place", default=""),
    _text("rules", default=""),
)

codes = sa.Table(
    "enrolment_codes",
    meta,
    _text("handle", key=True),
    _text("secret"),
    sa.Column("post", sa.ForeignKey("posts.id"), nullable=False),
    _time("expires_at"),
    _whole("wrong_tries"),
    _blob("request_hash", optional=True),
    _text("desk", optional=True),
)

desks = sa.Table(
    "desks",
    meta,
    _text("id", key=True),
    sa.Column("post", sa.ForeignKey("posts.id"), nullable=False),
    _text("scope"),
    _blob("signing"),
    _blob("transport"),
    _blob("sealing"),
    _time("enrolled_at"),
    _time("revoked_at", optional=True),
    _time("seen_at", optional=True),
    _whole("holds_sequence"),
    _whole("letters", default="0"),
    _whole("holds_letters", default="0"),
    _text("version", default=""),
    _whole("assigned", default="0"),
    _text("holds_scope", default=""),
)

uploads = sa.Table(
    "uploads",
    meta,
    sa.Column("desk", sa.ForeignKey("desks.id"), primary_key=True),
    _whole("counter", key=True),
    _text("kind"),
    _blob("content_hash"),
    _blob("envelope"),
    _blob("body"),
    _time("received_at"),
    _blob("receipt"),
    _text("unread", optional=True),
)

quarantine = sa.Table(
    "quarantine",
    meta,
    _whole("id", key=True),
    sa.Column("content_hash", sa.LargeBinary, nullable=False, unique=True),
    _text("brought_by"),
    _time("received_at"),
    _text("reason"),
    _blob("envelope"),
)

hits = sa.Table(
    "hits",
    meta,
    _text("id", key=True),
    sa.Column("desk", sa.ForeignKey("desks.id"), nullable=False),
    _whole("counter"),
    sa.Column("received_at", Time, nullable=False, index=True),
    _text("list"),
    _text("record_key"),
    _text("state"),
    _text("urgency", default="routine"),
    _whole("requests", default="1"),
    _time("asked_at", optional=True),
    _text("outcome", optional=True),
    _time("closed_at", optional=True),
    _whole("true_hit", optional=True),
    _text("forwarded_to", optional=True),
    _time("forwarded_at", optional=True),
)

answers = sa.Table(
    "answers",
    meta,
    _whole("id", key=True),
    sa.Column("hit", sa.ForeignKey("hits.id"), nullable=False, index=True),
    _whole("letter"),
    _text("kind"),
    _text("words"),
    _text("by"),
    _time("at"),
)

letters = sa.Table(
    "letters",
    meta,
    sa.Column("desk", sa.ForeignKey("desks.id"), primary_key=True),
    _whole("number", key=True),
    _text("kind"),
    _time("written_at"),
    _blob("signed"),
)

late_matches = sa.Table(
    "late_matches",
    meta,
    _text("desk", key=True),
    _whole("counter", key=True),
    _text("list"),
    _text("record_key"),
    _time("received_at"),
    _time("seen_at", optional=True),
)

hit_events = sa.Table(
    "hit_events",
    meta,
    _text("desk", key=True),
    _whole("counter", key=True),
    sa.Column("hit", sa.String, nullable=False, index=True),
    _text("act"),
    _text("officer"),
    _time("at"),
    _text("note"),
)

photo_parts = sa.Table(
    "photo_parts",
    meta,
    _text("desk", key=True),
    _whole("counter", key=True),
    sa.Column("hit", sa.String, nullable=False, index=True),
    _text("name"),
    _whole("number"),
    _whole("count"),
)

journal = sa.Table(
    "journal",
    meta,
    _whole("number", key=True),
    _text("kind"),
    _text("who"),
    _text("trusted_at"),
    _text("wall_at"),
    _text("why"),
    _text("details"),
    _text("editions"),
    _blob("previous"),
    _blob("hash"),
)

journal_segments = sa.Table(
    "journal_segments",
    meta,
    _whole("first", key=True),
    _whole("last"),
    _blob("previous"),
    _blob("head"),
    _text("closed_at"),
    _blob("signature"),
)

accounts = sa.Table(
    "accounts",
    meta,
    _text("id", key=True),
    _text("name"),
    _text("role"),
    _blob("salt"),
    _blob("password"),
    _blob("locked_code"),
    _whole("last_step"),
    _whole("wrong_tries"),
    _time("wait_until", optional=True),
    _time("created_at"),
    _time("ended_at", optional=True),
    _time("ends_at", optional=True),
    _whole("operation", optional=True),
)

web_sessions = sa.Table(
    "web_sessions",
    meta,
    _blob("hash", key=True),
    sa.Column("account", sa.ForeignKey("accounts.id"), nullable=False),
    _text("csrf"),
    _time("begun_at"),
    _time("seen_at"),
)

tokens = sa.Table(
    "tokens",
    meta,
    _text("name", key=True),
    _blob("hash"),
    _text("scopes"),
    _text("made_by"),
    _time("made_at"),
    _time("ends_at"),
    _time("revoked_at", optional=True),
    _text("categories", default="[]"),
)

operations = sa.Table(
    "operations",
    meta,
    _whole("id", key=True),
    _text("key"),
    _text("name"),
    _text("goals"),
    _time("begins_at"),
    _time("ends_at"),
    _text("posts"),
    _text("made_by"),
    _text("lists", default="[]"),
)

drills = sa.Table(
    "drills",
    meta,
    _whole("id", key=True),
    _text("key"),
    _time("begins_at"),
    _time("ends_at"),
    _text("posts"),
    _text("made_by"),
    _blob("body"),
)

"""The bureau's tables, the same on SQLite and PostgreSQL.

Draft and published state live side by side: `records` is the draft as it stands, `changes` remembers for every edition
what each changed record was *before* it. From these two, any edition, any difference and any merged delta follows.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from sync.bureau.columns import Time, blob, meta, text, time, whole

SCHEMA: Final = 10
"""Raised with every new table or column; an older program then refuses the database."""

UNGUARDED: Final = ("records", "changes", "partner_records")
"""Tables of millions, whose `list` is no foreign key: a list is never deleted, its rows are entered in the transaction
that looked it up, and PostgreSQL asks again for every row, which takes two thirds of an import."""

settings = sa.Table("settings", meta, text("name", key=True), text("value"))

lists = sa.Table(
    "lists",
    meta,
    whole("id", key=True),
    sa.Column("name", sa.String, nullable=False, unique=True),
    text("kind"),
    text("title"),
    text("owner"),
    time("source_date", optional=True),
    whole("version", default="0"),
    text("category", default=""),
)

categories = sa.Table("categories", meta, text("name", key=True), text("title"), text("roles"))

apart = sa.Table(
    "apart",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    text("key", key=True),
    sa.Column("into", sa.ForeignKey("lists.id"), nullable=False),
)

reviews = sa.Table(
    "reviews",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    text("key", key=True),
    text("review_on", optional=True),
    text("expires_on", optional=True),
)

proposals = sa.Table(
    "proposals",
    meta,
    whole("id", key=True),
    text("proposed_by"),
    time("proposed_at"),
    text("versions"),
    text("settled_by", optional=True),
    time("settled_at", optional=True),
    text("outcome", optional=True),
)

records = sa.Table(
    "records",
    meta,
    whole("list", key=True),
    text("key", key=True),
    blob("body"),
    sqlite_with_rowid=False,
)

changes = sa.Table(
    "changes",
    meta,
    whole("list", key=True),
    whole("edition", key=True),
    text("key", key=True),
    blob("before", optional=True),
    text("withdrawn_on", optional=True),
    text("reason", optional=True),
    sqlite_with_rowid=False,
)

editions = sa.Table(
    "editions",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    whole("number", key=True),
    whole("rows"),
    blob("digest"),
    blob("digest_state"),
    time("published_at"),
)

scopes = sa.Table(
    "scopes",
    meta,
    text("name", key=True),
    text("lists", optional=True),
    text("details", optional=True),
    text("categories", default="[]"),
)

shares = sa.Table(
    "shares",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    text("view", key=True),
    whole("number", key=True),
    blob("digest"),
    blob("digest_state"),
)

list_keys = sa.Table(
    "list_keys",
    meta,
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    text("view", key=True),
    whole("version", key=True),
    text("label"),
    blob("locked_key"),
)

rings = sa.Table(
    "rings",
    meta,
    text("scope", key=True),
    whole("epoch", key=True),
    sa.Column("list", sa.ForeignKey("lists.id"), primary_key=True),
    text("view"),
    whole("version"),
)

sealed = sa.Table(
    "sealed",
    meta,
    blob("sha256", key=True),
    whole("length"),
    sa.Column("list", sa.ForeignKey("lists.id"), nullable=False),
    text("view"),
    whole("version"),
    text("role"),
    whole("base"),
    whole("edition"),
    sa.UniqueConstraint("list", "view", "version", "base", "edition"),
)

manifests = sa.Table(
    "manifests",
    meta,
    text("scope", key=True),
    whole("sequence", key=True),
    whole("epoch"),
    time("issued"),
    blob("payload_hash"),
    blob("signed"),
)

posts = sa.Table(
    "posts",
    meta,
    text("id", key=True),
    text("scope"),
    whole("desks"),
    text("place", default=""),
    text("rules", default=""),
)

codes = sa.Table(
    "enrolment_codes",
    meta,
    text("handle", key=True),
    text("secret"),
    sa.Column("post", sa.ForeignKey("posts.id"), nullable=False),
    time("expires_at"),
    whole("wrong_tries"),
    blob("request_hash", optional=True),
    text("desk", optional=True),
)

desks = sa.Table(
    "desks",
    meta,
    text("id", key=True),
    sa.Column("post", sa.ForeignKey("posts.id"), nullable=False),
    text("scope"),
    blob("signing"),
    blob("transport"),
    blob("sealing"),
    time("enrolled_at"),
    time("revoked_at", optional=True),
    time("seen_at", optional=True),
    whole("holds_sequence"),
    whole("letters", default="0"),
    whole("holds_letters", default="0"),
    text("version", default=""),
    whole("assigned", default="0"),
    text("holds_scope", default=""),
)

uploads = sa.Table(
    "uploads",
    meta,
    sa.Column("desk", sa.ForeignKey("desks.id"), primary_key=True),
    whole("counter", key=True),
    text("kind"),
    blob("content_hash"),
    blob("envelope"),
    blob("body"),
    time("received_at"),
    blob("receipt"),
    text("unread", optional=True),
)

quarantine = sa.Table(
    "quarantine",
    meta,
    whole("id", key=True),
    sa.Column("content_hash", sa.LargeBinary, nullable=False, unique=True),
    text("brought_by"),
    time("received_at"),
    text("reason"),
    blob("envelope"),
)

hits = sa.Table(
    "hits",
    meta,
    text("id", key=True),
    sa.Column("desk", sa.ForeignKey("desks.id"), nullable=False),
    whole("counter"),
    sa.Column("received_at", Time, nullable=False, index=True),
    text("list"),
    text("record_key"),
    text("state"),
    text("urgency", default="routine"),
    whole("requests", default="1"),
    time("asked_at", optional=True),
    text("outcome", optional=True),
    time("closed_at", optional=True),
    whole("true_hit", optional=True),
    text("forwarded_to", optional=True),
    time("forwarded_at", optional=True),
    text("words", default=""),
)
"""`words`: what a hit is searched by (`cases.words_of`)."""

answers = sa.Table(
    "answers",
    meta,
    whole("id", key=True),
    sa.Column("hit", sa.ForeignKey("hits.id"), nullable=False, index=True),
    whole("letter"),
    text("kind"),
    text("words"),
    text("by"),
    time("at"),
)

letters = sa.Table(
    "letters",
    meta,
    sa.Column("desk", sa.ForeignKey("desks.id"), primary_key=True),
    whole("number", key=True),
    text("kind"),
    time("written_at"),
    blob("signed"),
)

late_matches = sa.Table(
    "late_matches",
    meta,
    text("desk", key=True),
    whole("counter", key=True),
    text("list"),
    text("record_key"),
    time("received_at"),
    time("seen_at", optional=True),
)

hit_events = sa.Table(
    "hit_events",
    meta,
    text("desk", key=True),
    whole("counter", key=True),
    sa.Column("hit", sa.String, nullable=False, index=True),
    text("act"),
    text("officer"),
    time("at"),
    text("note"),
)

photo_parts = sa.Table(
    "photo_parts",
    meta,
    text("desk", key=True),
    whole("counter", key=True),
    sa.Column("hit", sa.String, nullable=False, index=True),
    text("name"),
    whole("number"),
    whole("count"),
)

journal = sa.Table(
    "journal",
    meta,
    whole("number", key=True),
    text("kind"),
    text("who"),
    text("trusted_at"),
    text("wall_at"),
    text("why"),
    text("details"),
    text("editions"),
    blob("previous"),
    blob("hash"),
)

journal_segments = sa.Table(
    "journal_segments",
    meta,
    whole("first", key=True),
    whole("last"),
    blob("previous"),
    blob("head"),
    text("closed_at"),
    blob("signature"),
)

accounts = sa.Table(
    "accounts",
    meta,
    text("id", key=True),
    text("name"),
    text("role"),
    blob("salt"),
    blob("password"),
    blob("locked_code"),
    whole("last_step"),
    whole("wrong_tries"),
    time("wait_until", optional=True),
    time("created_at"),
    time("ended_at", optional=True),
    time("ends_at", optional=True),
    whole("operation", optional=True),
)

web_sessions = sa.Table(
    "web_sessions",
    meta,
    blob("hash", key=True),
    sa.Column("account", sa.ForeignKey("accounts.id"), nullable=False),
    text("csrf"),
    time("begun_at"),
    time("seen_at"),
)

tokens = sa.Table(
    "tokens",
    meta,
    text("name", key=True),
    blob("hash"),
    text("scopes"),
    text("made_by"),
    time("made_at"),
    time("ends_at"),
    time("revoked_at", optional=True),
    text("categories", default="[]"),
)

operations = sa.Table(
    "operations",
    meta,
    whole("id", key=True),
    text("key"),
    text("name"),
    text("goals"),
    time("begins_at"),
    time("ends_at"),
    text("posts"),
    text("made_by"),
    text("lists", default="[]"),
)

drills = sa.Table(
    "drills",
    meta,
    whole("id", key=True),
    text("key"),
    time("begins_at"),
    time("ends_at"),
    text("posts"),
    text("made_by"),
    blob("body"),
)

"""The tables of twinning: agreements of both sides, partners, their lists as they sent them, and what goes to them.

A partner's list lies here exactly as it came, so that its next change can be proved against the owner's digest; what
the agreement lets pass of it is in the draft of a list of this bureau.
"""

from __future__ import annotations

import sqlalchemy as sa

from sync.bureau.tables import Time, meta

agreements = sa.Table(
    "agreements",
    meta,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("given", sa.Integer, nullable=False),  # 1: of our lists; 0: of a partner's
    sa.Column("partner", sa.String, nullable=False),  # the post that stands for the partner, or the partner's name
    sa.Column("desk", sa.String),  # given: the desk the partner became
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("offered_at", Time, nullable=False),
    sa.Column("accepted_by", sa.String),
    sa.Column("accepted_at", Time),
    sa.Column("ended_by", sa.String),
    sa.Column("ended_at", Time),
    sa.Column("why", sa.String, nullable=False, server_default=""),
)

partners = sa.Table(
    "partners",
    meta,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("bureau", sa.String, nullable=False),
    sa.Column("locked_link", sa.LargeBinary, nullable=False),
    sa.Column("locked_keys", sa.LargeBinary, nullable=False),
    sa.Column("added_at", Time, nullable=False),
    sa.Column("heard_at", Time),
    sa.Column("ended_at", Time),
)

partner_lists = sa.Table(
    "partner_lists",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("partner", sa.ForeignKey("partners.name"), nullable=False),
    sa.Column("list", sa.String, nullable=False),
    sa.Column("own", sa.String),  # the list of this bureau it goes into; none where nothing of it is agreed
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("held_back", sa.Integer, nullable=False),
    sa.Column("digest_state", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("partner", "list"),
)

partner_records = sa.Table(
    "partner_records",
    meta,
    sa.Column("list", sa.ForeignKey("partner_lists.id"), primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

partner_outbox = sa.Table(
    "partner_outbox",
    meta,
    sa.Column("partner", sa.ForeignKey("partners.name"), primary_key=True),
    sa.Column("counter", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("about", sa.String, nullable=False),  # what it says, so that nothing is said twice
    sa.Column("content_hash", sa.LargeBinary, nullable=False),
    sa.Column("envelope", sa.LargeBinary),
    sa.Column("queued_at", Time, nullable=False),
    sa.Column("received_at", Time),
    sa.UniqueConstraint("partner", "about"),
)

partner_letters = sa.Table(
    "partner_letters",
    meta,
    sa.Column("partner", sa.ForeignKey("partners.name"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("taken_at", Time, nullable=False),
)

forwards = sa.Table(
    "forwards",
    meta,
    sa.Column("hit", sa.ForeignKey("hits.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("to", sa.String, nullable=False),
    sa.Column("partner", sa.String),  # none where a person carries the message
    sa.Column("words", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("answer", sa.String),
    sa.Column("answered_at", Time),
)

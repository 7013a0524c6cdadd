"""The tables of twinning: agreements of both sides, partners, their lists as they sent them, and what goes to them.

A partner's list lies here exactly as it came, so that its next change can be proved against the owner's digest; what
the agreement lets pass of it is in the draft of a list of this bureau.
"""

from __future__ import annotations

import sqlalchemy as sa

from sync.bureau.columns import blob, meta, text, time, whole

agreements = sa.Table(
    "agreements",
    meta,
    text("id", key=True),
    whole("given"),  # 1: of our lists; 0: of a partner's
    text("partner"),  # the post that stands for the partner, or the partner's name
    text("desk", optional=True),  # given: the desk the partner became
    blob("body"),
    text("state"),
    time("offered_at"),
    text("accepted_by", optional=True),
    time("accepted_at", optional=True),
    text("ended_by", optional=True),
    time("ended_at", optional=True),
    text("why", default=""),
)

partners = sa.Table(
    "partners",
    meta,
    text("name", key=True),
    text("bureau"),
    blob("locked_link"),
    blob("locked_keys"),
    time("added_at"),
    time("heard_at", optional=True),
    time("ended_at", optional=True),
)

partner_lists = sa.Table(
    "partner_lists",
    meta,
    whole("id", key=True),
    sa.Column("partner", sa.ForeignKey("partners.name"), nullable=False),
    text("list"),
    text("own", optional=True),  # the list of this bureau it goes into; none where nothing of it is agreed
    whole("edition"),
    whole("rows"),
    whole("held_back"),
    blob("digest_state"),
    sa.UniqueConstraint("partner", "list"),
)

partner_records = sa.Table(
    "partner_records",
    meta,
    whole("list", key=True),
    text("key", key=True),
    blob("body"),
    sqlite_with_rowid=False,
)

partner_outbox = sa.Table(
    "partner_outbox",
    meta,
    sa.Column("partner", sa.ForeignKey("partners.name"), primary_key=True),
    whole("counter", key=True),
    text("kind"),
    text("about"),  # what it says, so that nothing is said twice
    blob("content_hash"),
    blob("envelope", optional=True),
    time("queued_at"),
    time("received_at", optional=True),
    sa.UniqueConstraint("partner", "about"),
)

partner_letters = sa.Table(
    "partner_letters",
    meta,
    sa.Column("partner", sa.ForeignKey("partners.name"), primary_key=True),
    whole("number", key=True),
    text("kind"),
    time("taken_at"),
)

forwards = sa.Table(
    "forwards",
    meta,
    sa.Column("hit", sa.ForeignKey("hits.id"), primary_key=True),
    whole("number", key=True),
    text("to"),
    text("partner", optional=True),  # none where a person carries the message
    text("words"),
    text("by"),
    time("at"),
    text("answer", optional=True),
    time("answered_at", optional=True),
)

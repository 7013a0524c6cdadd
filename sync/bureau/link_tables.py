"""The tables of links between hits: what every hit shares with others, and every group of hits that share something."""

from __future__ import annotations

import sqlalchemy as sa

from sync.bureau.columns import meta, text, time, whole

marks = sa.Table(
    "hit_marks",
    meta,
    sa.Column("hit", sa.ForeignKey("hits.id"), primary_key=True),
    text("kind", key=True),
    text("value"),
    text("list"),
    text("post"),
    time("at"),
    sa.Index("hit_marks_alike", "kind", "value", "at"),
)
"""One thing of a hit that another one may have too: who, which document, which record or vehicle; where and when."""

groups = sa.Table(
    "hit_groups",
    meta,
    text("kind", key=True),
    text("value", key=True),
    whole("hits"),
    text("first"),
    text("route", default=""),
    sa.Index("hit_groups_large", "hits"),
    sa.Index("hit_groups_kind", "kind", "hits"),
    sa.Index("hit_groups_route", "route"),
)
"""All hits with one mark: how many, the first of them, and the posts they were taken up at, two or more, in order."""

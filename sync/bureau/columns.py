"""The columns that the bureau's tables are made of, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Time(sa.types.TypeDecorator[datetime]):
    """A moment in UTC, as ISO 8601 text: readable in any tool, exact to the microsecond, and it sorts."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        return datetime.fromisoformat(value) if value else None


meta = sa.MetaData()
"""Every table of the bureau, whichever module describes it."""


def text(name: str, *, key: bool = False, optional: bool = False, default: str | None = None) -> sa.Column[str]:
    """A column of text. What is added to a table that exists has a default, or is optional."""
    return sa.Column(name, sa.String, primary_key=key, nullable=optional, server_default=default)


def whole(name: str, *, key: bool = False, optional: bool = False, default: str | None = None) -> sa.Column[int]:
    """A column of whole numbers."""
    return sa.Column(name, sa.Integer, primary_key=key, nullable=optional, server_default=default)


def blob(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[bytes]:
    """A column of bytes."""
    return sa.Column(name, sa.LargeBinary, primary_key=key, nullable=optional)


def time(name: str, *, optional: bool = False) -> sa.Column[datetime]:
    """A column of moments in UTC."""
    return sa.Column(name, Time, nullable=optional)


def among(
    first: sa.ColumnElement[Any], second: sa.ColumnElement[Any], pairs: Iterable[tuple[Any, Any]]
) -> sa.ColumnElement[bool]:
    """Whether two columns are one of these pairs, said so that an index on both is used.

    SQLite reads a whole table for `(a, b) IN (…)`; and no pair at all is no row.
    """
    grouped: dict[Any, list[Any]] = defaultdict(list)
    for one, other in pairs:
        grouped[one].append(other)
    return sa.or_(sa.false(), *(sa.and_(first == one, second.in_(others)) for one, others in grouped.items()))

"""The board: every desk, how old its copies are, what is missing; the posts on a map; alarms on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor
from typing import Final

from borderdesk.ids import DeskId
from borderdesk.policy import Policy
from sync.bureau import Desk
from sync.bureau.health import DeskHealth
from sync.bureau.posts import Place
from ui.console.web import Asked, Shown

_WIDTH: Final = 640
_HEIGHT: Final = 360
_MARGIN: Final = 60
_LEAST_DEGREES: Final = 0.5
_MOST_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One desk on the board. `age` of its oldest copy: `fresh`, `ageing` or `too old`, as the desk itself shows it.

    `behind`: another desk runs a newer program.
    """

    desk: Desk
    state: str
    health: DeskHealth | None
    age_hours: int | None
    age: str
    behind: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """A post on the map: where, in pixels, and how it stands (`good`, `old`, `bad`, `gone`)."""

    name: str
    x: float
    y: float
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the grid, in pixels, with its degree."""

    x1: float
    y1: float
    x2: float
    y2: float
    name: str


@dataclass(frozen=True, slots=True)
class Map:
    """Posts on a plain plate carrée, with the degrees around them: no map of somebody else is fetched."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]


def show(asked: Asked) -> Shown:
    """The board."""
    desks, policy = asked.bureau.posts(), asked.bureau.policy
    rows = rows_of(desks, asked.bureau.desk_health(), policy, asked.now)
    values = {"rows": rows, "alarms": asked.bureau.alarms(), "scopes": asked.bureau.scopes()}
    return Shown("board.html", values | {"map": on_map(asked.bureau.places(), rows)})


def rows_of(desks: Sequence[Desk], said: Mapping[DeskId, DeskHealth], policy: Policy, now: datetime) -> tuple[Row, ...]:
    """Every desk with what it said of itself."""
    newest = max((_numbers(desk.version) for desk in desks), default=())
    found = []
    for desk in desks:
        health = said.get(desk.id)
        age = health.age(now) if health else None
        hours = int(age.total_seconds() // 3600) if age is not None else None
        behind = bool(desk.version) and _numbers(desk.version) < newest and desk.revoked_at is None
        found.append(Row(desk, state_of(desk, policy, now), health, hours, _age(hours, policy), behind))
    return tuple(found)


def _age(hours: int | None, policy: Policy) -> str:
    if hours is None:
        return ""
    return "too old" if hours >= policy.red_after_hours else "ageing" if hours >= policy.amber_after_hours else "fresh"


def state_of(desk: Desk, policy: Policy, now: datetime) -> str:
    """`good`, `old` or `bad`: by when the desk was last seen, and by reports that never came; `gone` once revoked."""
    if desk.revoked_at is not None:
        return "gone"
    hours = (now - desk.seen_at).total_seconds() / 3600 if desk.seen_at else policy.red_after_hours + 1
    if desk.missing or hours > policy.red_after_hours:
        return "bad"
    return "old" if hours > policy.amber_after_hours else "good"


def on_map(places: Iterable[Place], rows: Sequence[Row]) -> Map | None:
    """The posts whose place is known, as large as they fit; None where none is."""
    known = list(places)
    if not known:
        return None
    west, east = _span([place.longitude for place in known])
    south, north = _span([place.latitude for place in known])
    scale = min((_WIDTH - 2 * _MARGIN) / (east - west), (_HEIGHT - 2 * _MARGIN) / (north - south))
    left, top = (_WIDTH - (east - west) * scale) / 2, (_HEIGHT - (north - south) * scale) / 2

    def x_of(longitude: float) -> float:
        return round(left + (longitude - west) * scale, 1)

    def y_of(latitude: float) -> float:
        return round(top + (north - latitude) * scale, 1)

    order = ("bad", "old", "good", "gone")
    dots = []
    for place in known:
        worst = min((row.state for row in rows if row.desk.post == place.post), key=order.index, default="gone")
        dots.append(Dot(place.post, x_of(place.longitude), y_of(place.latitude), worst))
    lines = [Line(x, _HEIGHT, x, 0, f"{degree}°") for degree in _degrees(west, east) for x in [x_of(degree)]]
    lines += [Line(0, y, _WIDTH, y, f"{degree}°") for degree in _degrees(south, north) for y in [y_of(degree)]]
    return Map(_WIDTH, _HEIGHT, tuple(dots), tuple(lines))


def _span(values: list[float]) -> tuple[float, float]:
    """From the lowest to the highest, never so little that one post alone would fill the world."""
    low, high = min(values), max(values)
    more = max(0.0, _LEAST_DEGREES - (high - low)) / 2
    return low - more, high + more


def _degrees(low: float, high: float) -> range:
    step = max(1, ceil((high - low) / _MOST_LINES))
    return range(ceil(low / step) * step, floor(high) + 1, step)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("+")[0].split(".") if part.isdigit())

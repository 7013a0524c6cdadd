"""The posts on a map: as large as they fit, with the coasts and borders around them. Nothing of it is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, floor, radians
from typing import Final

from sync.bureau.posts import Place
from ui.console.borders import Point, Shapes, Window, shapes

_WIDTH: Final = 640
_HEIGHT: Final = 400
_MARGIN: Final = 70
_LEAST_DEGREES: Final = 2.0
"""Less of the world would show the borders' own coarseness: they are true to two kilometres."""
_MOST_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class Dot:
    """A post on the map: where, in pixels, and how it stands (`good`, `old`, `bad`, `gone`)."""

    name: str
    x: float
    y: float
    state: str

    @property
    def is_right(self) -> bool:
        """Whether its name stands to the left of it, so that the picture does not cut it off."""
        return self.x > _WIDTH * 0.62


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
    """Posts on a plain plate carrée that is true to scale in its middle."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    shapes: Shapes


def on_map(places: Iterable[Place], standing: Mapping[str, str]) -> Map | None:
    """The posts whose place is known, each with how it stands; None where no place is."""
    known = list(places)
    if not known:
        return None
    west, east = _span([place.longitude for place in known])
    south, north = _span([place.latitude for place in known])
    ground = _ground(west, south, east, north)
    dots = []
    for one in known:
        x, y = ground.place((one.longitude, one.latitude))
        dots.append(Dot(one.post, round(x, 1), round(y, 1), standing.get(one.post, "gone")))
    # A post that needs somebody is drawn last: nothing lies over it.
    order = ("gone", "good", "old", "bad")
    dots.sort(key=lambda dot: order.index(dot.state))
    return Map(_WIDTH, _HEIGHT, tuple(dots), ground.lines, ground.shapes)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lies under the posts, and where a place is on it."""

    place: Callable[[Point], Point]
    lines: tuple[Line, ...]
    shapes: Shapes


@lru_cache(maxsize=8)
def _ground(west: float, south: float, east: float, north: float) -> _Ground:
    """Kept, because the page asks for it again whenever something happens, and posts do not move."""
    narrower = max(0.1, cos(radians((south + north) / 2)))
    scale = min((_WIDTH - 2 * _MARGIN) / ((east - west) * narrower), (_HEIGHT - 2 * _MARGIN) / (north - south))
    left, top = (_WIDTH - (east - west) * narrower * scale) / 2, (_HEIGHT - (north - south) * scale) / 2

    def place(point: Point) -> Point:
        return left + (point[0] - west) * narrower * scale, top + (north - point[1]) * scale

    wide, high = left / (narrower * scale), top / scale
    seen = Window(west - wide, south - high, east + wide, north + high)
    lines = []
    for degree in _degrees(seen.west, seen.east):
        x = round(place((degree, 0))[0], 1)
        lines.append(Line(x, _HEIGHT, x, 0, f"{degree}°"))
    for degree in _degrees(seen.south, seen.north):
        y = round(place((0, degree))[1], 1)
        lines.append(Line(0, y, _WIDTH, y, f"{degree}°"))
    return _Ground(place, tuple(lines), shapes(seen, place))


def _span(values: list[float]) -> tuple[float, float]:
    """From the lowest to the highest, never so little that one post alone would fill the world."""
    low, high = min(values), max(values)
    more = max(0.0, _LEAST_DEGREES - (high - low)) / 2
    return low - more, high + more


def _degrees(low: float, high: float) -> range:
    step = max(1, ceil((high - low) / _MOST_LINES))
    return range(ceil(low / step) * step, floor(high) + 1, step)

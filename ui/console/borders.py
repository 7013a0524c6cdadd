"""Coastlines and borders around some posts, as paths of an SVG. The data are beside this module, with their source.

They are drawn for orientation only: a border that is not settled is dotted, and none is a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "borders.txt"
_UNIT: Final = 0.01
_NEAR: Final = 1.0
"""Pixels: what is nearer to the point before is not seen, and would only make the page larger."""

Point = tuple[float, float]
Project = Callable[[Point], Point]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the world, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def touches(self, other: Window) -> bool:
        """Whether they have a point in common."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


@dataclass(frozen=True, slots=True)
class Shapes:
    """What is drawn, each as the `d` of one path, from the back to the front."""

    land: str
    coasts: str
    borders: str
    unsettled: str


@dataclass(frozen=True, slots=True)
class _Line:
    kind: str
    points: tuple[Point, ...]
    around: Window


@dataclass(frozen=True, slots=True)
class _World:
    lines: tuple[_Line, ...]
    rings: tuple[_Line, ...]


def shapes(window: Window, project: Project) -> Shapes:
    """What of the world lies in the window. `project` makes pixels of longitude and latitude."""
    world = _world()
    land = (_clipped(ring.points, window) for ring in world.rings if ring.around.touches(window))
    kinds = {
        kind: _path(
            (part for line in world.lines if line.kind == kind and line.around.touches(window)
             for part in _inside(line.points, window)),
            project,
        )
        for kind in "cbd"
    }  # fmt: skip
    return Shapes(_path(land, project, closed=True), kinds["c"], kinds["b"], kinds["d"])


@cache
def _world() -> _World:
    lines: list[_Line] = []
    rings: list[_Line] = []
    for row in _FILE.read_text(encoding="ascii").splitlines():
        if row.startswith("r"):
            ring: list[Point] = []
            for number in map(int, row[1:].split(",")):
                line = lines[number if number >= 0 else ~number].points
                ring += line if number >= 0 else line[::-1]
            rings.append(_line("r", tuple(ring)))
        elif not row.startswith("#"):
            lines.append(_line(row[0], tuple(_decoded(row[1:]))))
    return _World(tuple(lines), tuple(rings))


def _line(kind: str, points: tuple[Point, ...]) -> _Line:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _Line(kind, points, Window(min(xs), min(ys), max(xs), max(ys)))


def _decoded(text: str) -> Iterator[Point]:
    """The points of an encoded polyline, longitude first."""
    x = y = value = shift = 0
    odd = False
    for sign in text:
        bits = ord(sign) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & 0x20:
            continue
        step = ~(value >> 1) if value & 1 else value >> 1
        value = shift = 0
        if odd:
            y += step
            yield (x * _UNIT, y * _UNIT)
        else:
            x += step
        odd = not odd


def _inside(points: tuple[Point, ...], window: Window) -> Iterator[list[Point]]:
    """The parts of a line that may be seen; the picture cuts them off at its own edge."""
    part: list[Point] = []
    for one, other in pairwise(points):
        if _line("", (one, other)).around.touches(window):
            part += [other] if part else [one, other]
        elif part:
            yield part
            part = []
    if part:
        yield part


def _clipped(points: Iterable[Point], window: Window) -> list[Point]:
    """A ring cut at the window's four edges (Sutherland and Hodgman)."""
    found = list(points)
    for axis, edge, above in ((0, window.west, 1), (0, window.east, -1), (1, window.south, 1), (1, window.north, -1)):
        ring, found = found, []
        for number, here in enumerate(ring):
            before = ring[number - 1]
            if (before[axis] - edge) * above * (here[axis] - edge) * above < 0:
                share = (edge - before[axis]) / (here[axis] - before[axis])
                found.append((before[0] + (here[0] - before[0]) * share, before[1] + (here[1] - before[1]) * share))
            if (here[axis] - edge) * above >= 0:
                found.append(here)
    return found


def _path(parts: Iterable[list[Point]], project: Project, *, closed: bool = False) -> str:
    text = []
    for part in parts:
        kept: list[Point] = []
        for number, point in enumerate(part):
            x, y = project(point)
            last = number == len(part) - 1 and not closed
            if kept and not last and abs(x - kept[-1][0]) + abs(y - kept[-1][1]) < _NEAR:
                continue
            kept.append((x, y))
        if len(kept) > (2 if closed else 1):
            text.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + ("z" if closed else ""))
    return "".join(text)

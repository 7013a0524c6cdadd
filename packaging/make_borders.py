"""Make `ui/console/borders.txt` from Natural Earth: coastlines and state borders of the world, small enough to ship.

    npm pack world-atlas@2 && tar xzf world-atlas-2.*.tgz
    python packaging/make_borders.py package/countries-50m.json ui/console/borders.txt

Natural Earth is in the public domain (https://www.naturalearthdata.com/about/terms-of-use/); world-atlas (ISC licence)
carries its version 4.1, 1:50m, as TopoJSON: every line once, whether one state ends at it or two meet. A line is kept
to a fiftieth of a degree (two kilometres), which is what a map of posts is good for, and written as an encoded polyline
(https://developers.google.com/maps/documentation/utilities/polylinealgorithm) in hundredths of a degree.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Point = tuple[float, float]

UNIT = 0.01
"""Degrees of one step of the file."""
TOLERANCE = 0.02
"""Degrees that a kept line is from the source's at most."""

UNSETTLED_TERRITORIES = {"Somaliland", "Kosovo", "N. Cyprus", "Siachen Glacier", "W. Sahara", "Palestine"}
"""Territories that Natural Earth draws and not every state recognises: each border of theirs is drawn dotted."""
UNSETTLED_PAIRS = {
    frozenset(pair.split("–"))
    for pair in (
        "India–Pakistan", "India–China", "China–Bhutan", "Afghanistan–Pakistan", "Russia–Ukraine", "Israel–Syria",
        "Israel–Lebanon", "Sudan–S. Sudan", "Egypt–Sudan", "Kenya–S. Sudan", "Eritrea–Ethiopia", "Djibouti–Eritrea",
        "Armenia–Azerbaijan", "North Korea–South Korea", "Cambodia–Thailand", "Guyana–Venezuela", "Guyana–Suriname",
        "Kyrgyzstan–Tajikistan", "Kyrgyzstan–Uzbekistan", "Ethiopia–Sudan",
    )
}  # fmt: skip
"""Neighbours part of whose border was not agreed when this was written: the whole of it is drawn dotted."""

HEADER = f"""# Coastlines and state borders for orientation only; no statement on any of them is meant.
# Source: Natural Earth 4.1, 1:50m (public domain), by world-atlas 2.0.2; made by packaging/make_borders.py, 2026-11-30.
# c, b, d: a coast, a border, a border that is not settled: encoded polyline, longitude first, unit {UNIT} degrees.
# r: a ring of land: numbers of the lines above from 0, -1-n for line n backwards.
"""


def lines_of(topology: dict[str, Any]) -> list[list[Point]]:
    """The lines in degrees (TopoJSON: steps of a grid)."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        found.append(points)
    return found


def simpler(points: list[Point]) -> list[Point]:
    """Douglas and Peucker: what is nearer than the tolerance to the straight line is left out."""
    keep, waiting = {0, len(points) - 1}, [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        (x1, y1), (x2, y2) = points[first], points[last]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        farthest, at = TOLERANCE, 0
        for number in range(first + 1, last):
            x, y = points[number]
            away = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length if length else abs(x - x1) + abs(y - y1)
            if away > farthest:
                farthest, at = away, number
        if at:
            keep.add(at)
            waiting += [(first, at), (at, last)]
    return [points[number] for number in sorted(keep)]


def encoded(points: Iterable[Point]) -> str:
    """As an encoded polyline."""
    text, before = [], (0, 0)
    for x, y in points:
        here = (round(x / UNIT), round(y / UNIT))
        for now, then in zip(here, before, strict=True):
            step = (now - then) << 1 if now >= then else ~((now - then) << 1)
            while step >= 0x20:
                text.append(chr((0x20 | step & 0x1F) + 63))
                step >>= 5
            text.append(chr(step + 63))
        before = here
    return "".join(text)


def rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """Every ring of a state, as numbers of lines."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry.get("arcs", [])
    for polygon in polygons:
        yield from polygon


def at_the_edge(points: list[Point]) -> bool:
    """Whether a line is only where the plate carrée is cut: at 180 degrees, or at the pole."""
    return all(abs(x) > 179.99 for x, _ in points) or all(y < -89.9 for _, y in points)


def main(source: str, target: str) -> None:
    """Read the TopoJSON, write the file."""
    topology = json.loads(Path(source).read_text(encoding="utf-8"))
    states = topology["objects"]["countries"]["geometries"]
    meets: dict[int, set[str]] = defaultdict(set)
    land: list[list[int]] = []
    for state in states:
        for ring in rings(state):
            land.append(ring)
            for number in ring:
                meets[number if number >= 0 else ~number].add(state["properties"]["name"])
    out = [HEADER]
    for number, points in enumerate(lines_of(topology)):
        names = meets[number]
        unsettled = bool(names & UNSETTLED_TERRITORIES) or frozenset(names) in UNSETTLED_PAIRS
        kind = "e" if at_the_edge(points) else "c" if len(names) < 2 else "d" if unsettled else "b"
        out.append(f"{kind}{encoded(simpler(points))}\n")
    out += [f"r{','.join(map(str, ring))}\n" for ring in land]
    Path(target).write_text("".join(out), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])

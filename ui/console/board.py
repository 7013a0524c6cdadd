"""The board: every desk, how old its copies are, what is missing; the posts on a map; alarms on top."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sync.bureau import Desk
from sync.bureau.posts import Place
from ui.console.web import Asked, Shown

_WIDTH: Final = 640
_HEIGHT: Final = 360
_MARGIN: Final = 40
_FRESH_HOURS: Final = 24
_OLD_HOURS: Final = 48


@dataclass(frozen=True, slots=True)
class Dot:
    """A post on the map: where, in pixels, and how it stands (`good`, `old`, `bad`)."""

    name: str
    x: float
    y: float
    state: str


def show(asked: Asked) -> Shown:
    """The board."""
    desks = asked.bureau.posts()
    alarms = asked.bureau.alarms()
    dots = on_map(asked.bureau.places(), desks, asked)
    states = {desk.id: state_of(desk, asked) for desk in desks}
    said = asked.bureau.desk_health()
    ages = {desk: int(age.total_seconds() // 3600) for desk, one in said.items() if (age := one.age(asked.now))}
    values = {"desks": desks, "alarms": alarms, "dots": dots, "states": states, "width": _WIDTH, "height": _HEIGHT}
    return Shown("board.html", values | {"health": said, "ages": ages})


def state_of(desk: Desk, asked: Asked) -> str:
    """`good`, `old` or `bad`: by when the desk was last seen, and by reports that never came."""
    if desk.revoked_at is not None:
        return "gone"
    hours = (asked.now - desk.seen_at).total_seconds() / 3600 if desk.seen_at else _OLD_HOURS + 1
    if desk.missing or hours > _OLD_HOURS:
        return "bad"
    return "old" if hours > _FRESH_HOURS else "good"


def on_map(places: Iterable[Place], desks: tuple[Desk, ...], asked: Asked) -> list[Dot]:
    """The posts whose place is known, on a plain plate carrée that just holds them."""
    known = list(places)
    if not known:
        return []
    west, east = min(place.longitude for place in known), max(place.longitude for place in known)
    south, north = min(place.latitude for place in known), max(place.latitude for place in known)
    scale = min((_WIDTH - 2 * _MARGIN) / ((east - west) or 1), (_HEIGHT - 2 * _MARGIN) / ((north - south) or 1))
    order = ("bad", "old", "good", "gone")
    dots = []
    for place in known:
        of_post = [state_of(desk, asked) for desk in desks if desk.post == place.post]
        worst = min(of_post, key=order.index, default="gone")
        x, y = _MARGIN + (place.longitude - west) * scale, _MARGIN + (north - place.latitude) * scale
        dots.append(Dot(place.post, round(x, 1), round(y, 1), worst))
    return dots

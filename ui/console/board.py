"""The board: every desk, how old its copies are, what is missing; alarms on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from borderdesk.ids import DeskId
from borderdesk.policy import Policy
from sync.bureau import Desk
from sync.bureau.alarms import Alarm
from sync.bureau.health import DeskHealth
from ui.console.post_map import on_map
from ui.console.web import Asked, Shown


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


def show(asked: Asked) -> Shown:
    """The board."""
    desks, policy = asked.bureau.posts(), asked.bureau.policy
    rows = rows_of(desks, asked.bureau.desk_health(), policy, asked.now)
    alarms = asked.bureau.alarms()
    values = {"rows": rows, "alarms": alarms, "scopes": asked.bureau.scopes()}
    return Shown("board.html", values | {"map": on_map(asked.bureau.places(), standing(rows, alarms))})


def standing(rows: Sequence[Row], alarms: Iterable[Alarm]) -> dict[str, str]:
    """How each post stands: as the worst of its desks, and never well where an alarm is about it."""
    order = ("bad", "old", "good", "gone")
    found: dict[str, str] = {}
    for row in rows:
        found[row.desk.post] = min(row.state, found.get(row.desk.post, "gone"), key=order.index)
    return found | {post: "bad" for alarm in alarms for post in alarm.posts}


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
    """`good`, `old` or `bad`: by when the desk was last heard of, and reports that never came; `gone` once revoked."""
    if desk.revoked_at is not None:
        return "gone"
    hours = (now - (desk.seen_at or desk.enrolled_at)).total_seconds() / 3600
    if desk.missing or hours > policy.red_after_hours:
        return "bad"
    return "old" if hours > policy.amber_after_hours else "good"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("+")[0].split(".") if part.isdigit())

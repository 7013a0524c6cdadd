"""Links between hits for the analyst: the same person, document, record or vehicle, and things that go the same way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from borderdesk.ids import ListName
from borderdesk.watchlist import ListKind
from sync.bureau import ReceivedHit
from sync.bureau.lists import ListState


class LinkKind(StrEnum):
    """What hits have in common."""

    PERSON = "person"
    DOCUMENT = "document"
    VEHICLE = "vehicle"
    RECORD = "record"
    ROUTE = "route"


_WHEELED = (ListKind.VEHICLES, ListKind.PARTS)


@dataclass(frozen=True, slots=True)
class Link:
    """Hits that share something. `route` names the posts they were taken up at, in the order of time."""

    kind: LinkKind
    value: str
    hits: tuple[ReceivedHit, ...]
    route: tuple[str, ...]


def vehicle_lists(states: Iterable[ListState]) -> frozenset[ListName]:
    """The lists whose records are vehicles, or parts of them."""
    return frozenset(one.watchlist.name for one in states if one.watchlist.kind in _WHEELED)


def linked(found: Iterable[ReceivedHit], vehicles: Collection[ListName]) -> list[Link]:
    """Every group of two or more, the largest first.

    Two travellers, documents or vehicles share a route where each was hit at the same posts, two or more, in the same
    order: what one of them did alone is no route yet.
    """
    groups: dict[tuple[LinkKind, str], list[ReceivedHit]] = defaultdict(list)
    for one in sorted(found, key=lambda each: each.hit.taken_up_at.trusted):
        for kind, value in _shared(one, vehicles):
            groups[kind, value].append(one)
    links = [Link(kind, value, tuple(hits), _route(hits)) for (kind, value), hits in groups.items() if len(hits) > 1]
    return sorted([*links, *_routes(links)], key=lambda link: (-len(link.hits), link.kind, link.value))


def _shared(one: ReceivedHit, vehicles: Collection[ListName]) -> Iterable[tuple[LinkKind, str]]:
    hit = one.hit
    person = " ".join(sorted(hit.traveller.upper().replace(",", " ").split()))
    document = f"{hit.document_state} {hit.document_number}".strip()
    record = LinkKind.VEHICLE if hit.record.list in vehicles else LinkKind.RECORD
    pairs = ((LinkKind.PERSON, person), (LinkKind.DOCUMENT, document), (record, f"{hit.record.list} {hit.record.key}"))
    return [(kind, value) for kind, value in pairs if value]


def _route(hits: Iterable[ReceivedHit]) -> tuple[str, ...]:
    route: list[str] = []
    for one in hits:
        if not route or route[-1] != one.hit.post:
            route.append(one.hit.post)
    return tuple(route)


def _routes(links: Iterable[Link]) -> list[Link]:
    """Who or what went the same way. A person and their own document are one mover, not two."""
    by_route: dict[tuple[str, ...], list[Link]] = defaultdict(list)
    for link in links:
        if len(link.route) > 1 and link.kind is not LinkKind.RECORD:
            by_route[link.route].append(link)
    found = []
    for route, movers in by_route.items():
        apart: list[set[str]] = []
        for link in movers:
            ids = {str(one.hit.id) for one in link.hits}
            joined = [group for group in apart if group & ids]
            apart = [group for group in apart if not group & ids] + [ids.union(*joined)]
        if len(apart) > 1:
            hits = {one.hit.id: one for link in movers for one in link.hits}
            ordered = tuple(sorted(hits.values(), key=lambda one: one.hit.taken_up_at.trusted))
            found.append(Link(LinkKind.ROUTE, " → ".join(route), ordered, route))
    return found

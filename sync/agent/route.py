"""Which files lead from the edition held to the newest one, at the least cost. Pure."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import replace

from sync.wire import FileRef, FileRole, ListHead


def route(head: ListHead, held: int, left: Callable[[FileRef], int]) -> tuple[FileRef, ...] | None:
    """The files to fetch and apply, in order; empty where nothing is missing, None where no way leads there.

    `held` is 0 where nothing is. `left` says how many bytes of a file are still to be fetched: a download that was
    begun is worth going on with. Each file costs `PER_FILE` bytes more than it has.
    """
    goal = head.edition.number
    if held == goal:
        return ()
    hops: list[tuple[int, int, tuple[FileRef, ...]]]
    hops = [(file.base, file.edition, (file,)) for file in head.files if not file.role.is_part]
    hops += [(0, whole[0].edition, whole) for whole in in_parts(head)]
    best: dict[int, int] = {}
    # The number of its making decides between ways of equal cost: files have no order.
    made = itertools.count()
    queue: list[tuple[int, int, int, tuple[FileRef, ...]]] = [(0, held, next(made), ())]
    while queue:
        cost, at, _, way = heapq.heappop(queue)
        if at == goal:
            return way
        if best.setdefault(at, cost) < cost:
            continue
        for base, edition, files in hops:
            # A snapshot leads on from anything, also from an edition the bureau has taken back.
            if edition not in best and base in (0, at):
                more = sum(left(file) + PER_FILE for file in files)
                heapq.heappush(queue, (cost + more, edition, next(made), (*way, *files)))
    return None


def in_parts(head: ListHead) -> list[tuple[FileRef, FileRef]]:
    """The whole lists that come as two files: first the numbers alone, then the rest."""
    rest = {file.edition: file for file in head.files if file.role is FileRole.REST}
    return [
        (file, rest[file.edition]) for file in head.files if file.role is FileRole.MEMBERSHIP and file.edition in rest
    ]


def way_left(head: ListHead, held: int, left: Callable[[FileRef], int]) -> tuple[FileRef, ...] | None:
    """The same, but a way whose files are all here comes before a shorter one that is still to be fetched."""
    here = replace(head, files=tuple(file for file in head.files if left(file) == 0))
    return route(here, held, left) or route(head, held, left)


PER_FILE = 600
"""Bytes that one more request costs: its headers, and a round trip that nothing else uses."""

"""What comes down, piece by piece: which files are missing, the next piece of one, and the shards that mend a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace

from borderdesk.errors import TamperingError
from borderdesk.ids import ListName
from borderdesk.policy import Policy
from borderdesk.words import say
from sync.agent.incoming import StagedFile
from sync.agent.lanes import Lane, in_order, lane_of_file
from sync.agent.pace import Pace
from sync.agent.repairs import Repairs
from sync.agent.route import way_left
from sync.agent.shelf import MEGABYTE, Shelf, shelve
from sync.agent.spool import Spool
from sync.agent.staged import name_of
from sync.agent.state import Progress, Way
from sync.agent.tally import Tally
from sync.carriers import Carrier, HttpsCarrier, Impostor, LinkDown, NotThere
from sync.trust import TrustedTime
from sync.wire import FileRef, ListHead, Manifest, check_file


@dataclass(frozen=True, slots=True)
class Missing:
    """A file that is still to be fetched, in which lane."""

    lane: Lane
    staged: StagedFile


class Fetching:
    """Fetches pieces by one carrier into the spool. Owned by the exchange of that carrier."""

    def __init__(
        self,
        carrier: Carrier,
        spool: Spool,
        time: TrustedTime,
        pace: Pace,
        way: Way,
        shelf: Shelf | None,
    ) -> None:
        self._carrier = carrier
        self._spool = spool
        self._time = time
        self._pace = pace
        self._way_there = way
        self._shelf = shelf

    def missing(self, manifest: Manifest, skip: Set[str]) -> list[Missing]:
        """What is still to be fetched, in the order of each lane. `skip` names files that turned out wrong."""
        held = self._spool.held()
        # What cannot be asked for shards brings the whole list instead, and they are found in that.
        mended = frozenset[ListName]() if self._way_there is Way.LINK else Repairs(self._spool).wanted()
        return [
            Missing(lane_of_file(head, one.file, held.get(name_of(head), 0)), one)
            for head in in_order(manifest.running(self._time.moment().trusted))
            for start in dict.fromkeys([held.get(name_of(head), 0), *([0] if name_of(head) in mended else [])])
            for one in self._way(head, start, skip)
            if one.left > 0
        ]

    def _way(self, head: ListHead, held: int, skip: Set[str]) -> Iterator[StagedFile]:
        if held == head.edition.number:
            return
        staged = {file: self._spool.staged(file) for file in head.files}
        if self._way_there is Way.POST:
            # Another desk has what it needed itself: go around what it lacks. By link that would make a small
            # exchange a big one.
            head = replace(head, files=tuple(file for file in head.files if file.name not in skip))
        for file in way_left(head, held, lambda one: staged[one].left) or ():
            if file.name not in skip:
                yield staged[file]

    def progress(self, missing: list[Missing]) -> Progress | None:
        """How much that is, None where it is nothing."""
        if not missing:
            return None
        rate = self._pace.rate or self._spool.rate()
        return Progress(
            lane=min(one.lane for one in missing).title,
            bytes_left=sum(one.staged.left for one in missing),
            bytes_here=sum(one.staged.have for one in missing),
            bytes_per_second=int(rate),
        )

    def piece(self, tally: Tally, staged: StagedFile, policy: Policy) -> bool:
        """One piece of a file. True where the file is whole with it."""
        try:
            staged = self._spool.add_piece(staged, self._fetch(tally, staged, policy))
            if staged.whole:
                whole = self._check(staged.file)
                most = policy.post_shelf_megabytes * MEGABYTE
                shelve(self._shelf, tally, lambda shelf: shelf.keep(staged.file, whole, most))
        except Impostor:
            raise
        except (TamperingError, NotThere) as error:
            tally.given_up.add(staged.file.name)
            if isinstance(error, TamperingError):
                tally.refuse(error)
            else:
                tally.lines.append(error.happened)
            return False
        return staged.whole

    def shard(self, tally: Tally, last: Lane, policy: Policy, arrived: Callable[[], None]) -> bool:
        """One piece of a shard of a list that is to be mended, once nothing else is to be fetched.

        False where there is none.
        """
        if last < Lane.CHANGES or not isinstance(self._carrier, HttpsCarrier):
            return False
        repairs = Repairs(self._spool)
        for repair in repairs.all():
            if repair.asked is None or repair.is_complete or repair.list in tally.given_up:
                continue
            try:
                begun = next((each for each in repair.shards.items() if not each[1].whole), None)
                if begun is not None:
                    self._shard_piece(tally, repairs, repair.list, *begun, policy)
                    return True
                given = self._carrier.shard(repair.list, replace(repair.asked, have=tuple(sorted(repair.shards))))
            except NotThere:  # a newer edition is out, or the bureau is older than this desk
                tally.given_up.add(repair.list)
                continue
            if given.shard is None:
                repairs.complete(repair.list)
                arrived()
            else:
                repairs.add(repair.list, given.shard, given.sha256, given.length)
            return True
        return False

    def _shard_piece(
        self, tally: Tally, repairs: Repairs, name: ListName, shard: int, staged: StagedFile, policy: Policy
    ) -> None:
        staged = self._spool.add_piece(staged, self._fetch(tally, staged, policy))
        if not staged.whole:
            return
        try:
            self._check(staged.file)
        except TamperingError as error:
            tally.refuse(error)
            tally.given_up.add(name)
            repairs.drop(name, shard)

    def _check(self, file: FileRef) -> bytes:
        data = self._spool.read(file)
        try:
            check_file(file, data)
        except TamperingError:
            self._spool.drop(file)
            raise
        return data

    def _fetch(self, tally: Tally, staged: StagedFile, policy: Policy) -> bytes:
        began = self._pace.now()
        data = self._carrier.piece(staged.file.name, staged.have, min(self._pace.piece, staged.left))
        if len(data) > staged.left or not data:
            raise LinkDown(say("it sends something else than was asked for"))
        self._pace.took(len(data), began, policy)
        tally.measured = tally.measured or self._pace.rate is not None
        return data

"""What the desk says about itself: the shapes a window renders. No behaviour here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from borderdesk.clock import Moment
from borderdesk.ids import AccountId, DeskId, PostId
from borderdesk.people import Unlocked
from borderdesk.policy import DEFAULT, Policy
from borderdesk.replica.types import HeldList
from borderdesk.words import Sentence


class Way(StrEnum):
    """How an exchange goes: to the bureau itself, by stick, or to another desk of the post."""

    LINK = "link"
    STICK = "stick"
    POST = "post"


class LinkWord(StrEnum):
    """The link to the bureau, in the three words an officer needs."""

    UP = "up"
    SLOW = "slow"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class LinkState:
    """How the link is, and since when. `why` is the last failure in plain words, where there is one."""

    word: LinkWord
    since: datetime
    why: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What is still to come down: the lane being fetched, bytes, and bytes a second when last measured (0: never)."""

    lane: Sentence
    bytes_left: int
    bytes_here: int
    bytes_per_second: int

    @property
    def minutes_left(self) -> float | None:
        """At the rate last measured, None where none was."""
        return self.bytes_left / self.bytes_per_second / 60 if self.bytes_per_second else None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who works at the desk now."""

    account: AccountId
    name: str
    role: str
    since: datetime
    ends_at: datetime | None = None
    """When the account ends by itself, None where it lasts."""
    operation: str = ""
    """The id of the operation the account is for."""

    @classmethod
    def of(cls, unlocked: Unlocked, at: Moment) -> SignedIn:
        """Somebody whose password was right."""
        return cls(
            unlocked.account, unlocked.name, unlocked.role.value, at.trusted, unlocked.ends_at, unlocked.operation
        )


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """Everything the frame around the screening shows, at one moment. A new one replaces the old one whole."""

    post: PostId
    desk: DeskId
    bureau: str
    link: LinkState
    lists: tuple[HeldList, ...]
    waiting: int
    """Items in the outbox that have no receipt yet."""
    signed_in: SignedIn | None
    last_good_exchange: datetime | None
    at: datetime
    heard: datetime | None = None
    """When the bureau signed the newest page that is here, by whatever carrier it came."""
    progress: Progress | None = None
    """What is still to come down, None where the desk is up to date."""
    warning: Sentence | None = None
    """That the bureau should have spoken since, where it has not: the link is dead, or somebody holds news back."""
    late_matches: int = 0
    """Travellers of the last days whom a later edition would have stopped, and whom nobody has looked at yet."""
    unwritten: int = 0
    """Journal entries that wait in memory because the disk is full."""
    next_try: datetime | None = None
    """When a broken exchange is tried again, None where the last one was good."""
    policy: Policy = DEFAULT
    """What the bureau decided for its desks, as last heard."""


@dataclass(frozen=True, slots=True)
class ExchangeReport:
    """What one exchange with the bureau did. `lines` say it in order, for a person."""

    uploaded: int
    receipts: int
    applied: tuple[str, ...]
    bytes_sent: int
    bytes_received: int
    lines: tuple[Sentence, ...]
    reached: bool = True
    """Whether the bureau answered to the end."""
    refused: int = 0
    """How much of what came was refused."""

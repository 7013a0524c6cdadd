"""The bureau's server: lists, publishing, posts, hits. Made for one machine with SQLite, or PostgreSQL by URL."""

from sync.bureau.backup import BackedUp, back_up, restore
from sync.bureau.bureau import ALL, Bureau
from sync.bureau.cases import FalseHits, ReceivedHit, ReceivedLate
from sync.bureau.editing import PublishedList
from sync.bureau.inbox import Quarantined
from sync.bureau.lists import Difference, ListState
from sync.bureau.photos import ReceivedPhoto
from sync.bureau.posts import CODE_LIFE, Desk
from sync.bureau.publishing import Published
from sync.bureau.rules import UnfitValue, UnknownRule, with_number, with_threshold
from sync.bureau.scopes import ScopeRule, states_of
from sync.bureau.server import BureauServer, serve_in_thread

__all__ = [
    "ALL",
    "CODE_LIFE",
    "BackedUp",
    "Bureau",
    "BureauServer",
    "Desk",
    "Difference",
    "FalseHits",
    "ListState",
    "Published",
    "PublishedList",
    "Quarantined",
    "ReceivedHit",
    "ReceivedLate",
    "ReceivedPhoto",
    "ScopeRule",
    "UnfitValue",
    "UnknownRule",
    "back_up",
    "restore",
    "serve_in_thread",
    "states_of",
    "with_number",
    "with_threshold",
]

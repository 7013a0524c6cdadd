"""Distinct types for the names things have, so that one is never passed for another."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType

ListName = NewType("ListName", str)
"""A watchlist's short name, unique at a bureau: `sltd`, `un-sc`, `national-persons`."""

DRILL_LIST = ListName("drill:invented")
"""The name under which invented records of a drill stand. No real list may be called so, and no hit may point to it."""

RecordKey = NewType("RecordKey", str)
"""A record's natural key inside its list: what deltas and deletions are addressed to."""

BureauId = NewType("BureauId", str)
PostId = NewType("PostId", str)
DeskId = NewType("DeskId", str)
AccountId = NewType("AccountId", str)
"""A desk user's sign-in name, unique at a desk."""

ScreeningId = NewType("ScreeningId", str)
HitId = NewType("HitId", str)


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """Which record, of which list, as of which edition. Enough for the bureau to find the very same record."""

    list: ListName
    key: RecordKey
    edition: int


def random_id(entropy: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A fresh id of 128 random bits as 32 lower-case hexadecimal digits.

    Ids are made at the desk, without asking anybody, so that sending the same thing twice is harmless.
    """
    return entropy(16).hex()

"""A whole list in two files: the first answers by itself, both together are the list, and no others fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from borderdesk.watchlist import DocumentColumns, DocumentStatus, Edition, Snapshot, TravelDocument
from borderdesk.watchlist.digest import digest_of
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.wire import decode_edition, encode_snapshot
from sync.wire.parts import Parts, divide, join
from sync.wire.refusals import Malformed

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ODD = TravelDocument("UTO", "P", "LONGERTHANNINE12", DocumentStatus.STOLEN, AT.date(), AT.date())


def documents(count: int, seed: int = 1) -> list[TravelDocument]:
    return [*stolen_documents(count, seed), ODD]


def listed(records: list[TravelDocument]) -> list[TravelDocument]:
    return [TravelDocument(one.state, one.type, one.number, DocumentStatus.LISTED) for one in records]


def edition(records: list[TravelDocument]) -> Edition:
    return Edition(SYNTHETIC_LIST, 3, len(records), digest_of(records), AT)


def membership(records: list[TravelDocument]) -> Edition:
    return replace(edition(listed(records)), details=())


def divided(records: list[TravelDocument]) -> Parts:
    return divide(encode_snapshot(Snapshot(edition(records), records)), membership(records))


def all_of(found: Snapshot) -> set[TravelDocument]:
    columns: tuple[DocumentColumns, ...] = tuple(found.columns)
    return {one for one in found.records if isinstance(one, TravelDocument)} | {
        document for block in columns for document in block.documents()
    }


def test_the_first_part_is_a_list_of_its_own_that_knows_only_what_is_listed() -> None:
    records = documents(300)
    found = decode_edition(divided(records).membership)
    assert isinstance(found, Snapshot)
    assert found.edition == membership(records)
    assert all_of(found) == set(listed(records))


def test_both_parts_are_the_whole_file_byte_for_byte_and_hardly_longer() -> None:
    records = documents(3000)
    whole = encode_snapshot(Snapshot(edition(records), records))
    parts = divided(records)
    assert join(parts) == whole
    assert len(parts.membership) + len(parts.rest) < len(whole) + 1000
    assert len(parts.membership) < 0.7 * len(whole)


def test_parts_of_two_lists_do_not_fit_together() -> None:
    one, other = divided(documents(300, 1)), divided(documents(300, 2))
    for wrong in (Parts(one.membership, other.rest), Parts(one.membership, b""), Parts(one.rest, one.membership)):
        with pytest.raises(Malformed):
            join(wrong)


def test_only_the_numbers_of_the_same_edition_are_a_first_part() -> None:
    records = documents(10)
    whole = encode_snapshot(Snapshot(edition(records), records))
    for wrong in (edition(records), replace(membership(records), number=4), replace(membership(records), rows=9)):
        with pytest.raises(ValueError, match="two parts of different lists"):
            divide(whole, wrong)

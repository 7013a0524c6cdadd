"""Shards: two sides that hold the same have the same values; a difference shows in its own shard alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from borderdesk.watchlist import DocumentColumns, DocumentStatus
from borderdesk.watchlist.digest import digest_of
from borderdesk.watchlist.shards import SHARDS, ShardValues, in_shard, shard_of, sharding, shards_of_rows
from borderdesk.watchlist.synthetic import stolen_documents

DOCUMENTS = list(stolen_documents(3000, 7))


def test_columns_and_single_records_fall_into_the_same_shards() -> None:
    block = DocumentColumns.of(DOCUMENTS)
    assert shards_of_rows(block.record_bytes()) == [shard_of(each.key) for each in DOCUMENTS]
    assert sharding((), [block]).values() == sharding(DOCUMENTS).values()
    assert sharding(DOCUMENTS).whole().value() == digest_of(DOCUMENTS)


def test_one_altered_record_shows_in_its_own_shard() -> None:
    altered = [replace(DOCUMENTS[0], status=DocumentStatus.INVALID), *DOCUMENTS[1:]]
    assert sharding(altered).values().differing(sharding(DOCUMENTS).values()) == (shard_of(DOCUMENTS[0].key),)
    missing = sharding(DOCUMENTS[1:]).values()
    assert missing.differing(sharding(DOCUMENTS).values()) == (shard_of(DOCUMENTS[0].key),)


def test_the_shards_together_are_the_list() -> None:
    block = [DocumentColumns.of(DOCUMENTS[:2000])]
    found = [record for shard in range(SHARDS) for record in in_shard(shard, DOCUMENTS[2000:], block)]
    assert sorted(each.key for each in found) == sorted(each.key for each in DOCUMENTS)
    assert digest_of(found) == digest_of(DOCUMENTS)


def test_values_of_another_length_are_none() -> None:
    with pytest.raises(ValueError, match="shards"):
        ShardValues(b"short")

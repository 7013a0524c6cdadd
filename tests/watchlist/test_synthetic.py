"""The invented list of stolen and lost documents."""

from __future__ import annotations

import hashlib
from itertools import pairwise

from borderdesk.watchlist import DocumentStatus
from borderdesk.watchlist.digest import record_bytes
from borderdesk.watchlist.synthetic import AS_OF, stolen_documents


def test_the_same_seed_gives_the_same_documents_on_every_machine() -> None:
    digest = hashlib.sha256(b"\0".join(record_bytes(document) for document in stolen_documents(20_000, seed=7)))
    assert digest.hexdigest() == "9f88573828d18f6d9947525048e503c7b1e81ab5733ede69e02404270c27b04c"


def test_another_seed_gives_others() -> None:
    one, other = ({d.key for d in stolen_documents(2_000, seed)} for seed in (1, 2))
    assert len(one & other) < 10


def test_no_two_documents_have_one_key() -> None:
    assert len({document.key for document in stolen_documents(60_000, seed=3)}) == 60_000


def test_it_looks_like_the_real_thing() -> None:
    documents = list(stolen_documents(60_000, seed=3))
    blanks = [document for document in documents if document.status is DocumentStatus.STOLEN_BLANK]
    assert 0.07 < len(blanks) / len(documents) < 0.13
    assert len({document.state for document in documents}) > 110
    assert all(document.reported_on and document.reported_on <= AS_OF for document in documents)
    assert all(d.lost_on <= d.reported_on for d in documents if d.lost_on and d.reported_on)


def test_stolen_blanks_come_in_unbroken_runs() -> None:
    swedish = sorted(
        int(d.number[2:])
        for d in stolen_documents(200_000, seed=3)
        if d.state == "SWE" and d.status is DocumentStatus.STOLEN_BLANK and d.type == "P"
    )
    neighbours = sum(after - before == 1 for before, after in pairwise(swedish))
    assert neighbours > len(swedish) * 0.8 > 0

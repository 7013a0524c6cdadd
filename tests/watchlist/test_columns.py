"""Documents in bulk are the same documents."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.watchlist import DocumentColumns, DocumentStatus, TravelDocument
from borderdesk.watchlist.digest import record_bytes

dates = st.none() | st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
documents = st.builds(
    TravelDocument,
    state=st.text("ABCDFRU", min_size=1, max_size=3),
    type=st.text("PIV", max_size=2),
    number=st.text("01BIO8XYZ", min_size=1, max_size=14),
    status=st.sampled_from(DocumentStatus),
    lost_on=dates,
    reported_on=dates,
)


@settings(max_examples=60)
@given(st.lists(documents, max_size=6))
def test_columns_give_back_the_documents_they_were_made_of(rows: list[TravelDocument]) -> None:
    assert list(DocumentColumns.of(rows).documents()) == rows


@settings(max_examples=60)
@given(st.lists(documents, max_size=6))
def test_columns_have_the_same_canonical_bytes_as_single_documents(rows: list[TravelDocument]) -> None:
    assert DocumentColumns.of(rows).record_bytes() == [record_bytes(row) for row in rows]


def block(**changed: object) -> DocumentColumns:
    fields: dict[str, object] = {
        "kinds": (("UTO", "P"),),
        "kind": np.zeros(2, np.uint16),
        "number": np.array([b"L898902C3", b"1"], np.bytes_),
        "status": np.ones(2, np.uint8),
        "lost": np.zeros(2, np.uint32),
        "reported": np.zeros(2, np.uint32),
    }
    return DocumentColumns(**{**fields, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"number": np.array([b"L898902C3"], np.bytes_)},
        {"number": np.array([b"L898902C3", b""], np.bytes_)},
        {"number": np.array([b"L898902C3", b"a"], np.bytes_)},
        {"number": np.array([b"L898902C3", b"A\0B"], np.bytes_)},
        {"kinds": (("utopia", "P"),)},
        {"kind": np.array([0, 1], np.uint16)},
        {"status": np.array([1, 9], np.uint8)},
        {"lost": np.array([0, 4_000_000], np.uint32)},
    ],
    ids=["shorter", "empty", "lower case", "a hole", "no state", "unknown kind", "unknown status", "no date"],
)
def test_a_block_no_list_may_hold_is_refused(changed: dict[str, object]) -> None:
    block()
    with pytest.raises(ValueError, match=r"differ in length|normal form|not states|unknown kind|beyond the calendar"):
        block(**changed)


def test_documents_can_be_taken_in_another_order() -> None:
    assert [each.number for each in block().take(np.array([1, 0])).documents()] == ["1", "L898902C3"]

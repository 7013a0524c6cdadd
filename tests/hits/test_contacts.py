"""Whom to call: the book travels whole, within bounds, and says at a hit who is concerned."""

from __future__ import annotations

import cbor2
import pytest

from borderdesk.hits import (
    Contact,
    ContactRole,
    UnreadableContacts,
    contacts_body,
    contacts_for,
    read_contacts_body,
)
from borderdesk.hits.contacts import MAX_TEXT, MOST_CONTACTS
from borderdesk.watchlist import Action, DocumentStatus

BUREAU = Contact(ContactRole.BUREAU, "NCB duty desk", "+856 21 000 000", radio="channel 5", hours="always")
SUPPORT = Contact(ContactRole.VICTIM_SUPPORT, "House of the Lotus", "+856 21 111 111", languages="lo vi")
SECOND = Contact(ContactRole.SECOND_LINE, "Sgt. Kham", radio="channel 2")
BOOK = (SECOND, BUREAU, SUPPORT)


def test_a_book_is_read_as_it_was_written() -> None:
    assert read_contacts_body(contacts_body(BOOK)) == BOOK
    assert BUREAU.ways == ("+856 21 000 000", "channel 5", "always")


def test_somebody_of_a_role_that_only_newer_desks_know_is_passed_over() -> None:
    plain = cbor2.loads(contacts_body(BOOK))
    plain["contacts"].append({**plain["contacts"][0], "role": "astrologer"})
    assert read_contacts_body(cbor2.dumps(plain)) == BOOK


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"x" * 20_000,
        cbor2.dumps({"v": 2, "contacts": []}),
        cbor2.dumps({"v": 1, "contacts": {}}),
        cbor2.dumps({"v": 1, "contacts": [{"name": "nobody"}]}),
        cbor2.dumps({"v": 1, "contacts": [{"role": "bureau", "phone": 17}]}),
        cbor2.dumps({"v": 1, "contacts": [{"role": "bureau", "phone": "1" * (MAX_TEXT + 1)}]}),
        cbor2.dumps({"v": 1, "contacts": [{"role": "bureau"}] * (MOST_CONTACTS + 1)}),
    ],
)
def test_what_is_no_book_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableContacts):
        read_contacts_body(body)


def test_a_book_that_is_too_large_is_not_written() -> None:
    with pytest.raises(ValueError, match="more than a book"):
        contacts_body([BUREAU] * (MOST_CONTACTS + 1))


def test_a_book_that_no_letter_holds_is_not_written() -> None:
    full = Contact(ContactRole.BUREAU, "\u0e81" * MAX_TEXT, "\u0e81" * MAX_TEXT)
    with pytest.raises(ValueError, match="letter"):
        contacts_body([full] * MOST_CONTACTS)


def test_a_full_book_fits_one_letter() -> None:
    usual = Contact(ContactRole.BUREAU, "n" * 40, "1" * 20, "m" * 30, "r" * 20, "h" * 20, "l" * 20)
    assert len(contacts_body([usual] * MOST_CONTACTS)) < 16 * 1024


def test_who_is_called_depends_on_what_was_found() -> None:
    assert contacts_for(DocumentStatus.STOLEN, BOOK) == (BUREAU, SECOND)
    assert contacts_for(Action.PROTECT, BOOK) == (SUPPORT, BUREAU, SECOND)
    assert contacts_for(Action.DISCREET, BOOK) == (BUREAU,), "nobody at the post is called"

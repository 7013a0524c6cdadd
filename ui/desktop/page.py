"""The pages of the window: their keys, and whose they are. No Qt here."""

from __future__ import annotations

from enum import StrEnum

from borderdesk.people import Right


class Page(StrEnum):
    """The pages of a signed-in window."""

    SCREENING = "screening"
    CASES = "cases"
    EXCHANGE = "exchange"
    NUMBERS = "numbers"
    HELP = "help"
    LISTS = "lists"
    CLEARANCES = "clearances"
    FORM = "form"
    PACKET = "packet"
    JOURNAL = "journal"
    ACCOUNTS = "accounts"
    DIAGNOSIS = "diagnosis"
    TRAINING = "training"
    HANDOVER = "handover"
    EXAMINE = "examine"
    INTERVIEW = "interview"
    SECOND_LINE = "second line"


_LETTERS = {
    Page.ACCOUNTS: "Ctrl+U",
    Page.DIAGNOSIS: "Ctrl+D",
    Page.TRAINING: "Ctrl+T",
    Page.HANDOVER: "Ctrl+H",
    Page.EXAMINE: "Ctrl+P",
    Page.INTERVIEW: "Ctrl+I",
    Page.SECOND_LINE: "Ctrl+L",
}


PAGE_KEYS = {page: _LETTERS.get(page, f"Ctrl+{number % 10}") for number, page in enumerate(Page, start=1)}
"""The keys that lead to each page: digits for the first ten."""


NEEDED: dict[Page, Right] = {
    Page.SCREENING: Right.SCREEN,
    Page.CASES: Right.READ_HITS,
    Page.NUMBERS: Right.READ_RECORDS,
    Page.LISTS: Right.SCREEN,
    Page.CLEARANCES: Right.CLEAR,
    Page.FORM: Right.SCREEN,
    Page.PACKET: Right.TAKE_UP_HITS,
    Page.JOURNAL: Right.READ_JOURNAL,
    Page.DIAGNOSIS: Right.MAINTAIN,
    Page.TRAINING: Right.SCREEN,
    Page.HANDOVER: Right.READ_HITS,
    Page.EXAMINE: Right.SCREEN,
    Page.INTERVIEW: Right.SCREEN,
    Page.SECOND_LINE: Right.CLEAR,
}
"""The right somebody needs for a page; those not named here are everybody's."""


WITH_ACTS = (Page.SCREENING, Page.EXAMINE, Page.INTERVIEW, Page.PACKET)
"""Pages on which a traveller is worked on: from each of them one key refers."""

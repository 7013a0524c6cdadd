"""Drills: ordered, ended, the slip of one, and what came of each, post by post."""

from __future__ import annotations

from borderdesk.operations.drills import MOST_DOCUMENTS
from ui.console.oversight import time_of
from ui.console.web import Asked, Shown

_PAGE = "/console/drills"


def show(asked: Asked) -> Shown:
    """Every drill with what the posts did. No document stands here: a page is not a slip."""
    reports = [asked.bureau.drill_report(one.number) for one in asked.bureau.drills()]
    known = sorted({desk.post for desk in asked.bureau.posts() if desk.revoked_at is None})
    longest = asked.bureau.policy.drill_longest_days
    return Shown("drills.html", {"reports": reports, "known": known, "most": MOST_DOCUMENTS, "longest": longest})


def order(asked: Asked) -> Shown:
    """Order a drill; its slip is the next page. Raises BadTime, BadDrill."""
    count = asked.text("documents")
    made = asked.bureau.order_drill(
        [name.removeprefix("post ") for name in asked.form if name.startswith("post ")],
        time_of(asked.text("from")) if asked.text("from") else asked.now,
        time_of(asked.text("until")),
        documents=int(count) if count.isdecimal() else 0,
        by=asked.who,
    )
    return Shown(elsewhere=f"{_PAGE}/{made.number}/slip")


def slip(asked: Asked) -> Shown:
    """The slip for whoever holds the documents, to be printed. Raises UnknownDrill."""
    number = asked.request.path_params["number"]
    return Shown("slip.html", {"drill": asked.bureau.drill(number), "still": True})


def end(asked: Asked) -> Shown:
    """End a drill before its time. Raises UnknownDrill."""
    asked.bureau.end_drill(asked.request.path_params["number"], by=asked.who)
    return Shown(elsewhere=_PAGE)

"""Publishing: the difference of every list, and one or two persons who let it go out."""

from __future__ import annotations

from sync.bureau.proposals import ProposalOver
from ui.console.web import Asked, Shown

_PAGE = "/console/publish"
_SHOWN = 50
"""Changes of each list on the page; the list's own page has more."""


def show(asked: Asked) -> Shown:
    """What would change, list by list."""
    bureau = asked.bureau
    waiting = [one for one in bureau.lists() if not one.waiting.is_empty]
    values = {
        "waiting": [(one, bureau.record_changes(one.watchlist.name, _SHOWN)) for one in waiting],
        "proposal": bureau.proposal(),
        "four_eyes": bureau.four_eyes(),
        "most": _SHOWN,
    }
    return Shown("publish.html", values)


def publish(asked: Asked) -> Shown:
    """Publish, propose, approve or reject: whichever button it was.

    Raises SecondPersonNeeded, ProposalOver, DiskRefused.
    """
    what, number = asked.text("what"), asked.text("number")
    proposal = int(number) if number.isdecimal() else 0
    if what == "propose":
        asked.bureau.propose(by=asked.who)
    elif what == "approve":
        asked.bureau.approve(proposal, by=asked.who)
    elif what == "reject":
        asked.bureau.reject(proposal, by=asked.who)
    elif what == "publish":
        asked.bureau.publish(by=asked.who)
    else:
        raise ProposalOver(proposal)
    return Shown(elsewhere=_PAGE)

"""What nobody asked for and somebody has to look at: quarantine, gaps, travellers found late, records that mislead."""

from __future__ import annotations

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.looked import Watched, gap_key, report_key
from ui.console.web import Asked, Shown

_SHOWN = 200


class UnknownThing(KnownError):
    """Something was to be settled that there is not, or not any more."""

    def __init__(self) -> None:
        super().__init__(
            say("What was to be settled is not here any more."),
            safe=NOTHING_CHANGED,
            todo=say("Load the page again."),
        )


def show(asked: Asked) -> Shown:
    """All of it; what is settled below what is not."""
    bureau = asked.bureau
    looked = {what: bureau.looked_at(what) for what in Watched}
    gaps = [(gap_key(desk), desk) for desk in bureau.posts() if desk.missing]
    late = [(report_key(one.desk, one.counter), one) for one in bureau.late_matches()]
    unread = [(report_key(one.desk, one.counter), one) for one in bureau.unread()]
    quarantined = [(str(one.id), one) for one in bureau.quarantined()]
    values = {
        "gaps": sorted(gaps, key=lambda pair: pair[0] in looked[Watched.GAP]),
        "late": sorted(late, key=lambda pair: pair[0] in looked[Watched.LATE])[:_SHOWN],
        "quarantined": sorted(quarantined, key=lambda pair: pair[0] in looked[Watched.QUARANTINE])[:_SHOWN],
        "unread": sorted(unread, key=lambda pair: pair[0] in looked[Watched.UNREAD])[:_SHOWN],
        "looked": looked,
        "by_list": bureau.false_hits(),
        "by_record": [one for one in bureau.false_hits(by_record=True) if one.false][:_SHOWN],
    }
    return Shown("watch.html", values)


def settle(asked: Asked) -> Shown:
    """Settle one thing. Raises UnknownThing, LookNeedsWords."""
    kinds = {what.value: what for what in Watched}
    what, key = kinds.get(asked.text("what")), asked.text("key")
    bureau = asked.bureau
    if what is Watched.GAP:
        known = key in [gap_key(desk) for desk in bureau.posts()]
    elif what is Watched.LATE:
        known = key in [report_key(one.desk, one.counter) for one in bureau.late_matches()]
    elif what is Watched.UNREAD:
        known = key in [report_key(one.desk, one.counter) for one in bureau.unread()]
    else:
        known = key in [str(one.id) for one in bureau.quarantined()]
    if what is None or not known:
        raise UnknownThing
    bureau.look_at(what, key, asked.text("words"), by=asked.who)
    return Shown(elsewhere="/console/watch")

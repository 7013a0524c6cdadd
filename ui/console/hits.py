"""The inbox, one hit, and links between hits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import AnswerKind
from borderdesk.words import say
from sync.bureau import ReceivedHit
from sync.bureau.cases import OutcomeNeeded
from sync.bureau.links import LinkKind, Sought
from ui.console.web import Asked, Shown

_SHOWN = 200
_FEW = 10
_READ = 2000
"""Hits that are looked at of those with the words sought, of the open ones those that wait longest: a page must not
take longer every year."""


class PhotoNotHere(KnownError):
    """A photo that this hit does not have, or that is still coming."""

    def __init__(self) -> None:
        super().__init__(
            say("This photo is not here."),
            safe=NOTHING_CHANGED,
            todo=say("Look at the hit again: it may still be coming."),
        )


class AnswerNeeded(KnownError):
    """An answer without its kind or without words."""

    def __init__(self) -> None:
        super().__init__(
            say("An answer says which it is, and in words what the officer is to do."),
            safe=say("Nothing was sent."),
            todo=say("Choose one of the answers and write the words."),
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which hits somebody wants to see; nothing set for all that are open. `text` is what the bureau is asked for."""

    everything: bool
    text: str
    post: str
    late: bool

    @classmethod
    def of(cls, asked: Asked) -> Wanted:
        """From the page's address."""
        query = asked.request.query_params
        text, post = query.get("q", "").strip(), query.get("post", "")
        return cls(query.get("all") == "1", text, post, query.get("late") == "1")

    def fits(self, one: ReceivedHit, now: datetime) -> bool:
        """Whether one of the hits with this text is among them."""
        late = one.clock is not None and (one.clock.is_late(now) or one.clock.is_supervisors(now))
        return (not self.post or one.hit.post == self.post) and (late or not self.late)


def show_all(asked: Asked) -> Shown:
    """Open hits, the one that is due first on top; all of them, or those that fit, as the page's address asks."""
    wanted = Wanted.of(asked)
    open_ones = not wanted.everything
    words = f"{wanted.text} {wanted.post}"
    read = asked.bureau.hits(only_open=open_ones, most=_READ, longest_first=open_ones, words=words)
    found = sorted((one for one in read if wanted.fits(one, asked.now)), key=_pressing)
    values = {
        "found": found[:_SHOWN],
        "waiting": sum(one.clock is not None for one in found),
        "wanted": wanted,
        "not_all": len(read) == _READ or len(found) > _SHOWN,
        "posts": [one.id for one in asked.bureau.post_states()],
        "alarms": [one for one in asked.bureau.alarms() if one.kind in ("gap", "quarantine", "unread")],
    }
    return Shown("hits.html", values)


def _pressing(one: ReceivedHit) -> tuple[bool, datetime]:
    return (one.clock is None, one.clock.due_at if one.clock else one.received_at)


def show(asked: Asked) -> Shown:
    """One hit with all that was done and said about it."""
    one = asked.bureau.hit(_id(asked))
    kinds = [kind.value for kind in AnswerKind if kind is not AnswerKind.CLOSED]
    values = {
        "one": one,
        "kinds": kinds,
        "linked": asked.bureau.links(Sought(hit=one.hit.id)),
        "photos": asked.bureau.photos(one.hit.id),
    }
    values["asked"] = asked.bureau.forwards(one.hit.id)
    values["owner"] = next(
        (each.watchlist.owner for each in asked.bureau.lists() if each.watchlist.name == one.hit.record.list), ""
    )
    return Shown("hit.html", values)


def photo(asked: Asked) -> Shown:
    """One photo of a hit, as the desk sent it. Raises PhotoNotHere."""
    wanted: str = asked.request.path_params["sha256"]
    for one in asked.bureau.photos(_id(asked)):
        if one.photo is not None and one.photo.sha256 == wanted:
            return Shown(content=one.photo.content, media_type=one.photo.media, file_name=one.photo.file_name)
    raise PhotoNotHere


def answer(asked: Asked) -> Shown:
    """Send an answer to the desk."""
    kinds = {kind.value: kind for kind in AnswerKind if kind is not AnswerKind.CLOSED}
    kind, words = kinds.get(asked.text("kind")), asked.text("words")
    if kind is None or not words:
        raise AnswerNeeded
    asked.bureau.answer(_id(asked), kind, words, by=asked.who)
    return _back(asked)


def close(asked: Asked) -> Shown:
    """Close with the outcome."""
    decided = asked.text("true_hit")
    if decided not in ("yes", "no"):
        raise OutcomeNeeded
    asked.bureau.close_hit(_id(asked), asked.text("outcome"), true_hit=decided == "yes", by=asked.who)
    return _back(asked)


def links(asked: Asked) -> Shown:
    """Hits that share a person, a document, a vehicle, a record or a route; the largest groups, or one of them."""
    query, kinds = asked.request.query_params, [kind.value for kind in LinkKind]
    kind, value = query.get("kind", ""), query.get("value", "")
    sought = Sought(kind if kind in kinds else "", value, shown=_SHOWN if value else _FEW)
    return Shown("links.html", {"found": asked.bureau.links(sought), "kinds": kinds, "kind": kind, "value": value})


def _id(asked: Asked) -> str:
    hit: str = asked.request.path_params["id"]
    return hit


def _back(asked: Asked) -> Shown:
    return Shown(elsewhere=f"/console/hits/{_id(asked)}")

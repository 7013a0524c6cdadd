"""The inbox, one hit, and links between hits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import AnswerKind
from borderdesk.words import say
from sync.bureau import ReceivedHit
from ui.console.web import Asked, Shown

_SHOWN = 200


class PhotoNotHere(KnownError):
    """A photo that this hit does not have, or that is still coming."""

    def __init__(self) -> None:
        super().__init__(
            say("This photo is not here."),
            safe=NOTHING_CHANGED,
            todo=say("Look at the hit again: it may still be coming."),
        )


@dataclass(frozen=True, slots=True)
class Link:
    """Hits that share something: `kind` is person, document or record."""

    kind: str
    value: str
    hits: tuple[ReceivedHit, ...]


def show_all(asked: Asked) -> Shown:
    """Open hits, the one that is due first on top; all of them with `?all=1`."""
    everything = asked.request.query_params.get("all") == "1"
    found = asked.bureau.hits(only_open=not everything, most=_SHOWN)
    ordered = sorted(found, key=_pressing)
    values = {
        "found": ordered,
        "everything": everything,
        "quarantined": asked.bureau.quarantined()[:20],
        "late_matches": asked.bureau.late_matches()[:20],
        "rates": [one for one in asked.bureau.false_hits(by_record=True) if one.needs_mending][:20],
    }
    return Shown("hits.html", values)


def _pressing(one: ReceivedHit) -> tuple[bool, datetime]:
    return (one.clock is None, one.clock.due_at if one.clock else one.received_at)


def show(asked: Asked) -> Shown:
    """One hit with all that was done and said about it."""
    one = asked.bureau.hit(_id(asked))
    kinds = [kind.value for kind in AnswerKind if kind is not AnswerKind.CLOSED]
    values = {"one": one, "kinds": kinds, "linked": links_of(asked, one), "photos": asked.bureau.photos(one.hit.id)}
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
    asked.bureau.answer(_id(asked), AnswerKind(asked.text("kind")), asked.text("words"), by=asked.who)
    return _back(asked)


def close(asked: Asked) -> Shown:
    """Close with the outcome."""
    true_hit = asked.text("true_hit") == "yes"
    asked.bureau.close_hit(_id(asked), asked.text("outcome"), true_hit=true_hit, by=asked.who)
    return _back(asked)


def links(asked: Asked) -> Shown:
    """Hits that share a person, a document or a record."""
    return Shown("links.html", {"found": linked(asked.bureau.hits())})


def links_of(asked: Asked, one: ReceivedHit) -> list[Link]:
    """The links that lead to one hit."""
    return [link for link in linked(asked.bureau.hits()) if any(each.hit.id == one.hit.id for each in link.hits)]


def linked(found: tuple[ReceivedHit, ...]) -> list[Link]:
    """Every group of two or more, the largest first."""
    groups: dict[tuple[str, str], list[ReceivedHit]] = defaultdict(list)
    for one in found:
        hit = one.hit
        person = " ".join(sorted(hit.traveller.upper().replace(",", " ").split()))
        document = f"{hit.document_state} {hit.document_number}".strip()
        for kind, value in (
            ("person", person),
            ("document", document),
            ("record", f"{hit.record.list} {hit.record.key}"),
        ):
            if value:
                groups[kind, value].append(one)
    all_links = [Link(kind, value, tuple(hits)) for (kind, value), hits in groups.items() if len(hits) > 1]
    return sorted(all_links, key=lambda link: -len(link.hits))


def _id(asked: Asked) -> str:
    hit: str = asked.request.path_params["id"]
    return hit


def _back(asked: Asked) -> Shown:
    return Shown(elsewhere=f"/console/hits/{_id(asked)}")

"""What a copy of this age and this extent, asked this question, cannot know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from borderdesk.replica.types import HeldList
from borderdesk.screening.question import Asked
from borderdesk.watchlist import STATUS_OF_OTHERS, ListKind, Scheme
from borderdesk.words import Sentence, say

Kinds = frozenset[ListKind]

_PERSONS: Final[Kinds] = frozenset({ListKind.PERSONS})
_DOCUMENTS: Final[Kinds] = frozenset({ListKind.DOCUMENTS, ListKind.BLANK_RANGES})
_VEHICLES: Final[Kinds] = frozenset({ListKind.VEHICLES, ListKind.PARTS})
_VESSELS: Final[Kinds] = frozenset({ListKind.VESSELS})
_FIREARMS: Final[Kinds] = frozenset({ListKind.FIREARMS})
_THINGS: Final[Kinds] = frozenset({ListKind.THINGS, ListKind.PARTS})
_EVERY_THING: Final[Kinds] = _VEHICLES | _VESSELS | _FIREARMS | _THINGS

_NO_LIST: Final[dict[Kinds, Sentence]] = {
    _PERSONS: say("This desk holds no list of persons: nobody was looked for by name."),
    _DOCUMENTS: say("This desk holds no list of stolen and lost documents: the document was looked for in none."),
    _VEHICLES: say("This desk holds no list of vehicles."),
    _VESSELS: say("This desk holds no list of vessels."),
    _FIREARMS: say("This desk holds no list of firearms."),
    _THINGS: say("This desk holds no list of such things."),
}
_OWN: Final = "own:"
"""Begins the names of a post's own look-outs, which stand for no list of the bureau's."""

_OF_SCHEME: Final[dict[Scheme, Kinds]] = {
    Scheme.VIN: _VEHICLES,
    Scheme.ENGINE: _VEHICLES,
    Scheme.PLATE: _VEHICLES,
    Scheme.REGISTRATION: _VEHICLES,
    Scheme.IMO: _VESSELS,
    Scheme.MMSI: _VESSELS,
    Scheme.HULL: _VESSELS,
    Scheme.CALL_SIGN: _VESSELS,
    Scheme.SERIAL: _FIREARMS,
    Scheme.CONTAINER: _THINGS,
    Scheme.PART: _THINGS,
    Scheme.DOCUMENT: _DOCUMENTS,
}


def nothing_compared(held: Iterable[HeldList], asked: Asked) -> bool:
    """Whether the desk holds no list at all in which what was asked could stand: its silence then says nothing."""
    kinds = _asked_kinds(asked)
    if asked.question.of_anything:
        kinds = (*kinds, _EVERY_THING)
    # Records of persons and of notices name documents, too.
    if asked.question.document_number:
        kinds = (*kinds, frozenset({ListKind.PERSONS, ListKind.NOTICE_DOCUMENTS}))
    return bool(kinds) and all(_lacks(held, each) for each in kinds)


def _asked_kinds(asked: Asked) -> tuple[Kinds, ...]:
    question = asked.question
    kinds = [_PERSONS] if question.person is not None else []
    kinds += [_DOCUMENTS] if question.document_number else []
    kinds += [_OF_SCHEME[mark.scheme] for mark in question.marks]
    return tuple(dict.fromkeys(kinds))


def _lacks(held: Iterable[HeldList], kinds: Kinds) -> bool:
    """Whether no list of these kinds is held. Of a list whose kind is not known it is not claimed."""
    bureaus = [each for each in held if not each.name.startswith(_OWN)]
    return not any(each.kind is None or each.kind in kinds for each in bureaus)


def limits_of(held: tuple[HeldList, ...], asked: Asked) -> tuple[Sentence, ...]:
    """What a copy of this age, asked this question, cannot know."""
    limits = [
        say(
            "{list}: nothing reported after {time} is in this copy.",
            list=each.title,
            time=each.published_at.strftime("%Y-%m-%d %H:%M UTC"),
        )
        for each in held
    ]
    limits += [_share_limit(each) for each in held if each.details is not None]
    limits += [
        say(
            "{list}: lent to this post until {time}.",
            list=each.title,
            time=each.held_until.strftime("%Y-%m-%d %H:%M UTC"),
        )
        for each in held
        if each.held_until is not None
    ]
    limits += [_NO_LIST[kinds] for kinds in _asked_kinds(asked) if _lacks(held, kinds)]
    if asked.question.marks and asked.question.person is None:
        limits.append(say("Only things with this number were looked for, no person and no document."))
        return tuple(limits)
    if asked.question.person is None:
        limits.append(say("No name was asked, so no person was looked for."))
    if not asked.question.document_number:
        limits.append(say("No document number was asked, so no document was looked for."))
    return tuple(limits)


def _share_limit(held: HeldList) -> Sentence:
    states = [each for each in held.details or () if each != STATUS_OF_OTHERS]
    if STATUS_OF_OTHERS in (held.details or ()):
        if not states:
            return say("{list}: of no document this copy knows when it was lost or reported.", list=held.title)
        return say(
            "{list}: of documents of other states than {states} this copy knows no day of loss or report.",
            list=held.title,
            states=", ".join(states),
        )
    if not states:
        return say("{list}: of all documents this copy knows only that they are listed.", list=held.title)
    return say(
        "{list}: of documents of other states than {states} this copy knows only that they are listed.",
        list=held.title,
        states=", ".join(states),
    )

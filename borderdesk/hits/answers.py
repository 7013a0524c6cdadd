"""The body of the bureau's answer to a hit, and of other letters about hits: CBOR maps with short text keys.

The bytes are sealed to the desk and signed by the bureau by whatever carries them; nothing here is believed by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import cbor2

from borderdesk.errors import KnownError
from borderdesk.hits.types import AnswerKind, BureauAnswer
from borderdesk.ids import HitId
from borderdesk.words import say

ANSWER_KIND: Final = "answer"
"""The kind of letter that carries an answer."""

MAX_WORDS: Final = 2000
_MAX_BY: Final = 200
_MAX_BYTES: Final = 16 * 1024
_VERSION: Final = 1


class UnreadableAnswer(KnownError):
    """An answer of the bureau that does not decode: it was written by another version."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("An answer of the bureau could not be read ({reason}).", reason=reason),
            safe=say("The hit stays as it was."),
            todo=say("Call the bureau for its answer, and update the desk if the bureau is newer."),
        )


class AnswerTooLong(KnownError):
    """The words of an answer are missing, or do not fit the letter."""

    def __init__(self, length: int) -> None:
        super().__init__(
            say("The answer has {length} characters; it takes 1 to {most}.", length=length, most=MAX_WORDS),
            safe=say("Nothing was sent."),
            todo=say("Say in a few words what the officer has to know."),
        )


def answer_body(answer: BureauAnswer) -> bytes:
    """What is sealed into the letter. Its number is the letter's own. Raises AnswerTooLong."""
    if not 0 < len(answer.words) <= MAX_WORDS or len(answer.by) > _MAX_BY:
        raise AnswerTooLong(len(answer.words))
    plain = {
        "v": _VERSION,
        "hit": answer.hit,
        "kind": answer.kind.value,
        "words": answer.words,
        "by": answer.by,
        "at": answer.at.isoformat(),
    }
    return cbor2.dumps(plain, canonical=True)


def read_answer_body(number: int, body: bytes) -> BureauAnswer:
    """The inverse of `answer_body`, from the letter of this number. Raises UnreadableAnswer."""
    if len(body) > _MAX_BYTES:
        raise UnreadableAnswer(f"{len(body)} bytes")
    try:
        plain = cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise UnreadableAnswer("not CBOR") from error
    if not isinstance(plain, Mapping) or plain.get("v") != _VERSION:
        raise UnreadableAnswer("version")
    try:
        at = datetime.fromisoformat(_text(plain, "at"))
        if at.tzinfo is None:
            raise UnreadableAnswer("at")
        return BureauAnswer(
            HitId(_text(plain, "hit")),
            number,
            AnswerKind(_text(plain, "kind")),
            _text(plain, "words")[:MAX_WORDS],
            _text(plain, "by")[:_MAX_BY],
            at,
        )
    except (KeyError, ValueError) as error:
        raise UnreadableAnswer(str(error)) from error


def _text(plain: Mapping[object, object], name: str) -> str:
    value = plain[name]
    if not isinstance(value, str):
        raise UnreadableAnswer(name)
    return value

"""Sentences for people, translatable after they were made.

A room of the domain never knows the officer's language. It says *what* in English with named holes and the values for
them; whoever shows the sentence translates the English text and fills the holes. So a verdict can be stored, sent to
the bureau, and shown there in another language than at the desk.

    >>> str(say("{count} documents held", count=3))
    '3 documents held'
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: English text with `{name}` holes, and the values that fill them.

    A value may itself be a Sentence (a status word inside a longer sentence), which is translated too. The holes are
    kept in the order of their names, so that equal sentences are equal after a journey.
    """

    text: str
    params: tuple[tuple[str, Value | Sentence], ...] = ()

    def render(self, translate: Callable[[str], str]) -> str:
        """The sentence in another language. `translate` maps English text to translated text, holes kept."""
        filled = {
            name: value.render(translate) if isinstance(value, Sentence) else str(value) for name, value in self.params
        }
        return translate(self.text).format_map(filled)

    def __str__(self) -> str:
        return self.render(lambda text: text)

    def as_plain(self) -> dict[str, object]:
        """A form that JSON and CBOR can carry; `from_plain` reads it back."""
        return {
            "text": self.text,
            "params": {n: v.as_plain() if isinstance(v, Sentence) else v for n, v in self.params},
        }

    def as_json(self) -> str:
        """`as_plain` as one line of JSON with sorted keys."""
        return json.dumps(self.as_plain(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Sentence:
        """The inverse of `as_json`. Raises ValueError for anything else."""
        plain = json.loads(text)
        if not isinstance(plain, Mapping):
            raise ValueError("not a sentence")
        return cls.from_plain(plain)

    @classmethod
    def from_plain(cls, plain: Mapping[str, object]) -> Sentence:
        """The inverse of `as_plain`. Raises ValueError for anything else."""
        text, params = plain.get("text"), plain.get("params")
        if not isinstance(text, str) or not isinstance(params, Mapping):
            raise ValueError("not a sentence: it needs a text and params")
        filled: list[tuple[str, Value | Sentence]] = []
        for name, value in params.items():
            if isinstance(value, Mapping):
                filled.append((str(name), cls.from_plain(value)))
            elif isinstance(value, (str, int, float)):
                filled.append((str(name), value))
            else:
                raise ValueError(f"not a value a sentence can hold: {name}")
        return cls(text, tuple(sorted(filled, key=lambda pair: pair[0])))


def say(text: str, /, **params: Value | Sentence) -> Sentence:
    """Make a sentence. The text is a literal, so that the catalogue of translations can be drawn from the code."""
    return Sentence(text, tuple(sorted(params.items(), key=lambda pair: pair[0])))

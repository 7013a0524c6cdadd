"""Why something was set aside, kept as a sentence, so that everybody reads it in their own language."""

from __future__ import annotations

from borderdesk.words import Sentence


def as_text(why: Sentence) -> str:
    """As the database keeps it."""
    return why.as_json()


def read_back(text: str) -> Sentence:
    """As it was said; what an older program kept is its English words."""
    try:
        return Sentence.from_json(text)
    except ValueError:
        # Braces in it would be holes; no catalogue has these words.
        return Sentence(text.replace("{", "{{").replace("}", "}}"))

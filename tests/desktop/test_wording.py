"""Every member of every enumeration that the window shows has a word."""

from __future__ import annotations

from enum import Enum

import pytest

from ui.desktop.wording import WORDS, word_of


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_every_member_has_a_word_of_its_own(kind: type[Enum]) -> None:
    said = [str(word_of(member)) for member in kind]
    assert len(set(said)) == len(said) == len(WORDS[kind])

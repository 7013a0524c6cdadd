"""What a role may not do is said in words that can be translated."""

from __future__ import annotations

import pytest

from borderdesk.people.roles import IN_WORDS, NotAllowed, Right, Role, require


def test_every_role_and_right_has_its_words() -> None:
    assert {key: str(words) for key, words in IN_WORDS.items()} == {key: key.value for key in (*Role, *Right)}


def test_a_technician_who_wants_to_screen_is_told_so() -> None:
    with pytest.raises(NotAllowed, match="The role technician may not screen travellers at this desk"):
        require(Role.TECHNICIAN, Right.SCREEN)

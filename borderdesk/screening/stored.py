"""Verdicts, questions and closer looks as they are stored: JSON, checked when it is read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_T = TypeVar("_T")

_FORMS: Final[dict[type[Any], TypeAdapter[Any]]] = {}


def to_json(value: object) -> str:
    """What is stored of a dataclass."""
    return form_of(type(value)).dump_json(value).decode()


def from_json(shape: type[_T], text: str) -> _T:
    """The inverse of `to_json`. Raises ValueError for what is no such thing."""
    found: _T = form_of(shape).validate_json(text)
    return found


def form_of(shape: type[Any]) -> TypeAdapter[Any]:
    """How a dataclass is written and read. Takes up to a fifth of a second the first time."""
    form = _FORMS.get(shape)
    if form is None:
        # Loaded here and not at the start of the program: nothing is read back before somebody is signed in.
        from pydantic import TypeAdapter

        form = _FORMS[shape] = TypeAdapter(shape)
    return form

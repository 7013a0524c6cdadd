"""What the interface offers, as OpenAPI 3.1 says it. The routes are made from the same operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

MAX_ITEMS: Final = 500
"""Screenings in one request."""

MAX_TEXT: Final = 600
MAX_HITS: Final = 1000
PREFIX: Final = "/api/v1"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: what it is named, which right it takes, what goes in and what comes out."""

    name: str
    method: str
    path: str
    right: str
    summary: str
    answer: Json
    body: Json | None = None
    query: tuple[Json, ...] = ()
    may_be_missing: bool = False
    may_conflict: bool = False
    tags: tuple[str, ...] = field(default=())


def _text(**more: Any) -> Json:
    return {"type": "string", **more}


def _or_none(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(required: Json, **more: Any) -> Json:
    return {"type": "object", "properties": {**required, **more}, "required": list(required)}


def _all_of(items: Json) -> Json:
    return {"type": "array", "items": items}


_WHOLE: Final[Json] = {"type": "integer"}
_TIME: Final[Json] = _text(format="date-time")
_ID: Final[Json] = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": _text(minLength=1, maxLength=64, pattern="^[0-9a-f]+$"),
}

VERDICT: Final[Json] = _object(
    {
        "screening": _text(),
        "verdict": _text(enum=["no match", "look again", "match"]),
        "discreet": {
            "type": "boolean",
            "description": "The traveller must notice nothing: show this to nobody but the officer.",
        },
        "as_of": _or_none(_TIME),
        "findings": _all_of(
            _object(
                {
                    "code": _text(),
                    "severity": _text(),
                    "sentence": _text(),
                    "todo": _or_none(_text()),
                    "list": _or_none(_text()),
                    "key": _or_none(_text()),
                    "edition": _or_none(_WHOLE),
                }
            )
        ),
        "candidates": _all_of(
            _object(
                {
                    "list": _text(),
                    "key": _text(),
                    "score": {"type": "number", "minimum": 0, "maximum": 1},
                    "name": _text(),
                    "sentence": _text(),
                }
            )
        ),
        "lists": _all_of(
            _object({"list": _text(), "edition": _WHOLE, "rows": _WHOLE, "age_seconds": {"type": "integer"}})
        ),
        "limits": _all_of(_text()),
    }
)
_UNREAD: Final[Json] = _object({"error": _text()})
_ANSWER: Final[Json] = _object({"kind": _text(), "words": _text(), "by": _text(), "at": _TIME})
_HIT: Final[Json] = _object(
    {
        "id": _text(),
        "post": _text(),
        "desk": _text(),
        "officer": _text(),
        "list": _text(),
        "key": _text(),
        "edition": _WHOLE,
        "summary": _text(),
        "document_state": _text(),
        "document_number": _text(),
        "traveller": _text(),
        "state": _text(),
        "taken_up_at": _TIME,
        "answers": _all_of(_ANSWER),
    }
)
_LIST: Final[Json] = _object({"list": _text(), "title": _text(), "rows": _WHOLE, "edition": _WHOLE})
_DESK: Final[Json] = _object({"post": _text(), "desk": _text(), "holds": {"type": "object"}})

SCREEN: Final = Operation(
    "screen",
    "POST",
    "/screen",
    "screen",
    "Screen one or many: each text is what an officer would scan or type (MRZ lines, a document number, a name).",
    _object({"results": _all_of({"anyOf": [VERDICT, _UNREAD]})}),
    body=_object(
        {
            "items": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_ITEMS,
                "items": {**_object({"text": _text(minLength=1, maxLength=MAX_TEXT)}), "additionalProperties": False},
            }
        }
    )
    | {"additionalProperties": False},
)
LISTS: Final = Operation(
    "lists", "GET", "/lists", "lists", "Every list: rows, edition, and when it was published.", _all_of(_LIST)
)
HITS: Final = Operation(
    "hits",
    "GET",
    "/hits",
    "hits",
    "Hits, newest first.",
    _all_of(_HIT),
    query=(
        {"name": "open", "in": "query", "schema": {"type": "boolean"}, "description": "Only those not closed."},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MAX_HITS}},
    ),
)
HIT: Final = Operation("hit", "GET", "/hits/{id}", "hits", "One hit.", _HIT, query=(_ID,), may_be_missing=True)
ANSWER_HIT: Final = Operation(
    "answer",
    "POST",
    "/hits/{id}/answers",
    "hits:answer",
    "Answer a hit; the desk that reported it hears of it by the next carrier.",
    _ANSWER,
    body=_object(
        {
            "kind": _text(enum=["confirmed", "not confirmed", "more needed", "instructions"]),
            "words": _text(minLength=1, maxLength=2000, pattern=r"\S"),
        }
    )
    | {"additionalProperties": False},
    query=(_ID,),
    may_be_missing=True,
    may_conflict=True,
)
POSTS: Final = Operation(
    "posts", "GET", "/posts", "posts", "Every desk: what it holds, and when it was last seen.", _all_of(_DESK)
)
STATUS: Final = Operation(
    "status",
    "GET",
    "/status",
    "lists",
    "The desk: its link, what waits, and whether it is locked; answers while it is.",
    _object(
        {
            "post": _text(),
            "desk": _text(),
            "bureau": _text(),
            "locked": {"type": "boolean"},
            "link": _text(),
            "link_since": _TIME,
            "waiting": _WHOLE,
            "last_good_exchange": _or_none(_TIME),
        }
    ),
)
HEALTH: Final = Operation(
    "health", "GET", "/health", "", "Whether the program can answer.", _object({"status": _text(enum=["ok"])})
)
ALL: Final = (SCREEN, LISTS, HITS, HIT, ANSWER_HIT, POSTS, HEALTH)
"""What a bureau offers."""


def describe(operations: tuple[Operation, ...], title: str, version: str) -> Json:
    """The OpenAPI document of these operations."""
    paths: dict[str, Json] = {}
    for one in operations:
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _described(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": _object({"error": _text(), "todo": _text()})},
        },
    }


def _described(one: Operation) -> Json:
    answers: Json = {"200": {"description": "Done.", "content": {"application/json": {"schema": one.answer}}}}
    refusals = {"503": "It cannot answer now: the database is away, or the desk is locked; the error says which."}
    if one.query or one.body:
        refusals["400"] = "What was asked is not in the described form."
    if one.body:
        refusals |= {"413": "Too much at once.", "415": "Not JSON."}
    if one.right:
        refusals |= {"401": "No good token came along.", "403": f"The token lacks the right `{one.right}`."}
    if one.may_be_missing:
        refusals["404"] = "There is no such thing."
    if one.may_conflict:
        refusals["409"] = "It is over: the hit is closed."
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for status, why in refusals.items():
        answers[status] = {"description": why, "content": error}
    described: Json = {"operationId": one.name, "summary": one.summary, "responses": answers}
    if one.query:
        described["parameters"] = list(one.query)
    if one.body:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": one.body}}}
    if one.right:
        described["security"] = [{"token": []}]
    return described

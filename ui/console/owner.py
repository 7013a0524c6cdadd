"""Asking the owner of a hit's record: the request, the message to carry, and the owner's answer."""

from __future__ import annotations

from borderdesk.errors import KnownError
from borderdesk.words import say
from sync.bureau.messages import seal_lines
from ui.console.paper import page_of
from ui.console.web import Asked, Shown


class ReceiverNeeded(KnownError):
    """A hit was to be forwarded to nobody."""

    def __init__(self) -> None:
        super().__init__(
            say("A hit is forwarded to somebody: to the owner of the list, as a rule."),
            safe=say("Nothing was sent."),
            todo=say("Say to whom."),
        )


def forward(asked: Asked) -> Shown:
    """Ask the owner, or ask again. A partner is sent it by the server itself."""
    hit = _id(asked)
    if not asked.text("to"):
        raise ReceiverNeeded
    asked.bureau.forward_hit(hit, asked.text("to"), asked.text("words"), by=asked.who)
    return Shown(elsewhere=f"/console/hits/{hit}")


def answered(asked: Asked) -> Shown:
    """Note what the owner answered."""
    hit = _id(asked)
    asked.bureau.note_owner_answer(hit, asked.text("words"), by=asked.who)
    return Shown(elsewhere=f"/console/hits/{hit}")


def message(asked: Asked) -> Shown:
    """The last request as a file to carry: a page to read, or JSON that anybody can check."""
    made = asked.bureau.owner_message(_id(asked))
    signed = asked.bureau.signed_message(made)
    if asked.request.path_params["kind"] == "json":
        return Shown(content=signed, media_type="application/json", file_name=f"request-{made.number}.json")
    lines = [one if isinstance(one, str) else asked.catalogue.render(one) for one in made.sentences()]
    content = page_of(asked.bureau.home.name, [*lines, *seal_lines(signed)])
    return Shown(content=content, media_type="application/pdf", file_name=f"request-{made.number}.pdf")


def _id(asked: Asked) -> str:
    found: str = asked.request.path_params["id"]
    return found

"""Other bureaus: what they let us have, what we let them have, and every agreement of both sides."""

from __future__ import annotations

from datetime import UTC, datetime, time

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.agreements import AgreementState
from sync.twin import PartnerLink, enrol_at
from sync.wire import Scope
from sync.wire.agreements import MAX_WORDS
from ui.console.posts import NotTyped
from ui.console.web import Asked, Shown

_PAGE = "/console/partners"


class EndNeeded(KnownError):
    """An agreement without a last day, or with more words than it can carry."""

    def __init__(self) -> None:
        super().__init__(
            say("An agreement has a last day, and at most {most} characters of words.", most=MAX_WORDS),
            safe=NOTHING_CHANGED,
            todo=say("Give the days again, as YYYY-MM-DD."),
        )


class NoAddress(KnownError):
    """The address of another bureau that is none."""

    def __init__(self) -> None:
        super().__init__(
            say("This is no address of a bureau."),
            safe=NOTHING_CHANGED,
            todo=say("Give it as the partner said it, such as https://bureau.example:8443."),
        )


class WhyNeeded(KnownError):
    """Something was to be ended without saying why."""

    def __init__(self) -> None:
        super().__init__(
            say("An agreement is ended with a reason; the other side reads it."),
            safe=NOTHING_CHANGED,
            todo=say("Say why in a few words."),
        )


def show(asked: Asked) -> Shown:
    """Partners, their lists as they are here, ours as they are given."""
    bureau = asked.bureau
    agreed = bureau.agreements()
    outbox = {one.name: len(bureau.partner_outbox(one.name)) for one in bureau.partners()}
    desks = {desk.id: desk for desk in bureau.posts()}
    values = {
        "partners": bureau.partners(),
        "taken": bureau.partner_lists(),
        "agreed": agreed,
        "outbox": outbox,
        "desks": desks,
        "offers": [one for one in agreed if not one.given and one.state is AgreementState.OFFERED],
        "lists": [
            one.watchlist.name
            for one in bureau.lists()
            if not any(each.own == one.watchlist.name for each in bureau.partner_lists())
        ],
        "scopes": bureau.scopes(),
    }
    return Shown("partners.html", values)


def offer(asked: Asked) -> Shown:
    """Offer lists of ours; the code with which the partner enrols is shown once.

    Raises EndNeeded, UnknownList, BadAgreement, BadPostName, UnknownScope, NotForScope.
    """
    try:
        until = datetime.combine(datetime.fromisoformat(asked.text("until")).date(), time.max, UTC)
    except ValueError as error:
        raise EndNeeded from error
    if len(asked.text("words")) > MAX_WORDS:
        raise EndNeeded
    names = [name for name in asked.form if name.startswith("list ")]
    made = asked.bureau.offer_agreement(
        asked.text("partner"),
        [name.removeprefix("list ") for name in names],
        until=until,
        states=asked.text("states").upper().split(),
        withheld=asked.text("withheld").split(),
        hits=asked.text("hits") == "yes",
        words=asked.text("words"),
        scope=Scope(asked.text("scope")) if asked.text("scope") else None,
        by=asked.who,
    )
    return Shown("code.html", {"code": made.code, "post": made.agreed.partner})


def add(asked: Asked) -> Shown:
    """Become a desk of another bureau, and look at what it offers. Nothing is taken before it is accepted.

    Raises BadPartnerName, NoCode, LinkDown, WrongCode, NoAddress, and the refusals of the wire.
    """
    name, url = asked.text("partner"), asked.text("url")
    if not url.startswith("https://"):
        raise NoAddress
    enrol_at(asked.bureau, name, url=url, code=asked.text("code"), by=asked.who)
    with PartnerLink(asked.bureau, name) as link:
        link.exchange()
    return Shown(elsewhere=_PAGE)


def accept(asked: Asked) -> Shown:
    """Accept a partner's newest offer. Raises UnknownPartner, UnknownAgreement."""
    asked.bureau.accept_agreement(_partner(asked), by=asked.who)
    return Shown(elsewhere=_PAGE)


def end(asked: Asked) -> Shown:
    """End what a partner lets us have: its lists are withdrawn here. Raises NotTyped, WhyNeeded, UnknownPartner."""
    name, why = _partner(asked), asked.text("why")
    if not why:
        raise WhyNeeded
    if asked.text("typed") != name:
        raise NotTyped(name)
    asked.bureau.end_partner(name, why=why, by=asked.who)
    asked.bureau.publish_foreign()
    return Shown(elsewhere=_PAGE)


def end_given(asked: Asked) -> Shown:
    """End an agreement about lists of ours. Raises NotTyped, WhyNeeded, UnknownAgreement."""
    id_: str = asked.request.path_params["id"]
    partner = next((one.partner for one in asked.bureau.agreements() if one.agreement.id == id_), id_)
    if not asked.text("why"):
        raise WhyNeeded
    if asked.text("typed") != partner:
        raise NotTyped(partner)
    asked.bureau.end_given(id_, why=asked.text("why"), by=asked.who)
    return Shown(elsewhere=_PAGE)


def _partner(asked: Asked) -> str:
    name: str = asked.request.path_params["name"]
    return name

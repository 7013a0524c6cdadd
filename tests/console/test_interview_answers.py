"""What a person at the bureau reads of an interview, whatever a desk wrote into it."""

from __future__ import annotations

from borderdesk.clock import Moment, SystemClock
from borderdesk.hits import FOUND, HitAct, HitEvent, Said, event_body
from borderdesk.hits.report import EVENT_KIND
from borderdesk.ids import AccountId
from borderdesk.words import say
from tests.console.conftest import Visitor


def test_the_answers_stand_with_the_hit_and_are_only_text(visitor: Visitor) -> None:
    visitor.sign_in("khamla")
    desk = visitor.office.desks[0]
    hit = next(one.hit for one in visitor.office.bureau.hits() if one.hit.desk == desk.identity.desk)
    page = f"/console/hits/{hit.id}"
    assert "What the traveller answered" not in visitor.get(page).text
    now = SystemClock().wall()
    at = Moment(now, now)
    said = Said("understand", say("Can you read this language?"), "<b>yes</b>", 'vi" onload="x', at)
    event = HitEvent(hit.id, HitAct.REFER, AccountId("noy"), at, said=(said,))
    desk.send(desk.sealed(2, EVENT_KIND, event_body(event)).envelope)
    shown = visitor.get(page).text
    assert "What the traveller answered" in shown and "Can you read this language?" in shown
    assert "&lt;b&gt;yes&lt;/b&gt;" in shown and "<b>yes</b>" not in shown
    assert 'onload="x' not in shown


def test_what_the_print_and_the_senses_showed_stands_apart_from_the_answers(visitor: Visitor) -> None:
    visitor.sign_in("khamla")
    desk = visitor.office.desks[0]
    hit = next(one.hit for one in visitor.office.bureau.hits() if one.hit.desk == desk.identity.desk)
    now = SystemClock().wall()
    at = Moment(now, now)
    found = Said(f"{FOUND}authenticity.sense.feel", say("What you typed agrees with the zone."), "", "", at)
    event = HitEvent(hit.id, HitAct.NOTED, AccountId("noy"), at, said=(found,))
    desk.send(desk.sealed(2, EVENT_KIND, event_body(event)).envelope)
    shown = visitor.get(f"/console/hits/{hit.id}").text
    assert "What the printed page and the senses showed" in shown and "agrees with the zone" in shown
    assert "What the traveller answered" not in shown, "nobody was asked"

"""What to ask a traveller at a hit or a second look: few short questions, gently, in a language the traveller reads.

Own wording, 2026-11-29, taken from no questionnaire. What is asked of somebody who may need protection follows the
means and the purposes that Article 3 of the United Nations protocol on trafficking in persons (2000) names: control
over papers and movement, debt, deception about work, and abuse of a child. No answer proves anything; a person who
says nothing may need help most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from borderdesk.hits.procedure import Subject
from borderdesk.watchlist import Action, DocumentStatus, ThingStatus
from borderdesk.words import Sentence, say

OF_AGE: Final = 18
"""Years from which a traveller is no child: Convention on the Rights of the Child, art. 1."""


class Topic(StrEnum):
    """What a question is about."""

    OPENING = "opening"
    JOURNEY = "journey"
    IDENTITY = "identity"
    DOCUMENT = "document"
    THING = "thing"
    CHILD = "child"
    PROTECTION = "protection"
    CLOSING = "closing"


TOPICS: Final[Mapping[Topic, Sentence]] = {
    Topic.OPENING: say("To begin with"),
    Topic.JOURNEY: say("The journey"),
    Topic.IDENTITY: say("Who it is"),
    Topic.DOCUMENT: say("The document"),
    Topic.THING: say("The vehicle or thing"),
    Topic.CHILD: say("A child"),
    Topic.PROTECTION: say("Somebody who may need help"),
    Topic.CLOSING: say("At the end"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to say to the traveller. `key` is what answers are stored under; `told`: no answer is expected."""

    key: str
    topic: Topic
    text: Sentence
    told: bool = False


_ALL: Final = (
    Question("understand", Topic.OPENING, say("Can you read this language?")),
    Question("journey.from", Topic.JOURNEY, say("Where do you come from today?")),
    Question("journey.to", Topic.JOURNEY, say("Where are you going?")),
    Question("journey.why", Topic.JOURNEY, say("What is the reason for your journey?")),
    Question("journey.stay", Topic.JOURNEY, say("How long will you stay?")),
    Question("journey.with", Topic.JOURNEY, say("Who is travelling with you?")),
    Question("identity.name", Topic.IDENTITY, say("What is your full name?")),
    Question("identity.born", Topic.IDENTITY, say("When and where were you born?")),
    Question("identity.parents", Topic.IDENTITY, say("What are the names of your mother and your father?")),
    Question("identity.other", Topic.IDENTITY, say("Have you ever used another name?")),
    Question("document.since", Topic.DOCUMENT, say("Since when have you had this document, and who gave it to you?")),
    Question("document.lost", Topic.DOCUMENT, say("Was this document ever lost or stolen?")),
    Question("document.other", Topic.DOCUMENT, say("Do you have another document with your name on it?")),
    Question("thing.since", Topic.THING, say("Since when have you had this, and from whom?")),
    Question("thing.papers", Topic.THING, say("Do you have papers for it?")),
    Question("child.age", Topic.CHILD, say("How old are you?")),
    Question("child.adult", Topic.CHILD, say("Who is the adult with you, and how do you know each other?")),
    Question("child.parents", Topic.CHILD, say("Where are your parents, and do they know about this journey?")),
    Question("child.call", Topic.CHILD, say("May we call your parents? What is their telephone number?")),
    Question("child.met", Topic.CHILD, say("Who will meet you when you arrive?")),
    Question("help.calm", Topic.PROTECTION, say("You have done nothing wrong. I would like to help you."), told=True),
    Question("help.well", Topic.PROTECTION, say("Are you hungry, thirsty, ill or hurt?")),
    Question("help.papers", Topic.PROTECTION, say("Who keeps your papers and your telephone?")),
    Question("help.paid", Topic.PROTECTION, say("Who paid for your journey? Do you have to pay it back?")),
    Question("help.work", Topic.PROTECTION, say("What will you do there, and who arranged it?")),
    Question("help.free", Topic.PROTECTION, say("May you go where you want, and speak with your family?")),
    Question("help.afraid", Topic.PROTECTION, say("Are you afraid of somebody?")),
    Question("help.support", Topic.PROTECTION, say("Would you like to speak alone with somebody who helps people?")),
    Question("wait", Topic.CLOSING, say("Thank you. Please wait here for a moment."), told=True),
    Question("interpreter", Topic.CLOSING, say("We are calling an interpreter."), told=True),
)

_FOR: Final[Mapping[Action, tuple[Topic, ...]]] = {
    Action.ARREST: (Topic.OPENING, Topic.IDENTITY, Topic.JOURNEY, Topic.CLOSING),
    Action.SEIZE: (Topic.OPENING, Topic.DOCUMENT, Topic.IDENTITY, Topic.CLOSING),
    Action.LOCATE: (Topic.OPENING, Topic.JOURNEY, Topic.IDENTITY, Topic.CLOSING),
    Action.DISCREET: (Topic.JOURNEY,),
    Action.PROTECT: (Topic.OPENING, Topic.PROTECTION, Topic.JOURNEY, Topic.CLOSING),
    Action.REFER: (Topic.OPENING, Topic.IDENTITY, Topic.JOURNEY, Topic.DOCUMENT, Topic.CLOSING),
}
_OF_DOCUMENT: Final = (Topic.OPENING, Topic.DOCUMENT, Topic.IDENTITY, Topic.JOURNEY, Topic.CLOSING)
_OF_THING: Final = (Topic.OPENING, Topic.THING, Topic.JOURNEY, Topic.IDENTITY, Topic.CLOSING)


def interview_for(subject: Subject | None, *, age: int | None = None) -> tuple[Question, ...]:
    """The questions for what a hit is about, or for a second look where no list names anybody, in order.

    `age` in years, where it is known: a child is asked as one. At a discreet check only that is asked which an officer
    may ask every traveller.
    """
    topics: tuple[Topic, ...]
    if isinstance(subject, DocumentStatus):
        topics = _OF_DOCUMENT
    elif isinstance(subject, ThingStatus):
        topics = _OF_THING
    else:
        topics = _FOR[subject or Action.REFER]
    discreet = subject is Action.DISCREET
    if not discreet and ((age is not None and age < OF_AGE) or (subject is Action.PROTECT and age is None)):
        topics = tuple(dict.fromkeys((Topic.OPENING, Topic.CHILD, *topics)))
    if not discreet and age is not None and age < OF_AGE and Topic.PROTECTION not in topics:
        topics = (*topics[:-1], Topic.PROTECTION, topics[-1])
    return tuple(question for topic in topics for question in _ALL if question.topic is topic)


def question_of(key: str) -> Question | None:
    """The question stored under this key; None for one of another version of the program."""
    return next((question for question in _ALL if question.key == key), None)

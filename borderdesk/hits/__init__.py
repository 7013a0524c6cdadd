"""The life of a hit: taken up by an officer, reported, answered, closed; and the outbox it waits in."""

from borderdesk.hits.answers import ANSWER_KIND, AnswerTooLong, UnreadableAnswer, answer_body, read_answer_body
from borderdesk.hits.desk import MIGRATIONS, DeskHits, UnknownHit
from borderdesk.hits.photos import MIGRATIONS as PHOTO_MIGRATIONS
from borderdesk.hits.photos import HitPhoto, KeptPhoto, NoPicture, PhotoTooLarge, TooManyPhotos
from borderdesk.hits.procedure import AnswerClock, ProcedureCard, Step, Subject, Urgency, answer_clock, procedure_for
from borderdesk.hits.report import (
    EVENT_KIND,
    HIT_KIND,
    NoteTooLong,
    UnreadableReport,
    event_body,
    hit_body,
    read_event_body,
    read_hit_body,
)
from borderdesk.hits.types import AnswerKind, BureauAnswer, Hit, HitAct, HitEvent, HitState, SealedItem, Sealer

__all__ = [
    "ANSWER_KIND",
    "EVENT_KIND",
    "HIT_KIND",
    "MIGRATIONS",
    "PHOTO_MIGRATIONS",
    "AnswerClock",
    "AnswerKind",
    "AnswerTooLong",
    "BureauAnswer",
    "DeskHits",
    "Hit",
    "HitAct",
    "HitEvent",
    "HitPhoto",
    "HitState",
    "KeptPhoto",
    "NoPicture",
    "NoteTooLong",
    "PhotoTooLarge",
    "ProcedureCard",
    "SealedItem",
    "Sealer",
    "Step",
    "Subject",
    "TooManyPhotos",
    "UnknownHit",
    "UnreadableAnswer",
    "UnreadableReport",
    "Urgency",
    "answer_body",
    "answer_clock",
    "event_body",
    "hit_body",
    "procedure_for",
    "read_answer_body",
    "read_event_body",
    "read_hit_body",
]

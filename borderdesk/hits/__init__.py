"""The life of a hit: taken up by an officer, reported, answered, closed; and the outbox it waits in."""

from borderdesk.hits.desk import MIGRATIONS, DeskHits, UnknownHit
from borderdesk.hits.procedure import AnswerClock, ProcedureCard, Step, Urgency, answer_clock, procedure_for
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
from borderdesk.hits.types import Hit, HitAct, HitEvent, HitState, SealedItem, Sealer

__all__ = [
    "EVENT_KIND",
    "HIT_KIND",
    "MIGRATIONS",
    "AnswerClock",
    "DeskHits",
    "Hit",
    "HitAct",
    "HitEvent",
    "HitState",
    "NoteTooLong",
    "ProcedureCard",
    "SealedItem",
    "Sealer",
    "Step",
    "UnknownHit",
    "UnreadableReport",
    "Urgency",
    "answer_clock",
    "event_body",
    "hit_body",
    "procedure_for",
    "read_event_body",
    "read_hit_body",
]

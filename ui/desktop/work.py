"""What the window holds beside the traveller on the screen: lists, accounts, training, the shift. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from borderdesk.operations.drills import Run
from borderdesk.operations.handover import Handover
from borderdesk.people import Account
from borderdesk.screening import (
    ScreenedList,
)
from borderdesk.words import Sentence
from sync.agent.diagnosis import Diagnosis
from sync.agent.drilling import Begun, Training
from ui.desktop.journal_reading import JournalRead


@dataclass(frozen=True, slots=True)
class Fault:
    """An error the window showed: what had happened, without its values, and when. A value may name a traveller."""

    what: Sentence
    at: datetime | None


class Detail(StrEnum):
    """What can stand below the reasons."""

    COMPARE = "compare"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Sample:
    """A scan that lies ready in the demo's tray."""

    title: Sentence
    text: str


@dataclass(frozen=True, slots=True)
class ListRun:
    """A list of people that is being screened: what it is called, and how many people are answered."""

    title: str
    done: int = 0


@dataclass(frozen=True, slots=True)
class ListWork:
    """The lists of people of the last days, newest first; which one is shown; which one is being screened."""

    lists: tuple[ScreenedList, ...] = ()
    shown: str = ""
    run: ListRun | None = None

    @property
    def open_list(self) -> ScreenedList | None:
        """The one that is worked through."""
        return next((one for one in self.lists if one.id == self.shown), None)


@dataclass(frozen=True, slots=True)
class OfficeWork:
    """Who has an account, where a supervisor asked; what was done last; the desk as files and numbers; the journal."""

    people: tuple[Account, ...] = ()
    told: Sentence | None = None
    diagnosis: Diagnosis | None = None
    journal: JournalRead | None = None


@dataclass(frozen=True, slots=True)
class TrainingWork:
    """What whoever is signed in has practised; the lesson shown; the one begun; the drill that was acted on."""

    training: Training | None = None
    chosen: str = ""
    begun: Begun | None = None
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class ShiftWork:
    """What is open now, the last hand-over, and what was done about it last."""

    points: tuple[Sentence, ...] = ()
    newest: Handover | None = None
    told: Sentence | None = None


NO_LISTS, NOTHING_DONE, NOT_PRACTISED, NOT_HANDED_OVER = ListWork(), OfficeWork(), TrainingWork(), ShiftWork()
"""How each of them begins."""

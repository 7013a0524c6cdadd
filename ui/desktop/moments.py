"""How one moment of the window follows another. No Qt here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from borderdesk.errors import BorderDeskError
from borderdesk.hits import Hit
from borderdesk.ids import ScreeningId
from borderdesk.screening import Verdict, records_of
from borderdesk.words import Sentence, say
from ui.desktop.due import is_practice, needs_act
from ui.desktop.page import NEEDED, Page
from ui.desktop.state import WindowState
from ui.desktop.work import Fault

HISTORY_SHOWN = 500
"""Screenings kept in the window's history; the journal keeps them all."""


FAULTS = 10
"""Errors that the diagnosis remembers."""


def written_to(path: Path) -> Sentence:
    """What is said once a file was written."""
    return say("The file {path} was written. It is outside the encryption.", path=str(path))


def first_page(state: WindowState) -> Page:
    """Where somebody of this role begins to work."""
    for page in (Page.SCREENING, Page.JOURNAL, Page.DIAGNOSIS):
        if state.may(NEEDED[page]):
            return page
    return Page.EXCHANGE


def may_open(state: WindowState, page: Page) -> bool:
    """Whether this page is for whoever is signed in. The help is for everybody, who cannot sign in included."""
    return page is Page.HELP or (state.signed_in and (page not in NEEDED or state.may(NEEDED[page])))


def with_fault(state: WindowState, before: WindowState) -> WindowState:
    """The same, with the error remembered that was not there before."""
    if state.error is None or state.error is before.error:
        return state
    return replace(state, faults=(Fault(_unnamed(state.error.happened), state.now), *state.faults)[:FAULTS])


def _unnamed(sentence: Sentence) -> Sentence:
    """The sentence with its holes left open: a name, a number or a file may be a traveller's."""
    holes = ((name, _unnamed(value) if isinstance(value, Sentence) else "…") for name, value in sentence.params)
    return Sentence(sentence.text, tuple(holes))


def with_verdict(state: WindowState, verdict: Verdict) -> WindowState:
    """The state once a screening was answered."""
    if is_practice(verdict):
        # The history is of travellers. A surprise stands there as any other match, until it is known to be none.
        return replace(_showing(state, verdict), busy=False)
    others = tuple([one for one in state.history if one.screening != verdict.screening])
    return replace(_showing(state, verdict), history=(verdict, *others)[:HISTORY_SHOWN], busy=False)


def without_drill(state: WindowState) -> WindowState:
    """The state once a drill is over: nothing of it stays where travellers stand."""
    history = tuple(one for one in state.history if one.drill is None)
    return replace(state, verdict=None, chosen=None, detail=None, history=history, busy=False)


def with_past(state: WindowState, recent: tuple[Verdict, ...], hits: tuple[Hit, ...]) -> WindowState:
    """The state after signing in: the shift's history; a match that was left without an act is on the screen again."""
    history = tuple(sorted(recent, key=lambda one: one.asked_at.trusted, reverse=True))[:HISTORY_SHOWN]
    state = replace(state, history=history, hits=hits)
    for verdict in history:
        if needs_act(verdict, hits):
            return with_verdict(state, verdict)
    return state


def shown_again(state: WindowState, screening: ScreeningId) -> WindowState:
    """The state with an earlier screening on the screen; unchanged while a match still asks for an act."""
    known = (*state.history, *(one.verdict for one in state.late))
    verdict = next((one for one in known if one.screening == screening), None)
    if verdict is None or state.act_needed:
        return state
    return _showing(state, verdict)


def shown_now(state: WindowState, verdict: Verdict) -> WindowState:
    """The state with any verdict on the screen; unchanged while a match still asks for an act."""
    return state if state.act_needed else _showing(state, verdict)


def signed_out(state: WindowState) -> WindowState:
    """The state in which nothing of the last officer's travellers is left on the screen."""
    return WindowState(
        voice=state.voice,
        theme=state.theme,
        text=state.text,
        status=state.status,
        samples=state.samples,
        faults=state.faults,
    )


def looked_for(state: WindowState) -> WindowState:
    """The state once an answer takes long: the traveller before must not be taken for this one."""
    return without_traveller(state) if state.busy else state


def with_unread(state: WindowState, text: str, error: BorderDeskError) -> WindowState:
    """The state once a text could not be screened; the answer before must not stand beside it."""
    return replace(without_traveller(state), error=error, unread=text, busy=False, page=Page.SCREENING)


def without_traveller(state: WindowState) -> WindowState:
    """The state with nothing on the screen of whoever was screened last."""
    return replace(
        state,
        verdict=None,
        chosen=None,
        acts=(),
        photos=(),
        looks=(),
        packet=(),
        photo=None,
        reason_for=None,
        detail=None,
    )


def _showing(state: WindowState, verdict: Verdict) -> WindowState:
    records = records_of(verdict)
    taken_up = (hit.record for hit in state.hits if hit.screening == verdict.screening and hit.record in records)
    return replace(
        without_traveller(state),
        page=Page.SCREENING,
        verdict=verdict,
        chosen=next(taken_up, records[0] if records else None),
        error=None,
        written=None,
        unread="",
    )

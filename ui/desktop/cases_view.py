"""The hits of this desk: what still waits for the bureau first. The second line works from here."""

from __future__ import annotations

from PySide6.QtCore import Signal

from borderdesk.findings import Severity
from borderdesk.hits import Hit, HitState
from borderdesk.screening import KeptLateMatch
from borderdesk.words import Sentence, say
from ui.desktop.parts import PanelPage
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of

_OPEN = (HitState.TAKEN_UP, HitState.REPORTED, HitState.MORE_NEEDED, HitState.CONFIRMED)


class CasesView(PanelPage):
    """`opened` carries the screening that a case came from, `late_opened` a KeptLateMatch."""

    opened = Signal(object)
    late_opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView()
        self.list.opened.connect(self._opened)
        self.list.clicked.connect(lambda index: self._opened(self.list.rows.rows[index.row()].key))
        self.column.addWidget(self.list, 1)
        self._late: dict[object, KeptLateMatch] = {}

    def render(self, state: WindowState) -> None:
        """Show every hit: open ones first, the longest waiting on top."""
        voice = state.voice
        name = voice(say("Cases of this desk: {count}", count=len(state.hits) + len(state.late)))
        self.entitle(name)
        self.list.setAccessibleName(name)
        ordered = sorted(state.hits, key=lambda hit: (hit.state not in _OPEN, not hit.pending, hit.taken_up_at.trusted))
        self._late = {_late_key(match): match for match in state.late}
        late = tuple(late_row(match, voice) for match in state.late if match.seen_by is None)
        seen = tuple(late_row(match, voice) for match in state.late if match.seen_by is not None)
        self.list.render_rows((*late, *(case_row(hit, state, voice) for hit in ordered), *seen))

    def _opened(self, key: object) -> None:
        if key in self._late:
            self.late_opened.emit(self._late[key])
        else:
            self.opened.emit(key)


def _late_key(match: KeptLateMatch) -> tuple[object, ...]:
    return ("late", match.match.screening, match.match.record)


def late_row(match: KeptLateMatch, voice: Voice) -> Row:
    """A traveller whom a later edition would have stopped."""
    late = match.match
    document = f"{late.document_state} {late.document_number}".strip()
    lines = [Line(voice(late.sentence), strong=match.seen_by is None)]
    if match.seen_by is not None:
        lines.append(Line(voice(say("Looked at by {name}", name=match.seen_by))))
    else:
        lines.append(Line(voice(say("Look at it, and act: the traveller has passed; the bureau may still find them."))))
    return Row(
        key=_late_key(match),
        badge=Severity.STOP if match.seen_by is None else Severity.INFO,
        badge_word=voice(say("Found late")),
        title=voice.line(*(part for part in (voice(say("Found late")), late.traveller, document) if part)),
        right=voice.moment(late.asked_at),
        lines=tuple(lines),
    )


def _taken_up(hit: Hit, voice: Voice) -> Sentence:
    time, officer = voice.moment(hit.taken_up_at.wall), hit.taken_up_by
    if hit.state is HitState.TAKEN_UP:
        return say("Taken up {time} by {officer}.", time=time, officer=officer)
    return say("{state}. Taken up {time} by {officer}.", state=word_of(hit.state), time=time, officer=officer)


def case_row(hit: Hit, state: WindowState, voice: Voice) -> Row:
    """A hit as a row: who, what, how it stands, how long it has waited."""
    now = state.now or hit.taken_up_at.trusted
    document = f"{hit.document_state} {hit.document_number}".strip()
    lines = [
        Line(voice(hit.summary)),
        Line(
            voice(_taken_up(hit, voice)),
            strong=True,
        ),
    ]
    if hit.pending:
        lines.append(Line(voice(say("Something of it waits on this desk until the bureau's receipt comes."))))
    if hit.answer is not None:
        answer = hit.answer
        lines.append(
            Line(
                voice(
                    say(
                        "The bureau, {time}, {name}: {words}",
                        time=voice.moment(answer.at),
                        name=answer.by,
                        words=answer.words or voice(word_of(hit.state)),
                    )
                ),
                strong=True,
            )
        )
    return Row(
        key=hit.screening,
        badge=Severity.LOOK if hit.pending else Severity.INFO,
        title=hit.traveller or document,
        right=voice(say("waits {age}", age=voice.age(now - hit.taken_up_at.trusted))) if hit.state in _OPEN else "",
        lines=tuple(lines),
    )

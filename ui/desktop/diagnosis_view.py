"""Diagnosis for technicians: the machine, its files, its link and its clock. No record, no hit, no traveller."""

from __future__ import annotations

from datetime import datetime, timedelta

from borderdesk.findings import Severity
from borderdesk.people import Binding
from borderdesk.words import say
from sync.agent.diagnosis import Diagnosis
from ui.desktop.amounts import size
from ui.desktop.parts import PanelPage
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of
from ui.desktop.work import Fault

_LOW = 2 * 1024**3
"""Bytes of free disk below which an edition may not find room: the largest list in use takes about as much."""
_CLOCK_OFF = timedelta(minutes=5)
"""How far the computer's clock may be from signed time before somebody should set it."""


class DiagnosisView(PanelPage):
    """A list; what asks for something to be done is marked."""

    def __init__(self) -> None:
        super().__init__()
        self.list = RowsView(pad=6)
        self.column.addWidget(self.list, 1)

    def render(self, state: WindowState) -> None:
        """Show the machine as it was when the page was opened."""
        voice, found = state.voice, state.office.diagnosis
        name = voice(say("Diagnosis of this desk"))
        self.entitle(name)
        self.list.setAccessibleName(name)
        if found is None:
            self.list.render_rows(())
            return
        self.list.render_rows((*diagnosis_rows(found, voice), *(_fault(each, voice) for each in state.faults)))


def diagnosis_rows(found: Diagnosis, voice: Voice) -> tuple[Row, ...]:
    """Version, files, link, time, key, journal."""
    link = found.link
    off = abs(found.at.wall - found.at.trusted)
    since = say("{link} since {time}", link=word_of(link.word), time=voice.moment(link.since))
    kept_by = {
        Binding.TPM.value: say("The machine's secret is kept by its TPM."),
        Binding.KEY_STORE.value: say("The machine's secret is kept by the system's key store."),
    }.get(found.binding, say("The machine's secret is kept in a file: whoever copies the disk has it."))
    stronger = found.binding == Binding.TPM.value
    return (
        Row("version", voice.line("BorderDesk", found.version), Severity.INFO, right=f"{found.post} {found.desk}"),
        Row(
            "disk",
            voice(say("Free on the disk: {size}", size=size(found.free_bytes))),
            Severity.LOOK if found.free_bytes < _LOW else Severity.INFO,
            lines=(Line(voice(say("Make room, or editions will stop coming.")), strong=True),)
            if found.free_bytes < _LOW
            else (),
        ),
        Row(
            "files",
            voice(say("Lists and journal, encrypted: {size}", size=size(found.store_bytes))),
            Severity.INFO,
            lines=(Line(voice(say("Waiting files of the link: {size}", size=size(found.spool_bytes)))),),
        ),
        Row(
            "held",
            voice(say("Editions held")),
            Severity.INFO if found.held else Severity.LOOK,
            lines=tuple(Line(voice.words(name, str(edition))) for name, edition in sorted(found.held.items())),
        ),
        Row(
            "link",
            voice(since),
            link.word,
            right=voice(say("Waiting: {count}", count=found.waiting)),
            lines=(Line(voice(link.why)),) if link.why else (),
        ),
        Row(
            "time",
            voice(say("Signed time: {time}", time=_to_second(found.at.trusted))),
            Severity.LOOK if off > _CLOCK_OFF else Severity.INFO,
            lines=(
                Line(
                    voice(say("This computer's clock: {time}", time=_to_second(found.at.wall))),
                    strong=off > _CLOCK_OFF,
                ),
            ),
        ),
        Row(
            "binding",
            voice(kept_by),
            Severity.INFO if stronger else Severity.LOOK,
            # Codes and reasons of the system, as they came.
            lines=tuple(Line(reason) for reason in found.passed_over),
        ),
        Row(
            "journal",
            voice(say("Journal entries that wait for room: {count}", count=found.unwritten)),
            Severity.STOP if found.unwritten else Severity.INFO,
            lines=(Line(voice(say("The auditor's copy: {size}", size=size(found.copy_bytes)))),),
        ),
    )


def _to_second(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")


def _fault(fault: Fault, voice: Voice) -> Row:
    return Row(
        ("fault", fault.at, fault.what),
        voice(say("Error shown: {what}", what=fault.what)),
        Severity.LOOK,
        right=voice.moment(fault.at) if fault.at else "",
        light=True,
    )

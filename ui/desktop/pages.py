"""The pages of the window beside sign-in and screening, each by its name and by its `Page`."""

from __future__ import annotations

from ui.desktop.accounts_view import AccountsView
from ui.desktop.cases_view import CasesView
from ui.desktop.clearances_view import ClearancesView
from ui.desktop.diagnosis_view import DiagnosisView
from ui.desktop.examine_view import ExamineView
from ui.desktop.exchange_view import ExchangeView
from ui.desktop.form_view import FormView
from ui.desktop.handover_view import HandoverView
from ui.desktop.help_view import HelpView
from ui.desktop.interview_view import InterviewView
from ui.desktop.journal_view import JournalView
from ui.desktop.lists_view import ListsView
from ui.desktop.numbers_view import NumbersView
from ui.desktop.page import Page
from ui.desktop.second_line_view import SecondLineView
from ui.desktop.training_view import TrainingView
from ui.desktop.voice_page import VoicePage

OtherView = (
    CasesView
    | ExchangeView
    | NumbersView
    | HelpView
    | ListsView
    | ClearancesView
    | FormView
    | VoicePage
    | JournalView
    | AccountsView
    | DiagnosisView
    | TrainingView
    | HandoverView
    | ExamineView
    | InterviewView
    | SecondLineView
)


class Pages:
    """Makes every page once."""

    def __init__(self) -> None:
        self.cases = CasesView()
        self.exchange = ExchangeView()
        self.numbers = NumbersView()
        self.help = HelpView()
        self.lists = ListsView()
        self.clearances = ClearancesView()
        self.form = FormView()
        self.by_voice = VoicePage()
        self.journal = JournalView()
        self.accounts = AccountsView()
        self.diagnosis = DiagnosisView()
        self.training = TrainingView()
        self.handover = HandoverView()
        self.examine = ExamineView()
        self.interview = InterviewView()
        self.second_line = SecondLineView()
        self.by_page: dict[Page, OtherView] = {
            Page.CASES: self.cases,
            Page.EXCHANGE: self.exchange,
            Page.NUMBERS: self.numbers,
            Page.HELP: self.help,
            Page.LISTS: self.lists,
            Page.CLEARANCES: self.clearances,
            Page.FORM: self.form,
            Page.PACKET: self.by_voice,
            Page.JOURNAL: self.journal,
            Page.ACCOUNTS: self.accounts,
            Page.DIAGNOSIS: self.diagnosis,
            Page.TRAINING: self.training,
            Page.HANDOVER: self.handover,
            Page.EXAMINE: self.examine,
            Page.INTERVIEW: self.interview,
            Page.SECOND_LINE: self.second_line,
        }

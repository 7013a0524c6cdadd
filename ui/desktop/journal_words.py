"""What the journal's entries are called: the file has the codes, the page has words and the code beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from borderdesk.documents import SENSES, Sense
from borderdesk.hits.types import AnswerKind, HitAct
from borderdesk.operations.counts import COUNTED
from borderdesk.screening import Seen
from borderdesk.screening.things import SCHEME
from borderdesk.screening.verdict import VerdictWord
from borderdesk.words import Sentence, say
from ui.desktop.journal_reading import JournalEntry
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of

KINDS: Final[Mapping[str, Sentence]] = {
    "answer": say("answer to a hit"),
    "api-token": say("token of a program"),
    "clearance": say("clearance given"),
    "clearance-reviewed": say("clearance reviewed"),
    "clearance-revoked": say("clearance revoked"),
    "contacts": say("contacts received from the bureau"),
    "copy-destroyed": say("copy of a list destroyed"),
    "counted": say("counted by hand"),
    "drill": say("drill"),
    "edition": say("edition put in use"),
    "enrolment": say("this desk enrolled"),
    "handover": say("shift handed over"),
    "handover-read": say("hand-over of the shift read"),
    "hit": say("act on a hit"),
    "inspection": say("document examined"),
    "interview": say("interview"),
    "journal export": say("journal exported"),
    "journal-broken": say("journal found not whole"),
    "late-match": say("late match"),
    "late-match-seen": say("late match looked at"),
    "list": say("list of people screened"),
    "look-out": say("look-out of this desk"),
    "look-up": say("number looked up"),
    "operation": say("operation ordered"),
    "order": say("order of the bureau about an account"),
    "password changed": say("password changed"),
    "password reset": say("new first password given"),
    "person added": say("account added"),
    "person ended": say("account ended by itself"),
    "person let in again": say("account let in again"),
    "person removed": say("account removed"),
    "person shut out": say("account shut out"),
    "photo": say("photo attached to a hit"),
    "purge": say("old journal entries deleted"),
    "re-keying": say("everything encrypted under a new key"),
    "recheck": say("travellers compared again"),
    "receipts": say("receipts of the bureau"),
    "recovery": say("supervisor made with the recovery code"),
    "referral": say("traveller referred to the second line"),
    "refused": say("something that came was refused"),
    "screening": say("screening"),
    "settled": say("referral settled"),
    "sign-in": say("sign-in"),
    "sign-out": say("sign-out"),
    "stick": say("exchange by USB stick"),
    "view": say("record looked at"),
}
"""Kinds of entries. One that is not here was written by another version, and is shown as its code."""

_ANSWERS: Final[Mapping[str, Sentence]] = {kind.value: word_of(kind) for kind in AnswerKind}
_ACTS: Final[Mapping[str, Sentence]] = {act.value: word_of(act) for act in HitAct}
_CHECKS: Final[Mapping[str, Sentence]] = {
    "border check": say("Border check"),
    "typed from paper": say("From paper"),
    "list of people": say("Lists of people"),
}

WHY: Final[Mapping[str, Mapping[str, Sentence]]] = {
    "answer": _ANSWERS,
    "copy-destroyed": {
        "not in this desk's scope any more": say("it belongs to its scope no longer"),
        "the operation's time is over": say("the time for which it was lent is over"),
    },
    "hit": _ACTS,
    "late-match": {"would have matched": say("Would have matched")},
    "list": _CHECKS,
    "recovery": {"recovery code": say("Recovery code")},
    "screening": _CHECKS,
    "sign-out": {"nobody worked here": say("Nobody worked here")},
    "view": _CHECKS,
}
"""By kind, what the program itself gives as the reason; other reasons are the words of people."""

_OLDER: Final = re.compile(r"older than (\d+(?:\.\d+)?) years")

DETAILS: Final[Mapping[str, Sentence]] = {
    "about": say("Account"),
    "account": say("Account"),
    "act": say("What was done"),
    "answered before": say("Answered before"),
    "applied": say("Editions"),
    "at": say("When"),
    "bureau": say("Bureau"),
    "by": say("Answered by"),
    "bytes": say("Bytes"),
    "cleared": say("Not the person"),
    "clearance": say("Clearance"),
    "counted": say("Counted"),
    "counters": say("Counters"),
    "desk": say("Desk"),
    "done": say("Outcome"),
    "drill": say("Drill"),
    "edition": say("Edition"),
    "ended": say("Until"),
    "ends": say("Until"),
    "entries": say("Entries"),
    "expires": say("Until"),
    "findings": say("What the closer look found"),
    "found": say("Records found"),
    "from": say("Edition before"),
    "handover": say("Hand-over of the shift"),
    "hit": say("Hit"),
    "key": say("Record"),
    "language": say("Language"),
    "last": say("Last number"),
    "late": say("Written later"),
    "late matches": say("Found late"),
    "letter": say("Letter"),
    "list": say("List"),
    "machine secret": say("Machine's secret kept by"),
    "mended": say("Parts mended"),
    "new": say("New secret of the machine"),
    "number": say("How many"),
    "operation": say("Operation"),
    "ordered_at": say("Ordered"),
    "outbox": say("Number of the upload"),
    "passed over": say("Not possible"),
    "passed_at": say("Passed"),
    "people": say("How many"),
    "points": say("Open points"),
    "program": say("Program"),
    "questions": say("Questions asked"),
    "receipts": say("Receipts"),
    "rows": say("Records"),
    "said": say("Details"),
    "scheme": say("Kind"),
    "screening": say("Screening"),
    "screenings": say("Travellers compared"),
    "senses": say("With your own senses"),
    "sha256": say("Hash"),
    "shut out": say("Shut out"),
    "to": say("Edition"),
    "until": say("Until"),
    "uploaded": say("Sent"),
    "url": say("Address"),
    "word": say("Verdict"),
    "wrong passwords before": say("Wrong passwords before"),
}
"""Names of details."""

VALUES: Final[Mapping[str, Mapping[str, Sentence]]] = {
    "act": {**_ACTS, "add": say("Add"), "withdraw": say("Withdraw")},
    "counted": {each.value: word for each, word in COUNTED.items()},
    "done": {
        "ordered": say("ordered"),
        "shown": say("shown"),
        "acted": say("the officer acted"),
        "finished": say("finished"),
        "overtaken by a real record": say("Overtaken by a real record"),
        "yes": say("done"),
        "overtaken by a later order": say("overtaken by a later order"),
        "no such account": say("there is no such account"),
    },
    "machine secret": {"tpm": say("security chip (TPM)"), "keystore": say("key store"), "file": say("file")},
    "scheme": {each.value: word for each, word in SCHEME.items()},
    "word": {each.value: word_of(each) for each in VerdictWord},
}
"""By detail, the words for values that are one of a few; other values are names, numbers and codes."""


_TIMES: Final = frozenset({"at", "ended", "ends", "expires", "ordered_at", "passed_at", "until"})


def told(entry: JournalEntry, voice: Voice) -> str:
    """The first line of an entry: its number, what it is, who, why."""
    kind = voice(KINDS[entry.kind]) if entry.kind in KINDS else entry.kind
    return voice.line(*(part for part in (str(entry.number), kind, entry.who, _why(entry, voice)) if part))


def details_told(entry: JournalEntry, voice: Voice) -> str:
    """The line below: the code of its kind as the file has it, for whoever compares the two, then the details."""
    return voice.line(entry.kind, *(_detail(name, value, voice) for name, value in entry.details.items()))


def searched_in(voice: Voice) -> Callable[[JournalEntry], str]:
    """What an entry is found by: all that the page shows of it, the codes of the file, and what people wrote.

    Every word is translated once: a journal of years is gone through for one search.
    """
    kinds = {kind: voice(word) for kind, word in KINDS.items()}
    reasons = {(kind, why): voice(word) for kind, words in WHY.items() for why, word in words.items()}
    names = {name: voice(word) for name, word in DETAILS.items()}
    values = {(name, value): voice(word) for name, words in VALUES.items() for value, word in words.items()}

    def text_of(entry: JournalEntry) -> str:
        parts = [str(entry.number), entry.kind, kinds.get(entry.kind, ""), entry.who, voice.moment(entry.at)]
        parts += [entry.why, reasons.get((entry.kind, entry.why), "")]
        for name, value in entry.details.items():
            plain = isinstance(value, str | int) and not isinstance(value, bool) and name not in _TIMES
            told = values.get((name, str(value)), "") if plain else _value(name, value, voice)
            parts += [names.get(name, name), str(value), told]
        return " ".join(parts)

    return text_of


def _why(entry: JournalEntry, voice: Voice) -> str:
    older = _OLDER.fullmatch(entry.why) if entry.kind == "purge" else None
    if older:
        return voice(say("{what}: {count}", what=say("Years that journals are kept"), count=older[1]))
    word = WHY.get(entry.kind, {}).get(entry.why)
    return voice(word) if word else entry.why


def _detail(name: str, value: object, voice: Voice) -> str:
    return voice(say("{what}: {count}", what=DETAILS.get(name, name), count=_value(name, value, voice)))


def _value(name: str, value: object, voice: Voice) -> str:
    if isinstance(value, bool):
        return voice(say("yes") if value else say("no"))
    if isinstance(value, list):
        return ", ".join(_value(name, each, voice) for each in value)
    if name == "senses" and isinstance(value, dict):
        return " ".join(f"{voice(SENSES[Sense(sense)])} {voice(word_of(Seen(seen)))}." for sense, seen in value.items())
    text = str(value)
    word = VALUES.get(name, {}).get(text)
    if word is not None:
        return voice(word)
    if name in _TIMES:
        try:
            return voice.moment(datetime.fromisoformat(text))
        except ValueError:
            # Another version wrote it otherwise; an auditor reads what stands there.
            return text
    return text

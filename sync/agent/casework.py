"""Hits at the desk: taken up, acted on, answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.hits import (
    FOUND,
    BureauAnswer,
    Contact,
    Hit,
    HitAct,
    HitEvent,
    HitPhoto,
    HitState,
    KeptPhoto,
    PhotoTooLarge,
    Said,
    fitting,
    held_contacts,
    veiled_summary,
)
from borderdesk.hits.photos import parts_name, photo_body
from borderdesk.ids import AccountId, HitId, RecordRef, ScreeningId, random_id
from borderdesk.operations import Operation, running
from borderdesk.people import RIGHTS, Right
from borderdesk.screening import CloserLook, Inspection, Interview, Verdict, closer, decided, is_discreet_record, late
from borderdesk.store import DiskFailed, DiskFull
from borderdesk.words import Sentence, say
from sync.agent import spoken
from sync.agent.session import Session
from sync.agent.unlocked import Unlocked
from sync.wire.reports import parts


class NothingFound(KnownError):
    """A hit was to be taken up on a record that the verdict does not name."""

    def __init__(self) -> None:
        super().__init__(
            say("The verdict on the screen does not name this record."),
            safe=say("Nothing was recorded."),
            todo=say("Choose one of the findings or candidates shown, then take it up."),
        )


@dataclass(frozen=True, slots=True)
class Reported:
    """A hit with everything the bureau said about it, oldest first."""

    hit: Hit
    answers: tuple[BureauAnswer, ...]


class Casework(Session):
    """What is done about hits."""

    def take_up(self, verdict: Verdict, *, record: RecordRef, act: HitAct, note: str = "") -> Hit:
        """Record what the officer did about one record of a verdict: hit, sealed report and journal entry at once.

        Doing it again for the same screening and record records a further act on the same hit: the outcome, asking
        again, the reply to what the bureau asked back.
        Raises NobodySignedIn, NothingFound, NoteTooLong, DiskFull, DiskFailed.
        """
        with self._open(Right.TAKE_UP_HITS) as desk:
            return self._take_up(desk, verdict, record, act, note)

    def _take_up(self, desk: Unlocked, verdict: Verdict, record: RecordRef, act: HitAct, note: str) -> Hit:
        at = self.now()
        officer = AccountId(desk.signed_in.account)
        known = {hit.record: hit for hit in desk.hits.all() if hit.screening == verdict.screening}
        if record in known:
            said = unsent_notes(desk, known[record])
            hit = desk.hits.act(HitEvent(known[record].id, act, officer, at, note, said))
        else:
            new = new_hit(desk, verdict, record, officer, at)
            said = (*_passed(verdict, at), *unsent_notes(desk, new))
            with desk.store.transaction() as db:
                hit = desk.hits.take_up(new, HitEvent(new.id, act, officer, at, note, said))
                decided.note(db, verdict, record)
        # The act is stored and counted as waiting. A spool without room must not make it look lost: every exchange
        # offers it again, and says so where that fails.
        with suppress(DiskFull, DiskFailed):
            self._offer_waiting(desk)
        return hit

    def hits(self) -> tuple[Hit, ...]:
        """This desk's hits, newest first: confirmed state with pending acts laid over it.

        Whoever may not read discreet records learns of a discreet check's hit that it is one, not whom the list names.
        """
        with self._open(Right.READ_HITS, by_hand=False) as desk:
            return self._veiled(desk)

    def reported(self) -> tuple[Reported, ...]:
        """The hits with their answers, for a program beside the desk: asking for them does not keep it unlocked."""
        with self._open(Right.READ_HITS, by_hand=False) as desk:
            return tuple(Reported(hit, desk.hits.answers(hit.id)) for hit in self._veiled(desk))

    def _veiled(self, desk: Unlocked) -> tuple[Hit, ...]:
        found = desk.hits.all()
        if Right.READ_DISCREET in RIGHTS[desk.role]:
            return found
        return tuple(replace(hit, summary=veiled_summary()) if hit.discreet else hit for hit in found)

    def contacts(self) -> tuple[Contact, ...]:
        """Whom to call, as the bureau last said. Raises NobodySignedIn, NotAllowed."""
        with self._open(Right.READ_RECORDS, by_hand=False) as desk:
            return held_contacts(desk.store.reader)

    def acts(self, hit: HitId) -> tuple[HitEvent, ...]:
        """Everything that was done about one hit, in order. Raises NobodySignedIn, UnknownHit."""
        with self._open(Right.READ_HITS, by_hand=False) as desk:
            return desk.hits.acts(hit)

    def answers(self, hit: HitId) -> tuple[BureauAnswer, ...]:
        """Everything the bureau said about one hit, oldest first. Raises NobodySignedIn, UnknownHit."""
        with self._open(Right.READ_HITS, by_hand=False) as desk:
            return desk.hits.answers(hit)

    def packet(self, hit: HitId) -> tuple[str, ...]:
        """A hit and its newest act, signed, as groups to show as a QR code or to read out. Raises UnknownHit."""
        with self._open(Right.TAKE_UP_HITS) as desk:
            return spoken.packet_groups(desk, hit)

    def enter_answer(self, code: str) -> Hit:
        """Enter the bureau's answer as it was read out, typed or scanned.

        Raises WrongGroups (with the numbers of the groups), NoPacket, PacketForged, UnknownHit, DiskFull.
        """
        reply = self.identity.reply
        with self._open(Right.TAKE_UP_HITS) as desk:
            return spoken.enter_answer(desk, code, key=reply.bureau_signing, bureau=reply.bureau_name, at=self.now())

    def attach_photo(self, hit: HitId, content: bytes, note: str = "") -> KeptPhoto:
        """Attach a picture to a hit of this desk: kept, journalled and queued in parts at once.

        The very same picture again changes nothing. Raises NobodySignedIn, UnknownHit, NoPicture, PhotoTooLarge,
        NoteTooLong, TooManyPhotos, DiskFull, DiskFailed.
        """
        with self._open(Right.TAKE_UP_HITS) as desk:
            photo = HitPhoto(hit, content, AccountId(desk.signed_in.account), self.now(), note)
            most = self.policy.hit_photo_kilobytes * 1000
            if len(content) > most:
                raise PhotoTooLarge(len(content), most)
            body = photo_body(photo)
            desk.hits.attach(photo, parts(parts_name(hit, body), body))
            with suppress(DiskFull, DiskFailed):  # as in take_up
                self._offer_waiting(desk)
            return next(kept for kept in desk.hits.photos(hit) if kept.photo.sha256 == photo.sha256)

    def hit_photos(self, hit: HitId) -> tuple[KeptPhoto, ...]:
        """The photos of one hit, and how far each has come. Raises NobodySignedIn, UnknownHit."""
        with self._open(Right.READ_HITS, by_hand=False) as desk:
            return desk.hits.photos(hit)

    def operations(self) -> tuple[Operation, ...]:
        """The operations that are on now, by the bureau's order and trusted time. Raises NobodySignedIn."""
        with self._open(Right.READ_RECORDS, by_hand=False) as desk:
            return running.running(desk.store.reader, self.now().trusted)


def new_hit(desk: Unlocked, verdict: Verdict, record: RecordRef, officer: AccountId, at: Moment) -> Hit:
    """A hit on this record of a verdict, as it is taken up. Raises NothingFound."""
    state, number = verdict.question.document_on(record)
    return Hit(
        id=HitId(random_id()),
        screening=verdict.screening,
        post=desk.post,
        desk=desk.desk,
        record=record,
        summary=_summary(verdict, record),
        document_state=state,
        document_number=number,
        traveller=late.traveller_of(verdict),
        taken_up_by=officer,
        taken_up_at=at,
        state=HitState.TAKEN_UP,
        pending=True,
        discreet=is_discreet_record(verdict, record),
    )


def _passed(verdict: Verdict, at: Moment) -> tuple[Said, ...]:
    """For an entry from paper: the bureau must not take the traveller to be at the counter."""
    passed_at = verdict.question.passed_at
    if passed_at is None:
        return ()
    asked = say("Typed in from paper. When did the traveller pass?")
    return (Said("passed", asked, passed_at.strftime("%Y-%m-%d %H:%M UTC"), "en", at),)


def send_noted(desk: Unlocked, screening: ScreeningId, officer: AccountId, at: Moment) -> None:
    """Queue what was answered or found and no act has carried to the bureau, for the hits of this screening.

    Raises DiskFull, DiskFailed; the next act then carries it.
    """
    for hit in desk.hits.all():
        if hit.screening == screening:
            while said := unsent_notes(desk, hit):
                desk.hits.act(HitEvent(hit.id, HitAct.NOTED, officer, at, said=said))


def unsent_notes(desk: Unlocked, hit: Hit) -> tuple[Said, ...]:
    """What was answered or found and no act on this hit has carried to the bureau yet, as much as one act carries."""
    sent = {
        _kept_once(each)
        for known in desk.hits.all()
        if known.id == hit.id
        for event in desk.hits.acts(hit.id)
        for each in event.said
    }
    told = told_by(closer.looks_at(desk.store.reader, hit.screening))
    return fitting(tuple(each for each in told if _kept_once(each) not in sent))


def told_by(looks: Iterable[CloserLook]) -> Iterator[Said]:
    """What of closer looks at one traveller goes to the bureau, oldest first.

    A finding is told once, however often the officer looks again; and that it was taken back is told, too.
    """
    standing: dict[str, Said] = {}
    for look in looks:
        if isinstance(look, Interview):
            for each in look.answers:
                yield Said(each.question, each.asked, each.note, look.language, look.at)
        elif isinstance(look, Inspection):
            for code in closer.taken_back_by(look, standing):
                before = standing.pop(code)
                if closer.is_doubt(code):
                    words = say("Taken back by the officer: {finding}", finding=before.asked)
                    yield Said(before.question, words, "", "", look.at)
            for found in look.findings:
                if found.code not in standing or standing[found.code].asked != found.sentence:
                    standing[found.code] = Said(f"{FOUND}{found.code}", found.sentence, "", "", look.at)
                    yield standing[found.code]


def _kept_once(said: Said) -> tuple[object, ...]:
    """What makes it the same, however the words of the question are translated meanwhile."""
    return (said.question, said.asked, said.at) if said.is_finding else (said.question, said.note, said.at)


def _summary(verdict: Verdict, record: RecordRef) -> Sentence:
    for finding in verdict.findings:
        if finding.record == record:
            return finding.sentence
    raise NothingFound

"""Hits at a desk: the officer's acts, each one transaction, and what the screen shows of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database, Migrations

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.hits import outbox, photos
from borderdesk.hits.photos import PHOTO_KIND, HitPhoto, KeptPhoto
from borderdesk.hits.report import EVENT_KIND, HIT_KIND, event_body, hit_body, read_said, said_plain
from borderdesk.hits.types import AnswerKind, BureauAnswer, Hit, HitAct, HitEvent, HitState, Sealer
from borderdesk.ids import DRILL_LIST, AccountId, DeskId, HitId, ListName, PostId, RecordKey, RecordRef, ScreeningId
from borderdesk.store import Store
from borderdesk.words import Sentence, say

MIGRATIONS = Migrations("hits")


@MIGRATIONS()
def make_hits(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE hits (
            id TEXT PRIMARY KEY,
            screening TEXT NOT NULL,
            list TEXT NOT NULL,
            record_key TEXT NOT NULL,
            edition INTEGER NOT NULL,
            summary TEXT NOT NULL,         -- a Sentence, as JSON
            document_state TEXT NOT NULL,
            document_number TEXT NOT NULL,
            traveller TEXT NOT NULL
        ) STRICT"""
    )
    db.conn.execute(
        """CREATE TABLE hit_events (
            id INTEGER PRIMARY KEY,        -- only ever added to
            hit TEXT NOT NULL REFERENCES hits (id),
            act TEXT NOT NULL,
            officer TEXT NOT NULL,
            trusted_at TEXT NOT NULL,
            wall_at TEXT NOT NULL,
            note TEXT NOT NULL,
            counter INTEGER NOT NULL REFERENCES outbox (counter)
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX hit_events_of ON hit_events (hit, id)")


@MIGRATIONS()
def keep_answers(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE hit_answers (
            number INTEGER PRIMARY KEY,    -- the bureau's letter; the same one again changes nothing
            hit TEXT NOT NULL,             -- not a reference: a desk that was restored may know the hit no more
            kind TEXT NOT NULL,
            words TEXT NOT NULL,
            by TEXT NOT NULL,
            at TEXT NOT NULL,
            after_event INTEGER NOT NULL   -- the newest act on the hit when the answer came
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX hit_answers_of ON hit_answers (hit, number)")


@MIGRATIONS()
def keep_discretion(db: Database) -> None:
    db.conn.execute("ALTER TABLE hits ADD COLUMN discreet INTEGER NOT NULL DEFAULT 0")


@MIGRATIONS()
def keep_what_was_said(db: Database) -> None:
    """The answers that an act carried, as JSON."""
    db.conn.execute("ALTER TABLE hit_events ADD COLUMN said TEXT NOT NULL DEFAULT '[]'")


BUREAU: Final = "bureau"
"""Who the journal names for what the bureau said."""

_STATE_AFTER: Final = {
    AnswerKind.CONFIRMED: HitState.CONFIRMED,
    AnswerKind.NOT_CONFIRMED: HitState.NOT_CONFIRMED,
    AnswerKind.MORE_NEEDED: HitState.MORE_NEEDED,
    AnswerKind.CLOSED: HitState.CLOSED,
}


class UnknownHit(KnownError):
    """An act on a hit this desk does not hold."""

    def __init__(self, hit: HitId) -> None:
        super().__init__(
            say("This desk holds no hit {hit}.", hit=hit),
            safe=say("Nothing was changed."),
            todo=say("Choose the hit from the list."),
        )


class DeskHits:
    """The hits of one desk. Every act is one transaction: event, outbox item and journal entry, or none of them."""

    def __init__(self, store: Store, sealer: Sealer, post: PostId, desk: DeskId) -> None:
        self._store = store
        self._sealer = sealer
        self._post = post
        self._desk = desk

    def take_up(self, hit: Hit, event: HitEvent) -> Hit:
        """Record a new hit with the officer's first act on it.

        Ids are made at the desk: doing the same again changes nothing and returns the hit that is there.
        Raises NoteTooLong, DiskFull, DiskFailed; then nothing of it was recorded.
        Raises ValueError for a drill's record.
        """
        if hit.record.list == DRILL_LIST:
            raise ValueError("the answer of a drill was to become a hit")
        body = hit_body(hit, event)
        with self._store.transaction() as db:
            if not _exists(db, hit.id):
                db.table("hits").insert(
                    {
                        "id": hit.id,
                        "screening": hit.screening,
                        "list": hit.record.list,
                        "record_key": hit.record.key,
                        "edition": hit.record.edition,
                        "summary": hit.summary.as_json(),
                        "document_state": hit.document_state,
                        "document_number": hit.document_number,
                        "traveller": hit.traveller,
                        "discreet": int(hit.discreet),
                    }
                )
                self._record(db, event, HIT_KIND, body, hit.record)
            return self._one(db, hit.id)

    def act(self, event: HitEvent) -> Hit:
        """Record a further act on a hit. Raises UnknownHit, NoteTooLong, DiskFull, DiskFailed."""
        body = event_body(event)
        with self._store.transaction() as db:
            if not _exists(db, event.hit):
                raise UnknownHit(event.hit)
            self._record(db, event, EVENT_KIND, body, self._one(db, event.hit).record)
            return self._one(db, event.hit)

    def attach(self, photo: HitPhoto, bodies: Sequence[bytes]) -> None:
        """Keep a photo with its hit, its parts (`bodies`) and its journal entry; the same one again changes nothing.

        Raises UnknownHit, TooManyPhotos, DiskFull, DiskFailed.
        """
        with self._store.transaction() as db:
            if not _exists(db, photo.hit):
                raise UnknownHit(photo.hit)
            if photos.is_kept(db, photo):
                return
            items = [
                outbox.queue(db, self._sealer, kind=PHOTO_KIND, about=photo.hit, body=body, at=photo.at)
                for body in bodies
            ]
            counters = [item.counter for item in items]
            photos.keep(db, photo, counters)
            told = {"hit": photo.hit, "sha256": photo.sha256, "bytes": len(photo.content), "outbox": counters}
            journal.append(db, kind="photo", who=photo.officer, at=photo.at, why=photo.note, details=told)

    def photos(self, hit: HitId) -> tuple[KeptPhoto, ...]:
        """The photos attached to a hit, and how far each has come. Raises UnknownHit."""
        db = self._store.reader
        if not _exists(db, hit):
            raise UnknownHit(hit)
        return photos.kept(db, hit)

    def answered(self, db: Database, answer: BureauAnswer, at: Moment) -> bool:
        """Enter an answer of the bureau, inside the caller's transaction, with its journal entry.

        False where this very letter was entered before, or the desk knows the hit no more (it is kept all the same).
        """
        known = db.conn.execute("SELECT words FROM hit_answers WHERE number = ?", (answer.number,)).fetchone()
        if known is not None:
            if not known[0] and answer.words:
                # It was read out before; now the letter with its words is here.
                db.conn.execute(
                    "UPDATE hit_answers SET words = ?, by = ? WHERE number = ?",
                    (answer.words, answer.by, answer.number),
                )
            return False
        newest = db.conn.execute("SELECT coalesce(max(id), 0) FROM hit_events WHERE hit = ?", (answer.hit,)).fetchone()
        db.table("hit_answers").insert(
            {
                "number": answer.number,
                "hit": answer.hit,
                "kind": answer.kind.value,
                "words": answer.words,
                "by": answer.by,
                "at": answer.at.isoformat(),
                "after_event": newest[0],
            }
        )
        journal.append(
            db,
            kind="answer",
            who=BUREAU,
            at=at,
            why=answer.kind.value,
            details={"hit": answer.hit, "letter": answer.number, "by": answer.by, "at": answer.at.isoformat()},
        )
        return _exists(db, answer.hit)

    def answers(self, hit: HitId) -> tuple[BureauAnswer, ...]:
        """Everything the bureau said about a hit, oldest first. Raises UnknownHit."""
        db = self._store.reader
        if not _exists(db, hit):
            raise UnknownHit(hit)
        return tuple(
            _answer(row) for row in db.query("SELECT * FROM hit_answers WHERE hit = ? ORDER BY number", (hit,))
        )

    def all(self) -> tuple[Hit, ...]:
        """Every hit of this desk, newest first: the bureau's confirmed state with pending events laid over it."""
        return self._read(self._store.reader, "", ())

    def acts(self, hit: HitId) -> tuple[HitEvent, ...]:
        """Everything done about a hit, oldest first. Raises UnknownHit."""
        db = self._store.reader
        if not _exists(db, hit):
            raise UnknownHit(hit)
        return tuple(
            HitEvent(
                hit,
                HitAct(row["act"]),
                AccountId(row["officer"]),
                Moment(datetime.fromisoformat(row["trusted_at"]), datetime.fromisoformat(row["wall_at"])),
                row["note"],
                tuple(read_said(each) for each in json.loads(row["said"])),
            )
            for row in db.query("SELECT * FROM hit_events WHERE hit = ? ORDER BY id", (hit,))
        )

    def _record(self, db: Database, event: HitEvent, kind: str, body: bytes, record: RecordRef) -> None:
        item = outbox.queue(db, self._sealer, kind=kind, about=event.hit, body=body, at=event.at)
        db.table("hit_events").insert(
            {
                "hit": event.hit,
                "act": event.act.value,
                "officer": event.officer,
                "trusted_at": event.at.trusted.isoformat(),
                "wall_at": event.at.wall.isoformat(),
                "note": event.note,
                "counter": item.counter,
                "said": json.dumps([said_plain(each) for each in event.said], ensure_ascii=False),
            }
        )
        journal.append(
            db,
            kind="hit",
            who=event.officer,
            at=event.at,
            why=event.act.value,
            details={"hit": event.hit, "list": record.list, "key": record.key, "outbox": item.counter},
            editions={record.list: record.edition},
        )

    def _one(self, db: Database, hit: HitId) -> Hit:
        return self._read(db, "WHERE hits.id = ?", (hit,))[0]

    def _read(self, db: Database, where: str, values: tuple[str, ...]) -> tuple[Hit, ...]:
        # `where` is one of this module's own literals; the values are bound.
        rows = list(db.query(f"{_OVERLAID} {where} ORDER BY first.id DESC", values))
        said: dict[str, list[dict[str, Any]]] = {}
        for answer in db.query("SELECT * FROM hit_answers ORDER BY number"):
            said.setdefault(answer["hit"], []).append(answer)
        return tuple(self._hit(row, said.get(row["id"], [])) for row in rows)

    def _hit(self, row: dict[str, Any], said: list[dict[str, Any]]) -> Hit:
        received_at = row["received_at"]
        state = HitState.REPORTED if received_at else HitState.TAKEN_UP
        for answer in said:
            state = _STATE_AFTER.get(AnswerKind(answer["kind"]), state)
            if state is HitState.MORE_NEEDED and row["replied"] > answer["after_event"]:
                state = HitState.REPORTED
        return Hit(
            id=HitId(row["id"]),
            screening=ScreeningId(row["screening"]),
            post=self._post,
            desk=self._desk,
            record=RecordRef(ListName(row["list"]), RecordKey(row["record_key"]), row["edition"]),
            summary=Sentence.from_json(row["summary"]),
            document_state=row["document_state"],
            document_number=row["document_number"],
            traveller=row["traveller"],
            taken_up_by=AccountId(row["officer"]),
            taken_up_at=Moment(datetime.fromisoformat(row["trusted_at"]), datetime.fromisoformat(row["wall_at"])),
            state=state,
            pending=bool(row["pending"]),
            reported_at=datetime.fromisoformat(received_at) if received_at else None,
            answer=_answer(said[-1]) if said else None,
            discreet=bool(row["discreet"]),
            left_open=row["newest_act"] == HitAct.LEFT_OPEN.value,
        )


_OVERLAID = """
    SELECT hits.*, first.officer, first.trusted_at, first.wall_at,
           (SELECT received_at FROM outbox WHERE counter = first.counter) AS received_at,
           (SELECT coalesce(max(id), 0) FROM hit_events
             WHERE hit_events.hit = hits.id AND hit_events.act = 'reply') AS replied,
           (SELECT act FROM hit_events
             WHERE hit_events.hit = hits.id AND hit_events.act <> 'noted' ORDER BY id DESC LIMIT 1) AS newest_act,
           (SELECT count(*) FROM hit_events JOIN outbox USING (counter)
             WHERE hit_events.hit = hits.id AND outbox.received_at IS NULL) AS pending
      FROM hits
      JOIN hit_events AS first
        ON first.id = (SELECT min(id) FROM hit_events WHERE hit_events.hit = hits.id)
"""
"""Each hit with its first and newest act, whether the bureau has the first, its newest reply, and how many acts the
bureau lacks."""


def _exists(db: Database, hit: HitId) -> bool:
    return db.conn.execute("SELECT 1 FROM hits WHERE id = ?", (hit,)).fetchone() is not None


def _answer(row: dict[str, Any]) -> BureauAnswer:
    at = datetime.fromisoformat(row["at"])
    return BureauAnswer(HitId(row["hit"]), row["number"], AnswerKind(row["kind"]), row["words"], row["by"], at)

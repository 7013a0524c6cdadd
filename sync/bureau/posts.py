"""Posts and desks: enrolment with a short-lived code, who holds what, revoking."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import DeskId, ListName, PostId
from borderdesk.words import say
from sync.bureau import rules, scopes
from sync.bureau import tables as t
from sync.bureau.pages import held_editions
from sync.wire import EnrolCode, EnrolRequest, Scope, VerifyingKey, decode_enrol_request, enrol_handle
from sync.wire.manifest import ANY
from sync.wire.refusals import WrongCode
from sync.wire.relaying import MOST_DESKS

CODE_LIFE: Final = timedelta(hours=1)
"""Long enough for a phone call to the post, too short to lie about in a drawer."""
_TRIES: Final = 10
_POST: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class BadPostName(KnownError):
    """A post's name that could not be typed, spoken and used everywhere."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("A post cannot be called {name}.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Use up to 40 small letters, digits and hyphens, beginning with a letter or digit."),
        )


class UnknownPost(KnownError):
    """A post this bureau does not know."""

    def __init__(self, post: str) -> None:
        super().__init__(
            say("This bureau knows no post {post}.", post=post),
            safe=NOTHING_CHANGED,
            todo=say("Look at the names with: borderdesk-bureau posts"),
        )


class CodeNotValid(KnownError):
    """An enrolment code that is unknown, used, expired, or was tried wrongly too often."""

    def __init__(self) -> None:
        super().__init__(
            say("The enrolment code is not valid: unknown, used before, expired, or tried too often."),
            safe=say("Nothing was enrolled."),
            todo=say("Ask the bureau for a new code."),
        )


class UnknownDeskId(KnownError):
    """A desk this bureau does not know."""

    def __init__(self, desk: str) -> None:
        super().__init__(
            say("This bureau knows no desk {desk}.", desk=desk),
            safe=NOTHING_CHANGED,
            todo=say("Look at the names with: borderdesk-bureau posts"),
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk as the bureau knows it. `holds` are the editions it last said it had taken over."""

    id: DeskId
    post: PostId
    scope: Scope
    enrolled_at: datetime
    revoked_at: datetime | None
    seen_at: datetime | None
    holds: tuple[tuple[ListName, int], ...]
    holds_scope: Scope
    holds_sequence: int
    received: int
    version: str
    letters: int
    holds_letters: int
    missing: tuple[int, ...]
    """Counters below the highest received that never arrived: lost, suppressed, or still under way by stick."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post lies, in degrees (WGS 84)."""

    post: PostId
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class DeskDoor:
    """What the server needs to recognise a desk's requests. `letters` is the number of the newest letter to it."""

    id: DeskId
    scope: Scope
    transport: VerifyingKey
    signing: VerifyingKey
    revoked: bool
    letters: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a desk said when it asked last: which manifest it holds, and up to which number it has the letters.

    `scope` is the chain in which the manifest's number counts.
    """

    at: datetime
    sequence: int
    letters: int
    version: str = ""
    scope: Scope = ANY


@dataclass(frozen=True, slots=True)
class Admission:
    """A desk that may be answered: who it is now, and the code to answer with."""

    desk: DeskId
    post: PostId
    scope: Scope
    code: EnrolCode


def ensure_post(db: sa.Connection, post: str, scope: Scope) -> None:
    """Make the post where there is none. Raises BadPostName, UnknownScope."""
    if not _POST.fullmatch(post):
        raise BadPostName(post)
    scopes.one(db, scope)
    if db.execute(sa.select(t.posts.c.id).where(t.posts.c.id == post)).first() is None:
        db.execute(t.posts.insert().values(id=post, scope=scope, desks=0))


def new_code(db: sa.Connection, post: str, scope: Scope, now: datetime, entropy: Callable[[int], bytes]) -> EnrolCode:
    """A code with which one desk of the post can be enrolled within `CODE_LIFE`. Raises BadPostName."""
    ensure_post(db, post, scope)
    db.execute(t.codes.delete().where(t.codes.c.expires_at < now))
    code = EnrolCode.generate(entropy)
    while db.execute(sa.select(t.codes.c.handle).where(t.codes.c.handle == code.handle)).first():
        code = EnrolCode.generate(entropy)
    db.execute(
        t.codes.insert().values(
            handle=code.handle, secret=code.secret, post=post, expires_at=now + CODE_LIFE, wrong_tries=0
        )
    )
    return code


def admit(db: sa.Connection, body: bytes, now: datetime) -> Admission | None:
    """Enrol the desk that made this request; None (and one try counted) where it does not know the code.

    The very same request again is answered again, for the answer may have been lost on the way; nobody else can use
    the code. Raises CodeNotValid, Malformed, TooLarge.
    """
    handle = enrol_handle(body)
    row = db.execute(sa.select(t.codes).where(t.codes.c.handle == handle)).one_or_none()
    if row is None or row.expires_at < now or row.wrong_tries >= _TRIES:
        raise CodeNotValid
    code = EnrolCode(row.handle, row.secret)
    try:
        request = decode_enrol_request(body, code)
    except WrongCode:
        tries = t.codes.update().where(t.codes.c.handle == handle)
        db.execute(tries.values(wrong_tries=row.wrong_tries + 1))
        return None
    post = db.execute(sa.select(t.posts).where(t.posts.c.id == row.post)).one()
    digest = sha256(body).digest()
    if row.request_hash is None:
        desk = enter(db, post.id, Scope(post.scope), post.desks + 1, request, now)
        used = t.codes.update().where(t.codes.c.handle == handle)
        db.execute(used.values(request_hash=digest, desk=desk))
    elif row.request_hash == digest:
        desk = DeskId(row.desk)
    else:
        raise CodeNotValid
    return Admission(desk, PostId(post.id), Scope(post.scope), code)


def enter(db: sa.Connection, post: str, scope: Scope, number: int, request: EnrolRequest, now: datetime) -> DeskId:
    """Enter a desk of a known post as its `number`-th, with the keys it made."""
    desk = DeskId(f"{post}-{number}")
    db.execute(t.posts.update().where(t.posts.c.id == post).values(desks=number))
    db.execute(
        t.desks.insert().values(
            id=desk,
            post=post,
            scope=scope,
            signing=request.signing.raw,
            transport=request.transport.raw,
            sealing=request.sealing.raw,
            enrolled_at=now,
            holds_sequence=0,
            holds_scope=scope,
        )
    )
    return desk


def revoke(db: sa.Connection, desk: str, now: datetime) -> Scope:
    """Answer this desk no more; its scope, whose key must change now. Raises UnknownDeskId."""
    where = t.desks.c.id == desk
    row = db.execute(sa.select(t.desks.c.scope).where(where)).one_or_none()
    if row is None:
        raise UnknownDeskId(desk)
    db.execute(t.desks.update().where(where, t.desks.c.revoked_at.is_(None)).values(revoked_at=now))
    return Scope(row.scope)


def doors(db: sa.Connection) -> dict[DeskId, DeskDoor]:
    """Every desk by its id."""
    return {DeskId(row.id): _door(row) for row in db.execute(sa.select(t.desks))}


def door(db: sa.Connection, desk: DeskId) -> DeskDoor | None:
    """One desk; None where there is no such one."""
    row = db.execute(sa.select(t.desks).where(t.desks.c.id == desk)).one_or_none()
    return _door(row) if row else None


def beside(db: sa.Connection, desk: DeskId) -> Sequence[Any]:
    """The other desks of a desk's post, revoked ones too, the newest first."""
    post = sa.select(t.desks.c.post).where(t.desks.c.id == desk).scalar_subquery()
    query = sa.select(t.desks).where(t.desks.c.post == post, t.desks.c.id != desk)
    return db.execute(query.order_by(t.desks.c.enrolled_at.desc()).limit(MOST_DESKS)).all()


def doors_mark(db: sa.Connection) -> tuple[int, ...]:
    """Another one whenever a desk was entered, revoked, moved or written to: cheaper to ask twice a second than all."""
    sums = (sa.func.coalesce(sa.func.sum(column), 0) for column in (t.desks.c.letters, t.desks.c.assigned))
    counts = (sa.func.count(), sa.func.count(t.desks.c.revoked_at), *sums)
    return tuple(int(each) for each in db.execute(sa.select(*counts).select_from(t.desks)).one())


def _door(row: Any) -> DeskDoor:
    return DeskDoor(
        DeskId(row.id),
        Scope(row.scope),
        VerifyingKey(row.transport),
        VerifyingKey(row.signing),
        row.revoked_at is not None,
        row.letters,
    )


def signing_key(db: sa.Connection, desk: DeskId) -> VerifyingKey | None:
    """The key that answers for a desk's uploads; None where the desk is unknown or revoked."""
    query = sa.select(t.desks.c.signing).where(t.desks.c.id == desk, t.desks.c.revoked_at.is_(None))
    raw = db.execute(query).scalar()
    return VerifyingKey(raw) if raw is not None else None


def note_seen(db: sa.Connection, seen: Mapping[DeskId, Seen]) -> None:
    """Keep when desks asked, and what they said they hold."""
    named = t.desks.update().where(t.desks.c.id == sa.bindparam("desk"))
    statement = named.values(
        seen_at=sa.bindparam("at"),
        holds_sequence=sa.bindparam("sequence"),
        holds_letters=sa.bindparam("held_letters"),
        version=sa.bindparam("program"),
        # An older program does not say which chain it follows: what is known of it stays.
        holds_scope=sa.case((sa.bindparam("of") == ANY, t.desks.c.holds_scope), else_=sa.bindparam("of")),
    )
    rows = [
        {
            "desk": desk,
            "at": said.at,
            "sequence": said.sequence,
            "held_letters": said.letters,
            "program": said.version,
            "of": said.scope,
        }
        for desk, said in seen.items()
    ]
    if rows:
        db.execute(statement, rows)


def inventory(db: sa.Connection) -> tuple[Desk, ...]:
    """Every desk with what it holds: the copy inventory that the law asks for."""
    uploads = t.uploads.c
    counted = sa.select(
        uploads.desk, sa.func.count().label("received"), sa.func.max(uploads.counter).label("highest")
    ).group_by(uploads.desk)
    received = {row.desk: (row.received, row.highest) for row in db.execute(counted)}
    held: dict[tuple[str, int], tuple[tuple[ListName, int], ...]] = {}
    found = []
    for row in db.execute(sa.select(t.desks).order_by(t.desks.c.id)).all():
        stand = (row.holds_scope, row.holds_sequence)
        if stand not in held:
            held[stand] = held_editions(db, Scope(row.holds_scope), row.holds_sequence)
        count, highest = received.get(row.id, (0, 0))
        missing = _gaps(db, row.id, highest) if count < highest else ()
        found.append(
            Desk(
                DeskId(row.id),
                PostId(row.post),
                Scope(row.scope),
                row.enrolled_at,
                row.revoked_at,
                row.seen_at,
                held[stand],
                Scope(row.holds_scope),
                row.holds_sequence,
                count,
                row.version,
                row.letters,
                row.holds_letters,
                missing,
            )
        )
    return tuple(found)


def put_into(db: sa.Connection, post: str, scope: str) -> str:
    """Put a post into a scope; the one it was in. Its desks follow with the next settling. Raises UnknownPost."""
    scopes.one(db, scope)
    before = db.execute(sa.select(t.posts.c.scope).where(t.posts.c.id == post)).scalar()
    if before is None:
        raise UnknownPost(post)
    db.execute(t.posts.update().where(t.posts.c.id == post).values(scope=scope))
    return str(before)


def own_rules(db: sa.Connection, post: str) -> str:
    """What is set for this post alone (`rules.of_post`). Raises UnknownPost."""
    found = db.execute(sa.select(t.posts.c.rules).where(t.posts.c.id == post)).scalar()
    if found is None:
        raise UnknownPost(post)
    return str(found)


def keep_rules(db: sa.Connection, post: str, kept: str) -> None:
    """Keep them."""
    db.execute(t.posts.update().where(t.posts.c.id == post).values(rules=kept))


@dataclass(frozen=True, slots=True)
class PostState:
    """A post: its scope, the numbers of its policy that are its own, and how many desks it had."""

    id: PostId
    scope: Scope
    own: tuple[str, ...]
    desks: int


def states(db: sa.Connection) -> tuple[PostState, ...]:
    """Every post, by name."""
    return tuple(
        PostState(PostId(row.id), Scope(row.scope), rules.own_numbers(row.rules), row.desks)
        for row in db.execute(sa.select(t.posts).order_by(t.posts.c.id))
    )


def _gaps(db: sa.Connection, desk: str, highest: int) -> tuple[int, ...]:
    counters = db.execute(sa.select(t.uploads.c.counter).where(t.uploads.c.desk == desk)).scalars()
    return tuple(sorted(set(range(1, highest + 1)) - set(counters)))


def put_on_map(db: sa.Connection, post: str, latitude: float, longitude: float) -> None:
    """Note where a post lies. Raises BadPostName where there is no such post, or no such place."""
    where = t.posts.c.id == post
    right = -90 <= latitude <= 90 and -180 <= longitude <= 180
    if not right or not db.execute(t.posts.update().where(where).values(place=f"{latitude},{longitude}")).rowcount:
        raise BadPostName(post)


def places(db: sa.Connection) -> tuple[Place, ...]:
    """The posts whose place is known."""
    found = []
    for row in db.execute(sa.select(t.posts.c.id, t.posts.c.place).where(t.posts.c.place != "").order_by(t.posts.c.id)):
        latitude, _, longitude = row.place.partition(",")
        found.append(Place(PostId(row.id), float(latitude), float(longitude)))
    return tuple(found)

"""What each role's key opens at a desk that is really enrolled, what a locked desk does, whom it shuts out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from borderdesk import journal
from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.people import (
    Cost,
    NotAllowed,
    Role,
    ShutOutByBureau,
    UnknownAccount,
    Vault,
    WrongPassword,
    read_machine_secret,
)
from borderdesk.policy import DEFAULT
from borderdesk.screening import VerdictWord
from borderdesk.watchlist import ListKind, Person, PersonName, Photo, Watchlist
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk, NobodySignedIn
from sync.agent import identity as identities
from sync.agent.enrolment import enrol
from sync.agent.limited import NOTES
from sync.agent.orders import AccountShutOut
from sync.bureau import Bureau
from sync.bureau.server import serve_in_thread

PASSWORD = "three lanterns at the bridge"
*LISTED, LATER = stolen_documents(51, 7)
QUESTION = f"{LISTED[0].state} {LISTED[0].number}"


class HeldClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now, self.ticks = datetime.now(UTC), 0.0

    def wall(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    def sleep(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)
        self.ticks += minutes * 60


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(SYNTHETIC_LIST, LISTED)
        bureau.publish()
        yield bureau


@pytest.fixture
def desk(tmp_path: Path, bureau: Bureau, clock: HeldClock) -> Iterator[Desk]:
    folder = tmp_path / "desk"
    with serve_in_thread(bureau) as server:
        code = str(bureau.enrol_code("nong-haet"))
        enrol(folder, url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
        vault = Vault.open(folder / identities.VAULT, read_machine_secret(folder / identities.MACHINE_SECRET))
        with Desk(folder, clock=clock) as desk:
            key = vault.unlock("noy", PASSWORD, at=desk.now()).key
            for role in (Role.OFFICER, Role.TECHNICIAN, Role.AUDITOR):
                cost = Cost(memory_kib=64, passes=1)
                vault.add(key, account=role.value, name=role.value, role=role, password=PASSWORD, cost=cost)
            desk.sign_in("noy", PASSWORD)
            desk.exchange()
            yield desk


def test_a_technician_diagnoses_while_no_store_is_open(desk: Desk) -> None:
    desk.sign_in("technician", PASSWORD)
    found = desk.diagnosis()
    assert (dict(found.held), found.store_bytes > 0) == ({SYNTHETIC_LIST.name: 1}, True)
    for forbidden in (desk.recent, desk.hits, desk.unlocked_store, desk.journal_lines, lambda: desk.screen(QUESTION)):
        with pytest.raises(NotAllowed):
            forbidden()
    assert desk._unlocked is None, "nothing in memory could read a record"


def test_an_auditor_reads_the_journal_and_nothing_else(desk: Desk) -> None:
    desk.screen(QUESTION)
    desk.sign_in("auditor", PASSWORD)
    desk_key, lines = desk.journal_lines()
    assert journal.verify_export(lines).is_whole and len(desk_key) == 32
    assert any('"kind":"screening"' in line for line in lines)
    assert not any(LISTED[0].number in line for line in lines)
    for forbidden in (desk.recent, desk.hits, desk.unlocked_store, desk.diagnosis, lambda: desk.screen(QUESTION)):
        with pytest.raises(NotAllowed):
            forbidden()


def test_what_they_did_is_in_the_journal_when_an_officer_opens_it(desk: Desk) -> None:
    desk.sign_in("technician", PASSWORD)
    desk.sign_in("auditor", PASSWORD)
    desk.note("journal export")
    desk.sign_in("noy", PASSWORD)
    entries = list(journal.entries(desk.unlocked_store().reader))
    told = [(entry.who, entry.kind) for entry in entries if entry.who in ("technician", "auditor")]
    assert told == [
        ("technician", "sign-in"),
        ("technician", "sign-out"),
        ("auditor", "sign-in"),
        ("auditor", "journal export"),
        ("auditor", "sign-out"),
    ]
    assert not (desk.folder / NOTES).exists()


def test_notes_that_were_spoiled_keep_no_officer_out_and_are_told(desk: Desk) -> None:
    desk.sign_in("technician", PASSWORD)
    notes = desk.folder / NOTES
    whole = notes.read_bytes()
    notes.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    desk.sign_in("noy", PASSWORD)
    assert desk.screen(QUESTION).word is VerdictWord.MATCH
    refused = [entry for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "refused"]
    assert [entry.why for entry in refused] == ["FrameAltered"]


def test_a_desk_at_which_nobody_works_locks_itself_and_goes_on_exchanging(
    desk: Desk, bureau: Bureau, clock: HeldClock
) -> None:
    limit = DEFAULT.idle_lock_minutes
    clock.sleep(limit - 1)
    desk.screen(QUESTION)
    clock.sleep(limit - 1)
    desk.exchange()
    assert desk.status().signed_in is not None, "somebody screened a moment ago"
    store = desk.unlocked_store()
    clock.sleep(2)
    bureau.put_records(SYNTHETIC_LIST.name, [LATER])
    bureau.publish()
    report = desk.exchange(wait=60)
    assert desk.status().signed_in is None
    assert store.key == b"", "the key left the memory"
    for closed in (desk.recent, desk.hits, desk.unlocked_store, lambda: desk.screen(QUESTION)):
        with pytest.raises(NobodySignedIn):
            closed()
    assert report.bytes_received > 0, "downloads went on"
    desk.sign_in("noy", PASSWORD)
    assert desk.status().lists[0].edition == 2, "what came while it was locked is in use at once"
    outs = [entry for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "sign-out"]
    assert [entry.why for entry in outs] == ["nobody worked here"]


def test_wrong_passwords_are_in_the_journal_once_somebody_can_write_it(desk: Desk) -> None:
    desk.sign_out()
    for _ in range(2):
        with pytest.raises(WrongPassword):
            desk.sign_in("noy", "guessed")
    desk.sign_in("noy", PASSWORD)
    entries = [entry for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "sign-in"]
    assert [dict(entry.details) for entry in entries] == [{}, {"wrong passwords before": 2}]


def orders_of(desk: Desk) -> list[dict[str, object]]:
    return [dict(each.details) for each in journal.entries(desk.unlocked_store().reader) if each.kind == "order"]


def test_whom_the_bureau_shuts_out_is_signed_out_and_signs_in_no_more(desk: Desk, bureau: Bureau) -> None:
    desk.sign_in("officer", PASSWORD)
    bureau.order(desk.identity.reply.desk, "officer", shut_out=True, reason="left the service")
    report = desk.exchange(wait=60)
    assert any("shut this account out" in str(line) for line in report.lines)
    assert desk.status().signed_in is None
    with pytest.raises(UnknownAccount):
        desk.sign_in("officer", PASSWORD)
    desk.sign_in("noy", PASSWORD)
    (order,) = orders_of(desk)
    assert (order["account"], order["done"]) == ("officer", "yes")
    bureau.order(desk.identity.reply.desk, "officer", shut_out=False, reason="a mistake")
    desk.exchange(wait=60)
    assert desk.sign_in("officer", PASSWORD).account == "officer"


def test_whom_the_bureau_shut_out_no_supervisor_lets_in_again(desk: Desk, bureau: Bureau) -> None:
    bureau.order(desk.identity.reply.desk, "officer", shut_out=True, reason="suspended")
    desk.exchange(wait=60)
    with pytest.raises(ShutOutByBureau, match="Call the bureau"):
        desk.shut_out("officer", disabled=False)
    assert [each.by_bureau for each in desk.people() if each.account == "officer"] == [True]
    desk.reset_password("officer", PASSWORD + " anew")
    desk.remove_person("officer")
    with pytest.raises(ShutOutByBureau):
        desk.add_person("officer", name="The same", role=Role.OFFICER, password=PASSWORD)
    kinds = [entry.kind for entry in journal.entries(desk.unlocked_store().reader)]
    assert not {"person let in again", "person added"} & set(kinds[kinds.index("order") :]), "nothing of it was done"
    bureau.order(desk.identity.reply.desk, "officer", shut_out=False, reason="a mistake")
    desk.exchange(wait=60)
    desk.add_person("officer", name="The same", role=Role.OFFICER, password=PASSWORD)


def test_an_order_that_came_while_the_desk_was_locked_is_obeyed_before_anything_is_shown(
    desk: Desk, bureau: Bureau
) -> None:
    desk.sign_out()
    bureau.order(desk.identity.reply.desk, "officer", shut_out=True, reason="suspended")
    desk.exchange(wait=60)
    with pytest.raises(AccountShutOut):
        desk.sign_in("officer", PASSWORD)
    assert desk.status().signed_in is None and desk._unlocked is None
    desk.sign_in("noy", PASSWORD)
    assert len(orders_of(desk)) == 1


def test_of_two_orders_the_later_counts_and_an_account_nobody_has_is_told(desk: Desk, bureau: Bureau) -> None:
    name = desk.identity.reply.desk
    for shut_out in (True, False):
        bureau.order(name, "officer", shut_out=shut_out, reason="")
    bureau.order(name, "nobody", shut_out=True, reason="")
    desk.exchange(wait=60)
    assert [order["done"] for order in orders_of(desk)] == ["yes", "yes", "no such account"]
    assert not desk._vault.obey("officer", True, 1), "an old order that comes again"
    desk.exchange()
    assert len(orders_of(desk)) == 3
    assert desk.sign_in("officer", PASSWORD).account == "officer"


def test_photos_come_sealed_after_the_lists_and_looking_at_them_is_journalled(desk: Desk, bureau: Bureau) -> None:
    face = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 100
    photo = Photo.of(face)
    notices = Watchlist(ListName("notices"), ListKind.PERSONS, "Notices", "Bureau")
    missing = "0" * 64
    sought = Person(RecordKey("n-1"), (PersonName("Amina Benali"),), photos=(photo.key, missing))
    bureau.import_list(notices, [sought])
    bureau.import_list(Watchlist(ListName("photos"), ListKind.PHOTOS, "Photos", "Bureau"), [photo])
    bureau.publish()
    desk.exchange(wait=60)
    seen = desk.photos(RecordRef(notices.name, sought.key, 1))
    assert [each and each.content for each in seen] == [face, None]
    assert [held.name for held in desk.status().lists] == [notices.name, SYNTHETIC_LIST.name], "photos answer nothing"
    views = [entry for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "view"]
    assert [(entry.who, entry.details["key"]) for entry in views] == [("noy", "n-1")]
    before = desk.exchange().bytes_received
    assert before < 5_000, "photos that are here are not fetched again"
    for path in (*desk.folder.iterdir(), *bureau.home.files.iterdir()):
        assert not path.is_file() or face[:200] not in path.read_bytes()

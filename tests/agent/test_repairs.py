"""A copy that is not what the bureau published is mended shard by shard; by link it is never fetched whole for it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk import journal
from borderdesk.replica import Verified
from borderdesk.replica.lists import one_list
from borderdesk.replica.schema import document_table
from borderdesk.screening import VerdictWord
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from borderdesk.words import say
from sync.agent import Desk
from sync.agent.fetching import Fetching
from sync.agent.incoming import StagedFile
from sync.bureau.sticks import fill
from sync.carriers import LinkDown, Stick
from sync.wire import Scope
from sync.wire.refusals import Malformed, TooLarge
from sync.wire.repair import MAX_ASKED, RepairAsked, RepairGiven
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place
from ui.cli.desk import app

NAME = SYNTHETIC_LIST.name


def lose(desk: Desk, count: int, *, spool_too: bool = True) -> None:
    """So many documents vanish from the desk's table, as a failing disk or a fault of the program would have it."""
    with desk.unlocked_store().transaction() as db:
        held = one_list(db, NAME)
        assert held is not None
        table = document_table(held.slot)
        some = f"SELECT skeleton FROM {table} ORDER BY skeleton LIMIT {count}"  # noqa: S608
        assert db.conn.execute(f"DELETE FROM {table} WHERE skeleton IN ({some})").rowcount >= count  # noqa: S608
    if spool_too:
        desk._link._spool.keep_only([])  # as with the next edition: what came in long ago is not kept


def forget_the_sum(desk: Desk) -> None:
    with desk.unlocked_store().transaction() as db:
        db.conn.execute("UPDATE lists SET digest_state = zeroblob(512)")


def verified(desk: Desk) -> Verified:
    assert desk._unlocked is not None
    found = desk._unlocked.replica.verify(NAME)
    assert found is not None
    return found


def edition(desk: Desk) -> int:
    return next(each.edition for each in desk.status().lists if each.name == NAME)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files of which a piece was asked for."""
    asked: list[str] = []
    fetch: Callable[..., bytes] = Fetching._fetch

    def watched(self: Fetching, tally: object, staged: StagedFile, policy: object) -> bytes:
        asked.append(staged.file.name)
        return fetch(self, tally, staged, policy)

    monkeypatch.setattr(Fetching, "_fetch", watched)
    return asked


def whole_lists(desk: Desk, fetched: list[str]) -> list[str]:
    """Those of them that are whole lists."""
    page = desk._link.page()
    assert page is not None
    named = {file.name for head in page.lists for file in head.files if file.base == 0}
    return [name for name in fetched if name in named]


def test_what_verifying_found_is_mended_with_the_next_exchange(place: Place, desk: Desk, fetched: list[str]) -> None:
    lose(desk, 3)
    assert not verified(desk).is_whole
    desk.want_repair(NAME)
    desk.exchange()
    report = desk.exchange()
    assert verified(desk).is_whole
    assert edition(desk) == 1
    assert whole_lists(desk, fetched) == [], "nothing was fetched whole for it"
    assert desk._link.repairs.all() == ()
    told = [entry.details for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "edition"]
    assert 1 <= len(told[-1]["mended"]) <= 3
    assert report.refused == 0
    for document in stolen_documents(DOCUMENTS, SEED):
        assert desk.screen(document.number).word is VerdictWord.MATCH


def test_a_change_that_does_not_lead_where_it_should_is_mended_and_then_in_use(
    place: Place, desk: Desk, fetched: list[str]
) -> None:
    lose(desk, 2)
    forget_the_sum(desk)
    place.bureau.import_list(SYNTHETIC_LIST, stolen_documents(DOCUMENTS + 5, SEED))
    place.bureau.publish()
    desk.exchange(wait=20)
    for _ in range(3):
        # How much of it one exchange does depends on when the bureau's word comes.
        desk.exchange()
    assert edition(desk) == 2
    assert verified(desk).is_whole
    assert whole_lists(desk, fetched) == []
    refused = [entry.why for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "refused"]
    assert refused == ["StateDiffers"], "it was refused, and that said once"
    place.bureau.publish()
    desk.exchange(wait=20)
    assert edition(desk) == 3


def test_what_waits_in_the_draft_is_not_taken_for_published(place: Place, desk: Desk) -> None:
    lose(desk, 3)
    place.bureau.import_list(SYNTHETIC_LIST, list(stolen_documents(DOCUMENTS + 20, SEED))[10:])
    desk.want_repair(NAME)
    desk.exchange()
    desk.exchange()
    assert verified(desk).is_whole


def test_a_locked_desk_fetches_the_shards_and_they_are_put_in_place_when_somebody_signs_in(
    place: Place, desk: Desk
) -> None:
    lose(desk, 3)
    desk.want_repair(NAME)
    with desk._guard:
        assert desk._unlocked is not None
        desk._take_in(desk._unlocked)
    desk.sign_out()
    desk.exchange()
    (repair,) = desk._link.repairs.all()
    assert repair.is_complete and repair.shards
    stolen = next(iter(stolen_documents(DOCUMENTS, SEED)))
    kept = b"".join(path.read_bytes() for path in desk.folder.glob("spool.db*"))
    assert stolen.number.encode() not in kept, "sealed while it waits"
    desk.sign_in("noy", PASSWORD)
    assert verified(desk).is_whole


def test_shards_that_somebody_made_up_mend_nothing(place: Place, desk: Desk) -> None:
    lose(desk, 3)
    desk.want_repair(NAME)
    with desk._guard:
        assert desk._unlocked is not None
        desk._take_in(desk._unlocked)
    made_up = b"made up"
    desk._link.repairs.add(NAME, 5, sha256(made_up).digest(), len(made_up))
    (repair,) = desk._link.repairs.all()
    desk._link._spool.add_piece(repair.shards[5], made_up)
    desk._link.repairs.complete(NAME)
    report = desk.exchange()
    assert report.refused or "Malformed" in [
        entry.why for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "refused"
    ]
    assert edition(desk) == 1
    desk.want_repair(NAME)
    desk.exchange()
    desk.exchange()
    assert verified(desk).is_whole


def test_a_shard_comes_in_pieces_over_a_link_that_is_cut(
    place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(desk, 3)
    desk.want_repair(NAME)
    sizes: list[int] = []
    fetch: Callable[..., bytes] = Fetching._fetch

    def cut(self: Fetching, tally: object, staged: StagedFile, policy: object) -> bytes:
        sizes.append(staged.have)
        if len(sizes) % 3 == 0:
            raise LinkDown(say("it was cut"))
        return fetch(self, tally, staged, policy)[:50]

    monkeypatch.setattr(Fetching, "_fetch", cut)
    for _ in range(30):
        desk.exchange()
    assert desk._link.repairs.all() == ()
    assert verified(desk).is_whole
    begun = [have for have in sizes if have == 0]
    assert len(begun) <= 2 * 3, "each of at most three shards begins once, or once more where its first piece was cut"
    assert len(sizes) > 3 * len(begun), "and goes on where it stopped"


def test_a_shard_altered_on_the_way_is_refused_and_asked_for_again(
    place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(desk, 1)
    desk.want_repair(NAME)
    with monkeypatch.context() as patched:
        patched.setattr(Fetching, "_fetch", lambda _self, _tally, staged, _policy: bytes(staged.left))
        desk.exchange()
        desk.exchange()
    why = [entry.why for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "refused"]
    assert why and set(why) == {"WrongHash"}
    assert edition(desk) == 1, "and the list goes on answering"
    desk.exchange()
    desk.exchange()
    assert verified(desk).is_whole


@pytest.mark.parametrize("newer", [False, True])
def test_a_stick_mends_a_list_without_asking_anybody(place: Place, desk: Desk, tmp_path: Path, newer: bool) -> None:
    lose(desk, 3)
    if newer:
        place.bureau.import_list(SYNTHETIC_LIST, stolen_documents(DOCUMENTS + 5, SEED))
        place.bureau.publish()
    (tmp_path / "stick").mkdir()
    fill(place.bureau, Stick(tmp_path / "stick"), Scope("all"))
    desk.want_repair(NAME)
    for _ in range(2):
        desk.carry(tmp_path / "stick")
    assert desk._link.repairs.all() == ()
    assert verified(desk).is_whole
    assert edition(desk) == (2 if newer else 1)
    told = [entry.details for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "edition"]
    if not newer:  # else the newer one comes whole, which mends it too
        assert 1 <= len(told[-1]["mended"]) <= 3, "only what was wrong was replaced"
    for document in stolen_documents(DOCUMENTS, SEED):
        assert desk.screen(document.number).word is VerdictWord.MATCH


def test_a_list_is_mended_without_any_carrier_where_it_still_lies_in_the_spool(place: Place, desk: Desk) -> None:
    lose(desk, 3, spool_too=False)
    assert not verified(desk).is_whole
    place.server.stop()
    desk.want_repair(NAME)
    desk.exchange()
    assert verified(desk).is_whole


def test_a_damaged_stick_mends_nothing(place: Place, desk: Desk, tmp_path: Path) -> None:
    lose(desk, 3)
    (tmp_path / "stick").mkdir()
    fill(place.bureau, Stick(tmp_path / "stick"), Scope("all"))
    for path in (tmp_path / "stick" / "BORDERDESK").glob("file-*.bd"):
        path.write_bytes(bytes(path.stat().st_size))
    desk.want_repair(NAME)
    report = desk.carry(tmp_path / "stick")
    assert report.refused
    assert edition(desk) == 1
    assert not verified(desk).is_whole
    desk.exchange()
    desk.exchange()
    assert verified(desk).is_whole, "by link it is"


def test_it_is_asked_for_by_command(place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lose(desk, 3)
    desk.sign_out()
    monkeypatch.setenv("BORDERDESK_DIR", str(place.folder))
    monkeypatch.setenv("BORDERDESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("BORDERDESK_ACCOUNT", "noy")
    answer = CliRunner().invoke(app, ["replica", "verify"])
    assert answer.exit_code == 3 and "NOT WHOLE" in answer.output and "sync now" in answer.output
    for _ in range(2):
        assert CliRunner().invoke(app, ["sync", "now"], catch_exceptions=False).exit_code == 0
    answer = CliRunner().invoke(app, ["replica", "verify"])
    assert answer.exit_code == 0 and "NOT WHOLE" not in answer.output


def test_the_bureau_answers_for_its_newest_edition_alone(place: Place, desk: Desk) -> None:
    assert desk._unlocked is not None
    held = desk._unlocked.replica.edition(NAME)
    assert held is not None
    values = desk._unlocked.replica.shards_after(NAME, [], at=desk.now())
    scope = Scope(desk.identity.reply.scope)
    same = RepairAsked(held.number, held.digest, values, ())
    assert place.bureau.shard(scope, NAME, same) == RepairGiven(None)
    assert place.bureau.shard(scope, "no such list", same) is None
    assert place.bureau.shard(scope, NAME, RepairAsked(9, held.digest, values, ())) is None
    assert place.bureau.shard(scope, NAME, RepairAsked(1, bytes(32), values, ())) is None


def test_messages_are_strict_and_bounded() -> None:
    draw = random.Random(5)
    for data in (b"", b"\x80", bytes(100), draw.randbytes(300)):
        with pytest.raises(Malformed):
            RepairAsked.decode(data)
        with pytest.raises(Malformed):
            RepairGiven.decode(data[:100] or b"\x83")
    with pytest.raises(TooLarge):
        RepairAsked.decode(bytes(MAX_ASKED + 1))
    given = RepairGiven(7, bytes(32), 8 * 1024 * 1024)
    assert RepairGiven.decode(given.encode()) == given
    for wrong in (replace(given, sha256=b"short"), replace(given, length=0), replace(given, shard=256)):
        with pytest.raises(Malformed):
            RepairGiven.decode(wrong.encode())
    assert RepairGiven.decode(RepairGiven(None).encode()) == RepairGiven(None)

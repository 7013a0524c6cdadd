"""A copy that is not what the bureau published is mended by link, shard by shard, and never fetched whole for it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from borderdesk import journal
from borderdesk.replica import Verified
from borderdesk.replica.lists import one_list
from borderdesk.replica.schema import document_table
from borderdesk.screening import VerdictWord
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent.fetching import Fetching
from sync.wire import Scope
from sync.wire.refusals import Malformed, TooLarge
from sync.wire.repair import MAX_ASKED, RepairAsked, RepairGiven
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place
from ui.cli.desk import app

NAME = SYNTHETIC_LIST.name


def lose(desk: Desk, count: int) -> None:
    """So many documents vanish from the desk's table, as a failing disk or a fault of the program would have it."""
    with desk.unlocked_store().transaction() as db:
        held = one_list(db, NAME)
        assert held is not None
        table = document_table(held.slot)
        some = f"SELECT skeleton FROM {table} ORDER BY skeleton LIMIT {count}"  # noqa: S608
        assert db.conn.execute(f"DELETE FROM {table} WHERE skeleton IN ({some})").rowcount >= count  # noqa: S608


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
def whole_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of whole lists of which a piece was asked for."""
    asked: list[str] = []
    fetch: Callable[..., bytes] = Fetching._fetch

    def watched(self: Fetching, tally: object, staged: object, policy: object) -> bytes:
        file = staged.file  # type: ignore[attr-defined]
        if file.base == 0:
            asked.append(file.name)
        return fetch(self, tally, staged, policy)

    monkeypatch.setattr(Fetching, "_fetch", watched)
    return asked


def test_what_verifying_found_is_mended_with_the_next_exchange(
    place: Place, desk: Desk, whole_files: list[str]
) -> None:
    lose(desk, 3)
    assert not verified(desk).is_whole
    desk.want_repair(NAME)
    desk.exchange()
    report = desk.exchange()
    assert verified(desk).is_whole
    assert edition(desk) == 1
    assert whole_files == [], "nothing was fetched whole for it"
    assert desk._link.repairs.all() == ()
    told = [entry.details for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "edition"]
    assert 1 <= len(told[-1]["mended"]) <= 3
    assert report.refused == 0
    for document in stolen_documents(DOCUMENTS, SEED):
        assert desk.screen(document.number).word is VerdictWord.MATCH


def test_a_change_that_does_not_lead_where_it_should_is_mended_and_then_in_use(
    place: Place, desk: Desk, whole_files: list[str]
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
    assert whole_files == []
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
    desk._link.repairs.add(NAME, 5, b"made up")
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
            RepairGiven.decode(data)
    with pytest.raises(TooLarge):
        RepairAsked.decode(bytes(MAX_ASKED + 1))
    assert RepairGiven.decode(RepairGiven(7, b"sealed").encode()) == RepairGiven(7, b"sealed")
    assert RepairGiven.decode(RepairGiven(None).encode()) == RepairGiven(None)

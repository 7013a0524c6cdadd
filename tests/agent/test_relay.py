"""What one desk of a post carries to the bureau and back for another: real desks, a real bureau, a hostile relay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from borderdesk import journal
from borderdesk.hits import AnswerKind, Hit, HitAct, HitState
from borderdesk.ids import DeskId
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.agent.lanes import Lane
from sync.agent.post_server import PostServer, serving
from sync.agent.relay import RELAY, Relay, RelayFull
from sync.agent.revoked import MARK
from sync.agent.state import ExchangeReport
from sync.carriers import NotAccepted, PeerAddress, PeerCarrier
from sync.trust import DeskKeys
from sync.wire import DeskSealer, http
from sync.wire.relaying import Brought, Handover
from tests.agent.conftest import PASSWORD, SEED
from tests.agent.test_post import Post, edition, make, post, refusals

__all__ = ["post"]

KNOWN = next(iter(stolen_documents(1, SEED)))


def take_up(desk: Desk) -> Hit:
    verdict = desk.screen(KNOWN.number)
    record = next(finding.record for finding in verdict.findings if finding.record)
    return desk.take_up(verdict, record=record, act=HitAct.REFER)


@contextmanager
def served(post: Post) -> Iterator[Callable[[], ExchangeReport]]:
    """The first desk serves; the second asks it, its own link being cut."""
    with serving(post.first.folder, "127.0.0.1", 0) as server:
        yield lambda: post.second.feed(PeerAddress.read(server.url))


@pytest.fixture
def introduced(post: Post) -> Post:
    """The bureau has named the desks of the post to the first."""
    post.first.exchange()
    return post


def test_a_hit_of_the_second_desk_reaches_the_bureau_through_the_first(introduced: Post) -> None:
    hit = take_up(introduced.second)
    with served(introduced) as feed:
        report = feed()
        assert any("Reports at the other desk" in str(line) for line in report.lines)
        assert introduced.second.status().waiting == 1, "it is trimmed on the bureau's receipt alone"
        assert introduced.bureau.hits() == ()
        introduced.first.exchange()
        (case,) = introduced.bureau.hits()
        assert (case.hit.id, case.hit.desk) == (hit.id, introduced.second.identity.reply.desk)
        assert feed().receipts == 1
        assert introduced.second.status().waiting == 0
        assert introduced.second.hits()[0].state is HitState.REPORTED
    assert introduced.bureau.quarantined() == ()


def test_the_first_desk_reads_nothing_of_what_it_carries(introduced: Post) -> None:
    take_up(introduced.second)
    with served(introduced) as feed:
        feed()
    kept = b"".join(path.read_bytes() for path in introduced.first.folder.glob(f"{RELAY}*"))
    assert introduced.second.identity.reply.desk.encode() in kept
    assert KNOWN.number.encode() not in kept and b"stolen" not in kept


def test_what_was_handed_over_outlasts_the_first_desk_and_waits_for_the_link(introduced: Post) -> None:
    take_up(introduced.second)
    with served(introduced) as feed:
        feed()
    introduced.first.sign_out()
    with Desk(introduced.first.folder, clock=introduced.clock) as again:
        assert Relay(again.folder).first_lane() is Lane.HITS
        again.exchange()
        assert len(introduced.bureau.hits()) == 1
        assert Relay(again.folder).first_lane() is None
        again.exchange()
    assert len(introduced.bureau.hits()) == 1


def test_while_the_bureau_is_gone_nothing_is_trimmed_anywhere(introduced: Post) -> None:
    take_up(introduced.second)
    introduced.bureau_goes_away()
    with served(introduced) as feed:
        feed()
        assert not introduced.first.exchange().reached
        feed()
    assert Relay(introduced.first.folder).first_lane() is Lane.HITS
    assert introduced.second.status().waiting == 1


def test_the_bureaus_answer_comes_back_the_same_way(introduced: Post) -> None:
    hit = take_up(introduced.second)
    with served(introduced) as feed:
        feed()
        introduced.first.exchange()
        introduced.bureau.answer(hit.id, AnswerKind.CONFIRMED, "Seize it.", by="Khamla")
        feed()
        introduced.first.exchange()
        feed()
    (told,) = introduced.second.answers(hit.id)
    assert told.words == "Seize it."
    assert introduced.second.hits()[0].state is HitState.CONFIRMED


def test_a_new_key_comes_through_the_first_desk(introduced: Post, tmp_path: Path) -> None:
    with make(tmp_path / "three", introduced.bureau, introduced.server) as third:
        introduced.bureau.revoke(third.identity.reply.desk)
    introduced.publish(61)
    introduced.fetch(introduced.first)
    with served(introduced) as feed:
        before = edition(introduced.second)
        assert any("under a new key" in str(line) for line in feed().lines)
        introduced.first.exchange()
        assert not any("under a new key" in str(line) for line in feed().lines)
    assert edition(introduced.second) > before


def test_a_revoked_desk_learns_of_it_from_the_other_one(introduced: Post) -> None:
    introduced.bureau.revoke(introduced.second.identity.reply.desk)
    with served(introduced) as feed:
        feed()
        introduced.first.exchange()
        feed()
    assert (introduced.second.folder / MARK).exists()


def test_a_desk_enrolled_later_is_known_after_the_next_exchange(introduced: Post, tmp_path: Path) -> None:
    with (
        make(tmp_path / "three", introduced.bureau, introduced.server) as third,
        serving(introduced.first.folder, "127.0.0.1", 0) as server,
    ):
        take_up(third)
        third.feed(PeerAddress.read(server.url))
        assert Relay(introduced.first.folder).first_lane() is None
        introduced.first.exchange()
        third.feed(PeerAddress.read(server.url))
        introduced.first.exchange()
        assert len(introduced.bureau.hits()) == 1


# --- somebody else at the door ---------------------------------------------------------------------------------------


def handed(server: PostServer, desk: Desk, envelopes: tuple[bytes, ...] = ()) -> Brought:
    return PeerCarrier(PeerAddress.read(server.url), desk._link._sign)._hand_over(Handover(0, 0, envelopes))


def test_an_upload_that_the_desk_did_not_sign_is_not_kept(introduced: Post) -> None:
    own, other = introduced.second.identity.reply, DeskKeys.generate(lambda count: bytes(count))
    forged = DeskSealer(own.desk, other.signing, own.bureau_sealing).seal(1, "hit", b"forged")
    with serving(introduced.first.folder, "127.0.0.1", 0) as server:
        handed(server, introduced.second, (forged.envelope, b"rubbish"))
    assert Relay(introduced.first.folder).first_lane() is None


def test_a_stranger_hands_over_nothing_and_a_recorded_request_is_no_key(introduced: Post) -> None:
    recorded: list[dict[str, str]] = []

    def sign(method: str, target: str, range_: str, body: bytes) -> dict[str, str]:
        recorded.append(introduced.second._link._sign(method, target, range_, body))
        return recorded[-1]

    with serving(introduced.first.folder, "127.0.0.1", 0) as server:
        address = PeerAddress.read(server.url)
        assert PeerCarrier(address, sign).takes_uploads()
        assert not PeerCarrier(address, lambda *_: recorded[0]).takes_uploads(), "sent again"
        assert not PeerCarrier(
            address, lambda *_: {**recorded[0], http.NONCE_HEADER: "0" * http.NONCE_LENGTH}
        ).takes_uploads()
        assert not PeerCarrier(address, lambda *_: {}).takes_uploads()
        assert not PeerCarrier(address).takes_uploads()


def test_there_is_room_for_so_much_and_no_more(introduced: Post) -> None:
    relay = Relay(introduced.first.folder)
    take_up(introduced.second)
    (item,) = introduced.second._link._spool.waiting(most=1, most_bytes=10**6)
    desk = relay.known(introduced.second.identity.reply.desk)
    assert desk is not None
    with pytest.raises(RelayFull):
        relay.take(desk, Handover(0, 0, (item.envelope,)), len(item.envelope) - 1)
    assert relay.first_lane() is None
    relay.take(desk, Handover(0, 0, (item.envelope,)), len(item.envelope))
    assert relay.first_lane() is Lane.HITS


def test_another_desk_of_another_post_is_none_of_this_one(introduced: Post, tmp_path: Path) -> None:
    bureau, server = introduced.bureau, introduced.server
    enrol(
        tmp_path / "far",
        url=server.url,
        code=str(bureau.enrol_code("dansavanh")),
        account="noy",
        name="Noy",
        password=PASSWORD,
        clock=bureau.clock,
    )
    introduced.first.exchange()
    with Desk(tmp_path / "far", clock=bureau.clock) as far:
        assert Relay(introduced.first.folder).known(far.identity.reply.desk) is None
        words = bureau.post_of(far.identity.reply.desk, [])
        assert words == ()


# --- a hostile relay -------------------------------------------------------------------------------------------------


@contextmanager
def hostile(answer: Callable[[bytes], tuple[int, bytes]]) -> Iterator[PeerAddress]:
    """Another desk that answers handovers as it likes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield PeerAddress("127.0.0.1", server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_relay_that_takes_everything_and_sends_nothing_loses_nothing(introduced: Post) -> None:
    take_up(introduced.second)
    with hostile(lambda _: (200, Brought((), 0, (), b"").encode())) as address:
        introduced.second.feed(address)
    assert introduced.second.status().waiting == 1
    introduced.second.exchange()
    assert len(introduced.bureau.hits()) == 1


def test_receipts_that_a_relay_makes_up_are_refused(introduced: Post) -> None:
    take_up(introduced.first)
    introduced.first.exchange()
    take_up(introduced.second)
    foreign = [signed for _, _, signed in introduced.bureau.recent_receipts(introduced.second._link._trust.scope, 5)]
    made_up = (foreign[0], foreign[0][:-1] + bytes([foreign[0][-1] ^ 1]), b"rubbish")
    with hostile(lambda _: (200, Brought(made_up, 0, (), b"").encode())) as address:
        introduced.second.feed(address)
    assert introduced.second.status().waiting == 1
    assert {"WrongRecipient", "BadSignature", "Malformed"} <= set(refusals(introduced.second))


def test_letters_and_keys_that_a_relay_makes_up_are_refused(introduced: Post) -> None:
    hit = take_up(introduced.first)
    introduced.first.exchange()
    introduced.bureau.answer(hit.id, AnswerKind.CONFIRMED, "yes", by="Khamla")
    foreign = introduced.bureau.letters(introduced.first.identity.reply.desk, 0)
    with hostile(lambda _: (200, Brought((), 7, foreign, b"").encode())) as address:
        introduced.second.feed(address)
    assert "WrongRecipient" in refusals(introduced.second)
    assert introduced.second._link._spool.letters_held() == 0


@pytest.mark.parametrize("answer", [(200, b"rubbish"), (200, bytes(2_000_000)), (500, b""), (302, b""), (507, b"")])
def test_any_other_answer_of_a_relay_changes_nothing(introduced: Post, answer: tuple[int, bytes]) -> None:
    take_up(introduced.second)
    with hostile(lambda _: answer) as address:
        introduced.second.feed(address)
    assert introduced.second.status().waiting == 1
    assert edition(introduced.second) == 1


def test_a_made_up_revocation_destroys_nothing(introduced: Post) -> None:
    with hostile(lambda _: (401, b"you are revoked")) as address:
        report = introduced.second.feed(address)
    assert not (introduced.second.folder / MARK).exists()
    assert any(str(NotAccepted().happened) == str(line) for line in report.lines)
    kinds = [entry.kind for entry in journal.entries(introduced.second.unlocked_store().reader)]
    assert "refused" in kinds


def test_a_desk_the_bureau_names_no_more_is_forgotten(introduced: Post) -> None:
    relay = Relay(introduced.first.folder)
    words = introduced.bureau.post_of(introduced.first.identity.reply.desk, [])
    assert [word.desk for word in words] == [introduced.second.identity.reply.desk]
    relay.heard([replace(words[0], desk=DeskId("nong-haet-9"))], [])
    assert relay.known(introduced.second.identity.reply.desk) is None

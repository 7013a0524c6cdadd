"""What a partner is sent is bounded where it is sent; and all of it goes by stick as well as by link."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk.hits import HitAct
from borderdesk.ids import ListName
from borderdesk.screening import VerdictWord
from borderdesk.watchlist import DocumentStatus, ListKind, TravelDocument, Watchlist
from sync.bureau import ScopeRule
from sync.bureau import twin_tables as t
from sync.bureau.scopes import BadScope, NotForScope
from sync.bureau.server import BureauServer
from sync.bureau.stored import from_body
from sync.carriers.stick import FOLDER
from sync.twin import PartnerLink
from sync.wire import Scope
from tests.bureau.common import passport
from tests.twin.common import OTHERS, STOLEN, TAKEN, Pair, two_bureaus
from ui.cli.bureau import app

SECRET = Watchlist(ListName("secret"), ListKind.DOCUMENTS, "Not for others", "NCB Hanoi")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with two_bureaus(tmp_path) as pair:
        pair.hanoi.import_list(SECRET, [passport("S0000001", "VNM")])
        pair.hanoi.publish()
        yield pair


def sent(pair: Pair) -> dict[str, TravelDocument]:
    """What Vientiane was sent, before anything is held back."""
    with pair.vientiane.database.reading() as db:
        rows = db.execute(t.partner_records.select())
        found = {row.key: from_body(row.body) for row in rows}
    return {key: each for key, each in found.items() if isinstance(each, TravelDocument)}


def test_a_partner_is_sent_the_lists_offered_and_details_of_the_states_agreed(pair: Pair) -> None:
    pair.agree(states=("VNM",))
    assert [one.name for one in pair.vientiane.partner_lists()] == [STOLEN.name], "the other list never left Hanoi"
    came = sent(pair)
    assert len(came) == OTHERS + 2
    assert came["VNM/P/B1234567"] == passport("B1234567", "VNM")
    assert came["FRA/P/C7654321"] == TravelDocument("FRA", "P", "C7654321", DocumentStatus.LISTED)
    assert not any(alarm.kind == "partner" and "secret" in str(alarm.sentence) for alarm in pair.vientiane.alarms())
    (rule,) = [rule for rule in pair.hanoi.scopes() if rule.name == "to-vientiane"]
    assert (rule.lists, rule.details) == ((STOLEN.name,), ("VNM",))


def test_a_scope_that_is_named_holds_what_is_offered_or_nothing_is_offered(pair: Pair) -> None:
    pair.hanoi.add_scope(ScopeRule(Scope("south"), (SECRET.name,)))
    until = pair.hanoi.clock.wall() + timedelta(days=30)
    with pytest.raises(NotForScope):
        pair.hanoi.offer_agreement("vientiane", [STOLEN.name], until=until, scope=Scope("south"))
    assert pair.hanoi.agreements() == () and pair.hanoi.posts() == ()
    pair.hanoi.offer_agreement("vientiane", [SECRET.name], until=until, scope=Scope("south"))
    # Offered again without one: it then gets its own, also where its post is there already.
    pair.hanoi.offer_agreement("vientiane", [STOLEN.name], until=until)
    (post,) = pair.hanoi.post_states()
    (rule,) = [rule for rule in pair.hanoi.scopes() if rule.name == post.scope]
    assert (rule.name, set(rule.lists or ())) == ("to-vientiane", {STOLEN.name, SECRET.name})
    pair.hanoi.enrol_code("nong-haet", Scope("to-vientiane"))
    with pytest.raises(BadScope):
        pair.hanoi.offer_agreement("vientiane", [STOLEN.name], until=until)


def stop_listening(server: BureauServer) -> None:
    """Returns when nobody listens any more: a server stops soon, not at once."""
    server.stop()
    with suppress(ConnectionRefusedError):
        while True:
            socket.create_connection(("127.0.0.1", server.port)).close()


def test_everything_between_two_bureaus_goes_by_stick(pair: Pair, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    (stick / FOLDER).mkdir(parents=True)

    def command(bureau: object, *words: str) -> str:
        done = CliRunner().invoke(app, ["--dir", str(bureau.home.folder), *words])  # type: ignore[attr-defined]
        assert done.exit_code == 0, done.output
        return done.output

    def round_trip() -> None:
        command(pair.hanoi, "stick", "export", str(stick), "--scope", "to-vientiane")
        command(pair.vientiane, "twin", "fetch", "hanoi", "--stick", str(stick))
        command(pair.hanoi, "stick", "import", str(stick))

    pair.agree()
    stop_listening(pair.hanoi_server)
    pair.hanoi.put_records(STOLEN.name, [passport("K9999999", "VNM")], by="lan")
    pair.hanoi.publish()
    with PartnerLink(pair.vientiane, "hanoi") as link:
        assert not link.exchange().reached, "there is no link"
    round_trip()
    assert pair.vientiane.record(TAKEN, passport("K9999999", "VNM").key) is not None
    with pair.desk() as desk:
        verdict = desk.screen("K9999999")
        assert verdict.word is VerdictWord.MATCH
        (record,) = {finding.record for finding in verdict.findings if finding.record}
        hit = desk.take_up(verdict, record=record, act=HitAct.REFER, note="")
        desk.exchange()
    round_trip()
    assert pair.hanoi.hit(hit.id).hit.record.list == STOLEN.name
    assert len(pair.vientiane.partner_outbox("hanoi")) > 0, "its receipt is still on the stick"
    round_trip()
    assert pair.vientiane.partner_outbox("hanoi") == ()
    assert "refused" not in {line.kind for line in pair.vientiane.journal_newest()}

"""What a desk says of itself once a day stands on the bureau's board, and what cannot be read alarms nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sync.bureau import Bureau
from sync.wire import DeskSealer
from sync.wire.cbor import stamp
from sync.wire.reports import HEALTH, STATISTICS, report_body
from tests.bureau.common import HeldClock, both_databases
from tests.bureau.simulator import DeskSimulator


def send(desk: DeskSimulator, counter: int, kind: str, body: bytes) -> None:
    sealer = DeskSealer(desk.identity.desk, desk.keys.signing, desk.identity.bureau_sealing)
    desk.send(sealer.seal(counter, kind, body).envelope)


@both_databases
def test_the_newest_health_report_counts_and_its_ages_go_on(
    bureau: Bureau, clock: HeldClock, new_desk: Callable[[str], DeskSimulator]
) -> None:
    desk = new_desk("torodi")
    for counter, waiting in ((1, 7), (2, 3)):
        at = [stamp(clock.wall()), stamp(clock.wall())]
        lists = [["sltd", 4, 100, 3600], ["un", 2, 10, 7200]]
        said = {"at": at, "waiting": waiting, "disk_free": 10**9, "journal_broken": "", "lists": lists}
        send(desk, counter, HEALTH, report_body(said))
    found = bureau.desk_health()[desk.identity.desk]
    assert (found.waiting, found.journal_broken, found.oldest) == (3, "", timedelta(hours=2))
    clock.forward(hours=5)
    assert found.age(clock.wall()) == timedelta(hours=7)
    assert not [alarm for alarm in bureau.alarms() if alarm.kind == "unread"]


def test_a_report_in_another_form_is_left_out(bureau: Bureau, new_desk: Callable[[str], DeskSimulator]) -> None:
    desk = new_desk("torodi")
    send(desk, 1, HEALTH, report_body({"at": 7}))
    send(desk, 2, STATISTICS, report_body({"at": 7, "hours": []}))
    assert bureau.desk_health() == {}
    assert not [alarm for alarm in bureau.alarms() if alarm.kind == "unread"]

"""One shift hands over to the next at a real desk."""

from __future__ import annotations

import pytest

from borderdesk import journal
from borderdesk.hits import HitAct
from borderdesk.operations.handover import NothingToConfirm
from borderdesk.people import Cost, Role, Vault, read_machine_secret
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk
from sync.agent import identity as identities
from tests.agent.conftest import PASSWORD, Place


def test_the_leaving_officer_writes_and_the_incoming_one_confirms(place: Place, desk: Desk) -> None:
    vault = Vault.open(place.folder / identities.VAULT, read_machine_secret(place.folder / identities.MACHINE_SECRET))
    key = vault.unlock("noy", PASSWORD, at=desk.now()).key
    vault.add(key, account="bua", name="Bua", role=Role.OFFICER, password=PASSWORD, cost=Cost(memory_kib=64, passes=1))
    assert [str(point) for point in desk.open_points()] == ["Nothing is open."]
    document = next(iter(stolen_documents(200, 7)))
    verdict = desk.screen(f"{document.state} {document.number}")
    record = next(finding.record for finding in verdict.findings if finding.record)
    desk.take_up(verdict, record=record, act=HitAct.REFER)

    made = desk.hand_over("  Call the bureau about the passport.  ")
    assert any(document.number in str(point) for point in made.points)
    assert made.note == "Call the bureau about the passport."
    with pytest.raises(NothingToConfirm):
        desk.confirm_handover(made.id)

    desk.sign_in("bua", PASSWORD)
    found = desk.newest_handover()
    assert found == made
    desk.confirm_handover(made.id)
    read = desk.newest_handover()
    assert read is not None and read.read_by == "bua"
    kinds = [(entry.kind, entry.who) for entry in journal.entries(desk.unlocked_store().reader)]
    assert ("handover", "noy") in kinds and ("handover-read", "bua") in kinds

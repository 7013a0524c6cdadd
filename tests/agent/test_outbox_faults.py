"""The outbox over everything that goes wrong at once: none lost, none doubled."""

from __future__ import annotations

from pathlib import Path

from sync.carriers import Stick
from tests.simulators.bureau import BureauSimulator, PostSimulator


def test_a_thousand_hits_over_lost_receipts_two_restarts_and_a_stick(tmp_path: Path) -> None:
    bureau = BureauSimulator(seed=3)
    bureau.publish(add=["A0001"])
    (tmp_path / "desk").mkdir()
    (tmp_path / "stick").mkdir()
    post = PostSimulator(bureau, tmp_path / "desk")
    stick = Stick(tmp_path / "stick")
    bureau.on_receipt = lambda signed: signed if bureau.random.random() >= 0.3 else None

    post.queue(400)
    bureau.cut_batches_after = 5  # the link breaks in the middle: some batches arrived, their receipts did not
    assert post.exchange().failure
    post.restart()
    post.exchange()
    post.queue(300)
    bureau.down = True
    post.exchange()
    bureau.fill(stick)
    post.by_stick(stick)
    bureau.empty(stick)
    post.restart()
    post.queue(300)
    bureau.fill(stick)
    post.by_stick(stick)
    bureau.down = False
    for _ in range(30):
        post.exchange()
        if not post.spool.count_waiting():
            break

    assert post.spool.count_waiting() == 0
    assert sorted(bureau.stored) == list(range(1, 1001))
    assert all(body == f"hit {counter}".encode() for counter, (body, _) in bureau.stored.items())
    assert bureau.doubled == 0
    receipts = [post.trust.receipt(signed) for signed in post.spool.receipts().values()]
    assert [receipt.counter for receipt in receipts] == list(range(1, 1001))
    post.close()

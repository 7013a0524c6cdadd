"""Sticks: the same verifier, carried by hand, and nothing a hostile one can do."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from borderdesk.ids import DeskId
from borderdesk.policy import Policy
from sync.agent.exchange import Exchange
from sync.agent.preview import preview
from sync.agent.state import Way
from sync.carriers import NotThere, Stick, StickCarrier, StickTrap, StickUnusable
from sync.carriers.stick import FOLDER
from sync.carriers.stick_names import file_name, page_name
from sync.trust.refusals import RolledBack
from sync.wire import SigningKey
from sync.wire.refusals import BadSignature, Malformed, TooLarge, WrongHash
from sync.wire.wrapping import unwrap_at_desk, wrap_for_bureau, wrap_for_desk
from tests.simulators.bureau import DESK, SCOPE, BureauSimulator, PostSimulator


@pytest.fixture
def bureau() -> BureauSimulator:
    bureau = BureauSimulator()
    bureau.publish(add=["A0001", "A0002"])
    return bureau


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    (tmp_path / "stick").mkdir()
    return Stick(tmp_path / "stick")


@pytest.fixture
def post(bureau: BureauSimulator, tmp_path: Path) -> Iterator[PostSimulator]:
    (tmp_path / "desk").mkdir()
    post = PostSimulator(bureau, tmp_path / "desk")
    bureau.down = True
    yield post
    post.close()


def test_editions_come_and_reports_go_by_stick(bureau: BureauSimulator, post: PostSimulator, stick: Stick) -> None:
    post.queue(3)
    bureau.fill(stick)
    done = post.by_stick(stick)
    post.apply()
    assert post.numbers == ["A0001", "A0002"]
    assert "Reports on the stick: 3." in [str(line) for line in done.report.lines]
    assert post.spool.count_waiting() == 3, "they wait for their receipts"
    bureau.empty(stick)
    assert len(bureau.stored) == 3
    assert list(stick.names("up")) == []
    bureau.publish(add=["B1"])
    bureau.fill(stick)
    done = post.by_stick(stick)
    post.apply()
    assert done.report.receipts == 3
    assert post.spool.count_waiting() == 0
    assert post.numbers == ["A0001", "A0002", "B1"]
    assert done.link is None, "a stick says nothing about the link"


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick
) -> None:
    post.queue()
    bureau.fill(stick)
    seen = preview(post.carrier(stick), post.spool, post.trust)
    (change,) = seen.lists
    assert (change.held, change.offered, change.problem) == (0, 1, None)
    assert [str(line) for line in seen.lines] == [
        f"sltd: edition 0 would become 1 ({change.bytes} bytes).",
        "Receipts to be taken in: 0.",
        "Reports that wait to be taken along: 1.",
    ]
    assert post.spool.manifest() is None
    assert list(stick.names("up")) == []


def test_a_replayed_stick(bureau: BureauSimulator, post: PostSimulator, stick: Stick) -> None:
    old = bureau.signed
    bureau.publish(add=["B1"])
    bureau.fill(stick)
    post.by_stick(stick)
    post.apply()
    stick.write(page_name(DESK), old)
    (error,) = post.by_stick(stick).refusals
    assert isinstance(error, RolledBack)
    seen = preview(post.carrier(stick), post.spool, post.trust)
    assert isinstance(seen.refusal, RolledBack)
    assert post.numbers == ["A0001", "A0002", "B1"]


def test_a_stick_pulled_out_too_early(bureau: BureauSimulator, post: PostSimulator, stick: Stick) -> None:
    bureau.fill(stick)
    name = bureau.refs[0].name
    half = bureau.files[name][: bureau.refs[0].length // 2]
    stick.write(file_name(name), half)
    seen = preview(post.carrier(stick), post.spool, post.trust)
    assert "does not have" in str(seen.lists[0].problem)
    post.by_stick(stick)
    assert post.spool.staged(bureau.refs[0]).have == len(half), "the half that is there is kept"
    bureau.fill(stick)
    post.by_stick(stick)
    post.apply()
    assert post.numbers == ["A0001", "A0002"]


def test_a_shipment_that_does_not_fit_says_what_was_left_out(
    bureau: BureauSimulator, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stick, "room", lambda _: 10)
    assert bureau.fill(stick).left_out == tuple(bureau.files) != ()
    assert list(stick.names("file")) == []


def test_names_say_nothing_and_fit_on_fat32(bureau: BureauSimulator, post: PostSimulator, stick: Stick) -> None:
    post.queue()
    bureau.fill(stick)
    post.by_stick(stick)
    bureau.empty(stick)
    bureau.fill(stick)
    names = [path.name for path in (stick.path / FOLDER).iterdir()]
    assert len({name.split("-")[0] for name in names}) == 4
    for name in names:
        assert len(name) < 100
        assert name == name.lower()
        assert DESK not in name
        assert SCOPE not in name
    content = b"".join(path.read_bytes() for path in (stick.path / FOLDER).iterdir())
    for word in (b"A0001", b"sltd", DESK.encode(), SCOPE.encode(), b"hit"):
        assert word not in content, "a finder reads no list, no post and no report"


def test_a_page_for_another_desk_is_refused_and_so_is_an_altered_one(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick
) -> None:
    other = SigningKey(bytes(range(32)))
    whole = wrap_for_desk(bureau.desk_keys.transport.public, bureau.signed)
    for wrong in (wrap_for_desk(other.public, bureau.signed), whole[:-1] + bytes([whole[-1] ^ 1]), whole[:20]):
        bureau.fill(stick)
        stick.write(page_name(DESK), wrong)
        (error,) = post.by_stick(stick).refusals
        assert isinstance(error, Malformed)
        assert post.spool.manifest() is None
    stick.write(page_name(DESK), whole)
    assert not post.by_stick(stick).refusals


def test_a_stick_of_a_bureau_that_does_not_wrap_yet_is_read_too(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick
) -> None:
    bureau.fill(stick)
    stick.write(page_name(DESK), bureau.signed)
    assert not post.by_stick(stick).refusals
    post.apply()
    assert post.numbers == ["A0001", "A0002"]


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda page: page + bytes(300_000), TooLarge),
        (lambda page: b"\0" * 100, Malformed),
        (lambda page: page.replace(b"sltd", b"sltt"), BadSignature),
    ],
)
def test_a_spoiled_page(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick, spoil: object, refusal: type[Exception]
) -> None:
    bureau.fill(stick)
    assert callable(spoil)
    stick.write(page_name(DESK), spoil(bureau.signed))
    (error,) = post.by_stick(stick).refusals
    assert isinstance(error, refusal)


def test_an_altered_file_on_the_stick(bureau: BureauSimulator, post: PostSimulator, stick: Stick) -> None:
    bureau.fill(stick)
    stick.write(file_name(bureau.refs[0].name), bytes(bureau.refs[0].length))
    seen = preview(post.carrier(stick), post.spool, post.trust)
    assert "altered" in str(seen.lists[0].problem)
    (error,) = post.by_stick(stick).refusals
    assert isinstance(error, WrongHash)
    bureau.fill(stick)
    assert not post.by_stick(stick).refusals, "filling the same stick again puts it right"


def make_link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [make_link, make_pipe, make_folder])
def test_a_link_a_pipe_and_a_folder_are_not_opened(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick, make: object
) -> None:
    bureau.fill(stick)
    path = stick.path / FOLDER / page_name(DESK)
    path.unlink()
    assert callable(make)
    make(path)
    (error,) = post.by_stick(stick).refusals
    assert isinstance(error, StickTrap)
    assert post.spool.manifest() is None


def test_a_folder_that_is_a_link_is_not_entered(stick: Stick, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (stick.path / FOLDER).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StickTrap):
        stick.write("up-00.bd", b"x")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_waiting_link_is_not_written_through(stick: Stick, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("whole")
    stick.write("up-0.bd", b"")
    name = "up-" + "0" * 64 + ".bd"
    (stick.path / FOLDER / f"new-{name}").symlink_to(victim)
    (stick.path / FOLDER / name).symlink_to(victim)
    stick.write(name, b"data")
    assert victim.read_text() == "whole"
    assert stick.read(name, 10) == b"data"


def test_strange_names_are_passed_over(stick: Stick) -> None:
    stick.write("up-" + "a" * 64 + ".bd", b"x")
    for name in ("up-..bd", "autorun.inf", "UP-" + "b" * 64 + ".bd", "up-" + "c" * 64 + ".bd.exe"):
        (stick.path / FOLDER / name).write_bytes(b"x")
    assert list(stick.names("up")) == ["up-" + "a" * 64 + ".bd"]


def test_a_stick_that_is_gone(tmp_path: Path) -> None:
    stick = Stick(tmp_path / "nowhere")
    for act in (
        lambda: stick.read("page-0.bd", 10),
        lambda: stick.write("page-0.bd", b""),
        lambda: [*stick.names("up")],
    ):
        with pytest.raises(StickUnusable):
            act()
    with pytest.raises(NotThere):
        Stick(tmp_path).read("page-0.bd", 10)


def test_a_stick_that_is_gone_is_said_with_what_to_do(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick
) -> None:
    gone = Stick(stick.path / "nowhere")
    said = [str(line) for line in post.by_stick(gone).report.lines]
    assert said[0].startswith("The stick at") and said[-1].startswith("Check that it is plugged in")
    assert not any("nothing for this desk" in line for line in said), "nobody has looked"


class PulledOut(StickCarrier):
    """A stick that somebody pulls out once so many of its files were read or written."""

    after = 0

    def piece(self, name: str, start: int, length: int) -> bytes:
        self._count()
        return super().piece(name, start, length)

    def send(self, envelopes: Sequence[bytes]) -> tuple[bytes, ...]:
        self._count()
        return super().send(envelopes)

    def _count(self) -> None:
        if self.after == 0:
            path = self._stick.path
            path.rename(path.with_name("in a pocket"))
            path.mkdir()
        self.after -= 1


def pulled_out(post: PostSimulator, stick: Stick, *, after: int) -> list[str]:
    """What an exchange says whose stick is gone after so many files."""
    keys, bureau = post.bureau.desk_keys, post.bureau.keys
    carrier = PulledOut(
        stick,
        DESK,
        wrap=lambda data: wrap_for_bureau(bureau.sealing.public, data),
        unwrap=lambda data: unwrap_at_desk(keys.transport, data),
    )
    carrier.after = after
    done = Exchange(carrier, post.spool, post.trust, post.time, post.clock, Policy(), way=Way.STICK).run()
    return [str(line) for line in done.report.lines]


def test_a_stick_pulled_out_while_reports_go_says_how_many_are_on_it_and_nothing_is_lost(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick
) -> None:
    bureau.fill(stick)
    post.queue(3)
    said = pulled_out(post, stick, after=1)
    assert "Reports on the stick: 1." in said
    assert any(line.endswith("was pulled out before it was done.") for line in said)
    assert any(line.startswith("Plug it in again") for line in said), "and what to do"
    assert list(stick.path.iterdir()) == [], "nothing is written into what the stick left behind"
    assert post.spool.count_waiting() == 3
    next_stick = Stick(stick.path.with_name("another"))
    next_stick.path.mkdir()
    post.by_stick(next_stick)
    bureau.empty(next_stick)
    assert len(bureau.stored) == 3


def test_a_stick_pulled_out_while_it_brings_an_edition(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick
) -> None:
    bureau.fill(stick)
    said = pulled_out(post, stick, after=0)
    assert said[0].endswith("was pulled out before it was done.")
    assert not any("does not have" in line for line in said), "the bureau is not to blame"
    stick.path.rmdir()
    stick.path.with_name("in a pocket").rename(stick.path)
    post.by_stick(Stick(stick.path))
    post.apply()
    assert post.numbers == ["A0001", "A0002"]


class TakesNothing(Stick):
    """A stick that gives and takes nothing."""

    why = errno.ENOSPC

    def write(self, name: str, data: bytes) -> None:
        with self._errors():
            raise OSError(self.why, os.strerror(self.why))


@pytest.mark.parametrize(("why", "word"), [(errno.ENOSPC, "is full"), (errno.EROFS, "is write-protected")])
def test_a_stick_that_takes_nothing_still_brings_its_edition(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick, why: int, word: str
) -> None:
    bureau.fill(stick)
    post.queue(2)
    full = TakesNothing(stick.path)
    full.why = why
    done = post.by_stick(full)
    post.apply()
    assert post.numbers == ["A0001", "A0002"]
    said = [str(line) for line in done.report.lines]
    assert any(word in line for line in said)
    assert not any(line.startswith("Reports on the stick") for line in said)
    assert post.spool.count_waiting() == 2


def test_a_folder_of_this_computer_is_no_stick(
    bureau: BureauSimulator, post: PostSimulator, stick: Stick, tmp_path: Path
) -> None:
    post.queue()
    mount_point = Stick(stick.path, not_on=tmp_path / "desk")
    said = [str(line) for line in post.by_stick(mount_point).report.lines]
    assert said[0] == f"There is no stick at {stick.path}: this folder is on this computer's own disk."
    assert list(stick.path.iterdir()) == []
    bureau.fill(stick)
    done = post.by_stick(Stick(stick.path, not_on=tmp_path / "desk"))
    assert done.report.uploaded == 1, "a folder that a bureau filled is as good as a stick"


def test_a_stick_that_was_filled_for_others_says_so(bureau: BureauSimulator, post: PostSimulator, stick: Stick) -> None:
    stick.write(page_name(DeskId("another")), b"another bureau's")
    said = [str(line) for line in post.by_stick(stick).report.lines]
    assert said[1].startswith("The stick was filled for other desks")


def test_a_stick_whose_disk_answers_with_an_error_is_said_to_be_unusable(tmp_path: Path) -> None:
    with pytest.raises(StickUnusable):
        Stick(tmp_path / ("x" * 300)).is_ours()

"""The index lives in the encrypted store: applied with the edition, rolled back with it, loaded at unlock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from borderdesk.ids import ListName, RecordKey
from borderdesk.matching import PersonIndex, PersonQuery
from borderdesk.matching import keeper as keeper_module
from borderdesk.matching.keeper import MIGRATIONS, NameIndexKeeper
from borderdesk.replica.types import PersonsChanged
from borderdesk.store import Store, open_store
from borderdesk.watchlist import Edition, ListKind, Person, Watchlist, Withdrawal
from tests.matching.people import asked, crowd, listed

LIST = Watchlist(ListName("un-sc"), ListKind.PERSONS, "UN", "UN")
KONY = listed("JOSEPH KONY", "1964-09-18", key="kony")
QASIM = listed("MUHAMMAD AL QASSIM", "1971-05-02", key="qasim")


class Desk:
    """A store, the persons that the replica would keep, and the keeper."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.people: dict[RecordKey, Person] = {}
        self.keeper = NameIndexKeeper(self)
        self.edition = 0

    def one(self, db: Database, name: ListName, key: RecordKey) -> Person | None:
        return self.people.get(key)

    def editions(self, db: Database) -> dict[ListName, int]:
        return {LIST.name: self.edition} if self.edition else {}

    def of_list(self, db: Database, name: ListName, after: RecordKey | None) -> Iterator[Person]:
        return iter([person for key, person in sorted(self.people.items()) if after is None or key > after])

    def apply(self, *persons: Person, gone: tuple[str, ...] = (), whole: bool = False) -> None:
        self.edition += 1
        if whole:
            self.people.clear()
        for key in gone:
            self.people.pop(RecordKey(key), None)
        self.people.update({person.key: person for person in persons})
        edition = Edition(LIST, self.edition, len(self.people), b"", datetime(2026, 1, 1, tzinfo=UTC))
        withdrawals = tuple(Withdrawal(RecordKey(key), date(2026, 1, 1), "") for key in gone)
        with self.store.transaction() as db:
            self.keeper.persons_changed(db, PersonsChanged(edition, whole, withdrawals, () if whole else persons))

    def found(self, name: str) -> list[tuple[str, int]]:
        index = self.keeper.refresh(self.store)
        return [(c.record.key, c.record.edition) for c in index.search(asked(name), limit=5, at_least=0.7)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(tmp_path / "desk.db", bytes(32), [MIGRATIONS]) as store:
        yield Desk(store)


def test_a_snapshot_and_deltas_are_searched_as_of_the_last_edition(desk: Desk) -> None:
    desk.apply(KONY, whole=True)
    assert desk.found("Josef Kony") == [("kony", 1)]
    desk.apply(QASIM)
    assert desk.found("Mohamed Al-Qasim") == [("qasim", 2)]
    assert desk.found("Josef Kony") == [("kony", 2)]
    desk.apply(replace(KONY, names=QASIM.names), gone=("qasim",))
    assert desk.found("Mohamed Al-Qasim") == [("kony", 3)]
    assert desk.found("Josef Kony") == []
    desk.apply(QASIM, whole=True)
    assert desk.found("Mohamed Al-Qasim") == [("qasim", 4)]


def test_a_search_under_way_finds_a_person_whose_record_is_changed_meanwhile(desk: Desk) -> None:
    desk.apply(KONY, whole=True)
    at_hand = desk.keeper.refresh(desk.store)
    desk.apply(replace(KONY, remarks="seen in March"))
    assert desk.found("Josef Kony") == [("kony", 2)]
    assert [c.record.key for c in at_hand.search(asked("Josef Kony"), limit=5, at_least=0.7)] == ["kony"]


def test_an_index_changed_by_deltas_answers_like_one_filed_anew(desk: Desk) -> None:
    people = {f"k{n:03d}": person for n, person in enumerate(crowd(120))}
    listed_people = [replace(person, key=RecordKey(key)) for key, person in people.items()]
    desk.apply(*listed_people[:60], whole=True)
    for start in range(60, 120, 6):
        renamed = replace(listed_people[start - 60], names=listed_people[start].names)
        desk.apply(*listed_people[start : start + 6], renamed, gone=(listed_people[start - 59].key,))
    by_deltas = desk.keeper.refresh(desk.store)
    anew = PersonIndex()
    anew.put_all(LIST.name, desk.edition, desk.people.values())
    assert len(by_deltas) == len(anew) == len(desk.people)
    for person in listed_people[::7]:
        query = PersonQuery(full=person.names[0].full, birth=person.births[0])
        mine, theirs = (index.search(query, limit=5, at_least=0.3) for index in (by_deltas, anew))
        assert [c.score for c in mine] == pytest.approx([c.score for c in theirs], abs=1e-9)
        assert {c.record for c in mine if c.score > mine[-1].score} == {
            c.record for c in theirs if c.score > theirs[-1].score
        }


def test_a_rolled_back_edition_leaves_the_index_as_it_was(desk: Desk) -> None:
    desk.apply(KONY, whole=True)
    with pytest.raises(ZeroDivisionError), desk.store.transaction() as db:
        held, desk.people = desk.people, {QASIM.key: QASIM}
        edition = Edition(LIST, 2, 1, b"", datetime(2026, 1, 1, tzinfo=UTC))
        desk.keeper.persons_changed(db, PersonsChanged(edition, True, (), ()))
        desk.people = held
        _ = 1 / 0
    assert desk.found("Josef Kony") == [("kony", 1)]
    assert desk.found("Mohamed Al-Qasim") == []


def test_many_small_segments_become_one(desk: Desk) -> None:
    desk.apply(*(listed(f"Person{n} Number{n}", key=f"p{n}") for n in range(20)), whole=True)
    words = [f"{a}{b}" for a in ("bar", "kil", "som", "tud") for b in ("enko", "ashvili", "awi", "uzzi")]
    for n in range(2 * keeper_module.MOST_SEGMENTS):
        desk.apply(listed(f"{words[n]} Comer", key=f"l{n}"), gone=(f"l{n - 1}",) if n % 2 else ())
    (count,) = desk.store.reader.conn.execute("SELECT count(*) FROM name_segments").fetchone()
    assert count <= keeper_module.MOST_SEGMENTS
    last = 2 * keeper_module.MOST_SEGMENTS - 1
    assert desk.found(f"Comer {words[last]}")[0][0] == f"l{last}"
    assert "l0" not in [key for key, _ in desk.found(f"{words[0]} Comer")]


def test_an_index_written_by_an_older_program_is_made_anew_at_unlock(desk: Desk) -> None:
    desk.apply(KONY, QASIM, whole=True)
    with desk.store.transaction() as db:
        db.conn.execute("DELETE FROM name_segments")
        db.conn.execute("DELETE FROM name_editions WHERE list <> ''")
    desk.keeper = NameIndexKeeper(desk)
    assert desk.found("Josef Kony") == [("kony", 1)]
    assert desk.found("Mohamed Al-Qasim") == [("qasim", 1)]


def test_an_index_made_by_other_rules_of_reading_is_made_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.apply(KONY, whole=True)
    assert desk.found("Josef Kony") == [("kony", 1)]
    (before,) = desk.store.reader.conn.execute("SELECT id FROM name_segments").fetchone()
    monkeypatch.setattr(keeper_module, "form", lambda: "other rules")
    desk.keeper = NameIndexKeeper(desk)
    assert desk.found("Josef Kony") == [("kony", 1)]
    (after,) = desk.store.reader.conn.execute("SELECT id FROM name_segments").fetchone()
    assert after != before
    assert desk.found("Josef Kony") == [("kony", 1)]
    assert desk.store.reader.conn.execute("SELECT id FROM name_segments").fetchone() == (after,)


def test_a_delta_to_a_list_that_was_never_filed_files_the_whole_list(desk: Desk) -> None:
    desk.apply(KONY, whole=True)
    with desk.store.transaction() as db:
        db.conn.execute("DELETE FROM name_segments")
        db.conn.execute("DELETE FROM name_editions WHERE list <> ''")
    desk.apply(QASIM)
    assert desk.found("Josef Kony") == [("kony", 2)]
    assert desk.found("Mohamed Al-Qasim") == [("qasim", 2)]


def test_filing_goes_on_where_a_power_cut_stopped_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [listed(f"{surname} Comer", key=surname) for surname in ("asimov", "bester", "clarke", "delany", "egan")]
    desk.apply(*people, whole=True)
    with desk.store.transaction() as db:
        db.conn.execute("DELETE FROM name_segments")
        db.conn.execute("DELETE FROM name_editions WHERE list <> ''")
    monkeypatch.setattr(keeper_module, "AT_ONCE", 2)
    asked_after: list[RecordKey | None] = []
    of_list = desk.of_list

    def cut(db: Database, name: ListName, after: RecordKey | None) -> Iterator[Person]:
        asked_after.append(after)
        if len(asked_after) == 2:
            raise KeyboardInterrupt
        return of_list(db, name, after)

    monkeypatch.setattr(desk, "of_list", cut)
    with pytest.raises(KeyboardInterrupt):
        desk.found("Asimov Comer")
    desk.keeper = NameIndexKeeper(desk)
    assert [desk.found(f"{person.key} Comer")[0] for person in people] == [(person.key, 1) for person in people]
    assert asked_after == [None, "bester", "bester", "delany"]
    assert desk.store.reader.conn.execute("SELECT count(*) FROM name_segments").fetchone() == (1,)


def test_another_keeper_loads_what_the_first_one_wrote(desk: Desk) -> None:
    desk.apply(KONY, QASIM, whole=True)
    desk.keeper = NameIndexKeeper(desk)
    assert desk.found("Josef Kony") == [("kony", 1)]


def test_no_name_is_in_the_clear_on_the_disk(desk: Desk, tmp_path: Path) -> None:
    desk.apply(*(listed(f"canarysurname{n} canarygiven", key=f"p{n}") for n in range(300)), whole=True)
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert sum(map(len, files.values())) > 40_000
    assert [name for name, content in files.items() if b"canary" in content] == []

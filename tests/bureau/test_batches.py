"""Documents in columns go to the database as the same rows that they would be one by one."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from borderdesk.ids import RecordKey
from borderdesk.watchlist import DocumentColumns, DocumentStatus, TravelDocument
from sync.bureau import Bureau, tables
from sync.bureau.batches import Documents, Records
from sync.bureau.stored import to_body
from tests.bureau.common import SLTD, both_databases, passport


def documents(count: int) -> list[TravelDocument]:
    """Of short keys and long ones, and many that come twice."""
    random = Random(3)
    return [
        TravelDocument(
            random.choice(("D", "FRA", "UTO", "FR")),
            random.choice(("P", "I", "PD", "")),
            "".join(random.choices("0A", k=random.choice((1, 2, 9, 24)))),
            random.choice(list(DocumentStatus)),
            random.choice((None, date(2026, 1, 2))),
            random.choice((None, date.min, date.max)),
        )
        for _ in range(count)
    ]


def test_documents_in_columns_are_the_rows_of_the_same_documents_one_by_one() -> None:
    some = documents(12_000)
    together = Documents.of(7, DocumentColumns.of(some))
    alone = Records.of([(7, RecordKey(one.key), to_body(one)) for one in some])
    assert len(alone.all) > 5000
    assert len(alone.duplicates) > 5000
    for _ in range(2):
        assert list(together.keys) == list(alone.keys)
        assert list(together.duplicates) == list(alone.duplicates)
        assert [row for rows in together.rows() for row in rows] == [row for rows in alone.rows() for row in rows]
        assert b"".join(together.packed("utf-8")) == b"".join(alone.packed("utf-8"))
        some_keys = set(alone.keys[::3])
        together, alone = together.without(some_keys), alone.without(some_keys)


@both_databases
def test_a_database_of_an_older_program_no_longer_asks_for_the_list_of_every_record(bureau: Bureau) -> None:
    with bureau.database.writing() as db:
        if db.dialect.name != "sqlite":
            for table in tables.UNGUARDED:
                lists = "partner_lists" if table == "partner_records" else "lists"
                db.exec_driver_sql(
                    f"ALTER TABLE {table} ADD CONSTRAINT {table}_list_fkey FOREIGN KEY (list) REFERENCES {lists} (id)"
                )
        db.exec_driver_sql("UPDATE settings SET value = '9' WHERE name = 'schema'")
    bureau.database.prepare()
    with bureau.database.reading() as db:
        if db.dialect.name != "sqlite":
            kept = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)"
            assert db.exec_driver_sql(kept, (list(tables.UNGUARDED),)).scalar() == 0
    assert bureau.import_list(SLTD, [passport("A1")]).rows == 1


@both_databases
@pytest.mark.parametrize("count", [1, 99, 100, 101, 250, 5000, 5101])
def test_an_import_enters_every_row_however_many_go_in_one_statement(bureau: Bureau, count: int) -> None:
    some = [passport(f"A{nth:06d}") for nth in range(count)]
    found = bureau.import_list(SLTD, [*some, some[-1]])
    assert (found.rows, list(found.duplicates)) == (count, [some[-1].key])
    for one in (some[0], some[count // 2], some[-1]):
        assert bureau.record(SLTD.name, RecordKey(one.key)) == one

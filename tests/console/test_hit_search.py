"""The search on the page of hits looks through every hit there is, however many came since."""

from __future__ import annotations

from html import escape

import pytest

from sync.bureau import Bureau
from tests.bureau.common import SLTD
from tests.console.conftest import Office, Visitor
from ui.console import hits


@pytest.mark.parametrize("text", ["nong-haet", "NONG-HAET fra a1", "A1 sltd"])
def test_a_hit_is_found_by_its_words_though_a_page_reads_only_the_newest(
    office: Office, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    oldest = office.bureau.hits()[-1].hit
    monkeypatch.setattr(hits, "_READ", 2 if "sltd" in text else 1)
    visitor.sign_in("khamla")
    assert oldest.post == "nong-haet"
    assert oldest.id in visitor.get(f"/console/hits?all=1&q={text}").text


@pytest.mark.parametrize("text", ["nong-haet somebody", "%", "_____", "dansa_anh"])
def test_a_hit_that_lacks_one_of_the_words_is_not_found(office: Office, visitor: Visitor, text: str) -> None:
    visitor.sign_in("khamla")
    page = visitor.session.get(office.server.url + "/console/hits", params={"all": "1", "q": text}, timeout=30).text
    assert f'value="{escape(text)}"' in page, "it was looked for"
    assert [one.hit.id for one in office.bureau.hits() if one.hit.id in page] == []


def test_one_post_is_asked_for_alone(office: Office, visitor: Visitor) -> None:
    visitor.sign_in("khamla")
    page = visitor.get("/console/hits?all=1&post=dansavanh").text
    shown = {one.hit.post for one in office.bureau.hits() if one.hit.id in page}
    assert shown == {"dansavanh"}


def test_hits_that_an_older_program_kept_are_found_as_well(office: Office) -> None:
    bureau = office.bureau
    with bureau.database.writing() as db:
        db.exec_driver_sql("ALTER TABLE hits DROP COLUMN words")
        db.exec_driver_sql("UPDATE settings SET value = '9' WHERE name = 'schema'")
    with Bureau.open(bureau.home.folder, clock=bureau.clock) as again:
        assert len(again.hits(words=f"{SLTD.name} A1")) == 2
        assert again.hits(words="dansavanh khamla nobody") == ()

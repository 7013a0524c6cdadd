"""The console's page of drills."""

from __future__ import annotations

import re
from datetime import timedelta

from borderdesk.hits import HitAct
from borderdesk.operations.drills import DRILL_KIND, DrillReport, Judged, report_body
from tests.console.conftest import Office, Visitor


def test_a_drill_is_counted_by_post_and_its_documents_do_not_stand_on_the_page(
    office: Office, visitor: Visitor
) -> None:
    visitor.sign_in("khamla")
    assert "No drill was ordered yet." in visitor.get("/console/drills").text
    now = office.bureau.clock.wall()
    made = office.bureau.order_drill(["nong-haet", "dansavanh"], now, now + timedelta(days=1))
    desk = office.desks[0]
    report = DrillReport(made.order.id, "r1", 14, HitAct.REFER, Judged.RIGHT, 3, 4)
    desk.send(desk.sealed(2, DRILL_KIND, report_body(report)).envelope)
    page = visitor.get("/console/drills").text
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in re.findall(r"<tr>.*?</tr>", page)]
    assert ["nong-haet", "1", "1", "0", "0", "0", "14", "75 %"] in rows
    assert ["dansavanh", "0"] in [row[:2] for row in rows]
    assert made.order.documents[0].lines[1][:9] not in page


def test_a_drill_is_ordered_printed_and_ended_on_pages(office: Office, visitor: Visitor) -> None:
    visitor.sign_in("boun")
    until = office.bureau.clock.wall() + timedelta(days=2)
    form = {"csrf": visitor.csrf(), "until": f"{until:%Y-%m-%dT%H:%M}", "documents": "2"}
    assert "A drill has posts that this bureau knows" in visitor.post("/console/drills", form).text
    ordered = visitor.post("/console/drills", {**form, "post nong-haet": "yes"})
    slip = visitor.get(ordered.headers["location"]).text
    (made,) = office.bureau.drills()
    assert made.posts == ("nong-haet",) and made.made_by == "boun" and len(made.order.documents) == 2
    assert all(line.replace("<", "&lt;") in slip for document in made.order.documents for line in document.lines)
    assert office.bureau.journal_newest(1)[0].kind == "drill"
    visitor.post(f"/console/drills/{made.number}/end", {"csrf": visitor.csrf()})
    (ended,) = office.bureau.drills()
    assert not ended.order.runs(office.bureau.clock.wall())
    visitor.sign_in("khamla")
    assert "may not do this" in visitor.get(f"/console/drills/{made.number}/slip").text


def test_a_drill_that_was_ordered_by_mistake_is_ended_before_it_begins(office: Office) -> None:
    now = office.bureau.clock.wall()
    made = office.bureau.order_drill(["nong-haet"], now + timedelta(days=1), now + timedelta(days=2))
    ended = office.bureau.end_drill(made.number, by="boun")
    assert not any(ended.order.runs(now + timedelta(hours=hours)) for hours in (1, 25, 47))

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

"""The console's page of drills."""

from __future__ import annotations

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
    assert "<td>nong-haet</td><td>1</td><td>1</td><td>0</td><td>0</td><td>0</td><td>14</td><td>75 %</td>" in page
    assert "<td>dansavanh</td><td>0</td>" in page
    assert made.order.documents[0].lines[1][:9] not in page

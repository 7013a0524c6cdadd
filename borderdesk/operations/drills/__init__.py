"""Drills and training: invented documents, answered by the real rules, never mixed with anything real."""

from borderdesk.operations.drills.lessons import LESSONS, Course, Lesson, Need, Progress, lesson
from borderdesk.operations.drills.lessons import note as note_lesson
from borderdesk.operations.drills.lessons import progress as lessons_of
from borderdesk.operations.drills.lists import MARKED, DrillLists, DrillRecord, answer
from borderdesk.operations.drills.orders import (
    DRILL_KIND,
    MOST_DOCUMENTS,
    DrillDocument,
    DrillOrder,
    DrillReport,
    UnreadableDrill,
    enter,
    invented,
    order_body,
    read_order_body,
    read_report_body,
    report_body,
    running,
)
from borderdesk.operations.drills.results import (
    MIGRATIONS,
    DrillKind,
    DrillResult,
    Judged,
    keep,
    of_everybody,
    of_officer,
    refresher,
)
from borderdesk.operations.drills.runs import Run, about_order, acted, marked, of_order, of_scene, shown, typed_back
from borderdesk.operations.drills.scenes import Scene, scenes

__all__ = [
    "DRILL_KIND",
    "LESSONS",
    "MARKED",
    "MIGRATIONS",
    "MOST_DOCUMENTS",
    "Course",
    "DrillDocument",
    "DrillKind",
    "DrillLists",
    "DrillOrder",
    "DrillRecord",
    "DrillReport",
    "DrillResult",
    "Judged",
    "Lesson",
    "Need",
    "Progress",
    "Run",
    "Scene",
    "UnreadableDrill",
    "about_order",
    "acted",
    "answer",
    "enter",
    "invented",
    "keep",
    "lesson",
    "lessons_of",
    "marked",
    "note_lesson",
    "of_everybody",
    "of_officer",
    "of_order",
    "of_scene",
    "order_body",
    "read_order_body",
    "read_report_body",
    "refresher",
    "report_body",
    "running",
    "scenes",
    "shown",
    "typed_back",
]

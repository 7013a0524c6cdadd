"""Enrols the demonstration's desk, through the wire that a real one uses, and gives its officer an account."""

from __future__ import annotations

from collections.abc import Callable

from borderdesk.people import Binding
from sync.agent.enrolment import enrol
from ui.demo.stage import OFFICER, OFFICER_NAME, PASSWORD, POST, Stage


def enrol_demo_desk(stage: Stage, report: Callable[[str], None]) -> None:
    """Ask the running bureau for a code, and make the stage's desk folder with it."""
    code = stage.bureau_json("enrol", POST)["code"]
    enrolled = enrol(
        stage.desk_folder,
        url=stage.url,
        code=code,
        account=OFFICER,
        name=OFFICER_NAME,
        password=PASSWORD,
        binding=Binding.FILE,
    )
    reply = enrolled.link.reply
    report(f"desk: enrolled as {reply.desk} of post {reply.post}; it believes only {reply.bureau_name}")

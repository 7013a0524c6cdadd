"""Drills with their numbers, post by post."""

from __future__ import annotations

from ui.console.web import Asked, Shown


def show(asked: Asked) -> Shown:
    """Every drill with what the posts did. No document stands here: a page is not a slip."""
    reports = [asked.bureau.drill_report(one.number) for one in asked.bureau.drills()]
    return Shown("drills.html", {"reports": reports})

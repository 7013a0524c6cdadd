"""A hit for a program: what the desk and the bureau both say of one, in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from borderdesk.hits.types import BureauAnswer, Hit


def hit_plain(hit: Hit, answers: Iterable[BureauAnswer]) -> dict[str, object]:
    """The hit, the record it was found in, and what the bureau answered."""
    return {
        "id": hit.id,
        "post": hit.post,
        "desk": hit.desk,
        "officer": hit.taken_up_by,
        "list": hit.record.list,
        "key": hit.record.key,
        "edition": hit.record.edition,
        "summary": str(hit.summary),
        "document_state": hit.document_state,
        "document_number": hit.document_number,
        "traveller": hit.traveller,
        "state": hit.state.value,
        "taken_up_at": hit.taken_up_at.trusted.isoformat(),
        "answers": [answer_plain(said) for said in answers],
    }


def answer_plain(said: BureauAnswer) -> dict[str, object]:
    """One answer of the bureau."""
    return {"kind": said.kind.value, "words": said.words, "by": said.by, "at": said.at.isoformat()}


def iso(moment: datetime | None) -> str | None:
    """A moment for a program."""
    return moment.isoformat() if moment else None

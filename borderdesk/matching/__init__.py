"""People under other spellings: candidates, scores and the reasons for them."""

from borderdesk.matching import clearances
from borderdesk.matching.clearances import Clearance, Cleared
from borderdesk.matching.compare import compare, compare_many
from borderdesk.matching.forgetting import forget_names
from borderdesk.matching.index import PersonIndex
from borderdesk.matching.keeper import MIGRATIONS, NameIndexKeeper
from borderdesk.matching.types import (
    Candidate,
    Explanation,
    FactMatch,
    Meeting,
    PartMatch,
    PersonQuery,
    Scored,
)

__all__ = [
    "MIGRATIONS",
    "Candidate",
    "Clearance",
    "Cleared",
    "Explanation",
    "FactMatch",
    "Meeting",
    "NameIndexKeeper",
    "PartMatch",
    "PersonIndex",
    "PersonQuery",
    "Scored",
    "clearances",
    "compare",
    "compare_many",
    "forget_names",
]

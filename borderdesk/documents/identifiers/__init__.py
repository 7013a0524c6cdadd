"""Numbers of things: vehicles, vessels, containers, firearms, and documents without a machine readable zone."""

from borderdesk.documents.identifiers.check import KINDS, check_identifier
from borderdesk.documents.identifiers.types import IdentifierCheck

__all__ = ["KINDS", "IdentifierCheck", "check_identifier"]

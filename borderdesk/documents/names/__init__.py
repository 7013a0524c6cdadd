"""Printed names and the names of the machine readable zone: ICAO's transliteration, and whether two are the same."""

from borderdesk.documents.names.arabic import from_x_code
from borderdesk.documents.names.compare import NameComparison, compare_names
from borderdesk.documents.names.letters import first_spelling
from borderdesk.documents.names.usual import Doubt, doubts

__all__ = ["Doubt", "NameComparison", "compare_names", "doubts", "first_spelling", "from_x_code"]

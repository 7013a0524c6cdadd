"""Passenger and crew lists as carriers send them: UN/EDIFACT PAXLST, CSV and XLSX with named columns."""

from borderdesk.documents.passengers.read import read_passenger_list
from borderdesk.documents.passengers.types import (
    Leg,
    ListedDocument,
    ListedPerson,
    PassengerList,
    UnreadableList,
)

__all__ = ["Leg", "ListedDocument", "ListedPerson", "PassengerList", "UnreadableList", "read_passenger_list"]

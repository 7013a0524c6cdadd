"""Reading travel documents and identifiers, and saying what is wrong with them."""

from borderdesk.codes import state_aliases
from borderdesk.documents.authenticity import SENSES, PrintedFields, Sense, check_authenticity, sense_checks
from borderdesk.documents.checks import check_digit
from borderdesk.documents.identifiers import IdentifierCheck, check_identifier
from borderdesk.documents.mrz import (
    Change,
    DocumentReading,
    Format,
    NotComposable,
    Repair,
    UnreadableMrz,
    compose_mrz,
    read_mrz,
)
from borderdesk.documents.names import NameComparison, compare_names
from borderdesk.documents.numbers import (
    ALPHABET,
    LOOK_ALIKES,
    is_one_edit_away,
    look_alike_class,
    normal_number,
    one_edit_neighbours,
    overflow_variants,
)
from borderdesk.documents.passengers import (
    Leg,
    ListedDocument,
    ListedPerson,
    PassengerList,
    UnreadableList,
    read_passenger_list,
)

__all__ = [
    "ALPHABET",
    "LOOK_ALIKES",
    "SENSES",
    "Change",
    "DocumentReading",
    "Format",
    "IdentifierCheck",
    "Leg",
    "ListedDocument",
    "ListedPerson",
    "NameComparison",
    "NotComposable",
    "PassengerList",
    "PrintedFields",
    "Repair",
    "Sense",
    "UnreadableList",
    "UnreadableMrz",
    "check_authenticity",
    "check_digit",
    "check_identifier",
    "compare_names",
    "compose_mrz",
    "is_one_edit_away",
    "look_alike_class",
    "normal_number",
    "one_edit_neighbours",
    "overflow_variants",
    "read_mrz",
    "read_passenger_list",
    "sense_checks",
    "state_aliases",
]

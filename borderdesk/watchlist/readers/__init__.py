"""Readers of real list formats. A reader yields records and refusals in the order of the file; nothing is dropped."""

from borderdesk.watchlist.readers.eu import EU_LIST, read_eu_csv
from borderdesk.watchlist.readers.eu_consolidated import EU_CONSOLIDATED, read_eu_consolidated
from borderdesk.watchlist.readers.ftm import FTM_LIST, read_ftm
from borderdesk.watchlist.readers.interpol import NOTICES, read_interpol
from borderdesk.watchlist.readers.mapped import ColumnNames, read_documents
from borderdesk.watchlist.readers.ofac import OFAC_LIST, read_ofac_csv, read_ofac_xml
from borderdesk.watchlist.readers.people import PERSON_FIELDS
from borderdesk.watchlist.readers.report import (
    ImportReport,
    Loss,
    Read,
    Refusal,
    SourceStamp,
    Tally,
    UnreadableList,
)
from borderdesk.watchlist.readers.table import TableBlock, TableParts, TableRow, csv_parts, csv_rows, xlsx_rows
from borderdesk.watchlist.readers.things import read_records
from borderdesk.watchlist.readers.un import UN_LIST, open_shipped_un, read_un

__all__ = [
    "EU_CONSOLIDATED",
    "EU_LIST",
    "FTM_LIST",
    "NOTICES",
    "OFAC_LIST",
    "PERSON_FIELDS",
    "UN_LIST",
    "ColumnNames",
    "ImportReport",
    "Loss",
    "Read",
    "Refusal",
    "SourceStamp",
    "TableBlock",
    "TableParts",
    "TableRow",
    "Tally",
    "UnreadableList",
    "csv_parts",
    "csv_rows",
    "open_shipped_un",
    "read_documents",
    "read_eu_consolidated",
    "read_eu_csv",
    "read_ftm",
    "read_interpol",
    "read_ofac_csv",
    "read_ofac_xml",
    "read_records",
    "read_un",
    "xlsx_rows",
]

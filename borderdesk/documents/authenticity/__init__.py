"""What a desk can find wrong with a document without a laboratory: dates, specimens, national rules, printed fields."""

from borderdesk.documents.authenticity.aamva import Barcode, read_barcode
from borderdesk.documents.authenticity.check import PrintedFields, check_authenticity
from borderdesk.documents.authenticity.senses import SENSES, Sense, sense_checks

__all__ = ["SENSES", "Barcode", "PrintedFields", "Sense", "check_authenticity", "read_barcode", "sense_checks"]

"""What a desk can find wrong with a document without a laboratory: dates, specimens, national rules, printed fields."""

from borderdesk.documents.authenticity.aamva import Barcode, read_barcode
from borderdesk.documents.authenticity.check import PrintedFields, check_authenticity, sense_checks

__all__ = ["Barcode", "PrintedFields", "check_authenticity", "read_barcode", "sense_checks"]

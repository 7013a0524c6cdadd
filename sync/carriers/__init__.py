"""What moves bytes between a desk and its bureau, and is never believed."""

from sync.carriers.https import HttpsCarrier, Impostor, enrol
from sync.carriers.types import Carrier, LinkDown, NotAccepted, NotThere, Traffic

__all__ = ["Carrier", "HttpsCarrier", "Impostor", "LinkDown", "NotAccepted", "NotThere", "Traffic", "enrol"]

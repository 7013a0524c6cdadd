"""What moves bytes between a desk and its bureau, and is never believed."""

from sync.carriers.https import HttpsCarrier, enrol, signed_headers
from sync.carriers.peer import KeyNotHere, PeerAddress, PeerAddressWrong, PeerCarrier, PeerDown
from sync.carriers.stick import (
    Shipment,
    Shipped,
    Stick,
    StickCarrier,
    collect,
    collected,
    ship,
)
from sync.carriers.stick_errors import NoStick, StickFull, StickPulledOut, StickTrap, StickUnusable
from sync.carriers.types import Carrier, HungUp, Impostor, LinkDown, NotAccepted, NotThere, Traffic

__all__ = [
    "Carrier",
    "HttpsCarrier",
    "HungUp",
    "Impostor",
    "KeyNotHere",
    "LinkDown",
    "NoStick",
    "NotAccepted",
    "NotThere",
    "PeerAddress",
    "PeerAddressWrong",
    "PeerCarrier",
    "PeerDown",
    "Shipment",
    "Shipped",
    "Stick",
    "StickCarrier",
    "StickFull",
    "StickPulledOut",
    "StickTrap",
    "StickUnusable",
    "Traffic",
    "collect",
    "collected",
    "enrol",
    "ship",
    "signed_headers",
]

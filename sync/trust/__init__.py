"""Keys, and whom to believe; trusted time."""

from sync.trust.keys import BureauKeys, DeskKeys, LinkIdentity
from sync.trust.root import KeyRole, TrustedRoot
from sync.trust.time import NEVER, TimeMark, TrustedTime
from sync.trust.verifier import Trust, TrustedManifest

__all__ = [
    "NEVER",
    "BureauKeys",
    "DeskKeys",
    "KeyRole",
    "LinkIdentity",
    "TimeMark",
    "Trust",
    "TrustedManifest",
    "TrustedRoot",
    "TrustedTime",
]

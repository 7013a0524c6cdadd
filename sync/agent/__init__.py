"""The desk as an engine: screening, hits, and the loop that fetches and uploads."""

from sync.agent.courier import Courier
from sync.agent.desk import Desk, NobodySignedIn, NothingFound

__all__ = ["Courier", "Desk", "NobodySignedIn", "NothingFound"]

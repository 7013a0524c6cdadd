"""The other desk of the post that this one feeds from, where it was told of one: an address, kept beside the spool.

It needs no protection: what comes from there is verified like everything else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from borderdesk.store import translated_os_errors
from sync.agent.identity import write_private
from sync.carriers import PeerAddress

PEER: Final = "post-peer"


def neighbour(folder: Path) -> PeerAddress | None:
    """The address that was set, if one was. Raises PeerAddressWrong where somebody spoiled the file."""
    path = folder / PEER
    return PeerAddress.read(path.read_text("utf-8", errors="replace")) if path.exists() else None


def set_neighbour(folder: Path, address: PeerAddress | None) -> None:
    """Feed from that desk from now on; None for no other. Raises DiskFull, DiskFailed."""
    with translated_os_errors(folder):
        if address is None:
            (folder / PEER).unlink(missing_ok=True)
        else:
            write_private(folder / PEER, address.url.encode())

"""What a technician may know of a desk: files, room, link, waiting items; no record and no hit."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from borderdesk import __version__
from borderdesk.clock import Moment
from borderdesk.ids import ListName
from borderdesk.people import Vault
from sync.agent import identity as identities
from sync.agent.limited import COPY
from sync.agent.state import DeskStatus, LinkState


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The desk as files and numbers. Sizes in bytes.

    `held` are the editions of the lists when somebody who may read them was last signed in.
    """

    post: str
    desk: str
    held: Mapping[ListName, int]
    store_bytes: int
    spool_bytes: int
    free_bytes: int
    waiting: int
    unwritten: int
    link: LinkState
    binding: str
    """What keeps the machine's secret (`borderdesk.people.Binding`)."""
    passed_over: tuple[str, ...]
    """Why nothing stronger does."""
    version: str
    at: Moment
    """Signed time beside the PC's own."""
    copy_bytes: int
    """The auditor's copy of the journal."""

    @classmethod
    def of(cls, folder: Path, held: Mapping[ListName, int], status: DeskStatus, vault: Vault, at: Moment) -> Diagnosis:
        """Look at the folder. Raises OSError."""
        binding, passed_over = vault.binding()
        return cls(
            post=status.post,
            desk=status.desk,
            held=dict(held),
            store_bytes=_size(folder / identities.STORE),
            spool_bytes=_size(folder / identities.SPOOL),
            free_bytes=shutil.disk_usage(folder).free,
            waiting=status.waiting,
            unwritten=status.unwritten,
            link=status.link,
            binding=binding,
            passed_over=passed_over,
            version=__version__,
            at=at,
            copy_bytes=_size(folder / COPY),
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0

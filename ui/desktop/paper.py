"""Pages of PDF: painted in memory, then written in one step, so that no half of a file is left anywhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter


def pdf(
    size: QPageSize.PageSizeId, margin: float, title: str, paint: Callable[[QPainter, Callable[[], object]], None]
) -> bytes:
    """The file with what `paint` paints. It gets the painter, and a way to begin another page; `margin` is in mm."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(size))
    writer.setPageMargins(QMarginsF(margin, margin, margin, margin))
    writer.setTitle(title)
    painter = QPainter(writer)
    paint(painter, writer.newPage)
    painter.end()
    return bytes(buffer.data().data())


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file in one step; after a failure, what was there before is there still. Raises OSError."""
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise

"""Pictures made small enough to travel: decoded, turned upright, scaled and encoded anew.

What leaves is the picture and nothing else: where and with what it was taken stays behind. It needs no window.
"""

from __future__ import annotations

from itertools import product
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from borderdesk.hits import NoPicture, PhotoTooLarge
from borderdesk.watchlist.photos import media_type

_READ: Final = {"image/jpeg": b"jpeg", "image/png": b"png"}
_LONGEST: Final = (1600, 1280, 1024, 800, 640, 480, 320)
"""Pixels of the longer side, largest first: the small print of a passport page is legible at 1280."""

_QUALITIES: Final = (75, 55)


def fitted(content: bytes, most: int) -> bytes:
    """A JPEG of at most `most` bytes that shows what this JPEG or PNG shows. Raises NoPicture, PhotoTooLarge."""
    image = _decoded(content)
    longer = max(image.width(), image.height())
    sizes = [min(longer, _LONGEST[0]), *(size for size in _LONGEST[1:] if size < longer)]
    encoded = b""
    for size, quality in product(sizes, _QUALITIES):
        encoded = _encoded(image, size, quality)
        if len(encoded) <= most:
            return encoded
    raise PhotoTooLarge(len(encoded), most)


def _decoded(content: bytes) -> QImage:
    known = _READ.get(media_type(content) or "")
    if known is None:
        raise NoPicture
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, known)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise NoPicture
    return image


def _encoded(image: QImage, longest: int, quality: int) -> bytes:
    scaled = image
    if max(image.width(), image.height()) > longest:
        scaled = image.scaled(
            longest, longest, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    # What is transparent becomes white, not black.
    plain = QImage(scaled.size(), QImage.Format.Format_RGB32)
    plain.fill(Qt.GlobalColor.white)
    _paint_on(plain, scaled)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    plain.save(buffer, "JPEG", quality)  # type: ignore[call-overload]  # the stubs want bytes, Qt takes text
    return bytes(data.data())


def _paint_on(below: QImage, above: QImage) -> None:
    painter = QPainter(below)
    try:
        painter.drawImage(0, 0, above)
    finally:
        painter.end()

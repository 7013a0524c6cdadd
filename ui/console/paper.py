"""A plain report as PDF 1.4 (ISO 32000-1): text lines on A4 in a font that every reader has. Nothing is embedded.

The font holds Latin letters only (Windows-1252); what it lacks is written as a question mark.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Final

_LINES: Final = 48
_WIDTH: Final = 90
_TOP: Final = 790
_LEFT: Final = 56
_STEP: Final = 15


def page_of(title: str, lines: list[str]) -> bytes:
    """The report, on as many pages as it takes."""
    folded = [part for line in lines for part in (wrap(line, _WIDTH) or [""])]
    pages = [folded[at : at + _LINES] for at in range(0, len(folded), _LINES)] or [[]]
    bodies: list[bytes] = []
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    bodies.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    bodies.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    bodies.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for number, page in enumerate(pages):
        content = _text(title, page, number + 1, len(pages))
        bodies.append(
            (
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
                f"/Resources << /Font << /F1 3 0 R >> >> /Contents {first + 2 * number + 1} 0 R >>"
            ).encode()
        )
        bodies.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
    return _file(bodies)


def _text(title: str, lines: list[str], number: int, of: int) -> bytes:
    shown = [b"BT /F1 16 Tf %d %d Td (" % (_LEFT, _TOP) + _escaped(title) + b") Tj ET"]
    for place, line in enumerate(lines):
        at = _TOP - 30 - place * _STEP
        shown.append(b"BT /F1 11 Tf %d %d Td (" % (_LEFT, at) + _escaped(line) + b") Tj ET")
    shown.append(b"BT /F1 9 Tf %d 30 Td (%d / %d) Tj ET" % (_LEFT, number, of))
    return b"\n".join(shown)


def _escaped(text: str) -> bytes:
    plain = text.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(bodies: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(out)

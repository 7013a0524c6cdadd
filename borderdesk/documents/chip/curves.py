"""Elliptic curves of travel documents, and signatures on those that the cryptography package does not have.

Many issuers write all parameters of their curve into the key. A forger may too, with another base point, so that a key
of his own fits (CVE-2020-0601): parameters are compared whole, with those of curves known by name.
Verifying uses public values only, so that plain arithmetic does no harm; nothing here signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_Point = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Curve:
    """Domain parameters: y² = x³ + ax + b over the field of p, base point (x, y) of order n, cofactor h."""

    name: str
    oid: str
    p: int
    a: int
    b: int
    x: int
    y: int
    n: int
    h: int

    @property
    def size(self) -> int:
        """Bytes of one coordinate."""
        return (self.p.bit_length() + 7) // 8


def curve_named(oid: str) -> Curve | None:
    """The curve with this object identifier, or None."""
    return next((curve for curve in _curves() if curve.oid == oid), None)


def curve_with(p: int, a: int, b: int, base: bytes, n: int, h: int | None) -> Curve | None:
    """The known curve of which every parameter is as given, or None. An absent cofactor fits any."""
    for curve in _curves():
        if (curve.p, curve.a, curve.b, curve.n) != (p, a % p if p else a, b, n):
            continue
        if h is not None and h != curve.h:
            continue
        point = decode_point(curve, base)
        if point == (curve.x, curve.y):
            return curve
    return None


def decode_point(curve: Curve, data: bytes) -> tuple[int, int] | None:
    """A point from its octets (SEC 1, 2.3.4), or None where it is not on the curve."""
    size = curve.size
    if len(data) == 2 * size + 1 and data[0] == 4:
        x, y = int.from_bytes(data[1 : size + 1], "big"), int.from_bytes(data[size + 1 :], "big")
    elif len(data) == size + 1 and data[0] in (2, 3):
        x = int.from_bytes(data[1:], "big")
        square = (x * x * x + curve.a * x + curve.b) % curve.p
        # Every curve of the table but P-224 has p = 3 modulo 4; for that one the compressed form is not read.
        if curve.p % 4 != 3:
            return None
        y = pow(square, (curve.p + 1) // 4, curve.p)
        if y % 2 != data[0] % 2:
            y = curve.p - y
    else:
        return None
    if not (0 <= x < curve.p and 0 <= y < curve.p) or (y * y - x * x * x - curve.a * x - curve.b) % curve.p:
        return None
    return x, y


def ecdsa_holds(curve: Curve, public: tuple[int, int], digest: bytes, r: int, s: int) -> bool:
    """ECDSA verification (FIPS 186-5, 6.4.2)."""
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    z = int.from_bytes(digest, "big") >> max(0, len(digest) * 8 - curve.n.bit_length())
    inverse = pow(s, -1, curve.n)
    first = _times(curve, (curve.x, curve.y, 1), z * inverse % curve.n)
    second = _times(curve, (*public, 1), r * inverse % curve.n)
    x, _, z1 = _plus(curve, first, second)
    if z1 == 0:
        return False
    return x * pow(z1 * z1, -1, curve.p) % curve.p % curve.n == r


def _times(curve: Curve, point: _Point, factor: int) -> _Point:
    result: _Point = (1, 1, 0)
    for bit in bin(factor)[2:]:
        result = _double(curve, result)
        if bit == "1":
            result = _plus(curve, result, point)
    return result


def _double(curve: Curve, point: _Point) -> _Point:
    x, y, z = point
    p = curve.p
    if z == 0 or y == 0:
        return (1, 1, 0)
    yy = y * y % p
    s = 4 * x * yy % p
    m = (3 * x * x + curve.a * pow(z, 4, p)) % p
    x3 = (m * m - 2 * s) % p
    return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p


def _plus(curve: Curve, one: _Point, other: _Point) -> _Point:
    if one[2] == 0:
        return other
    if other[2] == 0:
        return one
    p = curve.p
    (x1, y1, z1), (x2, y2, z2) = one, other
    z1z1, z2z2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * z2z2 % p, x2 * z1z1 % p
    s1, s2 = y1 * z2 * z2z2 % p, y2 * z1 * z1z1 % p
    if u1 == u2:
        return _double(curve, one) if s1 == s2 else (1, 1, 0)
    h, r = (u2 - u1) % p, (s2 - s1) % p
    hh = h * h % p
    hhh, v = h * hh % p, u1 * hh % p
    x3 = (r * r - hhh - 2 * v) % p
    return x3, (r * (v - x3) - s1 * hhh) % p, z1 * z2 * h % p


@cache
def _curves() -> tuple[Curve, ...]:
    text = files("borderdesk.documents.chip").joinpath("curves.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return tuple(Curve(row[0], row[1], *(int(number, 16) for number in row[2:])) for row in rows)

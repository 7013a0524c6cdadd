"""The bytes of a seal: header, features, signature (ICAO Doc 9303-13, 2.2 to 2.4)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from borderdesk.documents.seals.c40 import decode_c40
from borderdesk.documents.seals.unreadable import UnreadableSeal
from borderdesk.words import say

MAGIC = 0xDC
MOST_BYTES = 16 * 1024
"""The largest barcode holds some 3 kB; written as text it is four times as long."""

_SIGNATURE = 0xFF
_SIGNER = 4
_HEX = re.compile(rb"[0-9a-fA-F\s]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_=\s-]+")


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its tag, what it is called where the profile is known, and its value as text (else hexadecimal).

    `places` says how many places of each line of the printed zone it holds; empty for anything else.
    """

    tag: int
    name: str
    value: str
    places: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The beginnings of the zone's lines, with filler."""
        found, start = [], 0
        for length in self.places:
            found.append(self.value[start : start + length])
            start += length
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it was read; nothing of it is proven.

    `signer` is its country and two characters, `certificate` the reference of its certificate in hexadecimal.
    `signed_data` are the bytes that `signature` (r and s, raw) speaks of. `document` is empty for unknown profiles.
    """

    version: int
    issuing_state: str
    signer: str
    certificate: str
    issued_on: date | None
    signed_on: date | None
    category: int
    definition: int
    document: str
    features: tuple[Feature, ...]
    signature: bytes
    signed_data: bytes
    own_certificate: bytes = b""
    """The signer's certificate, where the seal carries it (VDS-NC): it proves nothing until it is traced."""

    @property
    def zone(self) -> Feature | None:
        """The feature that holds the machine readable zone, if any does."""
        return next((feature for feature in self.features if feature.places), None)


def read_seal(data: bytes) -> Seal:
    """Read a seal: its bytes, or these as a reader delivers them (hexadecimal, base64, or one letter per byte), or the
    JSON of a VDS-NC.

    Raises UnreadableSeal.
    """
    try:
        return _read_json(data) if data.lstrip()[:1] == b"{" else _read(_bytes_of(data))
    except (ValueError, IndexError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableSeal(say("The seal is damaged ({reason}).", reason=str(error))) from error


def _read_json(data: bytes) -> Seal:
    """A visible digital seal for non-constrained environments (VDS-NC; ICAO Technical Report, 2021): `data` with header
    and message, signed in canonical form (RFC 8785), and `sig` with the signer's certificate."""
    if len(data) > MOST_BYTES:
        raise UnreadableSeal(say("This is larger than any seal ({size} bytes).", size=len(data)))
    whole = json.loads(data)
    signed, header, signature = whole["data"], whole["data"]["hdr"], whole["sig"]
    raw = _base64url(signature["sigvl"])
    if not raw or len(raw) % 2:
        raise ValueError("signature")
    features = tuple(Feature(at, name, value) for at, (name, value) in enumerate(_leaves("", signed["msg"])))
    return Seal(
        version=int(header["v"]), issuing_state=str(header["is"]).ljust(3, "<"), signer="", certificate="",
        issued_on=None, signed_on=None, category=0, definition=0, document=str(header["t"]), features=features,
        signature=raw, signed_data=_canonical(signed).encode("utf-8"),
        own_certificate=_base64url(signature["cer"]),
    )  # fmt: skip


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}".lstrip("."), inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _leaves(f"{path}.{at}", inner)
    else:
        yield path, str(value)


def _canonical(value: object) -> str:
    """RFC 8785 for what such seals hold: names in the order of their UTF-16, no blanks. Raises ValueError for a broken
    number, of which the canonical form is another matter."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_canonical(name)}:{_canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    if isinstance(value, float):
        raise ValueError("broken number")
    return json.dumps(value, ensure_ascii=False)


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _bytes_of(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise UnreadableSeal(say("This is larger than any seal ({size} bytes).", size=len(data)))
    if data[:1] == bytes((MAGIC,)):
        return data
    text = data.strip()
    try:
        if _HEX.fullmatch(text):
            found = bytes.fromhex(text.decode("ascii"))
        elif _BASE64.fullmatch(text):
            packed = b"".join(text.split()).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
            found = base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
        else:
            # Keyboard wedges send one letter per byte; as UTF-8 each of the upper half is two bytes long.
            found = data.decode("utf-8").encode("latin-1")
    except (ValueError, binascii.Error) as error:
        raise UnreadableSeal(say("This is no visible digital seal.")) from error
    if found[:1] != bytes((MAGIC,)):
        raise UnreadableSeal(say("This is no visible digital seal."))
    return found


def _read(raw: bytes) -> Seal:
    version = raw[1] + 1
    if version not in (3, 4):
        raise UnreadableSeal(
            say("The seal is of version {version}, which this program does not read.", version=version)
        )
    state = decode_c40(raw[2:4]).replace(" ", "<").ljust(3, "<")
    signer, reference, at = _signer(raw, version)
    issued, signed_on, definition, category = _date(raw, at), _date(raw, at + 3), raw[at + 6], raw[at + 7]
    at += 8
    features: list[Feature] = []
    rules = _profiles().get((category, definition), {})
    while raw[at] != _SIGNATURE:
        tag, start, end = _item(raw, at, version)
        features.append(_feature(tag, raw[start:end], rules))
        at = end
    _, start, end = _item(raw, at, 4)
    if not raw[start:end] or (end - start) % 2:
        raise ValueError("signature")
    document = next(iter(rules.values())).document if rules else ""
    return Seal(
        version, state, signer, reference, issued, signed_on, category, definition, document, tuple(features),
        raw[start:end], raw[:at],
    )  # fmt: skip


def _signer(raw: bytes, version: int) -> tuple[str, str, int]:
    """Signer, certificate reference, and where the header goes on."""
    if version == 3:
        text = decode_c40(raw[4:10])
        return text[:_SIGNER], text[_SIGNER:], 10
    length = int(decode_c40(raw[4:8])[_SIGNER:], 16)
    size = _SIGNER + 2 + length
    end = 4 + 2 * -(-size // 3)
    text = decode_c40(raw[4:end])
    reference = text[_SIGNER + 2 :]
    if len(reference) != length:
        raise ValueError("certificate reference")
    return text[:_SIGNER], reference, end


def _item(raw: bytes, at: int, version: int) -> tuple[int, int, int]:
    """Tag, and where the value begins and ends. Before version 4 the length is one byte (2.3)."""
    tag, length, start = raw[at], raw[at + 1], at + 2
    if version >= 4 and length > 0x80:
        octets = length & 0x7F
        if octets > 4:
            raise ValueError("length")
        length = int.from_bytes(raw[start : start + octets], "big")
        start += octets
    if start + length > len(raw):
        raise ValueError("cut")
    return tag, start, start + length


def _date(raw: bytes, at: int) -> date | None:
    """Month, day and year as one number in three bytes; None where it is no day."""
    number = int.from_bytes(raw[at : at + 3], "big")
    try:
        return date(number % 10000, number // 1000000, number // 10000 % 100)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Rule:
    document: str
    name: str
    how: str


@cache
def _profiles() -> dict[tuple[int, int], dict[int, _Rule]]:
    text = files("borderdesk.documents.seals").joinpath("profiles.tsv").read_text(encoding="utf-8")
    found: dict[tuple[int, int], dict[int, _Rule]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            key, document, tag, name, how = line.split("\t")
            category, definition = (int(part, 16) for part in key.split())
            found.setdefault((category, definition), {})[int(tag)] = _Rule(document, name, how)
    return found


def _feature(tag: int, value: bytes, rules: dict[int, _Rule]) -> Feature:
    rule = rules.get(tag)
    if rule is None or rule.how == "bytes":
        return Feature(tag, rule.name if rule else "", value.hex())
    if rule.how.startswith("zone:"):
        places = tuple(int(part) for part in rule.how.removeprefix("zone:").split("+"))
        text = decode_c40(value).replace(" ", "<")
        if len(text) > sum(places):
            raise ValueError("zone")
        return Feature(tag, rule.name, text.ljust(sum(places), "<"), places)
    if rule.how == "number":
        return Feature(tag, rule.name, str(int.from_bytes(value, "big")))
    if rule.how == "days":
        parts = [f"{count} {unit}" for count, unit in zip(value, ("days", "months", "years"), strict=False) if count]
        return Feature(tag, rule.name, ", ".join(parts))
    return Feature(tag, rule.name, value.decode("utf-8") if rule.how == "utf8" else decode_c40(value).rstrip())

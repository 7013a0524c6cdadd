"""One-time codes: TOTP (RFC 6238) over HOTP (RFC 4226): SHA-1, six digits, thirty seconds, as phones make them."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

SECRET_BYTES: Final = 20
"""The length that RFC 4226, section 4, recommends."""

STEP_SECONDS: Final = 30
DIGITS: Final = 6
_DRIFT_STEPS: Final = 1
"""A phone's clock may be one step off."""


def step_of(at: datetime) -> int:
    """Which step a moment lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of one step (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def accepted_step(secret: bytes, code: str, at: datetime, *, after: int) -> int | None:
    """The step whose code this is, if it is one of now and was not used: a code counts once (RFC 6238, section 5.2)."""
    now = step_of(at)
    for step in range(now - _DRIFT_STEPS, now + _DRIFT_STEPS + 1):
        if step > after and hmac.compare_digest(code_at(secret, step), code.strip()):
            return step
    return None


def as_typed(secret: bytes) -> str:
    """The secret as a person types it into a phone."""
    return base64.b32encode(secret).decode()


def address(secret: bytes, account: str, issuer: str) -> str:
    """What a phone reads from a picture."""
    asked = urlencode({"secret": as_typed(secret), "issuer": issuer, "digits": DIGITS, "period": STEP_SECONDS})
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{asked}"

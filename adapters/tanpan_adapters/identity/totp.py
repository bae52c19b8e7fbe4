"""Codes of a generator in one's pocket (RFC 6238): a code is good once, within half a minute either way."""

from __future__ import annotations

import base64
import hmac
from typing import Final

import pyotp

from .settings import SECOND

STEP_S: Final = 30
SECRET_BYTES: Final = 20


def secret_text(secret: bytes) -> str:
    """A secret as it is typed into a generator."""
    return base64.b32encode(secret).decode()


def address_of(secret: bytes, user: str, issuer: str) -> str:
    """The `otpauth://` address a generator reads from a picture."""
    return pyotp.TOTP(secret_text(secret)).provisioning_uri(name=user, issuer_name=issuer)


def counter_of(secret: bytes, code: str, now_us: int) -> int:
    """The counter a code belongs to, now or one step away; 0 when the code is wrong.

    Whoever asks refuses a counter that isn't above the last one used.
    """
    typed = "".join(code.split())
    generator = pyotp.TOTP(secret_text(secret))
    now = now_us // SECOND // STEP_S
    found = 0
    for counter in (now - 1, now, now + 1):
        if hmac.compare_digest(generator.generate_otp(counter).encode(), typed.encode()):
            found = counter
    return found

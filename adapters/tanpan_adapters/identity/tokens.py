"""The secrets of sessions and keys: 256 random bits and a check, so that an invented one costs no database."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from .randomness import Randomness

RANDOM_BYTES: Final = 32
CHECK_BYTES: Final = 8
KEY_PREFIX: Final = "tpk_"
LONGEST_TOKEN: Final = 100


class Tokens:
    """Makes secrets and tells ours from invented ones."""

    def __init__(self, key: bytes, randomness: Randomness) -> None:
        self._key = key
        self._randomness = randomness

    def make(self, prefix: str = "") -> str:
        """A new secret; what is stored of it is `digest_of`."""
        random = self._randomness.token_bytes(RANDOM_BYTES)
        return prefix + base64.urlsafe_b64encode(random + self._check(random)).rstrip(b"=").decode()

    def genuine(self, token: bytes, prefix: str = "") -> bool:
        """Whether we made a secret, some day."""
        start = len(prefix)
        if token[:start] != prefix.encode() or len(token) > LONGEST_TOKEN:
            return False
        try:
            raw = base64.b64decode(token[start:] + b"==", altchars=b"-_", validate=True)
        except ValueError:
            return False
        return hmac.compare_digest(raw[RANDOM_BYTES:], self._check(raw[:RANDOM_BYTES]))

    def short_name(self) -> str:
        """A public id."""
        return self._randomness.token_bytes(9).hex()

    def _check(self, random: bytes) -> bytes:
        return hmac.new(self._key, random, hashlib.sha256).digest()[:CHECK_BYTES]


def digest_of(token: bytes) -> bytes:
    """What is stored of a secret: enough, since it can't be guessed."""
    return hashlib.sha256(token).digest()

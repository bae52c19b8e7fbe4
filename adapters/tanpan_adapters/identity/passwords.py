"""Passwords: hashed with Argon2id, checked in equal time for users who exist and who don't, never too weak."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .objections import Objection

LONGEST_PASSWORD: Final = 256


class Passwords:
    """Hashes and checks; a few at a time, since each costs memory and a core."""

    def __init__(self, parameters: Parameters, *, least: int, slots: int) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._least = least
        self._slots = threading.BoundedSemaphore(slots)

    def hash(self, password: str) -> str:
        """What is stored of a password."""
        with self._slots:
            return self._hasher.hash(_plain(password))

    def fits(self, stored: str, password: str) -> bool:
        """Whether a password is the stored one; takes as long when nothing is stored."""
        with self._slots:
            try:
                self._hasher.verify(stored or self._nobodys, _plain(password))
            except (VerificationError, InvalidHashError):
                return False
        return bool(stored)

    def outdated(self, stored: str) -> bool:
        """Whether a stored password was hashed with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def check_rules(self, name: str, password: str) -> None:
        """Refuses a password that is short, much too long, or holds the user's name."""
        plain = _plain(password)
        if len(plain) < self._least:
            raise weak("short", f"至少 {self._least} 个字符 / at least {self._least} characters")
        if len(plain) > LONGEST_PASSWORD:
            raise weak("long", f"至多 {LONGEST_PASSWORD} 个字符 / at most {LONGEST_PASSWORD} characters")
        if name.casefold() in plain.casefold():
            raise weak("name", "不得包含用户名 / must not contain the user name")
        if len(set(plain)) < self._least // 2:
            raise weak("uniform", "不同的字符过少 / too few different characters")

    def check_history(self, password: str, earlier: Iterable[str]) -> None:
        """Refuses a password used before; `earlier` are stored ones."""
        if any(self.fits(stored, password) for stored in earlier):
            raise weak("used", "不得使用最近用过的密码 / was used recently")

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("the password of nobody")


def weak(reason: str, why: str) -> Objection:
    """The objection to a password, in both languages."""
    return Objection("PASSWORD_TOO_WEAK", reason=reason, why=why)


def _plain(password: str) -> str:
    # The same letters typed on another keyboard are the same password.
    return unicodedata.normalize("NFKC", password[: LONGEST_PASSWORD * 4])

"""The form in which a file is kept: frames under a key of its own, and that key wrapped under its person's.

A frame's number, and whether it is the last, are in its nonce: frames can't be left out, repeated or put in
another order. Nothing is ever written in clear, not even while a file is being looked at.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FRAME: Final = 65_536
TAG: Final = 16
MAGIC: Final = b"TANPAN1\n"
WRAPPED: Final = 60
"""A key of 32 bytes with its nonce and its tag."""
HEAD: Final = len(MAGIC) + WRAPPED


class Damaged(Exception):
    """The bytes are not those that were sealed."""


class Sealing:
    """A file being sealed as it arrives, in one pass and with little memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.key = secrets.token_bytes(32)
        self.size = 0
        self._cipher = AESGCM(self.key)
        self._rest = bytearray()
        self._frames = 0
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._file.write(bytes(HEAD))

    def write(self, part: bytes) -> None:
        """Seals what came."""
        self.size += len(part)
        rest = self._rest
        rest += part
        done = 0
        while len(rest) - done > FRAME:  # what is left may be the last
            self._seal(bytes(rest[done : done + FRAME]), last=False)
            done += FRAME
        if done:
            del rest[:done]

    def end(self) -> None:
        """Nothing more comes."""
        self._seal(bytes(self._rest), last=True)
        self._rest.clear()
        self._file.flush()

    def clear(self) -> Iterator[bytes]:
        """What was sealed, in clear, once it has ended."""
        self._file.seek(HEAD)
        yield from _frames(iter(lambda: self._file.read(FRAME), b""), self._cipher)

    def finish(self, wrapped: bytes) -> None:
        """Writes the head, and has all of it on the disk."""
        assert len(wrapped) == WRAPPED
        self._file.seek(0)
        self._file.write(MAGIC + wrapped)
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Closes the file and removes it where it still is."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _seal(self, frame: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._frames, last), frame, None))
        self._frames += 1


def opened(parts: Iterable[bytes], unwrap: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """What a sealed file holds, in clear, frame by frame; raises Damaged, and what `unwrap` of its key raises."""
    source = iter(parts)
    begun = bytearray()
    while len(begun) < HEAD:
        part = next(source, b"")
        if not part:
            raise Damaged("it ends within its head")
        begun += part
    if begun[: len(MAGIC)] != MAGIC:
        raise Damaged("it doesn't begin as a sealed file")
    key = unwrap(bytes(begun[len(MAGIC) : HEAD]))
    rest = bytes(begun[HEAD:])

    def following() -> Iterator[bytes]:
        if rest:
            yield rest
        yield from source

    yield from _frames(following(), AESGCM(key))


def _frames(parts: Iterator[bytes], cipher: AESGCM) -> Iterator[bytes]:
    buffer = bytearray()
    number = 0
    try:
        for part in parts:
            buffer += part
            while len(buffer) > FRAME + TAG:
                yield cipher.decrypt(_nonce(number, last=False), bytes(buffer[: FRAME + TAG]), None)
                del buffer[: FRAME + TAG]
                number += 1
        yield cipher.decrypt(_nonce(number, last=True), bytes(buffer), None)
    except InvalidTag:
        raise Damaged(f"frame {number} isn't what was sealed") from None


def _nonce(number: int, last: bool) -> bytes:
    # The key is of this file alone, so counting is enough.
    return number.to_bytes(11, "big") + bytes([last])

"""Where random numbers come from: the operating system's, or a test's."""

from __future__ import annotations

from typing import Protocol


class Randomness(Protocol):
    """What identity asks of the module `secrets`."""

    def token_bytes(self, nbytes: int | None = None, /) -> bytes: ...

    def randbelow(self, exclusive_upper_bound: int, /) -> int: ...

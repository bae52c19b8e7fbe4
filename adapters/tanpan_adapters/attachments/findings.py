"""What looking at a file finds wrong; light, for the process that looks imports little."""

from __future__ import annotations

from typing import Any


class Finding(Exception):
    """Why a file isn't taken: a code and the details that decided it."""

    def __init__(self, code: str, /, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

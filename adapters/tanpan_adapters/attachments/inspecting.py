"""The process that looks at one file: it gets the bytes on its standard input and can reach nothing else.

Decoders are written for files that mean well. This process has no keys, no database, little memory and little
time, writes nothing, and is the first to wait when others compute.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from typing import Final

from tanpan_adapters.attachments.findings import Finding

IMAGES: Final = ("jpg", "gif", "png")
NICE: Final = 10
MEMORY: Final = 1 << 30
OPEN_FILES: Final = 16
TOO_MUCH: Final = {**dict.fromkeys(IMAGES, "IMAGE_TOO_LARGE"), "zip": "ARCHIVE_BOMB"}
"""What a file is called that needs more memory or time than there is; any other: PDF_BROKEN."""


def main(kind: str, pixels: int, seconds: int) -> None:
    """Says in one line of JSON what is wrong with the file, or that nothing is."""
    os.nice(NICE)
    try:
        if kind in IMAGES:
            from tanpan_adapters.attachments import images

            confine(seconds)
            images.look(sys.stdin.buffer.read(), kind, pixels)
        elif kind == "pdf":
            from tanpan_adapters.attachments import documents

            confine(seconds)
            documents.look(sys.stdin.buffer.read())
        else:
            from tanpan_adapters.attachments import archives

            confine(seconds)
            archives.look(sys.stdin.buffer.read())
    except Finding as finding:
        told = {"code": finding.code, "details": finding.details}
    except (MemoryError, RecursionError):
        told = {
            "code": TOO_MUCH.get(kind, "PDF_BROKEN"),
            "details": {"why": "more work than a file is worth"},
        }
    else:
        told = {"code": "", "details": {}}
    sys.stdout.write(json.dumps(told))


def confine(seconds: int) -> None:
    """Takes from this process what it no longer needs."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY),
    ):
        with contextlib.suppress(ValueError, OSError):  # it is lower already
            resource.setrlimit(what, (most, most))

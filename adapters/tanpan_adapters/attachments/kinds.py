"""The kinds of files there are: how each begins, what its names end in, what senders call it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from tanpan_adapters.attachments.findings import Finding

LONGEST_START: Final = 16
UNDECLARED: Final = ("", "application/octet-stream", "binary/octet-stream")


@frozen
class Kind:
    """A kind of file."""

    name: str
    media_type: str
    starts: tuple[bytes, ...]
    extensions: tuple[str, ...]
    also_called: tuple[str, ...] = ()


KINDS: Final = (
    Kind("jpg", "image/jpeg", (b"\xff\xd8\xff",), ("jpg", "jpeg"), ("image/jpg", "image/pjpeg")),
    Kind("gif", "image/gif", (b"GIF87a", b"GIF89a"), ("gif",)),
    Kind("png", "image/png", (b"\x89PNG\r\n\x1a\n",), ("png",), ("image/x-png",)),
    Kind("pdf", "application/pdf", (b"%PDF-1.", b"%PDF-2."), ("pdf",), ("application/x-pdf",)),
    Kind(
        "zip",
        "application/zip",
        (b"PK\x03\x04", b"PK\x05\x06"),
        ("zip",),
        ("application/x-zip-compressed", "application/x-zip", "multipart/x-zip"),
    ),
)
"""Archives that can't be listed without unpacking them (rar, 7z) are no kind: nobody could say what is in them."""


def kind_of(start: bytes, name: str, declared: str, accepted: Sequence[str]) -> Kind:
    """The kind of a file by its first bytes; BAD_FILE_TYPE unless it is accepted, and its name and sender agree."""
    found = next((kind for kind in KINDS if start.startswith(kind.starts)), None)
    if found is None or found.name not in accepted:
        raise Finding("BAD_FILE_TYPE", found="" if found is None else found.name, accepted=list(accepted))
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in found.extensions:
        raise Finding("BAD_FILE_TYPE", found=found.name, extension=extension[:20])
    called = declared.partition(";")[0].strip().lower()
    if called not in (*UNDECLARED, found.media_type, *found.also_called):
        raise Finding("BAD_FILE_TYPE", found=found.name, declared=called[:80])
    return found

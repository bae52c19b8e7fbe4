"""Archives: listed first, then read through with nothing kept; nothing in them is ever written anywhere."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Final

from tanpan_adapters.attachments.findings import Finding

ENTRIES: Final = 500
UNPACKED: Final = 200 * 1_048_576
RATIO: Final = 100
SMALL: Final = 1_048_576
"""What unpacks to no more than this may have been packed as well as it likes."""
ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ARCHIVES: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"BZh",
)
LONG_STARTS: Final = (b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
NAMES: Final = (".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".tar", ".jar", ".cab", ".iso")
PART: Final = 65_536


def look(data: bytes) -> None:
    """Refuses an archive that is broken, locked, or unpacks to more than anybody wants."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            _list(entries, len(data))
            for entry in entries:
                _read_through(archive, entry)
    except (Finding, MemoryError):
        raise
    except Exception as error:  # a file of any bytes meets many of its reader's assumptions
        raise Finding("ARCHIVE_BROKEN", why=str(error)[:200]) from None


def is_archive(data: bytes) -> bool:
    """Whether an archive can be found in a file of another kind: they are looked for from the end."""
    if b"PK\x05\x06" not in data[-66_000:]:
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return bool(archive.infolist())
    except Exception:  # then other programs would not open it either
        return False


def _list(entries: list[zipfile.ZipInfo], size: int) -> None:
    if not entries:
        raise Finding("ARCHIVE_BROKEN", why="there is nothing in it")
    if len(entries) > ENTRIES:
        raise Finding("ARCHIVE_BOMB", why="too many files", most=ENTRIES)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED or (unpacked > SMALL and unpacked > RATIO * size):
        raise Finding("ARCHIVE_BOMB", why="it unpacks to too much", most_bytes=UNPACKED, most_times=RATIO)
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset):
            raise Finding("ARCHIVE_BOMB", why="its files lie over one another, or behind something else")
        end = entry.header_offset + 30 + entry.compress_size
        _named(entry)


def _named(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & ENCRYPTED:
        raise Finding("ARCHIVE_LOCKED")
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name[:3]:
        raise Finding("ARCHIVE_BROKEN", why="a name that leads out of it")
    if name.lower().endswith(NAMES):
        raise Finding("ARCHIVE_BOMB", why="it holds an archive")
    if entry.compress_type not in METHODS:
        raise Finding("ARCHIVE_BROKEN", why="a way of packing that is not read here")


def _read_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Sizes and checksums may lie: the reader stops at the size that was said, and compares the checksum."""
    if entry.is_dir():
        return
    with archive.open(entry) as file:
        start = file.read(16)
        if start.startswith((*ARCHIVES, *LONG_STARTS)):
            raise Finding("ARCHIVE_BOMB", why="it holds an archive")
        while file.read(PART):
            pass

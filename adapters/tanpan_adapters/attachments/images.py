"""Images: decoded as a whole, within a number of pixels, and nothing but an image."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final

from PIL import Image

from tanpan_adapters.attachments.archives import is_archive
from tanpan_adapters.attachments.findings import Finding

FORMATS: Final = {"jpg": "JPEG", "gif": "GIF", "png": "PNG"}
LONGEST_SIDE: Final = 10_000
"""An A3 page at 600 dots per inch. A GIF that is also a script bears the sign of a comment as its width: 10,799."""
FRAMES: Final = 500
FILMS: Final = 4
"""All frames together may have so many times the pixels of one image."""
SCRIPTS: Final = re.compile(rb"<script|<\?php|<!doctype|<html|<svg|<iframe", re.IGNORECASE)


def look(data: bytes, kind: str, pixels: int) -> None:
    """Refuses an image that isn't whole, has too many pixels, or is something else as well."""
    _alone(data, kind)
    try:
        with Image.open(BytesIO(data), formats=[FORMATS[kind]]) as image:
            _measure(image.size, pixels)
            image.verify()  # checksums, where there are any; an image can't be used afterwards
        with Image.open(BytesIO(data), formats=[FORMATS[kind]]) as image:
            _decode(image, kind, pixels)
    except (Finding, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise Finding("IMAGE_TOO_LARGE", most_pixels=pixels) from None
    except Exception as error:  # decoders have no end of ways to say that they can't go on
        raise Finding("IMAGE_BROKEN", why=type(error).__name__) from None


def _measure(size: tuple[int, int], pixels: int) -> None:
    width, height = size
    if width * height > pixels or max(size) > LONGEST_SIDE:
        raise Finding(
            "IMAGE_TOO_LARGE", width=width, height=height, most_pixels=pixels, longest_side=LONGEST_SIDE
        )


def _decode(image: Image.Image, kind: str, pixels: int) -> None:
    seen = 0
    # A second picture in a JPEG is a preview, or another exposure: it isn't what is looked at.
    for number in range(1 if kind == "jpg" else FRAMES + 1):
        try:
            image.seek(number)
        except EOFError:
            return
        _measure(image.size, pixels)
        seen += image.size[0] * image.size[1]
        if number == FRAMES or seen > FILMS * pixels:
            raise Finding("IMAGE_TOO_LARGE", most_frames=FRAMES, most_pixels=FILMS * pixels)
        image.load()


def _alone(data: bytes, kind: str) -> None:
    """Refuses an image that holds a page, a script or an archive, or goes on after its end."""
    if is_archive(data):
        raise Finding("BAD_FILE_TYPE", found=kind, why="it is an archive as well")
    if SCRIPTS.search(data):
        raise Finding("BAD_FILE_TYPE", found=kind, why="it holds a page or a script")
    if kind == "jpg":  # telephones put previews and films behind the end
        return
    try:
        end = _end_of_png(data) if kind == "png" else _end_of_gif(data)
    except IndexError:
        raise Finding("IMAGE_BROKEN", why="it ends too early") from None
    if data[end:].strip(b"\0\r\n\t "):
        raise Finding("BAD_FILE_TYPE", found=kind, why="it goes on after its end")


def _end_of_png(data: bytes) -> int:
    at = 8
    while True:
        kind = data[at + 4 : at + 8]
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        if at > len(data) or not kind:
            raise IndexError
        if kind == b"IEND":
            return at


def _end_of_gif(data: bytes) -> int:
    at = 13 + _table(data[10])
    while data[at] != 0x3B:
        if data[at] == 0x21:
            at += 2
        elif data[at] == 0x2C:
            at += 10 + _table(data[at + 9]) + 1
        else:
            raise Finding("IMAGE_BROKEN", why="an unknown block")
        while data[at]:
            at += 1 + data[at]
        at += 1
    return at + 1


def _table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0

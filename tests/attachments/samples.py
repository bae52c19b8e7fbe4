"""Files, good and hostile, made here: none is kept in the repository."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)


def image(kind: str = "PNG", size: tuple[int, int] = (40, 30), colour: str = "red") -> bytes:
    """A small image."""
    held = BytesIO()
    Image.new("RGB", size, colour).save(held, kind)
    return held.getvalue()


def film(frames: int = 3, size: tuple[int, int] = (20, 20)) -> bytes:
    """A GIF of several frames."""
    held = BytesIO()
    pictures = [Image.new("RGB", size, (number % 256, 10, 10)) for number in range(frames)]
    pictures[0].save(held, "GIF", save_all=True, append_images=pictures[1:])
    return held.getvalue()


def noise(size: int, seed: int = 1) -> bytes:
    """A PNG of about so many bytes that nothing makes smaller."""
    side = max(1, int((size / 3) ** 0.5))
    held = BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(side * side * 3)).save(
        held, "PNG", compress_level=0
    )
    return held.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is as large as one likes: lines of zeros, well packed."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000, 9))
        + chunk(b"IEND", b"")
    )


def comment_script_gif() -> bytes:
    """A GIF that a browser could also run: its width is the sign that begins a comment."""
    script = b"*/=1;alert(document.domain)//"
    gif = bytearray(film(1))
    gif[6:8] = b"/*"
    return bytes(gif) + script


def gif_with_tail(tail: bytes) -> bytes:
    """A GIF that goes on after its end."""
    return image("GIF") + tail


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def png_with_text(text: bytes) -> bytes:
    """A PNG with a comment in it."""
    whole = image()
    return whole[:-12] + chunk(b"tEXt", b"Comment\0" + text) + whole[-12:]


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these files."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def flat_bomb(size: int = 300_000_000) -> bytes:
    """A zip archive of one file of zeros."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros", "w") as file:
        for _ in range(size // 1_000_000):
            file.write(bytes(1_000_000))
    return held.getvalue()


def lying_bomb() -> bytes:
    """A zip archive whose file says that it is small, and isn't."""
    whole = bytearray(flat_bomb(3_000_000))
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = whole.find(sign)
        whole[place + at : place + at + 4] = struct.pack("<I", 100)
    return bytes(whole)


def overlapping_bomb(count: int = 20) -> bytes:
    """A zip archive whose files all lie on the same bytes."""
    whole = packed({"a": bytes(1_000_000)})
    start, end = whole.find(b"PK\x01\x02"), whole.find(b"PK\x05\x06")
    one = whole[start:end]
    listing = b"".join(one[:46] + bytes([97 + number]) + one[47:] for number in range(count))
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(listing), start, 0)
    return whole[:start] + listing + tail


def locked_zip() -> bytes:
    """A zip archive that says it is encrypted."""
    whole = bytearray(packed({"a.txt": b"secret"}))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.find(sign) + at] |= 1
    return bytes(whole)


def pdf(
    action: DictionaryObject | None = None, catalogue: dict[str, object] | None = None, width: int = 100
) -> bytes:
    """A PDF of one page; with an action that runs when it is opened, if one is given."""
    writer = PdfWriter()
    writer.add_blank_page(width, 100)
    if action is not None:
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    for name, value in (catalogue or {}).items():
        writer.root_object[NameObject(name)] = value  # type: ignore[assignment]
    held = BytesIO()
    writer.write(held)
    return held.getvalue()


def script_action() -> DictionaryObject:
    """An action that runs a script."""
    return action_of("/JavaScript", "/JS", "app.alert(1)")


def action_of(name: str, key: str, text: str) -> DictionaryObject:
    """An action of a PDF."""
    return DictionaryObject({NameObject("/S"): NameObject(name), NameObject(key): TextStringObject(text)})


def pdf_with_hidden_script() -> bytes:
    """A PDF whose script is in a packed stream of objects, where nobody sees it who only reads bytes."""
    hidden = b"9 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    stream = zlib.compress(b"9 0 " + hidden[4:])
    objects = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction 9 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n",
        b"8 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (len(stream), stream),
    ]
    whole = b"%PDF-1.5\n"
    places = {}
    for number, one in zip((1, 2, 3, 8), objects, strict=True):
        places[number] = len(whole)
        whole += one
    rows = b""
    for number in range(11):
        if number in places or number == 10:
            rows += struct.pack(">BIB", 1, places.get(number, len(whole)), 0)
        elif number == 9:
            rows += struct.pack(">BIB", 2, 8, 0)
        else:
            rows += struct.pack(">BIB", 0, 0, 0)
    table = zlib.compress(rows)
    start = len(whole)
    whole += (
        b"10 0 obj\n<< /Type /XRef /Size 11 /W [1 4 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (len(table), table, start)
    )
    return whole


def embedded() -> dict[str, object]:
    """A catalogue's entry for a file that travels in a document."""
    stream = StreamObject()
    stream.set_data(b"MZ")
    names = ArrayObject([TextStringObject("run.exe"), DictionaryObject({NameObject("/F"): stream})])
    return {
        "/Names": DictionaryObject(
            {NameObject("/EmbeddedFiles"): DictionaryObject({NameObject("/Names"): names})}
        )
    }

"""What is looked at in a process of its own: good files pass, hostile ones are named, none takes long or much."""

from __future__ import annotations

import resource
import time
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from attachments import samples
from tanpan_adapters.attachments.findings import Finding
from tanpan_adapters.attachments.inspection import inspect
from tanpan_adapters.attachments.kinds import kind_of

PIXELS = 64_000_000


def verdict(data: bytes, kind: str, pixels: int = PIXELS) -> str:
    """The code of what is found in a file; nothing where it is good."""
    parts = [data[at : at + 65_536] for at in range(0, len(data), 65_536)]
    try:
        inspect(parts, kind, pixels)
    except Finding as finding:
        return finding.code
    return ""


def locked_pdf(password: str) -> bytes:
    writer = PdfWriter(PdfReader(BytesIO(samples.pdf())))
    writer.encrypt(password, "owner", algorithm="AES-256")
    held = BytesIO()
    writer.write(held)
    return held.getvalue()


GOOD = {
    "png": lambda: samples.image("PNG"),
    "jpg": lambda: samples.image("JPEG"),
    "gif": lambda: samples.film(),
    "pdf": lambda: samples.pdf(),
    "zip": lambda: samples.packed({"a.txt": b"a" * 1_000, "folder/b.png": samples.image()}),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_file_passes(kind: str) -> None:
    assert verdict(GOOD[kind](), kind) == ""


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_that_ends_too_early_is_broken(kind: str) -> None:
    whole = samples.noise(50_000) if kind == "png" else GOOD[kind]()
    assert verdict(whole[: len(whole) * 2 // 3], kind).endswith("_BROKEN")


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("length", [1, 7, 13, 40])
def test_a_beginning_alone_is_broken(kind: str, length: int) -> None:
    assert verdict(GOOD[kind]()[:length], kind).endswith("_BROKEN")


IMAGES = {
    "declared larger than allowed": (lambda: samples.huge_png(9_000, 9_000), "png", "IMAGE_TOO_LARGE"),
    "declared enormous": (lambda: samples.huge_png(2**31 - 1, 2**31 - 1), "png", "IMAGE_TOO_LARGE"),
    "one long line": (lambda: samples.huge_png(60_000, 1), "png", "IMAGE_TOO_LARGE"),
    "no pixels": (lambda: samples.huge_png(0, 0), "png", "IMAGE_BROKEN"),
    "allowed in size and not whole": (lambda: samples.huge_png(8_000, 8_000), "png", "IMAGE_BROKEN"),
    "a wrong checksum": (
        lambda: samples.image()[:40] + bytes([samples.image()[40] ^ 1]) + samples.image()[41:],
        "png",
        "IMAGE_BROKEN",
    ),
    "a packed comment": (
        lambda: (
            samples.image()[:33]
            + samples.chunk(b"zTXt", b"x\0\0" + __import__("zlib").compress(bytes(50_000_000)))
            + samples.image()[33:]
        ),
        "png",
        "IMAGE_BROKEN",
    ),
    "a script by its width": (samples.comment_script_gif, "gif", "BAD_FILE_TYPE"),
    "a script behind its end": (lambda: samples.gif_with_tail(b"=1;alert(1)"), "gif", "BAD_FILE_TYPE"),
    "a page in a comment": (
        lambda: samples.png_with_text(b"<ScRiPt>alert(1)</script>"),
        "png",
        "BAD_FILE_TYPE",
    ),
    "an archive behind a JPEG": (
        lambda: samples.image("JPEG") + samples.packed({"A.class": b"cafe"}),
        "jpg",
        "BAD_FILE_TYPE",
    ),
    "an archive behind a PNG": (
        lambda: samples.image() + samples.packed({"A.class": b"cafe"}),
        "png",
        "BAD_FILE_TYPE",
    ),
    "too many frames": (lambda: samples.film(600, (2, 2)), "gif", "IMAGE_TOO_LARGE"),
    "a PNG called a GIF": (samples.image, "gif", "IMAGE_BROKEN"),
    "nothing but a signature": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 100, "jpg", "IMAGE_BROKEN"),
}


@pytest.mark.parametrize("what", IMAGES)
def test_an_image_that_is_not_one_or_too_much_is_refused(what: str) -> None:
    made, kind, code = IMAGES[what]
    assert verdict(made(), kind) == code


def test_frames_that_are_many_and_large_are_too_much_together() -> None:
    assert verdict(samples.film(9, (100, 100)), "gif", pixels=20_000) == "IMAGE_TOO_LARGE"


def test_a_script_by_its_width_alone_is_too_wide() -> None:
    gif = samples.comment_script_gif()
    assert verdict(gif[: gif.rindex(b";", 0, -28) + 1], "gif") == "IMAGE_TOO_LARGE"


PDFS = {
    "a script": (lambda: samples.pdf(samples.script_action()), "PDF_UNSAFE"),
    "a hidden script": (samples.pdf_with_hidden_script, "PDF_UNSAFE"),
    "an escaped name": (
        lambda: samples.pdf(samples.script_action()).replace(b"/JavaScript", b"/J#61vaScript"),
        "PDF_UNSAFE",
    ),
    "a program to start": (lambda: samples.pdf(samples.action_of("/Launch", "/F", "cmd.exe")), "PDF_UNSAFE"),
    "a form that sends": (
        lambda: samples.pdf(samples.action_of("/SubmitForm", "/F", "http://x.invalid")),
        "PDF_UNSAFE",
    ),
    "a file inside": (lambda: samples.pdf(catalogue=samples.embedded()), "PDF_UNSAFE"),
    "a password": (lambda: locked_pdf("secret"), "PDF_UNSAFE"),
    "an archive as well": (lambda: samples.pdf() + samples.packed({"a": b"b"}) + b"%%EOF", "BAD_FILE_TYPE"),
    "only a beginning and an end": (lambda: b"%PDF-1.7\n%%EOF", "PDF_BROKEN"),
    "no pages": (
        lambda: (
            b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\n"
            b"endobj\ntrailer\n<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF"
        ),
        "PDF_BROKEN",
    ),
}


@pytest.mark.parametrize("what", PDFS)
def test_a_document_that_acts_or_cannot_be_read_is_refused(what: str) -> None:
    made, code = PDFS[what]
    assert verdict(made(), "pdf") == code


def test_a_document_that_anybody_may_open_but_not_change_passes() -> None:
    assert verdict(locked_pdf(""), "pdf") == ""


ZIPS = {
    "too much": (samples.flat_bomb, "ARCHIVE_BOMB"),
    "too well packed": (lambda: samples.flat_bomb(20_000_000), "ARCHIVE_BOMB"),
    "files over one another": (samples.overlapping_bomb, "ARCHIVE_BOMB"),
    "an archive by its name": (lambda: samples.packed({"b.zip": b"x"}), "ARCHIVE_BOMB"),
    "an archive by its bytes": (
        lambda: samples.packed({"b.dat": samples.packed({"c": bytes(100)})}),
        "ARCHIVE_BOMB",
    ),
    "too many files": (lambda: samples.packed({f"{n}.txt": b"" for n in range(600)}), "ARCHIVE_BOMB"),
    "behind something else": (lambda: b"PK\x03\x04" + samples.packed({"a": b"b"}), "ARCHIVE_BOMB"),
    "a size that lies": (samples.lying_bomb, "ARCHIVE_BROKEN"),
    "a lock": (samples.locked_zip, "ARCHIVE_LOCKED"),
    "a way out": (lambda: samples.packed({"../../etc/passwd": b"x"}), "ARCHIVE_BROKEN"),
    "a way out of Windows": (lambda: samples.packed({"..\\..\\x": b"x"}), "ARCHIVE_BROKEN"),
    "nothing": (lambda: samples.packed({}), "ARCHIVE_BROKEN"),
    "another way of packing": (
        lambda: samples.packed({"a": bytes(5_000)}, __import__("zipfile").ZIP_LZMA),
        "ARCHIVE_BROKEN",
    ),
}


@pytest.mark.parametrize("what", ZIPS)
def test_an_archive_that_should_not_be_opened_is_refused(what: str) -> None:
    made, code = ZIPS[what]
    assert verdict(made(), "zip") == code


def test_what_computes_too_long_is_ended() -> None:
    rows = b"".join(b"%d 0 obj\n<< /A [ %s ] >>\nendobj\n" % (n, b"1 0 R " * 50) for n in range(4, 40_000))
    whole = samples.pdf()
    heavy = whole[: whole.rindex(b"xref\n")] + rows + b"trailer\n<< /Root 3 0 R >>\nstartxref\n0\n%%EOF\n"
    with pytest.raises(Finding) as found:
        inspect([heavy], "pdf", PIXELS, seconds=1)
    assert (found.value.code, found.value.details["why"]) == ("PDF_BROKEN", "more work than a file is worth")


def test_a_machine_that_is_too_busy_blames_no_file() -> None:
    begun = time.monotonic()
    with pytest.raises(Finding) as found:
        inspect([samples.image()], "png", PIXELS, patience_s=0.01)
    assert found.value.code == "BUSY"
    assert time.monotonic() - begun < 5


def test_none_of_it_takes_this_processes_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert verdict(samples.huge_png(8_000, 8_000), "png") == "IMAGE_BROKEN"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


@pytest.mark.parametrize(
    ("start", "name", "declared"),
    [
        (samples.SVG, "a.png", "image/png"),
        (b"#!/bin/sh\nrm -rf /", "a.png", "image/png"),
        (b"\xef\xbb\xbf<html>", "a.gif", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a.png", "image/png"),
        (b"MZ\x90\0", "a.zip", "application/zip"),
        (b"Rar!\x1a\x07\x01\x00", "a.rar", "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c", "a.7z", "application/x-7z-compressed"),
        (b"\x89PNG\r\n\x1a\n", "a.jpg", "image/png"),
        (b"\x89PNG\r\n\x1a\n", "a.png.exe", "image/png"),
        (b"\x89PNG\r\n\x1a\n", "a", "image/png"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "text/html"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "image/jpeg"),
        (b"%PDF-1.4", "a.pdf", "image/png"),
        (b"%!PS-Adobe", "a.pdf", "application/pdf"),
        (b" GIF89a", "a.gif", "image/gif"),
        (b"", "a.gif", "image/gif"),
    ],
)
def test_bytes_name_and_sender_must_agree(start: bytes, name: str, declared: str) -> None:
    with pytest.raises(Finding) as found:
        kind_of(start[:16], name, declared, ["jpg", "gif", "png", "pdf", "zip"])
    assert found.value.code == "BAD_FILE_TYPE"


@pytest.mark.parametrize(
    "declared", ["image/jpeg", "image/jpg; charset=binary", "", "application/octet-stream"]
)
@pytest.mark.parametrize("name", ["a.jpg", "照片.JPEG", "a.b.jpg"])
def test_senders_may_call_it_what_it_is_or_say_nothing(declared: str, name: str) -> None:
    assert kind_of(b"\xff\xd8\xff\xe0", name, declared, ["jpg"]).media_type == "image/jpeg"


def test_a_kind_that_is_not_accepted_here_is_refused() -> None:
    with pytest.raises(Finding):
        kind_of(b"PK\x03\x04", "a.zip", "", ["jpg"])

"""Papers over HTTP: what is taken, from whom, in which form; what is refused, and that nothing stays of it."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from api.test_edge import connected, told
from attachments import samples
from attachments.papers import PATH, Papers, papers
from tanpan.refusals import BY_CODE
from tanpan_adapters.attachments.objections import ATTACHMENTS
from tanpan_adapters.service.configuration import Http
from tanpan_adapters.vault import person_of

SMALL = {"file_bytes": 100_000, "waiting_bytes": 250_000}


def refused(response: httpx.Response, status: int, code: str) -> None:
    """A problem of this code."""
    assert (response.status_code, response.json()["code"]) == (status, code), response.text


def test_what_is_handed_in_comes_back_as_it_was_as_a_file_to_be_saved(house: Papers) -> None:
    data = samples.image()
    response = house.hand_in("Alpha", data, quote("身份证 正面.png"))
    assert response.status_code == 201, response.text
    said = response.json()
    assert (said["size"], said["media_type"], said["name"]) == (len(data), "image/png", "身份证 正面.png")
    found = house.fetch("Alpha", said["digest"])
    assert (found.status_code, found.content) == (200, data)
    assert found.headers["content-type"] == "image/png"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["content-disposition"].startswith("attachment; ")
    assert quote("身份证 正面.png") in found.headers["content-disposition"]
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("data", "name", "declared"),
    [
        (samples.image("JPEG"), "a.jpeg", "image/jpeg"),
        (samples.film(), "a.gif", "image/gif"),
        (samples.pdf(), "a.pdf", "application/pdf"),
        (samples.packed({"a.txt": b"text"}), "a.zip", "application/x-zip-compressed"),
        (samples.noise(1_000_000), "a.png", "application/octet-stream"),
    ],
)
def test_every_accepted_kind_in_both_forms(house: Papers, data: bytes, name: str, declared: str) -> None:
    digest = house.handed_in("Alpha", data, name, declared)
    form = house.client.post(PATH, files={"file": (name, data, declared)}, headers=house.head("Alpha"))
    assert (form.status_code, form.json()["digest"]) == (201, digest), form.text
    assert house.fetch("Alpha", digest).content == data


def test_nothing_is_on_the_disk_in_clear_and_no_name_comes_from_outside(house: Papers) -> None:
    digest = house.handed_in("Alpha", samples.png_with_text(b"the clear text of a paper" * 5), "deed.png")
    places = {path.name: path for path in house.files()}
    assert places[digest].relative_to(house.folder).parts == (digest[:2], digest[2:4], digest)
    assert places[digest].stat().st_mode & 0o077 == 0
    for path in house.files():
        assert b"clear text" not in path.read_bytes() and "deed" not in str(path)
    database = Path(house.host.engine.url.database)
    for path in database.parent.glob("tanpan*.db*"):
        assert b"deed.png" not in path.read_bytes() and b"clear text" not in path.read_bytes()


REFUSED = {
    "an SVG": (samples.SVG, "a.png", "image/png", 422, "BAD_FILE_TYPE"),
    "an SVG by its name": (samples.SVG, "a.svg", "image/svg+xml", 422, "BAD_FILE_TYPE"),
    "a script": (b"#!/bin/sh\nexit 0\n", "a.png", "image/png", 422, "BAD_FILE_TYPE"),
    "a page": (b"<html><script>alert(1)</script>", "a.gif", "image/gif", 422, "BAD_FILE_TYPE"),
    "a GIF that is a script": (samples.comment_script_gif(), "a.gif", "image/gif", 422, "BAD_FILE_TYPE"),
    "a wrong extension": (samples.image(), "a.jpg", "image/png", 422, "BAD_FILE_TYPE"),
    "a deceiving name": (samples.image(), quote("a.png\u202egnp.exe"), "image/png", 422, "BAD_FILE_TYPE"),
    "another type": (samples.image(), "a.png", "text/html", 422, "BAD_FILE_TYPE"),
    "one byte": (b"G", "a.gif", "image/gif", 422, "BAD_FILE_TYPE"),
    "half of an image": (samples.noise(9_000)[:5_000], "a.png", "image/png", 422, "IMAGE_BROKEN"),
    "a bomb of an image": (samples.huge_png(30_000, 30_000), "a.png", "image/png", 422, "IMAGE_TOO_LARGE"),
    "a bomb of an archive": (samples.flat_bomb(), "a.zip", "application/zip", 422, "ARCHIVE_BOMB"),
    "a nested archive": (
        samples.packed({"a.zip": samples.packed({"b": b"c"})}),
        "a.zip",
        "application/zip",
        422,
        "ARCHIVE_BOMB",
    ),
    "a document with a script": (
        samples.pdf(samples.script_action()),
        "a.pdf",
        "application/pdf",
        422,
        "PDF_UNSAFE",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_should_not_be_kept_is_refused_and_leaves_nothing(house: Papers, what: str) -> None:
    data, name, declared, status, code = REFUSED[what]
    before = house.files()
    refused(house.hand_in("Alpha", data, name, declared), status, code)
    form = house.client.post(PATH, files={"file": (name, data, declared)}, headers=house.head("Alpha"))
    assert form.status_code == status and form.json()["code"] == code
    assert house.files() == before


def test_nothing_at_all_is_empty_in_every_form(house: Papers) -> None:
    refused(house.hand_in("Alpha", b""), 422, "EMPTY_FILE")
    refused(house.hand_in("Alpha", iter([])), 422, "EMPTY_FILE")
    form = {"file": ("a.png", b"", "image/png")}
    refused(house.client.post(PATH, files=form, headers=house.head("Alpha")), 422, "EMPTY_FILE")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x--\r\n",
        b"--x\r\n\r\n\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--x--\r\n',
        b'--x\r\nContent-Disposition: form-data; name="other"; filename="a.png"\r\n\r\nno\r\n--x--\r\n',
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + samples.image(),
        b"--x\r\n" + b"A" * 10_000,
        b"preamble without end" * 10_000,
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + samples.image())
        + (b'\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="b.png"\r\n\r\nb\r\n--x--\r\n'),
    ],
    ids=range(9),
)
def test_a_form_that_is_not_one_file_is_malformed(house: Papers, body: bytes) -> None:
    before = house.files()
    for length in (True, False):
        response = house.client.post(
            PATH,
            content=body if length else iter([body]),
            headers={**house.head("Alpha"), "Content-Type": "multipart/form-data; boundary=x"},
        )
        assert response.status_code in (400, 422) and response.json()["code"] in ("MALFORMED", "EMPTY_FILE")
    assert house.files() == before


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", 'multipart/form-data; boundary=""', "multipart/mixed"]
)
def test_a_form_without_a_boundary_is_refused(house: Papers, kind: str) -> None:
    assert house.hand_in("Alpha", samples.image(), "a.png", kind).status_code in (400, 422)


def test_ten_gigabytes_announced_are_refused_unread(house: Papers) -> None:
    with connected(house) as connection:
        key = house.head("Alpha")["Authorization"].encode()
        connection.sendall(
            b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nX-Filename: a.png\r\n"
            b"Content-Type: image/png\r\nContent-Length: 10737418240\r\n\r\n" % (PATH.encode(), key)
        )
        answer = told(connection)  # and it is closed, though nothing more was sent
    assert b"413" in answer.splitlines()[0] and b"FILE_TOO_LARGE" in answer


def test_bytes_without_end_are_cut_off_and_take_no_memory(house: Papers) -> None:
    part = bytes(1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sent = 0
    key = house.head("Alpha")["Authorization"].encode()
    with connected(house) as connection:
        connection.sendall(
            b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nX-Filename: a.png\r\n"
            b"Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n" % (PATH.encode(), key)
        )
        connection.sendall(b"%x\r\n" % len(samples.image()) + samples.image() + b"\r\n")
        begun = time.monotonic()
        try:
            while time.monotonic() - begun < 20:
                connection.sendall(b"%x\r\n" % len(part) + part + b"\r\n")
                sent += len(part)
        except OSError:
            pass
    assert time.monotonic() - begun < 15, "somebody who was refused may go on sending"
    assert sent > 9_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    assert not list((house.folder / "incoming").iterdir())


def test_one_who_hangs_up_leaves_nothing(house: Papers) -> None:
    before = house.files()
    key = house.head("Alpha")["Authorization"].encode()
    with connected(house) as connection:
        connection.sendall(
            b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nX-Filename: a.png\r\n"
            b"Content-Type: image/png\r\nContent-Length: 500000\r\n\r\n"
            % (PATH.encode(), key)
            + samples.noise(1_000_000)[:400_000]
        )
        time.sleep(0.3)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    until = time.monotonic() + 5
    while house.files() != before and time.monotonic() < until:
        time.sleep(0.05)
    assert house.files() == before


def test_one_who_sends_slowly_is_cut_off_later_than_a_command_and_not_too_late(tmp_path: Path) -> None:
    with papers(tmp_path, bare=True, http=Http(body_seconds=1), upload_seconds=3) as house:
        key = house.head("admin")["Authorization"].encode()
        with connected(house) as connection:
            begun = time.monotonic()
            connection.sendall(
                b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nX-Filename: a.png\r\n"
                b"Content-Type: image/png\r\nContent-Length: 500000\r\n\r\n\x89PNG" % (PATH.encode(), key)
            )
            assert b"408" in told(connection).splitlines()[0]
            assert 2.5 < time.monotonic() - begun < 8
        until = time.monotonic() + 5
        while house.files() and time.monotonic() < until:
            time.sleep(0.05)
        assert not house.files()


def test_too_large_too_much_waiting_too_often(tmp_path: Path) -> None:
    with papers(tmp_path, bare=True, **SMALL, uploads_per_minute=6) as house:
        refused(house.hand_in("admin", samples.noise(150_000)), 413, "FILE_TOO_LARGE")
        refused(house.hand_in("admin", iter([samples.noise(150_000)])), 413, "FILE_TOO_LARGE")
        for seed in (1, 2):
            house.handed_in("admin", samples.noise(90_000, seed))
        kept = house.files()
        refused(house.hand_in("admin", samples.noise(90_000, 3)), 413, "ATTACHMENTS_FULL")
        assert house.files() == kept
        house.handed_in("admin", samples.noise(90_000, 1))  # the same again needs no room
        assert house.files() == kept or len(house.files()) == len(kept)
        late = house.hand_in("admin", samples.image())
        while late.status_code != 429:
            late = house.hand_in("admin", samples.image())
        refused(late, 429, "RATE_LIMITED")
        assert int(late.headers["retry-after"]) >= 1
        house.handed_in("admin2", samples.noise(90_000, 3))


def test_who_may_hand_in(house: Papers) -> None:
    data = samples.image()
    refused(house.hand_in("", data), 401, "AUTH_REQUIRED")
    refused(house.hand_in("nobody", data), 422, "UNKNOWN_ACTOR")
    refused(house.hand_in("regulator", data), 403, "PERMISSION_DENIED")
    headers = {**house.head("Alpha", "read"), "X-Filename": "a.png", "Content-Type": "image/png"}
    refused(house.client.post(PATH, content=data, headers=headers), 403, "SCOPE_MISSING")
    refused(house.client.post(PATH.replace("venue", "other"), content=data), 404, "UNKNOWN_EXCHANGE")
    for actor in ("Beta", "admin", "registry"):
        house.handed_in(actor, data)


def test_the_same_bytes_of_two_people_have_nothing_in_common(house: Papers) -> None:
    data = samples.noise(20_000, 77)
    mine, again, theirs = (house.handed_in(actor, data) for actor in ("Alpha", "Alpha", "Beta"))
    assert mine == again != theirs
    kept = {path.name: path.read_bytes() for path in house.files()}
    assert kept[mine] != kept[theirs]


def test_another_is_told_the_same_of_what_is_there_and_of_what_is_not(house: Papers) -> None:
    digest = house.handed_in("Alpha", samples.image(colour="blue"))
    answers = []
    for asked in (digest, "0" * 64, digest.upper(), "x", "..%5c..%5cpasswd"):
        answer = house.fetch("Beta", asked)
        refused(answer, 404, "UNKNOWN_ATTACHMENT")
        answers.append({**answer.json(), "instance": ""})
    assert all(answer == answers[0] for answer in answers)
    refused(house.fetch("", digest), 401, "AUTH_REQUIRED")
    refused(house.fetch("admin", digest), 404, "UNKNOWN_ATTACHMENT")


def test_a_person_who_is_forgotten_takes_his_papers_with_him(tmp_path: Path) -> None:
    with papers(tmp_path, bare=True) as house:
        digest = house.handed_in("admin", samples.image())
        house.host.vault.forget(person_of("venue", "admin"))
        refused(house.fetch("admin", digest), 410, "ATTACHMENT_FORGOTTEN")
        again = house.handed_in("admin", samples.image())
        assert again != digest, "he came back with a new key"
        assert house.fetch("admin", again).content == samples.image()
        refused(house.fetch("admin", digest), 410, "ATTACHMENT_FORGOTTEN")
        assert house.host.attachments.forget("venue", "admin") == 2
        assert not house.files()


def test_bytes_that_were_changed_on_the_disk_are_not_given_out(tmp_path: Path) -> None:
    with papers(tmp_path, bare=True) as house:
        one, other = (house.handed_in("admin", samples.image(colour=colour)) for colour in ("red", "green"))
        places = {path.name: path for path in house.files()}
        places[one].write_bytes(places[other].read_bytes())
        refused(house.fetch("admin", one), 410, "ATTACHMENT_FORGOTTEN")
        broken = bytearray(places[other].read_bytes())
        broken[-1] ^= 1
        places[other].write_bytes(broken)
        refused(house.fetch("admin", other), 503, "ATTACHMENTS_AWAY")
        places[other].unlink()
        refused(house.fetch("admin", other), 503, "ATTACHMENTS_AWAY")


def test_uploads_at_the_same_time_are_as_many_as_allowed(tmp_path: Path) -> None:
    with papers(tmp_path, bare=True, uploads_per_user=2, uploads=3) as house:
        held = [begun(house, actor) for actor in ("admin", "admin", "admin2")]
        try:
            refused(house.hand_in("admin", samples.image()), 429, "RATE_LIMITED")
            refused(house.hand_in("registry", samples.image()), 503, "BUSY")
        finally:
            for connection in held:
                connection.close()
        until = time.monotonic() + 5
        while (answer := house.hand_in("registry", samples.image())).status_code != 201:
            assert time.monotonic() < until, answer.text


def begun(house: Papers, actor: str) -> socket.socket:
    """A connection in the middle of an upload."""
    where, under_way = urlsplit(house.address), house.host.attachments._under_way
    before, until = under_way.total(), time.monotonic() + 10
    connection = socket.create_connection((where.hostname, where.port), timeout=10)
    key = house.head(actor)["Authorization"].encode()
    connection.sendall(
        b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nX-Filename: a.png\r\n"
        b"Content-Type: image/png\r\nContent-Length: 500000\r\n\r\n\x89PNG" % (PATH.encode(), key)
    )
    while under_way.total() == before:
        assert time.monotonic() < until
        time.sleep(0.01)
    return connection


def test_the_disk_that_is_full_is_told_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with papers(tmp_path, bare=True) as house:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(house.host.attachments.store, "put", full)
        refused(house.hand_in("admin", samples.image()), 503, "ATTACHMENTS_AWAY")
        assert not house.files()
        monkeypatch.undo()
        house.handed_in("admin", samples.image())


def test_the_codes_are_told_in_both_languages_and_none_is_the_kernels(house: Papers) -> None:
    for status, reason in ATTACHMENTS:
        found = house.client.get(f"/problems/{reason.code}").json()
        assert (found["status"], found["zh"], found["en"]) == (status, reason.zh, reason.en)
        assert reason.code not in BY_CODE


def parts_of(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


@pytest.mark.parametrize("size", [1_000, 65_535, 65_536, 65_537, 262_144, 300_000])
def test_parts_of_any_size_are_put_together(house: Papers, size: int) -> None:
    data = samples.noise(700_000, size)
    response = house.hand_in("Gamma", parts_of(data, size))
    assert response.status_code == 201, response.text
    assert house.fetch("Gamma", response.json()["digest"]).content == data

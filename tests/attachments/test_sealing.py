"""Sealed files: of any size, opened only whole, in order and with their key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tanpan_adapters.attachments.sealing import FRAME, HEAD, TAG, WRAPPED, Damaged, Sealing, opened

KEY_BOX = bytes(range(WRAPPED))


def sealed_file(folder: Path, data: bytes, step: int = 50_000) -> tuple[bytes, bytes]:
    """A sealed file's bytes and its key."""
    sealing = Sealing(folder / "one")
    for at in range(0, len(data), step):
        sealing.write(data[at : at + step])
    sealing.end()
    assert b"".join(sealing.clear()) == data
    sealing.finish(KEY_BOX)
    whole = (folder / "one").read_bytes()
    sealing.close()
    assert not (folder / "one").exists()
    return whole, sealing.key


def parts(whole: bytes, step: int) -> Iterator[bytes]:
    for at in range(0, len(whole), step):
        yield whole[at : at + step]


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 3 * FRAME + 17])
@pytest.mark.parametrize("step", [1_000, 262_144])
def test_what_goes_in_comes_out(tmp_path: Path, size: int, step: int) -> None:
    data = bytes(number % 251 for number in range(size))
    whole, key = sealed_file(tmp_path, data)

    def unwrap(box: bytes) -> bytes:
        assert box == KEY_BOX
        return key

    assert b"".join(opened(parts(whole, step), unwrap)) == data
    assert size < 100 or data[:100] not in whole


def test_what_was_cut_changed_or_put_in_another_order_is_noticed(tmp_path: Path) -> None:
    whole, key = sealed_file(tmp_path, bytes(3 * FRAME))
    one = FRAME + TAG
    frames = [whole[HEAD + at : HEAD + at + one] for at in range(0, len(whole) - HEAD, one)]
    head = whole[:HEAD]
    for bad in (
        b"",
        whole[: HEAD - 1],
        head,
        whole[:-1],
        whole + b"x",
        b"X" + whole[1:],
        head + frames[0] + frames[1],
        head + frames[1] + frames[0] + frames[2],
        head + frames[0] + frames[2],
        head + frames[2],
        head + frames[0] * 2 + frames[1] + frames[2],
        whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:],
    ):
        with pytest.raises(Damaged):
            list(opened([bad], lambda _: key))
    with pytest.raises(Damaged):
        list(opened([whole], lambda _: bytes(32)))

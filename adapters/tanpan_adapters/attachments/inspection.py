"""Looking at a file in a process of its own that is ended when it takes too long."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

import tanpan_adapters
from tanpan_adapters.attachments.findings import Finding
from tanpan_adapters.attachments.inspecting import TOO_MUCH

SECONDS: Final = 10
"""Of computing: what needs more is refused."""
PATIENCE_S: Final = 60.0
"""By the clock on the wall: others compute as well, and go first. Beyond it the machine is busy, no file is bad."""
LONGEST_ANSWER: Final = 10_000
_ROOT: Final = str(Path(tanpan_adapters.__file__).parents[1])
_BEGIN: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from tanpan_adapters.attachments.inspecting import main; main(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))"
)


class _Answer(msgspec.Struct):
    code: str
    details: dict[str, Any]


def inspect(
    parts: Iterable[bytes],
    kind: str,
    pixels: int,
    *,
    seconds: int = SECONDS,
    patience_s: float = PATIENCE_S,
) -> None:
    """Has a file looked at; raises the Finding. Blocks, while the process works, for `patience_s` at most."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _BEGIN, _ROOT, kind, str(pixels), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env={"LANG": "C.UTF-8"},
        close_fds=True,
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    watch = threading.Timer(patience_s, end)
    watch.daemon = True
    watch.start()
    try:
        with process:
            told = _exchange(process, parts)
    finally:
        watch.cancel()
        process.kill()
    answer = _read(told)
    if answer is None and late.is_set():
        raise Finding("BUSY")
    if answer is None:  # it was ended by its limits, or by what it looked at
        raise Finding(TOO_MUCH.get(kind, "PDF_BROKEN"), why="more work than a file is worth")
    if answer.code:
        raise Finding(answer.code, **answer.details)


def _exchange(process: subprocess.Popen[bytes], parts: Iterable[bytes]) -> bytes:
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError):  # it has seen enough
        for part in parts:
            rest = memoryview(part)
            while rest:
                rest = rest[process.stdin.write(rest) :]
    process.stdin.close()
    told = b""
    while len(told) < LONGEST_ANSWER and (more := process.stdout.read(LONGEST_ANSWER)):
        told += more
    return told


def _read(told: bytes) -> _Answer | None:
    try:
        return msgspec.json.decode(told, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None

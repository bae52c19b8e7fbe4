"""Prepares .venv-bench, the interpreter that measures: the newest Python that takes tanpan and its peers.

Run as `python3 benchmarks/environment.py` with nothing but the standard library. What it does goes to the
standard error; the last line of its output is the interpreter to use.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-bench"
REQUIREMENTS = ROOT / "benchmarks" / "requirements.txt"
WANTED = (3, 12)
NEWEST_NAME = 20  # python3.20 is the newest name looked for

# Answers only for a finished CPython with the lock, an SSL module and the means to make an environment.
_PROBE = """
import ensurepip, json, sqlite3, ssl, sys, sysconfig, venv
assert sys.implementation.name == "cpython" and sys.version_info.releaselevel == "final"
assert not sysconfig.get_config_var("Py_GIL_DISABLED")
print(json.dumps([list(sys.version_info[:3]), sys.executable]))
"""


def main() -> int:
    kept = _kept()
    if kept is None:
        _prepare()
    print(_python())
    return 0


def interpreters() -> list[Path]:
    """Usable interpreters of at least 3.12, the newest first: from PATH and from pyenv."""
    found: dict[tuple[int, ...], Path] = {}
    for candidate in (*_on_path(), *_in_pyenv()):
        probed = _probe(candidate)
        if probed is not None and probed[0] >= WANTED:
            found.setdefault(*probed)
    return [found[version] for version in sorted(found, reverse=True)]


def _prepare() -> None:
    """The newest that takes all peers; else the newest, or this one, with those peers that it takes."""
    newer = interpreters()
    for interpreter in newer:
        if _make(interpreter) and _install(["-r", str(REQUIREMENTS)]):
            return _finish()
        _say(f"{interpreter} doesn't take all of the peers")
    if not newer:
        _say("no Python 3.12 or newer was found: matching-engine can't be measured")
    interpreter = newer[0] if newer else Path(sys.executable)
    if not _make(interpreter):
        raise SystemExit(f"{interpreter} can't make a virtual environment")
    for requirement in _peers():
        if not _install(["--only-binary", ":all:", requirement]):
            _say(f"left out: {requirement}")
    return _finish()


def _make(interpreter: Path) -> bool:
    _say(f"making {VENV.name} with {interpreter}")
    shutil.rmtree(VENV, ignore_errors=True)
    return _quietly([str(interpreter), "-m", "venv", str(VENV)])


def _finish() -> None:
    if not _install(["-e", str(ROOT)]):
        raise SystemExit("tanpan itself could not be installed")
    _stamp().write_text(_fingerprint())


def _install(what: Sequence[str]) -> bool:
    return _quietly([str(_python()), "-m", "pip", "install", "-q", "--disable-pip-version-check", *what])


def _kept() -> str | None:
    """The fingerprint of the environment that is there already, when it is the one wanted."""
    if not (_stamp().is_file() and _probe(_python())):
        return None
    text = _stamp().read_text()
    return text if text == _fingerprint() else None


def _fingerprint() -> str:
    content = REQUIREMENTS.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    return hashlib.sha256(content).hexdigest()


def _stamp() -> Path:
    return VENV / "benchmarks-stamp"


def _python() -> Path:
    folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return VENV / folder / name


def _peers() -> list[str]:
    lines = (line.strip() for line in REQUIREMENTS.read_text().splitlines())
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def _on_path() -> Iterator[str]:
    names = [f"python3.{minor}" for minor in range(NEWEST_NAME, WANTED[1] - 1, -1)]
    for name in (*names, "python3", "python"):
        path = shutil.which(name)
        if path:
            yield path


def _in_pyenv() -> Iterator[str]:
    """Every installed version, whichever of them pyenv has made current."""
    pyenv = shutil.which("pyenv")
    root = os.environ.get("PYENV_ROOT") or (_output([pyenv, "root"]) if pyenv else "")
    if root:
        yield from map(str, sorted(Path(root).glob("versions/3.*/bin/python3")))


def _probe(interpreter: str | Path) -> tuple[tuple[int, ...], Path] | None:
    """Version and true path; None for what can't be used, such as a shim whose version isn't chosen."""
    answer = _output([str(interpreter), "-c", _PROBE])
    if not answer:
        return None
    version, executable = json.loads(answer)
    return tuple(version), Path(executable)


def _output(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _quietly(command: Sequence[str]) -> bool:
    """Whether it worked; its words go to the standard error."""
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

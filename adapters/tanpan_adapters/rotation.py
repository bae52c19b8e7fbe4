"""Changing the master key: every key wrapped anew, in steps of which each can be the last one before the machine stops.

1. A new key file is made beside the old one (`.new`).
2. One transaction: the keyring is wrapped with the new master key, and gets a new key for persons' keys.
3. Persons' keys are wrapped with that, so many in each transaction; what is done is known by what opens it.
4. The retired key is dropped. Nothing in the database needs the old file any more.
5. The old file is kept as `.old`, the new one takes its place.

Started again, it goes on where it was. The service is stopped meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from tanpan_adapters.keyring import (
    KeyFileError,
    change_master,
    create_key_file,
    opens,
    persons_keys,
    read_key_file,
    retire,
)
from tanpan_adapters.store.schema import prepare
from tanpan_adapters.vault import VAULT_SCHEMA, wiped, wrap_anew

MANY: Final = 500
Progress = Callable[[str, int], None]
"""Is called between two steps: with what was done, and of how many persons."""


def _unseen(step: str, persons: int) -> None:
    """Nobody looks on."""


def new_file(key_file: Path) -> Path:
    """Where the new master key waits."""
    return key_file.with_name(f"{key_file.name}.new")


def old_file(key_file: Path) -> Path:
    """Where the old master key is kept, for backups made before."""
    return key_file.with_name(f"{key_file.name}.old")


def rotate(engine: Engine, key_file: Path, *, many: int = MANY, progress: Progress = _unseen) -> int:
    """Change the master key of a database, or bring a change to its end; says how many persons were wrapped anew.

    Nothing else may have the vault open. Raises KeyFileError, with nothing changed that another call can't finish.
    """
    prepare(engine, VAULT_SCHEMA)
    made = new_file(key_file)
    new = _new_key(engine, key_file, made)
    _on_disk(made.parent)
    progress("made", 0)
    if not opens(engine, new):
        change_master(engine, read_key_file(key_file), new)
    progress("changed", 0)
    present, before = persons_keys(engine, new)
    count = 0
    if before is not None:
        after = ""
        while (found := wrap_anew(engine, after, many, before, present))[0]:
            after = found[0]
            count += found[1]
            progress("wrapped", count)
        retire(engine)
    wiped(engine)
    progress("retired", count)
    _put_in_place(key_file, made, progress)
    return count


def _new_key(engine: Engine, key_file: Path, made: Path) -> bytes:
    """The new master key: the one of a change that was interrupted, else one that is made now."""
    waiting = _readable(made)
    if waiting is not None and opens(engine, waiting):
        return waiting
    if not opens(engine, read_key_file(key_file)):
        raise KeyFileError(f"the key file {key_file} isn't the one this database was made with")
    kept = old_file(key_file)
    if kept.exists():
        raise KeyFileError(f"{kept} is of an earlier change: move it to where old backups' keys are kept")
    if waiting is not None:
        return waiting
    # What is there is no whole key: the machine stopped while it was written, and nothing is wrapped with it.
    made.unlink(missing_ok=True)
    return create_key_file(made)


def _readable(path: Path) -> bytes | None:
    if not path.exists():
        return None
    try:
        return read_key_file(path)
    except KeyFileError:
        return None


def _put_in_place(key_file: Path, made: Path, progress: Progress) -> None:
    kept = old_file(key_file)
    if kept.exists() and key_file.exists() and kept.read_bytes() != key_file.read_bytes():
        raise KeyFileError(f"{kept} isn't the key that {key_file} holds: move it away")
    if not kept.exists() and key_file.exists():
        # A second name first: at no instant is there no file, and none is ever written over.
        os.link(key_file, kept)
        _on_disk(kept.parent)
        progress("kept", 0)
    made.replace(key_file)
    _on_disk(key_file.parent)
    progress("put in place", 0)


def _on_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

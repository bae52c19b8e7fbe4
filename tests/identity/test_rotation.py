"""Changing the master key: everything still opens, the old key opens nothing, and a kill at any step loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from databases import only
from identity.hands import BEIJING, LI, MAIL, MOBILE, Hands
from tanpan_adapters.keyring import KeyFileError, create_key_file, open_keyring, read_key_file
from tanpan_adapters.rotation import new_file, old_file, rotate
from tanpan_adapters.store import open_engine
from tanpan_adapters.vault import Forgotten, Vault, person_of

PEOPLE = [f"person.{number}" for number in range(7)]
MANY = 3
# Seven persons, three in each transaction: three groups.
STEPS = ["made", "changed", "wrapped 3", "wrapped 6", "wrapped 7", "retired", "kept", "put in place"]

CHILD = """
import os, signal, sys
from pathlib import Path
from tanpan_adapters import rotation, vault
from tanpan_adapters.store import open_engine

url, key_file, fatal = sys.argv[1:]

def progress(step, persons):
    if f"{step} {persons}" == fatal or (step == fatal and step != "wrapped"):
        os.kill(os.getpid(), signal.SIGKILL)

if fatal == "within a group":
    found = vault.sealed
    count = iter(range(100))
    def sealed(*args):
        if next(count) == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return found(*args)
    vault.sealed = sealed
rotation.rotate(open_engine(url), Path(key_file), many=3, progress=progress)
"""


def peopled(vault: Vault) -> dict[str, str]:
    """Everybody's mailbox in the vault: token and clear text."""
    return {
        vault.keep(person_of(BEIJING, name), "mail", f"{name}@example.cn"): f"{name}@example.cn"
        for name in PEOPLE
    }


def test_everything_opens_with_the_new_key_and_nothing_with_the_old_one(hands: Hands, engine: Engine) -> None:
    told = peopled(hands.vault)
    hands.user(LI, mail=MAIL)
    generator = hands.generator(hands.sign_in(code=""))
    key_file = hands.folder / "tanpan.key"
    before = read_key_file(key_file)
    steps: list[str] = []
    count = rotate(
        engine,
        key_file,
        many=MANY,
        progress=lambda step, persons: steps.append(f"{step} {persons}".replace(" 0", "")),
    )
    assert count == len(PEOPLE) + 1
    assert steps == [*STEPS[:4], "wrapped 8", "retired 8", *STEPS[6:]]
    assert read_key_file(old_file(key_file)) == before != read_key_file(key_file)
    assert not new_file(key_file).exists()
    with pytest.raises(KeyFileError, match="not the one"):
        Vault(engine, old_file(key_file))
    old_file(key_file).unlink()
    hands.vault = Vault(engine, key_file)
    assert {token: hands.vault.reveal(token) for token in told} == told
    # The same text has the same token as before: fingerprints are of a key that stays.
    assert peopled(hands.vault) == told
    hands.identity = hands.another()
    hands.later(60_000_000)
    assert hands.sign_in(code=hands.code_of(generator)).principal.user == LI


def test_persons_keys_are_wrapped_with_another_key_not_only_the_keyring(hands: Hands, engine: Engine) -> None:
    hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    key_file = hands.folder / "tanpan.key"
    stolen = hands.vault.keyring.key("persons")
    rotate(engine, key_file)
    assert Vault(engine, key_file).keyring.key("persons") != stolen


def test_who_was_forgotten_before_stays_forgotten(hands: Hands, engine: Engine) -> None:
    token = hands.vault.keep(person_of(BEIJING, LI), "mobile", MOBILE)
    hands.vault.forget(person_of(BEIJING, LI))
    rotate(engine, hands.folder / "tanpan.key")
    with pytest.raises(Forgotten):
        Vault(engine, hands.folder / "tanpan.key").reveal(token)


def test_a_vault_that_was_open_meanwhile_keeps_nobody_new(hands: Hands, engine: Engine) -> None:
    rotate(engine, hands.folder / "tanpan.key")
    with pytest.raises(KeyFileError, match="changed meanwhile"):
        hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)


def test_a_second_change_asks_for_the_first_ones_key_to_be_put_away(hands: Hands, engine: Engine) -> None:
    told = peopled(hands.vault)
    key_file = hands.folder / "tanpan.key"
    rotate(engine, key_file)
    now = read_key_file(key_file)
    with pytest.raises(KeyFileError, match="of an earlier change"):
        rotate(engine, key_file)
    assert read_key_file(key_file) == now
    old_file(key_file).unlink()
    rotate(engine, key_file)
    vault = Vault(engine, key_file)
    assert {token: vault.reveal(token) for token in told} == told


def test_another_databases_key_changes_nothing(hands: Hands, engine: Engine, tmp_path: Path) -> None:
    told = peopled(hands.vault)
    other = tmp_path / "other.key"
    create_key_file(other)
    with pytest.raises(KeyFileError, match="isn't the one"):
        rotate(engine, other)
    assert not new_file(other).exists()
    assert {token: Vault(engine, hands.folder / "tanpan.key").reveal(token) for token in told} == told


@only("sqlite")
@pytest.mark.parametrize("fatal", [*STEPS, "within a group"])
def test_whatever_step_is_the_last_before_a_kill_nothing_is_lost(hands: Hands, fatal: str) -> None:
    told = peopled(hands.vault)
    url, key_file = f"sqlite:///{hands.engine.url.database}", hands.folder / "tanpan.key"
    first = read_key_file(key_file)
    killed = subprocess.run([sys.executable, "-c", CHILD, url, str(key_file), fatal], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert key_file.exists()
    engine = open_engine(url)
    try:
        if fatal not in ("made", "kept", "retired", "put in place"):
            # Half way no service runs, with whichever key.
            for path in (key_file, new_file(key_file)):
                with pytest.raises(KeyFileError):
                    open_keyring(engine, path)
        if fatal == "put in place":
            with pytest.raises(KeyFileError, match="of an earlier change"):
                rotate(engine, key_file)
        else:
            rotate(engine, key_file, many=MANY)
        assert read_key_file(old_file(key_file)) == first
        old_file(key_file).unlink()
        assert [path.name for path in hands.folder.glob("*.key*")] == ["tanpan.key"]
        vault = Vault(engine, key_file)
        assert {token: vault.reveal(token) for token in told} == told
        wrapped = _wrapped(engine)
    finally:
        engine.dispose()
    assert len(wrapped) == len(PEOPLE)


def _wrapped(engine: Engine) -> list[bytes]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT wrapped FROM vault_persons").scalars())


def test_a_key_file_that_was_being_written_is_made_again(hands: Hands, engine: Engine) -> None:
    told = peopled(hands.vault)
    key_file = hands.folder / "tanpan.key"
    os.close(os.open(new_file(key_file), os.O_WRONLY | os.O_CREAT, 0o600))
    rotate(engine, key_file)
    vault = Vault(engine, key_file)
    assert {token: vault.reveal(token) for token in told} == told


@only("sqlite")
def test_nothing_wrapped_with_the_old_key_is_left_in_the_file(hands: Hands, engine: Engine) -> None:
    peopled(hands.vault)
    before = _wrapped(engine)
    rotate(engine, hands.folder / "tanpan.key")
    path = Path(str(engine.url.database))
    for file in (path, path.with_name(f"{path.name}-wal")):
        data = file.read_bytes() if file.exists() else b""
        assert not [box for box in before if box in data], file

"""The vault: tokens for personal fields, opened with the master key only, forgotten for good."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import inspect, text

from databases import only
from identity.hands import BEIJING, MAIL, MOBILE, Hands
from tanpan.filing import DraftApplication
from tanpan.parties import AddOperator
from tanpan.personal import fingerprint, is_token, shown
from tanpan.refusals import Refusal
from tanpan_adapters.keyring import KeyFileError, create_key_file, read_key_file
from tanpan_adapters.vault import Forgotten, UnknownToken, Vault, person_of

LI = person_of(BEIJING, "li.trader")


@pytest.mark.parametrize(
    ("kind", "clear", "mask"),
    [
        ("mail", MAIL, "t***@example.cn"),
        ("mobile", MOBILE, "138****1234"),
        ("address", "北京市海淀区中关村大街1号", "北***"),
        ("identity", "11010519491231002X", "1***X"),
    ],
)
def test_a_token_shows_a_mask_and_opens_to_the_clear_text(
    hands: Hands, kind: str, clear: str, mask: str
) -> None:
    token = hands.vault.keep(LI, kind, f" {clear} ")
    assert is_token(kind, token)
    assert shown(token) == mask
    assert hands.vault.reveal(token) == clear
    assert clear not in hands.everything_stored()


def test_the_same_text_of_the_same_person_has_the_same_token(hands: Hands) -> None:
    token = hands.vault.keep(LI, "mail", MAIL)
    assert hands.vault.keep(LI, "mail", MAIL) == token
    assert Vault(hands.engine, hands.folder / "tanpan.key").keep(LI, "mail", MAIL) == token
    assert hands.vault.keep(person_of(BEIJING, "wang"), "mail", MAIL) != token
    assert hands.vault.keep(person_of("shanghai", "li.trader"), "mail", MAIL) != token


def test_what_is_not_of_its_kind_is_refused_without_repeating_it(hands: Hands) -> None:
    with pytest.raises(Refusal) as error:
        hands.vault.keep(LI, "mail", "no mail address")
    assert error.value.code == "BAD_EMAIL"
    assert "no mail address" not in str(error.value)


def test_a_forgotten_person_cannot_be_revealed_and_comes_back_with_new_tokens(hands: Hands) -> None:
    token = hands.vault.keep(LI, "mail", MAIL)
    other = hands.vault.keep(person_of(BEIJING, "wang"), "mail", MAIL)
    assert hands.vault.forget(LI) is True
    assert hands.vault.forget(LI) is False
    with pytest.raises(Forgotten):
        hands.vault.reveal(token)
    assert hands.vault.reveal(other) == MAIL
    again = hands.vault.keep(LI, "mail", MAIL)
    assert again != token
    assert hands.vault.reveal(again) == MAIL
    with pytest.raises(Forgotten):
        hands.vault.reveal(token)


@only("sqlite")
def test_a_destroyed_key_is_not_left_in_the_file(hands: Hands) -> None:
    hands.vault.keep(LI, "mail", MAIL)
    with hands.engine.connect() as connection:
        wrapped = connection.exec_driver_sql("SELECT wrapped FROM vault_persons").scalar_one()
        box = connection.exec_driver_sql("SELECT box FROM vault_texts").scalar_one()
    path = Path(str(hands.engine.url.database))
    for there in (True, False):
        with hands.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # a checkpoint is made outside a transaction
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        stored = path.read_bytes()
        assert (wrapped in stored, box in stored) == (there, there)
        hands.vault.forget(LI)


@pytest.mark.parametrize(
    "token", ["", "mail", "mail:abc:t***", "mail:" + "A" * 32 + ":t***@x", "x:" + "A" * 32 + ":*"]
)
def test_what_was_never_given_out_is_unknown(hands: Hands, token: str) -> None:
    with pytest.raises(UnknownToken):
        hands.vault.reveal(token)


def test_a_token_of_one_kind_does_not_open_as_another(hands: Hands) -> None:
    token = hands.vault.keep(LI, "mail", MAIL)
    with pytest.raises(UnknownToken):
        hands.vault.reveal(token.replace("mail:", "mobile:"))


def test_boxes_are_bound_to_their_token(hands: Hands) -> None:
    one, two = hands.vault.keep(LI, "mail", MAIL), hands.vault.keep(LI, "mail", "other@example.cn")
    with hands.engine.begin() as connection:
        statement = text(
            "UPDATE vault_texts SET box = (SELECT box FROM vault_texts WHERE name = :a) WHERE name = :b"
        )
        connection.execute(statement, {"a": _name(one), "b": _name(two)})
    with pytest.raises(Forgotten):
        hands.vault.reveal(two)


def _name(token: str) -> str:
    return token.split(":")[1].partition(".")[0]


def test_two_persons_have_one_fingerprint_for_one_text_and_it_opens_nothing(hands: Hands) -> None:
    mine = hands.vault.keep(LI, "mobile", MOBILE)
    others = hands.vault.keep(person_of(BEIJING, "wang"), "mobile", MOBILE)
    elsewhere = hands.vault.keep(person_of("shanghai", "li.trader"), "mobile", MOBILE)
    assert mine != others
    assert fingerprint(mine) == fingerprint(others) != fingerprint(elsewhere)
    with pytest.raises(UnknownToken):
        hands.vault.reveal(f"mobile:{fingerprint(mine)}:{shown(mine)}")


def test_the_door_swaps_what_is_personal_of_a_form_and_knows_no_other_names(hands: Hands) -> None:
    names = {"mobile": "mobile", "title": ""}
    body = msgspec.json.encode({"kind": "k", "content": {"mobile": MOBILE, "title": "x"}})
    swapped = msgspec.json.decode(hands.vault.swap(DraftApplication, body, LI, names))
    assert swapped["content"]["title"] == "x"
    assert hands.vault.reveal(swapped["content"]["mobile"]) == MOBILE
    for content in ({"mobil": MOBILE}, {"mobile": "1"}, [MOBILE], MOBILE):
        said = msgspec.json.encode({"kind": "k", "content": content})
        with pytest.raises(Refusal) as error:
            hands.vault.swap(DraftApplication, said, LI, names)
        assert MOBILE not in str(error.value)
    inside = msgspec.json.encode({"kind": "k", "content": msgspec.json.encode({"mobile": MOBILE}).decode()})
    assert MOBILE.encode() not in hands.vault.swap(DraftApplication, inside, LI, names)


def test_the_door_swaps_the_personal_fields_of_a_command(hands: Hands) -> None:
    body = msgspec.json.encode({"account": "A", "operator": "li", "mail": MAIL, "mobile": ""})
    swapped = msgspec.json.decode(hands.vault.swap(AddOperator, body, LI))
    assert swapped["account"] == "A" and swapped["mobile"] == ""
    assert is_token("mail", swapped["mail"])
    assert hands.vault.reveal(swapped["mail"]) == MAIL
    assert hands.vault.swap(AddOperator, body, LI) == hands.vault.swap(AddOperator, body, LI)


@pytest.mark.parametrize("body", [b"", b"[1]", b"nonsense", b'{"account":"A"}', b'"text"', b"[" * 5_000])
def test_what_holds_no_personal_field_passes_as_it_is(hands: Hands, body: bytes) -> None:
    assert hands.vault.swap(AddOperator, body, LI) == body


@pytest.mark.parametrize(
    "value", ["no mail", 5, ["a@example.cn"], {"a": 1}, "mail:" + "A" * 32 + ":t***@x.cn"]
)
def test_the_door_refuses_what_is_no_mail_address_and_ready_made_tokens(hands: Hands, value: object) -> None:
    with pytest.raises(Refusal) as error:
        hands.vault.swap(AddOperator, msgspec.json.encode({"operator": "li", "mail": value}), LI)
    assert error.value.code == "BAD_EMAIL"


def test_of_a_field_said_twice_no_clear_text_passes(hands: Hands) -> None:
    body = b'{"operator":"li","mail":"' + MAIL.encode() + b'","mail":""}'
    assert MAIL.encode() not in hands.vault.swap(AddOperator, body, LI)


def test_a_first_run_makes_the_key_file_and_nobody_else_may_read_it(hands: Hands) -> None:
    path = hands.folder / "tanpan.key"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFileError, match="never written over"):
        create_key_file(path)
    for mode in (0o640, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(KeyFileError, match="chmod 600"):
            read_key_file(path)


def test_a_database_with_keys_is_not_opened_without_its_key_file(hands: Hands, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="can't be read"):
        Vault(hands.engine, tmp_path / "gone.key")
    assert not (tmp_path / "gone.key").exists()
    create_key_file(tmp_path / "other.key")
    with pytest.raises(KeyFileError, match="not the one this database was made with"):
        Vault(hands.engine, tmp_path / "other.key")


def test_a_backup_of_the_database_holds_nothing_of_the_master_key(hands: Hands) -> None:
    hands.user(mail=MAIL, mobile=MOBILE)
    master = read_key_file(hands.folder / "tanpan.key")
    with hands.engine.connect() as connection:
        tables = {name: connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in _tables(hands)}
    assert tables["keyring_keys"]
    cells = [cell for rows in tables.values() for row in rows for cell in row]
    told = [bytes(cell) if isinstance(cell, (bytes, memoryview)) else str(cell).encode() for cell in cells]
    for secret in (master, b64encode(master), master.hex().encode()):
        assert not any(secret in one for one in told)


def _tables(hands: Hands) -> list[str]:
    return inspect(hands.engine).get_table_names()


def test_a_key_file_holds_a_key(tmp_path: Path) -> None:
    path = tmp_path / "bad.key"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(descriptor, b"no key")
    os.close(descriptor)
    with pytest.raises(KeyFileError, match="32 bytes"):
        read_key_file(path)

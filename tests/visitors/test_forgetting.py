"""`tanpan forget`: what is kept of a person goes for good, while the service runs; the journal stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.callers import NAME
from attachments import samples
from cli.conftest import run
from tanpan.personal import KINDS
from tanpan_adapters.cli.commented import commented
from tanpan_adapters.forgetting import forget
from tanpan_adapters.service.founding import restored
from tanpan_adapters.vault import Forgotten
from visitors.lobby import IN_CLEAR, Lobby, done, lobby, submitted


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Lobby]:
    """A lobby of its own, with its configuration in a file."""
    with lobby(tmp_path) as house:
        (tmp_path / "tanpan.toml").write_text(commented(house.host.settings), encoding="utf-8")
        yield house


def forgotten(house: Lobby, *args: str) -> Any:
    """`tanpan forget` of somebody at the exchange."""
    config = house.folder / "tanpan.toml"
    return run("forget", NAME, *args, "--config", config, "--lang", "en")


def journal(house: Lobby) -> tuple[int, str, bytes]:
    """What a replay of the journal gives: its end, the digest of its last batch and the hash of the state."""
    with restored(house.host.settings.database.url, NAME, house.hosted.table) as runner:
        head = runner.journal.head()
        return head.seq, runner.exchange.state_hash(), head.digest


def tokens(house: Lobby, number: int) -> dict[str, str]:
    """The personal fields of an application as the kernel has them."""
    content = house.hosted.writer.exchange.applications.live[number].content
    found = {name: str(value) for name, value in content.items()}
    return {name: text for name, text in found.items() if text.partition(":")[0] in KINDS}


def withdrawn(house: Lobby, user: str, browser: httpx.Client) -> dict[str, str]:
    """A submitted application that is withdrawn again; its tokens."""
    number = submitted(browser)
    found = tokens(house, number)
    done(browser, "core.withdraw_application", application=number)
    return found


def test_after_it_nothing_opens_what_was_kept_and_the_journal_is_the_same(shop: Lobby) -> None:
    browser = shop.registered("open.book")
    kept = withdrawn(shop, "open.book", browser)
    assert {text.partition(":")[0] for text in kept.values()} >= {"identity", "mobile", "mail", "name"}
    assert list((shop.folder / "papers").rglob("*.*")) or shop.host.attachments.register.of(NAME, "open.book")
    with shop.host.engine.connect() as connection:
        his = "SELECT wrapped FROM vault_persons WHERE person = 'venue/open.book'"
        wrapped = connection.exec_driver_sql(his).scalar_one()
    before = journal(shop)
    result = forgotten(shop, "open.book")
    assert (result.exit_code, result.stdout) == (0, "forgotten; papers deleted: 1\n")
    assert journal(shop) == before
    for token in kept.values():
        with pytest.raises(Forgotten):
            shop.host.vault.reveal(token)
    assert shop.host.attachments.register.of(NAME, "open.book") == []
    # The masks are shown as before.
    rows = shop.rows("admin", "core.applications", applicant="open.book")
    assert rows[0]["content"]["identity"] == kept["identity"].rpartition(":")[2]
    for path, data in shop.everything().items():
        assert not [clear for clear in IN_CLEAR if clear.encode() in data], path
        assert wrapped not in data, path
    lines = shop.get("admin", "sign-ins").json()["rows"]
    assert ("open.book", "forget", "ok") in {(one["user"], one["what"], one["outcome"]) for one in lines}


def test_who_is_forgotten_signs_in_no_more(shop: Lobby) -> None:
    browser = shop.registered("gone.soon")
    assert browser.get("/session").status_code == 200
    key = shop.head("gone.soon")
    assert forgotten(shop, "gone.soon").exit_code == 0
    user = shop.host.identity.find(NAME, "gone.soon")
    assert user is not None and (user.password, user.mail, user.mobile, user.totp) == ("", "", "", None)
    fresh = shop.browser()
    answer = fresh.post("/session", json={"user": "gone.soon", "password": "correct horse battery"})
    assert answer.status_code == 401
    with shop.host.engine.connect() as connection:
        told = "SELECT (SELECT count(*) FROM identity_sessions WHERE name = 'gone.soon'),"
        told += " (SELECT count(*) FROM identity_keys WHERE name = 'gone.soon' AND revoked_at = 0)"
        assert tuple(connection.exec_driver_sql(told).one()) == (0, 0)
    assert key


def test_an_open_application_stands_against_it_and_a_reviewer_is_told_afterwards(shop: Lobby) -> None:
    browser = shop.registered("open.case")
    number = submitted(browser)
    shop.tested(number)
    shop.do("admin", "core.claim_application", application=number)
    result = forgotten(shop, "open.case")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert f"his application {number} is open" in result.stderr
    assert shop.get("admin", f"applications/{number}/reveal", field="identity").status_code == 200
    assert forgotten(shop, "open.case", "--even-so", " ").exit_code == 2
    assert forgotten(shop, "open.case", "--even-so", "ruling 12").exit_code == 0
    answer = shop.get("admin", f"applications/{number}/reveal", field="identity")
    assert (answer.status_code, answer.json()["code"]) == (404, "PERSON_FORGOTTEN")
    lines = shop.get("admin", "sign-ins").json()["rows"]
    assert [one["outcome"] for one in lines if one["what"] == "forget"] == ["even so: ruling 12"]


def test_an_account_stands_against_it_until_it_is_closed(shop: Lobby) -> None:
    shop.do(
        "admin",
        "core.open_account",
        account="Delta",
        participant="Delta Ltd",
        kind="enterprise",
        operator="delta",
        data_declared_true=True,
        mail="delta@example.com",
    )
    result = forgotten(shop, "delta")
    assert result.exit_code == 2
    assert "his account Delta is not closed" in result.stderr
    made = shop.do("admin", "core.close_account", account="Delta", reason="asked for")
    shop.do("admin2", "core.confirm_proposal", proposal=made["events"][0]["proposal"])
    assert forgotten(shop, "delta").exit_code == 0


def test_what_was_filed_for_an_account_outlives_who_filed_it(shop: Lobby) -> None:
    shop.do(
        "admin",
        "core.open_account",
        account="Delta",
        participant="Delta Ltd",
        kind="enterprise",
        operator="delta",
        data_declared_true=True,
    )
    filed = {"kind": "neutral_market.remark", "account": "Delta", "content": {"mobile": "13700000001"}}
    staff = shop.do("admin2", "core.draft_application", **filed)["events"][0]["application"]
    kept = tokens(shop, staff)
    shop.do("admin2", "core.amend_application", application=staff, content={"mobile": "13700000002"})
    kept |= {"amended": tokens(shop, staff)["mobile"]}
    said = {"operator": "delta", "mobile": "13700000003"}
    own = shop.do("delta", "core.draft_application", kind="neutral_market.reached", content=said)
    kept |= {"own": tokens(shop, own["events"][0]["application"])["mobile"]}
    shop.do("admin", "core.freeze_user", user="admin2")
    assert forgotten(shop, "admin2").exit_code == 0
    assert forgotten(shop, "delta", "--even-so", "left the company").exit_code == 0
    shown = [shop.host.vault.reveal(token) for token in kept.values()]
    assert shown == ["13700000001", "13700000002", "13700000003"]
    result = forgotten(shop, "Delta", "--account")
    assert result.exit_code == 2
    assert "the account Delta is not closed" in result.stderr
    assert forgotten(shop, "Omega", "--account").exit_code == 2
    assert forgotten(shop, "Delta", "--account", "--even-so", "ruling 13").exit_code == 0
    for token in kept.values():
        with pytest.raises(Forgotten):
            shop.host.vault.reveal(token)


def test_papers_of_an_open_application_stand_against_forgetting_who_handed_them_in(shop: Lobby) -> None:
    shop.do(
        "admin",
        "core.open_account",
        account="Delta",
        participant="Delta Ltd",
        kind="enterprise",
        operator="delta",
        data_declared_true=True,
    )
    filed = {"kind": "neutral_market.operator", "account": "Delta", "content": {"operator": "delta.two"}}
    number = shop.do("admin2", "core.draft_application", **filed)["events"][0]["application"]
    answer = shop.client.post(
        f"/api/{NAME}/attachments",
        files={"file": ("letter.pdf", samples.pdf(), "application/pdf")},
        headers=shop.head("admin2"),
    )
    assert answer.status_code == 201, answer.text
    kept = {key: answer.json()[key] for key in ("digest", "size", "media_type")}
    shop.do("admin2", "core.attach_material", application=number, material="letter", **kept)
    shop.do("admin", "core.freeze_user", user="admin2")
    result = forgotten(shop, "admin2")
    assert result.exit_code == 2
    assert f"those of application {number}, which is open" in result.stderr
    shop.do("admin", "core.withdraw_application", application=number)
    assert forgotten(shop, "admin2").stdout.endswith("papers deleted: 1\n")


def test_another_accounts_operator_keeps_what_he_says_to_himself(shop: Lobby) -> None:
    for name in ("Delta", "Echo"):
        shop.do(
            "admin",
            "core.open_account",
            account=name,
            participant=f"{name} Ltd",
            kind="enterprise",
            operator=name.lower(),
            data_declared_true=True,
        )
    said = {"operator": "delta", "mobile": "13700000004"}
    answer = shop.send(
        "echo", "core.draft_application", kind="neutral_market.reached", account="Delta", content=said
    )
    assert answer.json()["code"] == "PERMISSION_DENIED"
    with shop.host.engine.connect() as connection:
        persons = connection.exec_driver_sql("SELECT person FROM vault_persons").scalars().all()
    assert "venue/account Delta" not in persons


def test_who_holds_an_office_is_frozen_first(shop: Lobby) -> None:
    result = forgotten(shop, "admin2")
    assert result.exit_code == 2
    assert "is not frozen" in result.stderr
    shop.do("admin", "core.freeze_user", user="admin2")
    assert forgotten(shop, "admin2").exit_code == 0


@pytest.mark.parametrize("user", ["nobody", "clock", "door"])
def test_there_must_be_such_a_person(shop: Lobby, user: str) -> None:
    result = forgotten(shop, user)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert f"has no user {user}" in result.stderr


def test_what_was_interrupted_is_done_again_from_the_start(
    shop: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shop.registered("half.gone")
    withdrawn(shop, "half.gone", browser)
    host = shop.host
    means: dict[str, Any] = {
        "vault": host.vault,
        "attachments": host.attachments,
        "identity": host.identity,
    }
    with monkeypatch.context() as patched:
        patched.setattr(host.attachments, "forget", lambda exchange, user: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forget(NAME, "half.gone", "", **means)
    assert host.attachments.register.of(NAME, "half.gone") != []
    assert forgotten(shop, "half.gone").stdout == "forgotten; papers deleted: 1\n"
    assert forgotten(shop, "half.gone").stdout == "nothing was kept of him\n"


def test_another_paper_of_another_person_stays(shop: Lobby) -> None:
    one, two = shop.registered("first.one"), shop.registered("other.one", "13712341234")
    for browser in (one, two):
        answer = browser.post("/attachments", files={"file": ("a.png", samples.image(), "image/png")})
        assert answer.status_code == 201
    assert forgotten(shop, "first.one").exit_code == 0
    assert len(shop.host.attachments.register.of(NAME, "other.one")) == 1

"""A stranger's pack, built as a wheel and installed, brings everything it declares to the service by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from kernel.helpers import FIRST, at
from reliability.nodes import Caller, House

SOURCE = Path(__file__).parents[1] / "packs" / "sample_wheel"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
COMMAND = "blue_carbon.grade_project"
FEATURE = """Feature: a stranger's sentence
  Scenario: a pack's sentence in a feature file
    Given the exchange runs "blue_carbon" on 2026-03-02
    When admin grades project mangroves as A
    Then it is accepted
    When admin grades project mangroves as Z
    Then it is refused because UNKNOWN_GRADE
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the pack's wheel was installed; nothing else of this session finds it."""
    folder = tmp_path_factory.mktemp("sample_wheel")
    source = copytree(SOURCE, folder / "source")
    built = folder / "built"
    run(*PIP, "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir", str(built), str(source))
    (wheel,) = built.glob("*.whl")
    run(*PIP, "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder / "site"), str(wheel))
    return folder / "site"


def run(*command: str, **paths: str) -> str:
    """What a program said; it has to succeed."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **paths}, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def house(installed: Path, tmp_path: Path) -> Iterator[House]:
    """An exchange that is founded without the sample pack; its folder is on the server's path."""
    with House(f"sqlite:///{tmp_path}/tanpan.db", tmp_path, path=[installed], exchange="venue") as house:
        yield house


def code_of(caller: Caller, actor: str, command: str, **fields: Any) -> tuple[int, str]:
    """How a command is answered: its status, and its code where it is refused."""
    answer = caller.send(actor, command, **fields)
    return answer.status, answer.code


def test_a_wheel_brings_its_command_view_code_and_market_once_it_is_enabled(house: House) -> None:
    node = house.start().listening().until("writing")
    with house.on(node) as caller:
        assert code_of(caller, "admin", COMMAND, project="m", grade="A") == (404, "UNKNOWN_COMMAND")
        assert caller.get("admin", "queries/blue_carbon.grades").code == "UNKNOWN_QUERY"
        assert f"/api/{{exchange}}/commands/{COMMAND}" not in caller.plain("/schema/openapi.json")["paths"]
    node.stop()

    node = house.start(packs=["neutral_market", "blue_carbon"]).listening().until("writing")
    with house.on(node) as caller:
        assert {one["name"] for one in caller.get("admin", "").json()["packs"]} == {
            "neutral_market",
            "blue_carbon",
        }
        _is_described(caller)
        _is_closed_before_it_is_enabled(caller)
        caller.do("admin", "core.enable_pack", pack="blue_carbon")
        _acts(caller)
        _trades(caller)
        acted = caller.get("admin", "state").json()
    node.kill()

    node = house.start(packs=["neutral_market", "blue_carbon"]).listening().until("writing")
    with house.on(node) as caller:
        assert caller.get("admin", "state").json() == acted
    # The journal needs the pack now; without it nothing is served, and that is said.
    node.stop()
    without = house.start().listening()
    assert without.ready()[0] == 503


def _is_described(caller: Caller) -> None:
    described = caller.plain("/schema/openapi.json")
    path = described["paths"][f"/api/{{exchange}}/commands/{COMMAND}"]["post"]
    assert "UNKNOWN_GRADE" in str(described)
    assert "mangroves of the bay" in str(described)
    assert "Give a project a grade." in str(path)
    assert "/api/{exchange}/queries/blue_carbon.grades" in described["paths"]
    told = caller.plain("/problems/UNKNOWN_GRADE")
    assert (told["status"], told["zh"]) == (422, "没有这个等级")


def _is_closed_before_it_is_enabled(caller: Caller) -> None:
    instrument = {"instrument": "B", "market": "blue", "product": "BLUE"}
    opening = {"market": "blue", "day": FIRST.isoformat()}
    refused = (422, "UNKNOWN_PACK")
    assert code_of(caller, "admin", "core.register_instrument", **instrument) == refused
    assert code_of(caller, "admin", "core.open_day", **opening) == refused


def _acts(caller: Caller) -> None:
    (event,) = caller.do("admin", COMMAND, project="mangroves", grade="A")["events"]
    assert event == {
        "event": "blue_carbon.project_graded",
        "project": "mangroves",
        "grade": "A",
        "times": 1,
    }
    assert code_of(caller, "admin", COMMAND, project="mangroves", grade="Z") == (422, "UNKNOWN_GRADE")
    assert code_of(caller, "registry", COMMAND, project="mangroves", grade="A") == (403, "PERMISSION_DENIED")
    seq = caller.do("admin", COMMAND, project="mangroves", grade="B")["seq"]
    rows = caller.rows("regulator", "blue_carbon.grades", at_least=seq, grade="B")
    assert rows == [{"project": "mangroves", "grade": "B", "times": 2}]


def _trades(caller: Caller) -> None:
    """A day of its market, by its own numbers."""
    caller.do("admin", "core.register_instrument", instrument="B", market="blue", product="BLUE")
    for name in ("Alpha", "Beta"):
        caller.do(
            "admin",
            "core.open_account",
            account=name,
            participant=f"{name} Ltd",
            kind="enterprise",
            operator=name,
            data_declared_true=True,
        )
        caller.do("channel", "core.deposit", account=name, amount="1000000.00", reference=f"in {name}")
    caller.do(
        "registry", "core.transfer_in", account="Beta", instrument="B", quantity=1_000, reference="b Beta"
    )
    listed = caller.do(
        "admin", "core.list_instrument", instrument="B", listing_day=FIRST.isoformat(), reference="50.00"
    )
    caller.do("admin2", "core.confirm_proposal", proposal=listed["events"][0]["proposal"])
    caller.clock(at(FIRST, "09:00"))
    caller.do("admin", "core.open_day", market="blue", day=FIRST.isoformat())
    order = {"account": "Beta", "instrument": "B", "side": "sell", "quantity": 100}
    assert code_of(caller, "Beta", "core.post_listing", **order, price="50.00")[0] == 422
    caller.clock(at(FIRST, "10:01"))
    assert code_of(caller, "Beta", "core.post_listing", **order, price="53.00")[0] == 422
    caller.do("Beta", "core.post_listing", **order, price="52.00")
    taken = caller.do(
        "Alpha",
        "core.take_listing",
        **{**order, "account": "Alpha", "side": "buy", "price": "52.00"},
    )
    trade = next(one for one in taken["events"] if one["event"] == "core.trade_done")
    assert (trade["price"], trade["quantity"], trade["buyer_fee"]) == ("52.00", 100, "10.40")


def test_its_sentence_is_known_to_feature_files(installed: Path, tmp_path: Path) -> None:
    feature = tmp_path / "sentence.feature"
    feature.write_text(FEATURE)
    tanpan = "from tanpan_adapters.cli import main; main()"
    said = run(sys.executable, "-c", tanpan, "spec", "--lang", "en", str(feature), PYTHONPATH=str(installed))
    assert "1 passed" in said


def test_nothing_in_adapters_knows_it() -> None:
    adapters = Path(__file__).parents[2] / "adapters"
    named = [path for path in adapters.rglob("*.py") if "blue_carbon" in path.read_text()]
    assert not named

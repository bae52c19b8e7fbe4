"""The registry's desk: what is committed reaches the registry, its answers come back as commands, each once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.desk import Desk
from tanpan.packs import assemble, load
from tanpan_adapters.registry import RegistryDesk, SimulatedRegistry
from tanpan_adapters.service.configuration import Database, ExchangeTable, Settings, Timetable
from tanpan_adapters.service.configuration import Vault as VaultTable
from tanpan_adapters.service.host import Host
from tanpan_adapters.store import Journal, open_engine
from tanpan_adapters.vault import Vault, person_of

ASSEMBLY = assemble(load(["ccer_national"]))
CODE = "91999999MA0000000K"
OPENING = {
    "participant": "样例公司",
    "credit_code": CODE,
    "entity_kind": "legal_person",
    "body": "none",
    "account_type": "national_key_emitter",
    "legal_representative": "张一一",
    "representative": "李二二",
    "representative_identity": "999999199003070012",
    "mobile": "13800138001",
    "mail": "representative@example.com",
    "data_declared_true": True,
}
PAPERS = (
    *("business_licence", "opening_form", "legal_representative_identity_copy"),
    *("power_of_attorney", "representative_identity_copy"),
)


class Counter:
    """An exchange with a vault, and a registry's desk that turns when it is told to."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        self.engine = open_engine(desk.url)
        self.vault = Vault(self.engine, folder / "tanpan.key")
        self.registry = SimulatedRegistry(folder / "registry.json")
        self.again()

    def again(self) -> RegistryDesk:
        """A desk that begins anew, as after a crash."""
        self.at_registry = RegistryDesk(
            desk_name(self.desk),
            Journal(self.engine, desk_name(self.desk)),
            self.desk.writer,
            self.registry,
            self.vault,
            self.folder / "desk.json",
            every_s=0.01,
        )
        return self.at_registry

    def turns(self, times: int = 1) -> None:
        for _ in range(times):
            self.desk.run(self.at_registry.turn())

    def applies(self, user: str, kind: str = "joint_opening", **other: Any) -> int:
        """Fill an opening in and submit it; its number."""
        self.appointed(user, "applicant")
        fields = {"kind": f"ccer_national.{kind}", "content": {**OPENING, **other}}
        command = self.desk.writer.exchange.command_types["core.draft_application"]
        body = self.vault.swap(
            command,
            msgspec.json.encode(fields),
            person_of(desk_name(self.desk), user),
            ASSEMBLY.form_names,
        )
        self.desk.do(user, "core.draft_application", **msgspec.json.decode(body))
        number = self.desk.ask(lambda exchange: exchange.applications.next_number - 1)
        for name in PAPERS:
            file = {"material": name, "digest": sha256(name.encode()).hexdigest(), "size": 9, "stamps": 1}
            self.desk.do(
                user, "core.attach_material", application=number, media_type="application/pdf", **file
            )
        self.desk.do(user, "core.submit_application", application=number)
        return number

    def appointed(self, user: str, role: str) -> None:
        made = self.desk.do("admin", "core.appoint_staff", user=user, role=role)
        self.desk.do("admin2", "core.confirm_proposal", proposal=made["events"][0]["proposal"])

    def passes(self, reviewer: str, number: int) -> None:
        for command in ("core.claim_application", "core.approve_application"):
            self.desk.do(reviewer, command, application=number)

    def state(self, number: int) -> str:
        def of(exchange: Any) -> str:
            live = exchange.applications.live.get(number)
            return live.state if live is not None else "closed"

        return self.desk.ask(of)

    def participant(self, account: str = "CCER00000001") -> Any:
        return self.desk.ask(
            lambda exchange: exchange.components["ccer_national.participants"].by_account.get(account)
        )


def desk_name(desk: Desk) -> str:
    return desk.writer.name


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with Desk(f"sqlite:///{tmp_path}/tanpan.db", assembly=ASSEMBLY) as desk:
        yield Counter(desk.writing(), tmp_path)


def test_the_registry_reviews_after_the_exchange_and_opens_both_accounts(counter: Counter) -> None:
    number = counter.applies("alpha")
    counter.turns()
    assert counter.state(number) == "in_review"
    counter.passes("admin", number)
    counter.turns(2)
    assert counter.state(number) == "closed"
    assert counter.participant().registry_account == "R00000001"


def test_it_returns_what_it_was_told_to_refuse_and_reviews_anew_what_comes_again(counter: Counter) -> None:
    counter.registry.refuse(CODE, "资料与登记信息不符")
    number = counter.applies("alpha")
    counter.passes("admin", number)
    counter.turns()
    assert counter.state(number) == "returned"
    counter.registry.relent(CODE)
    counter.desk.do("alpha", "core.submit_application", application=number)
    counter.passes("admin", number)
    counter.turns(2)
    assert counter.participant() is not None


def test_it_rejects_for_good(counter: Counter) -> None:
    counter.registry.refuse(CODE, "不符合开户条件", final=True)
    number = counter.applies("alpha")
    counter.passes("admin", number)
    counter.turns()
    assert counter.state(number) == "closed"
    assert counter.participant() is None


def test_what_was_sent_and_not_noted_acts_once(counter: Counter) -> None:
    number = counter.applies("alpha")
    counter.passes("admin", number)
    counter.turns(2)
    head = counter.desk.writer.committed_seq
    (counter.folder / "desk.json").unlink()
    counter.again()
    counter.turns(2)
    assert counter.desk.writer.committed_seq == head


def test_an_account_the_registry_doesnt_know_is_waited_for(counter: Counter) -> None:
    number = counter.applies("alpha", "separate_opening", registry_account="R00000001")
    counter.turns()
    counter.desk.do("admin", "core.claim_application", application=number)
    refused = counter.desk.send("admin", "core.approve_application", application=number).refusal
    assert refused is not None and refused.code == "REGISTRY_ACCOUNT_REQUIRED"
    counter.registry.open(CODE)
    counter.again()
    counter.turns()
    counter.desk.do("admin", "core.approve_application", application=number)
    counter.passes("admin2", number)
    assert counter.participant().registry_account == ""


def test_a_human_reviewer_at_the_registry_goes_first_and_gives_it_back(counter: Counter) -> None:
    number = counter.applies("alpha")
    counter.passes("admin", number)
    counter.appointed("registrar", "registry")
    counter.desk.do("registrar", "core.claim_application", application=number)
    counter.turns()
    assert counter.state(number) == "in_review"
    counter.desk.do("registrar", "core.unclaim_application", application=number)
    counter.turns(2)
    assert counter.state(number) == "closed"


def _new_representative(name: str) -> dict[str, Any]:
    documents = [
        {"material": name, "digest": sha256(name.encode()).hexdigest(), "size": 9, "stamps": 1}
        for name in ("business_licence", "legal_representative_identity_copy", "change_form")
    ]
    signed = {
        "material": "power_of_attorney",
        "digest": "0" * 64,
        "size": 9,
        "stamps": 1,
        "hand_signed": True,
    }
    return {
        "account": "CCER00000001",
        "what": "legal_representative",
        "reference": "L-1",
        "content": {"legal_representative": name},
        "documents": [*documents, signed],
    }


def test_a_change_is_brought_in_once_with_persons_in_the_vault(counter: Counter) -> None:
    number = counter.applies("alpha")
    counter.passes("admin", number)
    counter.turns(2)
    fields = _new_representative("王三三")
    counter.registry.send("L-1", "ccer_national.change_registered_data", fields, "CCER00000001")
    counter.registry.send("L-2", "ccer_national.change_registered_data", fields, "CCER00000001")
    counter.turns()
    assert counter.registry.outcome("L-1") == ""
    assert counter.registry.outcome("L-2") == "ALREADY_BOOKED"
    change = number + 1
    journal = Journal(counter.engine, desk_name(counter.desk))
    assert all("王三三".encode() not in batch.payload for batch in journal.read())
    counter.desk.do("admin", "core.receive_paper", application=change, sets=2)
    counter.passes("admin", change)
    counter.turns()
    assert counter.vault.reveal(counter.participant().legal_representative) == "王三三"


def test_a_change_that_nobody_takes_is_told_so(counter: Counter) -> None:
    counter.registry.send("X-1", "ccer_national.no_such_thing", {})
    counter.registry.send("X-2", "ccer_national.change_registered_data", {"account": "nobody"})
    counter.turns()
    assert counter.registry.outcome("X-1") == "UNKNOWN_COMMAND"
    assert counter.registry.outcome("X-2") not in (None, "")


def test_the_registry_remembers_in_its_file(counter: Counter) -> None:
    assert counter.registry.open(CODE) == "R00000001"
    known = SimulatedRegistry(counter.folder / "registry.json")
    assert known.open(CODE) == "R00000001"
    assert known.open("91999999MA0000001N") == "R00000002"


def test_it_follows_by_itself_in_a_thread(counter: Counter) -> None:
    counter.at_registry.start()
    number = counter.applies("alpha")
    counter.passes("admin", number)
    counter.desk.until(lambda: counter.state(number) == "closed")
    counter.at_registry.stop()
    assert counter.participant().registry_account == "R00000001"


def test_what_was_told_of_one_entity_is_told_anew_of_another(counter: Counter) -> None:
    counter.registry.open("91999999MA0000001N")
    number = counter.applies("alpha", "separate_opening", registry_account="R00000002")
    counter.registry.open(CODE)
    counter.again()
    counter.turns()
    said = {"credit_code": "91999999MA0000001N", "registry_account": "R00000001"}
    counter.desk.do("alpha", "core.amend_application", application=number, content=said)
    counter.desk.do("alpha", "core.submit_application", application=number)
    counter.turns()
    counter.passes("admin", number)
    counter.passes("admin2", number)
    assert counter.participant().credit_code == "91999999MA0000001N"


def test_a_served_exchange_has_its_simulated_registry(tmp_path: Path) -> None:
    table = ExchangeTable(
        packs=["ccer_national"],
        timetable=Timetable(automatic=False),
        simulated_registry=f"{tmp_path}/registry.json",
    )
    settings = Settings(
        database=Database(url=f"sqlite:///{tmp_path}/tanpan.db"),
        vault=VaultTable(key_file=f"{tmp_path}/tanpan.key"),
        exchanges={"beijing": table},
    )
    known = SimulatedRegistry(tmp_path / "registry.json")
    known.send("T-1", "ccer_national.change_registered_data", {"account": "nobody", "what": "name"})
    host = Host(settings, own_process=False)
    try:
        host.start()
        assert host.wait_until_writing()
        deadline = time.monotonic() + 20
        while SimulatedRegistry(tmp_path / "registry.json").outcome("T-1") is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        host.stop()
    assert SimulatedRegistry(tmp_path / "registry.json").outcome("T-1") not in (None, "")

"""A house to try repos in: the pack's exchange with sellers, buyers, instruments and days, through the real commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

import attrs

import sh_repo
from kernel.helpers import CALENDAR, FIRST, MOBILE, REFERENCE, SETUP, Balances, Venue, Watch, at, balances
from sh_repo.contract import Agreed, Row, number_of
from sh_repo.contracts import Contracts, contracts_of
from sh_repo.entries import SaidRow
from sh_repo.events import ContractFiled
from sh_repo.initial import CompleteInitial, ConfirmInitial, SubmitInitial
from sh_repo.repurchase import ConfirmRepurchase, SubmitRepurchase
from sh_repo.standings import MANAGED_UNIT, SENIOR, QualificationGranted, RecordStanding
from tanpan.component import Component, decides
from tanpan.custody import TransferIn
from tanpan.exchange import Exchange
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.ledger import CASH
from tanpan.messages import AnyRecord, Command
from tanpan.packs import assemble
from tanpan.parties import Actor
from tanpan.refusals import BY_CODE, Refusal

SHEA = "shea"
"""The market."""
FEE_PPM = 800
ALPHA, BETA, GAMMA = "Alpha", "Beta", "Gamma"
"""A managed unit that sells, a qualified buyer, and someone else, qualified as well."""
BACK = date(2026, 3, 10)
"""The day of the repurchase where nothing else is agreed, a trading day."""


class FileForTests(Command, frozen=True, tag="tests.file_contract"):
    """Register a contract as if its filing had been approved."""

    roles: ClassVar = ("staff",)
    application: int
    agreed: Agreed


class QualifyForTests(Command, frozen=True, tag="tests.qualify"):
    """Qualify an initial buyer as if its application had been approved."""

    roles: ClassVar = ("staff",)
    account: str


class Filer(Component):
    """Stands in for the filing, where a test is not about it."""

    name = "tests.filer"

    @decides(FileForTests)
    def _file(self, actor: Actor, command: FileForTests) -> None:
        agreed = command.agreed
        number = number_of(command.application)
        self.emit(ContractFiled(number, command.application, agreed.seller, agreed.buyer, agreed))

    @decides(QualifyForTests)
    def _qualify(self, actor: Actor, command: QualifyForTests) -> None:
        self.emit(QualificationGranted(command.account, 999, "admin", "admin2"))


def agreed(**changes: Any) -> Agreed:
    """50,000 t of SHEA sold at 34.40 by Alpha to Beta, bought back at 35.00; no measures unless they are asked for."""
    plain: dict[str, Any] = {
        "agreement_no": "R-2026-001",
        "seller": ALPHA,
        "buyer": BETA,
        "rows": [Row("SHEA", 50_000)],
        "initial_day": FIRST,
        "initial_fen": 3_440,
        "repurchase_day": BACK,
        "repurchase_fen": 3_500,
    }
    return Agreed(**{**plain, **changes})


SECURED: dict[str, Any] = {"freezes": True, "ratio_hundredths": 2_000, "margin_fen": 10_000_000}
"""20.00 % of the units frozen (10,000 t of 50,000 t), and a margin of 100,000.00."""


class House(Venue):
    """A venue of the Shanghai repo pack; every event is audited, every refusal shown to change nothing."""

    def __init__(self, day: date = SETUP) -> None:
        pack = assemble([sh_repo])
        self.assembly = attrs.evolve(pack, components=(*pack.components, Filer))
        self.codes = BY_CODE.keys() | self.assembly.reasons.keys()
        self.watch = Watch()
        self.count = 0
        self.filed = 0
        self.journal: list[AnyRecord] = []
        self.exchange = self.fresh()
        self.watch.on(self.exchange)
        self.exchange.found(at(day, "09:00"), institutions=("registry", "channel", "regulator", "door"))

    def fresh(self) -> Exchange:
        made = Exchange("house", self.assembly, CALENDAR)
        made.recall = lambda seq: self.journal[seq - 1]
        return made

    # --- who there is ------------------------------------------------------------------------------

    def parties(
        self,
        sellers: Sequence[str] = (ALPHA,),
        buyers: Sequence[str] = (BETA, GAMMA),
        fee_ppm: int | None = FEE_PPM,
        cash_fen: int = 10**9,
        since: date = FIRST,
    ) -> House:
        """Managed units that sell and qualified senior traders that buy; the fee is set from a day on."""
        self.people(cash_fen, (*sellers, *buyers))
        for name in sellers:
            self.two(RecordStanding(name, MANAGED_UNIT, "list of 2025"))
        for name in buyers:
            self.two(RecordStanding(name, SENIOR, "notice 1"))
            self.send("admin", QualifyForTests(name))
        if fee_ppm is not None:
            self.change(SHEA, "repo_fee_ppm", fee_ppm, since)
        return self

    def traded(self, code: str = "SHEA", product: str = "SHEA", since: date = FIRST, **tonnes: int) -> House:
        """An instrument listed from a day on at 50.00, held by the named."""
        self.send("admin", RegisterInstrument(code, SHEA, product))
        for name, held in tonnes.items():
            self.send("registry", TransferIn(name, code, held))
        self.two(ListInstrument(code, since, REFERENCE))
        return self

    # --- contracts -----------------------------------------------------------------------------------

    def file(self, one: Agreed | None = None, /, **changes: Any) -> str:
        """A contract that was filed and approved; its number."""
        self.filed += 1
        self.send("admin", FileForTests(self.filed, one or agreed(**changes)))
        return number_of(self.filed)

    @property
    def contracts(self) -> Contracts:
        """The pack's contracts."""
        return contracts_of(self.exchange)

    def state(self, number: str) -> str:
        """Where a contract stands, closed ones too."""
        live = self.contracts.live.get(number)
        return live.state if live is not None else self.contracts.closed[number].state

    def submission(self, number: str, **other: Any) -> SubmitInitial:
        """The seller's submission with the elements agreed, or others."""
        one = self.contracts.live[number].agreed
        said: dict[str, Any] = {
            "contract": number,
            "account": one.seller,
            "rows": [SaidRow(row.instrument, row.quantity_tonnes, row.frozen_tonnes) for row in one.rows],
            "initial_price_fen": one.initial_fen,
            "initial_amount_fen": one.initial_amount_fen,
            "repurchase_price_fen": one.repurchase_fen,
            "repurchase_day": one.repurchase_day,
            "margin_fen": one.margin_fen,
            "monitored": one.monitored,
        }
        return SubmitInitial(**{**said, **other})

    def submit(self, number: str) -> AnyRecord:
        """The seller submits the initial trade."""
        command = self.submission(number)
        return self.send(command.account, command)

    def confirm(self, number: str) -> AnyRecord:
        """The buyer confirms it."""
        buyer = self.contracts.live[number].agreed.buyer
        return self.send(buyer, ConfirmInitial(number, buyer, MOBILE))

    def complete(self, number: str) -> AnyRecord:
        """The exchange completes it."""
        return self.send("admin", CompleteInitial(number))

    def outstanding(self, one: Agreed | None = None, /, **changes: Any) -> str:
        """A contract whose initial trade is done."""
        number = self.file(one, **changes)
        self.submit(number)
        self.confirm(number)
        self.complete(number)
        return number

    def repurchase(self, number: str, by: str, *, confirmed: bool = True) -> AnyRecord:
        """A side submits the repurchase, and the other confirms it."""
        one = self.contracts.live[number].agreed
        made = self.send(by, SubmitRepurchase(number, by))
        if not confirmed:
            return made
        other = one.buyer if by == one.seller else one.seller
        return self.send(other, ConfirmRepurchase(number, other))

    def settle_day_of(self, day: date) -> None:
        """Let a day close, and settle it and those before it."""
        self.until(day, "15:00")
        while self.settle(SHEA) != day:
            pass

    # --- what is asked -------------------------------------------------------------------------------

    def objection(self, actor: str, command: Command) -> Refusal:
        """What a command is refused with; nothing may have changed."""
        self.exchange.advance(self.exchange.now)
        before, seq = self.exchange.state_hash(), self.exchange.seq
        try:
            self.send(actor, command)
        except Refusal as refusal:
            assert refusal.code in self.codes
            assert (self.exchange.state_hash(), self.exchange.seq) == (before, seq)
            return refusal
        raise AssertionError(f"{command!r} is not refused")

    def cash(self, name: str) -> dict[str, int]:
        """An account's cash by phase, as far as there is any."""
        return self._phases(name, CASH)

    def units(self, name: str, code: str = "SHEA") -> dict[str, int]:
        """An account's tonnes by phase, as far as there are any."""
        return self._phases(name, code)

    def _phases(self, name: str, asset: str) -> dict[str, int]:
        found = balances(self.exchange.ledger)
        return {key[2]: amount for key, amount in found.items() if key[:2] == (name, asset)}

    def means(self) -> Balances:
        """Every balance."""
        return balances(self.exchange.ledger)

    def replayed(self) -> None:
        """Assert that the journal and a snapshot in its middle lead to the present state."""
        journal, hashed = self.drained(), self.exchange.state_hash()
        payload = self.exchange.encode_records(journal)
        again = self.fresh()
        again.apply(again.decode_records(payload)[: len(journal) // 2])
        middle = self.fresh()
        middle.restore(again.snapshot())
        middle.apply(middle.decode_records(payload)[len(journal) // 2 :])
        assert middle.state_hash() == hashed
        restored = self.fresh()
        restored.restore(self.exchange.snapshot())
        assert restored.state_hash() == hashed


def house() -> House:
    """Alpha with 60,000 t, Beta and Gamma with 10,000,000.00 each, on the first day at 09:30."""
    made = House().parties().traded(Alpha=60_000)
    return made.open(SHEA)  # type: ignore[return-value]

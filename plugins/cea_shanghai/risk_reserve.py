"""The risk reserve (风险准备金): drawn from fee income, until it reaches the exchange's registered capital (CEA-5-c)."""

from __future__ import annotations

from typing import ClassVar, Final

from tanpan.component import Component, decides, evolves
from tanpan.messages import STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.quantities import LARGEST_AMOUNT_FEN, Fen
from tanpan.refusals import Reason, Refusal

REFUSALS: Final = (
    Reason("CAP_NOT_SET", "尚未设定注册资本", "the registered capital is not set"),
    Reason("RESERVE_AT_CAP", "风险准备金已达注册资本", "the risk reserve has reached the registered capital"),
    Reason("INSUFFICIENT_INCOME", "手续费收入不足", "there is not enough fee income"),
)


class ProvideReserve(Command, frozen=True, tag="cea_shanghai.provide_reserve"):
    """Draw the risk reserve from fee income; at the cap only when it is said that it is meant."""

    zh: ClassVar = "提取风险准备金"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "oversight"
    four_eyes: ClassVar = True
    amount_fen: Fen
    beyond_cap: bool = False


class ReserveProvided(Event, frozen=True, tag="cea_shanghai.reserve_provided"):
    """The risk reserve was drawn."""

    amount_fen: int
    reserve_fen: int


class RiskReserve(Component):
    """Asks the cap; the balance itself is the ledger's."""

    name = "cea_shanghai.risk_reserve"

    @decides(ProvideReserve)
    def _provide(self, actor: Actor, command: ProvideReserve) -> None:
        if not 0 < command.amount_fen <= LARGEST_AMOUNT_FEN:
            raise Refusal("BAD_AMOUNT", amount_fen=command.amount_fen)
        contra = self.exchange.ledger.contra
        day = self.exchange.days.of("cea")
        cap = day.terms_on(self.exchange.today()).own["registered_capital_fen"]
        if not cap:
            raise Refusal("CAP_NOT_SET", "CEA-5-c", parameter="registered_capital_fen")
        reserve = contra.risk_reserve + command.amount_fen
        if reserve > cap and not command.beyond_cap:
            raise Refusal("RESERVE_AT_CAP", "CEA-5-c", reserve_fen=contra.risk_reserve, cap_fen=cap)
        if command.amount_fen > contra.fee_income:
            raise Refusal("INSUFFICIENT_INCOME", amount_fen=command.amount_fen, income_fen=contra.fee_income)
        self.emit(ReserveProvided(command.amount_fen, reserve))

    @evolves(ReserveProvided)
    def _provided(self, event: ReserveProvided) -> None:
        self.exchange.ledger.provide_reserve(event.amount_fen)

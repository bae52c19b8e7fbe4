"""The world of one scenario: the driver it speaks to and what was said and answered so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any

from tanpan.calendar import instant, local
from tanpan.driver import Answer, Driver
from tanpan.packs import PackError
from tanpan.phrases.words import NotSo, unknown
from tanpan.refusals import Refusal

SIDES = {"buy": "buy", "sell": "sell", "买入": "buy", "卖出": "sell"}
START = date(2026, 3, 2)


class World:
    """What phrases share. A refusal that no sentence asks about fails the scenario."""

    def __init__(self, drivers: Callable[[Sequence[str], int], Driver]) -> None:
        self._drivers = drivers
        self._driver: Driver | None = None
        self.start = instant(START, time(9, 0))
        self.refusal: Refusal | None = None
        self.last_refusal: Refusal | None = None
        self.answer: Answer | None = None
        self.previous: Answer | None = None
        self.count = 0
        self.fees = (0, 0)
        self.before = ""
        self.rows: list[dict[str, Any]] = []
        self.trades: list[dict[str, Any]] = []
        self.listings: dict[str, list[int]] = {}
        self.offers: dict[str, list[int]] = {}
        self.dialogues: list[int] = []
        self.applications: dict[str, list[int]] = {}

    @property
    def driver(self) -> Driver:
        """The exchange under test."""
        if self._driver is None:
            raise NotSo("请先说明交易机构启用哪些规则包", "say first which rule packs the exchange runs")
        return self._driver

    def run(self, packs: Sequence[str]) -> None:
        """Found an exchange with rule packs, its registry, its settlement channel and its regulator."""
        try:
            self._driver = self._drivers(packs, self.start)
        except PackError as error:
            raise NotSo(f"规则包无法启用：{error}", str(error)) from None

    def advance(self, at: int) -> None:
        """Let the clock come to an instant; fails for one that has passed."""
        now = self.driver.now()
        if at < now:
            moment = f"{local(now):%Y-%m-%d %H:%M:%S}"
            raise NotSo(f"时间不能倒流：现在是 {moment}", f"time does not run backwards: it is {moment}")
        self.driver.advance(at)

    def do(self, actor: str, command: str, **fields: Any) -> Answer:
        """Carry out what a scenario takes for granted; a refusal fails it at once."""
        return self.driver.send(actor, command, fields)

    def two(self, command: str, **fields: Any) -> None:
        """Carry out a command that needs two persons."""
        made = self.do("admin", command, **fields).of("core.proposal_made")[0]
        self.do("admin2", "core.confirm_proposal", proposal=made["proposal"])

    def attempt(self, actor: str, command: str, fields: Mapping[str, Any], request_id: str = "") -> None:
        """Try a command; what comes of it is asked about by later sentences."""
        self.accepted()
        self.before = self.driver.state()
        self.previous, self.answer = self.answer, None
        try:
            self.answer = self.driver.send(_known(actor), command, fields, request_id)
        except Refusal as refusal:
            self.refusal = refusal
            return
        self._note(actor, self.answer)

    def ask(self, actor: str, query: str, where: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Ask a query on behalf of someone."""
        return self.driver.query(_known(actor), query, where)

    def question(self, actor: str, query: str, where: Mapping[str, Any]) -> None:
        """Ask a query whose answer, or refusal, later sentences are about."""
        self.accepted()
        self.before = self.driver.state()
        self.rows = []
        try:
            self.rows = self.ask(actor, query, where)
        except Refusal as refusal:
            self.refusal = refusal

    def accepted(self) -> None:
        """Fail if the last attempt was refused and no sentence asked why."""
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            raise NotSo("被拒绝：", "refused: ", refusal)

    def _note(self, actor: str, answer: Answer) -> None:
        for event in answer.of("core.listing_posted"):
            self.listings.setdefault(event["account"], []).append(event["listing"])
        for event in answer.of("core.block_offered"):
            self.offers.setdefault(event["account"], []).append(event["offer"])
        for event in answer.of("core.dialogue_opened"):
            self.dialogues.append(event["dialogue"])
        for event in answer.of("core.application_drafted"):
            owner = event["account"] or event["applicant"]
            self.applications.setdefault(owner, []).append(event["application"])
        for made in ("core.trade_done", "core.block_traded", "core.direct_traded"):
            self.trades += answer.of(made)

    def listing(self, label: str) -> int:
        """The number behind `Alpha#2`, Alpha's second listing, or a plain number."""
        return _numbered(self.listings, label)

    def offer(self, label: str) -> int:
        """The number behind `Alpha#1`, Alpha's first block declaration, or a plain number."""
        return _numbered(self.offers, label)

    def application(self, label: str) -> int:
        """The number behind `Alpha#1`, the first application of the account or applicant, or a plain number."""
        return _numbered(self.applications, label)

    def today(self) -> date:
        """The local date."""
        return local(self.driver.now()).date()

    def state_of(self, market: str) -> dict[str, Any]:
        """Where a market stands."""
        rows = {row["market"]: row for row in self.driver.query("admin", "core.markets", {})}
        if market not in rows:
            raise unknown(market, rows)
        return rows[market]


def _known(actor: str) -> str:
    """An actor's name; nobody has none."""
    return "" if actor in ("nobody", "无人") else actor


def _numbered(known: dict[str, list[int]], label: str) -> int:
    if label.isascii() and label.isdecimal():
        return int(label)
    labels = {f"{one}#{at}": made for one, all_made in known.items() for at, made in enumerate(all_made, 1)}
    if label not in labels:
        there = "、".join(labels) or "无", ", ".join(labels) or "none"
        raise NotSo(
            f"没有“{label}”；已有：{there[0]}（或直接写编号）",
            f"there is no {label!r}; there are: {there[1]} (or a plain number)",
        )
    return labels[label]

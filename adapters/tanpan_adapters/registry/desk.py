"""The registry's desk at an exchange: follows what is committed, asks the registry, and sends its answers as `registry`.

It keeps a position in the journal and what still waits for an answer, in a file, and forgets neither in a crash: what
it sent and did not note is sent again under the same request id, and acts once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from tanpan.application import Application
from tanpan.application_events import (
    ApplicationApproved,
    ApplicationSubmitted,
    ApplicationUnclaimed,
    ReviewPassed,
)
from tanpan.exchange import Exchange
from tanpan.kinds import APPROVED, EFFECT, IN_REVIEW
from tanpan.messages import REGISTRY
from tanpan.personal import is_token, shown
from tanpan.refusals import Refusal
from tanpan_adapters.service.requests import Busy, Reply, Request, Unavailable
from tanpan_adapters.store import Journal, StoreError
from tanpan_adapters.vault import Vault, account_of, person_of

from .port import Case, Change, Opened, Passed, Registry, Returned

if TYPE_CHECKING:
    from tanpan_adapters.service.writer import Writer

log = logging.getLogger("tanpan.registry")
EVERY_S: Final = 1.0
PATIENCE_S: Final = 1.0
REVIEW_IT: Final = ""
"""What an application waits for where it is no fact: its re-review."""
CAUSES: Final = (ApplicationSubmitted, ReviewPassed, ApplicationApproved, ApplicationUnclaimed)


class _Memory(msgspec.Struct):
    seq: int = 0
    waiting: dict[int, int] = {}
    """By application: the record since which it may wait for the registry."""


class NotNow(Exception):
    """The exchange takes nothing now: it is tried again."""


class RegistryDesk:
    """Takes one exchange's business to a registry and back, in a thread between `start` and `stop`."""

    def __init__(
        self,
        exchange: str,
        journal: Journal,
        writer: Writer,
        registry: Registry,
        vault: Vault,
        memory: Path,
        every_s: float = EVERY_S,
    ) -> None:
        self._exchange = exchange
        self._journal = journal
        self._writer = writer
        self._registry = registry
        self._vault = vault
        self._path = memory
        self._every_s = every_s
        self._memory = (
            msgspec.json.decode(memory.read_bytes(), type=_Memory) if memory.exists() else _Memory()
        )
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to follow."""
        self.stop()
        self._over = threading.Event()
        name = f"tanpan-registry-{self._exchange}"
        self._thread = threading.Thread(target=self._run, args=(self._over,), name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the answer that is under way."""
        self._over.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(PATIENCE_S)
            self._thread = None

    def _run(self, over: threading.Event) -> None:
        while not over.wait(self._every_s):
            try:
                asyncio.run(self.turn())
            except (NotNow, Unavailable, StoreError, SQLAlchemyError, OSError) as error:
                log.info("the registry's desk waits", extra={"exchange": self._exchange, "why": str(error)})
            except Exception:  # a defect in one case must not end the desk
                log.exception("the registry's desk failed", extra={"exchange": self._exchange})

    async def turn(self) -> None:
        """Take in what was committed, answer what waits, bring in what the registry sends."""
        self._follow()
        for number, seq in list(self._memory.waiting.items()):
            if await self._answered(number, seq):
                del self._memory.waiting[number]
                self._keep()
        for change in self._registry.changes():
            await self._bring_in(change)

    # --- following ---------------------------------------------------------------------------------

    def _follow(self) -> None:
        before = self._memory.seq
        for batch in self._journal.read(before):
            for record in self._writer.exchange.decode_records(batch.payload):
                for event in record.events if record.seq > before else ():
                    if isinstance(event, CAUSES):
                        self._memory.waiting[event.application] = record.seq
            self._memory.seq = batch.last_seq
        if self._memory.seq != before:
            self._keep()

    def _keep(self) -> None:
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(self._memory))
        beside.replace(self._path)

    # --- answering ---------------------------------------------------------------------------------

    async def _answered(self, number: int, seq: int) -> bool:
        """Whether an application waits for the registry no more."""
        waits = await self._ask(number)
        for case, what in waits:
            if what == REVIEW_IT:
                if not await self._review(case, seq):
                    return False
            elif not await self._tell(case, what, seq):
                return False
        return True

    async def _ask(self, number: int) -> list[tuple[Case, str]]:
        try:
            return await self._writer.ask(lambda exchange: list(awaited(exchange, number)))
        except (Busy, Unavailable) as error:
            raise NotNow(str(error)) from None

    async def _review(self, case: Case, seq: int) -> bool:
        verdict = self._registry.review(case)
        if verdict is None:
            return False
        send = partial(self._send, f"{seq}-{case.application}", application=case.application)
        if await send("core.claim_application"):
            return True  # somebody at the registry has taken it up by hand
        if isinstance(verdict, Passed):
            await send("core.approve_application", opinion=verdict.opinion)
        elif isinstance(verdict, Returned):
            await send("core.return_application", opinion=verdict.opinion)
        else:
            await send("core.reject_application", reason=verdict.reason)
        return True

    async def _tell(self, case: Case, fact: str, seq: int) -> bool:
        told: Opened | None = self._registry.tell(case, fact)
        if told is None:
            return False
        stated = {"fact": fact, "reference": told.reference, "content": dict(told.content)}
        await self._send(
            f"{seq}-{case.application}", "core.state_fact", application=case.application, **stated
        )
        return True

    async def _bring_in(self, change: Change) -> None:
        kind = self._writer.exchange.command_types.get(change.command)
        body = msgspec.json.encode(dict(change.fields))
        refused = "UNKNOWN_COMMAND"
        if kind is not None:
            name = self._exchange
            person = account_of(name, change.account) if change.account else person_of(name, REGISTRY)
            names = self._writer.exchange.assembly.form_names
            try:
                swapped = self._vault.swap(kind, body, person, names)
                refused = await self._sent(f"registry-{change.reference}", change.command, swapped)
            except Refusal as refusal:
                refused = refusal.code
        self._registry.brought_in(change.reference, refused)

    async def _send(self, about: str, command: str, **fields: Any) -> str:
        return await self._sent(f"registry-{about}-{command}", command, msgspec.json.encode(fields))

    async def _sent(self, request_id: str, command: str, body: bytes) -> str:
        """Send a command as the registry's; empty where it was accepted, else the refusal's code."""
        try:
            reply: Reply = (
                await self._writer.send([Request(request_id, REGISTRY, REGISTRY, command, body)])
            )[0]
        except (Busy, Unavailable) as error:
            raise NotNow(str(error)) from None
        if reply.refusal is not None:
            log.warning("refused", extra={"command": command, "code": reply.refusal.code})
            return reply.refusal.code
        if reply.code in ("NOT_COMMITTED", "COMMIT_UNKNOWN"):
            raise NotNow(reply.code)
        return reply.code


def awaited(exchange: Exchange, number: int) -> Iterator[tuple[Case, str]]:
    """What an application waits for the registry to do: its re-review, or facts that the registry alone states."""
    application = exchange.applications.live.get(number)
    if application is None:
        return
    case = _case(application)
    review = application.review
    if application.state == IN_REVIEW and review is not None and review.role == REGISTRY:
        yield case, REVIEW_IT
    for fact in application.kind.facts:
        conditions = [one for one in application.kind.conditions if one.name == fact.name]
        if fact.by != (REGISTRY,) or (fact.name in application.facts and not conditions):
            continue
        if conditions and all(one.missing(exchange, application) is None for one in conditions):
            continue
        late = bool(conditions) and all(one.before == EFFECT for one in conditions)
        if application.state == (APPROVED if late else IN_REVIEW):
            yield case, fact.name


def _case(application: Application) -> Case:
    fields = {one.name: one for one in application.kind.form}
    content = {
        name: shown(value) if fields[name].personal and is_token(fields[name].shape, value) else value
        for name, value in application.content.items()
    }
    return Case(application.number, application.kind.name, application.account, content)

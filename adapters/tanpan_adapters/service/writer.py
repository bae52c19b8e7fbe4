"""The one writer of an exchange: a thread that alone touches its state, commits in groups, and answers after the commit.

 send ─► inbox ─► read, decide (memory) ─► one transaction: journal, audit, outbox ─► answers, feed
 ask  ─► questions ──────────────────────────────────────── at a committed point ──► answers

What can't be committed is not answered as if it were: memory is thrown away and rebuilt from the journal, whose
head says what became of the group.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from attrs import frozen

from tanpan.exchange import Exchange, request_key
from tanpan.messages import AnyRecord, Command, Envelope, Record
from tanpan.refusals import KernelFault, Refusal
from tanpan.wire import Json, Malformed, encode_answer, encode_answers, prepare, reader
from tanpan_adapters.runner import Outcome, Runner, SetAside
from tanpan_adapters.service.clocks import Clock
from tanpan_adapters.service.requests import Busy, Reply, Request, Unavailable
from tanpan_adapters.service.schedule import Schedule
from tanpan_adapters.store import JournalConflict, StoreError

if TYPE_CHECKING:
    from tanpan_adapters.store import Office

log = logging.getLogger("tanpan.writer")
T = TypeVar("T")

WRITING: Final = "writing"
STANDBY: Final = "standby"
RECOVERING: Final = "recovering"
STOPPED: Final = "stopped"

SMALLEST_GROUP: Final = 256
LARGEST_GROUP: Final = 8_192
SHORT_S: Final = 0.02
LONG_S: Final = 0.08
QUESTIONS_AT_ONCE: Final = 64
QUESTIONS_S: Final = 0.01
"""How long questions are answered while orders wait; one is answered in any case."""
MOST_QUESTIONS: Final = 2_000
STEPS_AT_ONCE: Final = 1_000
OVERDUE_RECORDS: Final = 2_000_000
WORTH_A_SNAPSHOT: Final = 10_000
LONGEST_WAIT_S: Final = 0.5
STANDBY_POLL_S: Final = 0.2
BACK_OFF_S: Final = 1.0
LOOK_S: Final = 2.0


class Feed(Protocol):
    """What the writer tells about what is committed."""

    def committed(self, records: Sequence[AnyRecord], exchange: Exchange) -> None:
        """These records were committed; the exchange stands right after them."""
        ...

    def seconds_until_tick(self) -> float | None:
        """How long until subscribers are due something; None when nothing waits for them."""
        ...

    def tick(self, exchange: Exchange) -> None:
        """Tell subscribers what changed."""
        ...

    def interrupted(self) -> None:
        """What comes next may not follow what was told: subscribers begin anew."""
        ...


@frozen
class Group:
    """One group commit, for whoever counts: its commands by name and outcome, and how long each half took."""

    commands: int
    outcomes: Sequence[Outcome]
    records: Sequence[AnyRecord]
    decide_s: float
    commit_s: float


class _Work:
    __slots__ = ("future", "loop", "requests")

    def __init__(
        self, requests: Sequence[Request], future: asyncio.Future[Any], loop: asyncio.AbstractEventLoop
    ) -> None:
        self.requests = requests
        self.future = future
        self.loop = loop


class _Question:
    __slots__ = ("ask", "future", "loop")

    def __init__(
        self,
        ask: Callable[[Exchange], Any],
        future: asyncio.Future[Any],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.ask = ask
        self.future = future
        self.loop = loop


class Writer:
    """The one writer of an exchange. `send` and `ask` are called on the event loop, everything else is its thread's."""

    def __init__(
        self,
        name: str,
        open_runner: Callable[[], Runner],
        take_office: Callable[[Runner], Office | None],
        clock: Clock,
        schedule: Schedule,
        feed: Feed,
        *,
        found: Callable[[Runner], None],
        places: int = 10_000,
        kept_places: int = 1_000,
        on_group: Callable[[Group], None] | None = None,
        on_office: Callable[[Runner], None] | None = None,
        on_leaving: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.state = RECOVERING
        self.why = ""
        self.committed_seq = 0
        self._open_runner = open_runner
        self._take_office = take_office
        self._clock = clock
        self._schedule = schedule
        self._feed = feed
        self._found = found
        self._places = places
        self._kept_places = kept_places
        self._on_group = on_group
        self._on_office = on_office
        self._on_leaving = on_leaving
        self._runner: Runner | None = None
        self._queued = 0
        self._inbox: deque[_Work] = deque()
        self._questions: deque[_Question] = deque()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._group_size = SMALLEST_GROUP
        self._urgent: frozenset[str] = frozenset()
        self._readers: dict[str, Callable[[Json], Command]] = {}
        self._thread = threading.Thread(target=self._run, name=f"writer {name}", daemon=True)

    # --- on the event loop -----------------------------------------------------------------------

    def start(self) -> None:
        """Begin to write, or to stand by."""
        self._thread.start()

    def stop(self, timeout_s: float = 30) -> None:
        """Take nothing new, commit what was taken, give the office back. Blocks; called once."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def exchange(self) -> Exchange:
        """For what never changes (types, assembly, calendar); its state is the writer's thread's alone."""
        if self._runner is None:
            raise Unavailable(self.state)
        return self._runner.exchange

    def depth(self) -> int:
        """How many requests were taken and are not answered yet."""
        return self._queued

    def wake(self) -> None:
        """Look at the clock again."""
        self._wake.set()

    async def send(self, requests: Sequence[Request]) -> list[Reply]:
        """Carry requests out in order, after everything that was taken before; answered after the commit.

        All of them are taken or none: raises Busy when the queue hasn't the places, Unavailable where this is
        not the writer or it can't write. Places are kept for what is urgent (`Command.urgent`).
        """
        if self.state != WRITING:
            raise Unavailable(self.state)
        count = len(requests)
        if self._queued + count > self._places and not self._has_kept_place(requests):
            raise Busy
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Reply]] = loop.create_future()
        self._queued += count
        self._inbox.append(_Work(requests, future, loop))
        # After what else the loop has at hand: requests that came together are committed together.
        loop.call_soon(self._rouse)
        return await future

    def _rouse(self) -> None:
        if not self._wake.is_set():
            self._wake.set()

    def _has_kept_place(self, requests: Sequence[Request]) -> bool:
        if self._queued + len(requests) > self._places + self._kept_places:
            return False
        return all(request.command in self._urgent for request in requests)

    async def ask(self, question: Callable[[Exchange], T]) -> T:
        """Put a question to the committed state; raises what the question raises, Busy and Unavailable."""
        if self.state != WRITING:
            raise Unavailable(self.state)
        if len(self._questions) >= MOST_QUESTIONS:
            raise Busy
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._questions.append(_Question(question, future, loop))
        self._wake.set()
        return await future

    # --- terms of office -------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._term()
            except Exception as error:
                self._recovering(error)
                self._pause(BACK_OFF_S)
        self.state = STOPPED
        self._turn_away()
        if self._runner is not None:
            self._runner.close()

    def _term(self) -> None:
        """Stand by until the office is free, then write until it is lost or the writer stops."""
        runner = self._runner
        if runner is None:
            runner = self._runner = self._open_runner()
            prepare(runner.exchange.command_types.values(), runner.exchange.event_types.values())
            types = runner.exchange.command_types
            self._urgent = frozenset(name for name, kind in types.items() if kind.urgent)
            self._readers = {name: reader(kind) for name, kind in types.items()}
        runner.make_whole()
        while (office := self._take_office(runner)) is None:
            self.state = STANDBY
            self.committed_seq = runner.follow()
            if self._pause(STANDBY_POLL_S):
                return
        try:
            runner.take(office)
            self._found(runner)
            self.committed_seq = runner.exchange.seq
            if self._on_office is not None:
                self._on_office(runner)
            self._write(runner, office)
        finally:
            if self.state == WRITING:
                self.state = STOPPED if self._stopping.is_set() else RECOVERING
            if self._on_leaving is not None:
                self._on_leaving()
            runner.leave()

    def _write(self, runner: Runner, office: Office) -> None:
        self.state, self.why = WRITING, ""
        log.info("writing", extra={"exchange": self.name, "epoch": office.epoch, "seq": self.committed_seq})
        looked = time.monotonic()
        while True:
            try:
                self._turn(runner)
                looked = self._look(office, looked)
            except JournalConflict as conflict:
                # Somebody else holds the office now: nothing of ours was written.
                self._recovering(conflict)
                return
            except StoreError as error:
                self._recovering(error)
                if self._pause(BACK_OFF_S) or not office.held():
                    return
                runner.make_whole()
                self.state, self.why = WRITING, ""
            if self._stopping.is_set() and not self._inbox:
                runner.snapshot_if_due(WORTH_A_SNAPSHOT)
                return

    def _look(self, office: Office, looked: float) -> float:
        """See from time to time whether the office is still held: a writer that commits nothing would not notice,
        and go on to answer questions from a state that is past."""
        now = time.monotonic()
        if now - looked < LOOK_S:
            return looked
        if not office.held():
            raise JournalConflict(f"the office {office.epoch} of {self.name} was taken away")
        return now

    def _recovering(self, error: Exception) -> None:
        self.state, self.why = RECOVERING, str(error)
        log.error(
            "not writing", extra={"exchange": self.name, "why": str(error)}, exc_info=_unless_store(error)
        )
        self._feed.interrupted()
        self._turn_away()

    def _pause(self, seconds: float) -> bool:
        """Wait without taking anything; True when it is time to stop."""
        self._turn_away()
        stop = self._stopping.wait(seconds)
        self._turn_away()
        return stop

    def _turn_away(self) -> None:
        """Tell those who were taken while this was ending that nothing happened."""
        while self._inbox:
            work = self._inbox.popleft()
            self._tell(work, Unavailable(self.state))
        while self._questions:
            self._tell(self._questions.popleft(), Unavailable(self.state))

    # --- one turn --------------------------------------------------------------------------------

    def _turn(self, runner: Runner) -> None:
        self._wait(runner)
        work = self._next_group()
        self._group(runner, work)
        enough = time.monotonic() + QUESTIONS_S
        for _ in range(min(len(self._questions), QUESTIONS_AT_ONCE)):
            self._answer(runner.exchange, self._questions.popleft())
            if self._inbox and time.monotonic() > enough:
                break  # orders don't wait for whoever asks much
        until = self._feed.seconds_until_tick()
        if until is not None and until <= 0:
            _tell(self._feed.tick, runner.exchange)
        # A snapshot makes callers wait: it is taken when nobody does, or when it is long overdue.
        runner.snapshot_if_due(OVERDUE_RECORDS if self._inbox else 0)

    def _wait(self, runner: Runner) -> None:
        self._wake.clear()
        if self._inbox or self._questions or self._stopping.is_set():
            return
        waits = [LONGEST_WAIT_S]
        due = self._clock.seconds_until(self._next_due(runner.exchange))
        if due is not None:
            waits.append(due)
        tick = self._feed.seconds_until_tick()
        if tick is not None:
            waits.append(tick)
        self._wake.wait(max(0.0, min(waits)))

    def _next_due(self, exchange: Exchange) -> int:
        step = self._schedule.next(exchange)
        return exchange.next_due if step is None else min(exchange.next_due, step.at)

    def _next_group(self) -> list[_Work]:
        work: list[_Work] = []
        count = 0
        while self._inbox and count < self._group_size:
            work.append(self._inbox.popleft())
            count += len(work[-1].requests)
        return work

    def _group(self, runner: Runner, work: list[_Work]) -> None:
        begun = time.perf_counter()
        now = self._clock.now()
        replies: list[Reply | None] = []
        outcomes: list[Outcome] = []
        try:
            self._let_time_pass(runner, now)
            envelopes = self._read(runner, work, replies)
            if envelopes:
                outcomes = runner.submit_all(envelopes, now)
            decided = time.perf_counter()
            records = runner.commit()
        except Exception as error:
            self.state, self.why = RECOVERING, str(error)
            self._after_failure(runner, work, replies, outcomes)
            raise
        committed = time.perf_counter()
        self.committed_seq = runner.exchange.seq
        self._deliver(work, replies, outcomes, _replied)
        if records:
            _tell(self._feed.committed, records, runner.exchange)
        if self._on_group is not None and (records or outcomes):
            group = Group(len(replies), outcomes, records, decided - begun, committed - decided)
            _tell(self._on_group, group)
        self._adapt(committed - begun, len(replies))

    def _let_time_pass(self, runner: Runner, now: int) -> None:
        """What is due by itself, each at its own instant and in order; the kernel's timers come first."""
        for _ in range(STEPS_AT_ONCE):
            exchange = runner.exchange
            step = self._schedule.next(exchange)
            due = exchange.next_due if step is None else min(exchange.next_due, step.at)
            if due > now:
                # Nothing happens, and yet it is later: who asks now is told so.
                exchange.advance(now)
                return
            if step is None or exchange.next_due <= step.at:
                runner.pass_time(exchange.next_due)
                continue
            outcome = runner.submit_all((step.envelope,), max(step.at, exchange.now))[0]
            if isinstance(outcome, Refusal):
                self._schedule.refused(step, outcome, now)
            elif isinstance(outcome, SetAside):
                raise outcome
            else:
                self._schedule.done(step)

    def _read(self, runner: Runner, work: list[_Work], replies: list[Reply | None]) -> list[Envelope]:
        """The envelopes of what can be read; what can't has its reply at once, in its place."""
        exchange = runner.exchange
        readers = self._readers
        envelopes: list[Envelope] = []
        for one in work:
            for request in one.requests:
                try:
                    if request.refusal is not None:
                        exchange.cite(request.refusal, None)
                        raise request.refusal
                    command = readers[request.command](request.body)
                except (Refusal, KeyError):
                    refusal = request.refusal or _why_not(exchange, request)
                    runner.refuse(
                        request.request_id, request.actor, request.channel, request.command, refusal
                    )
                    replies.append(Reply(refusal=refusal))
                except Malformed as error:
                    replies.append(Reply(code="MALFORMED", why=str(error)))
                else:
                    envelopes.append(Envelope(request.request_id, request.actor, command, request.channel))
                    replies.append(None)
        return envelopes

    def _deliver(
        self,
        work: list[_Work],
        replies: list[Reply | None],
        outcomes: Sequence[Outcome],
        reply: Callable[[Outcome], Reply],
    ) -> None:
        """Fill in the outcomes where nothing was said yet, and hand each caller his own."""
        if not work:
            return
        if reply is _replied:
            said = _all_replied(replies, outcomes)
        else:
            following = iter(outcomes)
            said = [reply(next(following)) if one is None else one for one in replies]
        deliveries: dict[asyncio.AbstractEventLoop, list[tuple[_Work, list[Reply]]]] = {}
        first = 0
        for one in work:
            last = first + len(one.requests)
            deliveries.setdefault(one.loop, []).append((one, said[first:last]))
            first = last
        for loop, group in deliveries.items():
            _on(loop, self._hand_over, group)

    def _hand_over(self, group: list[tuple[_Work, list[Reply]]]) -> None:
        for work, replies in group:
            self._queued -= len(work.requests)
            if not work.future.done():
                work.future.set_result(replies)

    def _after_failure(
        self, runner: Runner, work: list[_Work], replies: list[Reply | None], outcomes: Sequence[Outcome]
    ) -> None:
        """Answer a group whose commit failed by what the journal says became of it."""
        missing = sum(len(one.requests) for one in work) - len(replies)
        replies.extend([Reply(code="NOT_COMMITTED")] * missing)
        requests = (request for one in work for request in one.requests)
        asked = [
            request_key(one.actor, one.request_id)
            for one, reply in zip(requests, replies, strict=True)
            if reply is None
        ]
        if len(outcomes) != len(asked):
            outcomes = [SetAside("not decided")] * len(asked)
        try:
            runner.make_whole()
        except Exception:
            self._deliver(work, replies, outcomes, lambda outcome: Reply(code="COMMIT_UNKNOWN"))
            return
        known, before, ids = runner.exchange.requests, self.committed_seq, iter(asked)

        def by_journal(outcome: Outcome) -> Reply:
            seq = known.get(next(ids), 0)
            if isinstance(outcome, (Refusal, SetAside)):
                # A part of the group may have been committed before what failed.
                return Reply(code="COMMIT_UNKNOWN" if seq > before else "NOT_COMMITTED")
            return _replied(outcome) if seq == outcome.seq else Reply(code="NOT_COMMITTED")

        self._deliver(work, replies, outcomes, by_journal)

    def _answer(self, exchange: Exchange, question: _Question) -> None:
        try:
            answer = question.ask(exchange)
        except Exception as error:
            self._tell(question, error)
        else:
            _on(question.loop, _settle, question.future, answer)

    def _tell(self, one: _Work | _Question, error: Exception) -> None:
        if isinstance(one, _Work):
            _on(one.loop, self._fail, one, error)
        else:
            _on(one.loop, _fail, one.future, error)

    def _fail(self, work: _Work, error: Exception) -> None:
        self._queued -= len(work.requests)
        _fail(work.future, error)

    def _adapt(self, seconds: float, count: int) -> None:
        """Groups grow while they are quick and full, and shrink when a caller would wait long."""
        if seconds > LONG_S:
            self._group_size = max(SMALLEST_GROUP, self._group_size // 2)
        elif seconds < SHORT_S and count >= self._group_size:
            self._group_size = min(LARGEST_GROUP, self._group_size * 2)


def _why_not(exchange: Exchange, request: Request) -> Refusal:
    """Why a request is no command, with the clause."""
    try:
        exchange.read_json(request.command, request.body)
    except Refusal as refusal:
        return refusal
    raise KernelFault(f"{request.command} was read at the second try")


def _all_replied(replies: list[Reply | None], outcomes: Sequence[Outcome]) -> list[Reply]:
    """The replies of a committed group: what was accepted is told all at once, which takes less time."""
    try:
        records = [outcome for outcome in outcomes if outcome.__class__ is Record]
        bodies = iter(encode_answers(records))
    except Exception:
        # One of them can't be told: each for itself.
        following = iter(outcomes)
        return [_replied(next(following)) if one is None else one for one in replies]
    if len(records) == len(replies):
        return [Reply(record.seq, body) for record, body in zip(records, bodies, strict=True)]
    told = (
        Reply(outcome.seq, next(bodies)) if outcome.__class__ is Record else _replied(outcome)
        for outcome in outcomes
    )
    return [next(told) if one is None else one for one in replies]


def _replied(outcome: Outcome) -> Reply:
    if isinstance(outcome, Refusal):
        return Reply(refusal=outcome)
    if isinstance(outcome, SetAside):
        return Reply(code="SET_ASIDE")
    try:
        return Reply(outcome.seq, encode_answer(outcome))
    except Exception:
        log.exception("what record %d says can't be told", outcome.seq)
        return Reply(code="COMMIT_UNKNOWN")


def _tell(tell: Callable[..., None], *what: Any) -> None:
    """Tell those who listen; a fault of theirs holds nobody up: what is committed is so, and was answered."""
    try:
        tell(*what)
    except Exception:
        log.exception("somebody who listens to the writer has failed")


def _settle(future: asyncio.Future[Any], answer: Any) -> None:
    if not future.done():
        future.set_result(answer)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _on(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: Any) -> None:
    """Call on a caller's loop; one that is closed has nobody left to answer."""
    try:
        loop.call_soon_threadsafe(call, *args)
    except RuntimeError:
        log.debug("a caller's loop is closed")


def _unless_store(error: Exception) -> Exception | None:
    return None if isinstance(error, StoreError) else error

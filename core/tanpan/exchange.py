"""The exchange: decide, record, evolve. Pure and deterministic; everything that varies comes in.

envelope ──► execute ──► events, each applied as it is emitted ──► a record for the journal
record   ──► apply   ──► the same evolvers, no rule asked      ──► the same state
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, ClassVar, Final, Union

import msgspec

from tanpan.amendments import Amendments
from tanpan.applicants import Applicants
from tanpan.applications import Applications
from tanpan.blocks import Blocks
from tanpan.calendar import DAY_US, Calendar, local_day
from tanpan.clearing import Clearing
from tanpan.component import Component
from tanpan.custody import Custody
from tanpan.direct import Direct
from tanpan.filing import Filing
from tanpan.finality import Finality
from tanpan.four_eyes import FourEyes
from tanpan.instruments import Instruments
from tanpan.ledger import Ledger
from tanpan.listings import Listings
from tanpan.messages import (
    APPLICANT,
    CLOCK,
    OPERATOR,
    STAFF,
    AnyRecord,
    Command,
    Envelope,
    Event,
    Record,
    name_of,
)
from tanpan.oversight import Oversight
from tanpan.packs import Assembly, PackEnabled, PackError, Packs
from tanpan.parties import STAFF_PERMISSIONS, Actor, Parties, StaffAppointed
from tanpan.personal import personal_fields, tokens_only
from tanpan.refusals import KernelFault, Refusal
from tanpan.reviewing import Reviewing
from tanpan.timers import NEVER, TimerFired, Timers
from tanpan.timetable import Timetable
from tanpan.trading_day import Days
from tanpan.wire import Json, command_from, fields_of, reader

CORE: Final[tuple[type[Component], ...]] = (
    Ledger,
    Timers,
    Packs,
    Parties,
    Instruments,
    Days,
    Timetable,
    Custody,
    Listings,
    Blocks,
    Direct,
    Clearing,
    Finality,
    Oversight,
    Amendments,
    FourEyes,
    Applicants,
    Applications,
    Filing,
    Reviewing,
)
STATE: Final = 1
"""The version of what components dump; a snapshot of another version is discarded and the journal replayed."""
REQUEST_WINDOW_US: Final = 30 * DAY_US
"""How long a request id is remembered at least: sent again within thirty days it acts once and is answered the same."""


Upcaster = Callable[[Any], Event]


class Founded(Event, frozen=True, tag="core.founded"):
    """The exchange came into being."""

    exchange: str
    contract: int


class _NoObjection(Exception):
    pass


class _Spec(msgspec.Struct, frozen=True):
    """What the exchange knows of a command type."""

    decide: Callable[[Actor, Any], None]
    name: str
    roles: tuple[str, ...]
    permission: str
    four_eyes: bool


class Exchange:
    """One exchange in memory: its components, its rules of the day, its record of what happened since `drain`.

    Drained records are kept by whoever drains them; `recall` is how the exchange asks for one by its sequence,
    when a request is sent again.
    """

    __slots__ = (
        "_actors",
        "_batches",
        "_command_decoder",
        "_commands",
        "_deciders",
        "_encoder",
        "_event_decoder",
        "_proposer",
        "_timers",
        "amendments",
        "append",
        "applicants",
        "applications",
        "assembly",
        "at",
        "blocks",
        "calendar",
        "clearing",
        "command_types",
        "components",
        "custody",
        "days",
        "direct",
        "encode",
        "event_types",
        "evolvers",
        "filing",
        "finality",
        "four_eyes",
        "instruments",
        "ledger",
        "listings",
        "markets",
        "name",
        "next_due",
        "now",
        "oversight",
        "packs",
        "parties",
        "recall",
        "records",
        "requests",
        "reviewing",
        "seq",
        "timers",
        "timetable",
    )

    upcasters: ClassVar[dict[type[Event], Upcaster]] = {}

    ledger: Ledger
    timers: Timers
    packs: Packs
    parties: Parties
    instruments: Instruments
    days: Days
    timetable: Timetable
    custody: Custody
    listings: Listings
    blocks: Blocks
    direct: Direct
    clearing: Clearing
    finality: Finality
    oversight: Oversight
    amendments: Amendments
    four_eyes: FourEyes
    applicants: Applicants
    applications: Applications
    filing: Filing
    reviewing: Reviewing

    def __init__(self, name: str, assembly: Assembly, calendar: Calendar) -> None:
        self.name = name
        self.assembly = assembly
        self.calendar = calendar
        self.markets = assembly.markets
        self.seq = 0
        self.next_due = NEVER
        self.at = 0
        self.now = 0
        self.records: list[AnyRecord] = []
        self.requests: dict[str, int] = {}
        self.recall: Callable[[int], AnyRecord] = _nowhere
        self.append: Callable[[Event], None] = _outside
        self._proposer = ""
        self.components: dict[str, Component] = {}
        self._commands: dict[type[Command], _Spec] = {}
        self.evolvers: dict[type[Event], Callable[[Any], None]] = {Founded: self._founded}
        self._timers: dict[str, Callable[..., None]] = {}
        followers: list[tuple[type[Event], Callable[[Any], None]]] = []
        for kind in (*CORE, *assembly.components):
            self._join(kind, followers)
        for event, method in followers:
            self.evolvers[event] = _both(self.evolvers[event], method)
        self._actors = self.parties.actors
        self._deciders = {
            kind: _guarded(kind, self.four_eyes.propose if spec.four_eyes else spec.decide)
            for kind, spec in self._commands.items()
        }
        self._wire()

    def _join(
        self, kind: type[Component], followers: list[tuple[type[Event], Callable[[Any], None]]]
    ) -> None:
        component = kind(self)
        if component.name in self.components:
            raise PackError(f"component {component.name!r} is declared twice")
        self.components[component.name] = component
        if kind in CORE:
            setattr(self, component.name, component)
        for role, subject, method in component.marked():
            if role == "decides":
                spec = _Spec(method, name_of(subject), subject.roles, subject.permission, subject.four_eyes)
                _once(self._commands, subject, spec)
            elif role == "evolves":
                _once(self.evolvers, subject, method)
            elif role == "follows":
                followers.append((subject, method))
            else:
                _once(self._timers, subject, method)

    def _wire(self) -> None:
        self.command_types = {spec.name: kind for kind, spec in self._commands.items()}
        self.event_types = {name_of(kind): kind for kind in (*self.evolvers, *self.upcasters)}
        if len(self.event_types) != len(self.evolvers) + len(self.upcasters):
            raise PackError("two event types have one name")
        events: Any = Union[tuple(self.event_types.values())]  # noqa: UP007 - built at run time
        self._event_decoder: Any = msgspec.msgpack.Decoder(events)
        self._encoder = msgspec.msgpack.Encoder()
        record: Any = Record
        self._batches: Any = msgspec.msgpack.Decoder(list[record[events]])
        commands: Any = Union[tuple(self._commands)]  # noqa: UP007
        self._command_decoder: Any = msgspec.msgpack.Decoder(commands)
        self.encode = self._encoder.encode

    # --- coming into being -----------------------------------------------------------------------

    def found(
        self, at: int, staff: Sequence[str] = ("admin", "admin2"), institutions: Sequence[str] = ()
    ) -> AnyRecord:
        """The first record: the exchange, its packs, its first staff with every permission (UTC microseconds).

        `institutions` names roles (registry, channel, regulator, clock) whose first user bears the role's name.
        """
        if self.seq:
            raise KernelFault("the exchange has been founded")
        self.now = at
        events = self._begin()
        self.emit(Founded(self.name, 1))
        for pack in self.assembly.packs:
            self.emit(PackEnabled(pack.name, pack.version))
        for user in staff:
            self.emit(StaffAppointed(user, STAFF, list(STAFF_PERMISSIONS)))
        for role in institutions:
            self.emit(StaffAppointed(role, role, []))
        return self._record_own(events, "boot", "core.found")

    def _founded(self, event: Founded) -> None:
        if event.exchange != self.name:
            raise PackError(f"the journal is of exchange {event.exchange!r}, not of {self.name!r}")

    # --- decide ----------------------------------------------------------------------------------

    def execute(self, envelope: Envelope, at: int) -> AnyRecord:
        """Carry out a command at an instant (UTC microseconds, never backwards) or raise its Refusal.

        Due timers fire first. The same request again gives the same record; its id with another body is refused.
        A refused request has changed nothing and may be sent again.
        """
        outcome = self.execute_all((envelope,), at)[0]
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def execute_all(self, envelopes: Iterable[Envelope], at: int) -> list[AnyRecord | Refusal]:
        """Carry out commands in order at one instant: what a group commit holds. Each has its record or Refusal."""
        if at > self.now:
            self.now = at
        now = self.now
        requests, actors = self.requests, self._actors
        keep = self.records.append
        outcomes: list[AnyRecord | Refusal] = []
        tell = outcomes.append
        make: Any = Record
        for envelope in envelopes:
            if now >= self.next_due:
                self._fire_due()
            seq = self.seq + 1
            request = envelope.request_id
            user = envelope.actor
            # Request ids are each sender's own: what others call theirs is no concern of his (see `request_key`).
            key = f"{user}\0{request}"
            done = requests.setdefault(key, seq)
            if done != seq or not request:
                tell(self._again(done, envelope))
                continue
            command = envelope.command
            events: list[Event] = []
            self.append = events.append
            try:
                actor = actors.get(user) or self.actor(user)
                decide = actor.may.get(command.__class__) or self._allow(actor, command)
                decide(actor, command)
            except Refusal as refusal:
                if events:
                    raise KernelFault(
                        f"{refusal.code} came after the first event of {command!r}"
                    ) from refusal
                del requests[key]
                self.cite(refusal, command)
                tell(refusal)
                continue
            self.seq = seq
            self.at = now
            approver = ""
            if self._proposer:
                # What took effect is the proposer's; who sent the confirmation approved it.
                user, approver, self._proposer = self._proposer, user, ""
            # The command is encoded in place with its record and decoded as raw bytes.
            record: AnyRecord = make(seq, now, request, user, approver, envelope.channel, command, events)
            keep(record)
            tell(record)
        self.append = _outside
        return outcomes

    def _allow(self, actor: Actor, command: Command) -> Callable[[Actor, Any], None]:
        """Authorise an actor for a command type, once: what changes his rights empties `may`."""
        self.authorise(actor, command)
        kind = command.__class__
        actor.may[kind] = allowed = self._deciders[kind]
        return allowed

    def _again(self, seq: int, envelope: Envelope) -> AnyRecord | Refusal:
        """The record a request has led to, from where records are kept; refused with another body."""
        if not envelope.request_id:
            self.requests.pop(request_key(envelope.actor, ""), None)
            return Refusal("FIELD_MISSING", field="request_id")
        records = self.records
        # What was not drained yet follows without a gap.
        first = records[0].seq if records else seq + 1
        done = records[seq - first] if seq >= first else self.recall(seq)
        if self.encode(done.body) != self.encode(envelope.command):
            return Refusal("REQUEST_REUSED", request_id=envelope.request_id)
        return done

    def advance(self, at: int) -> None:
        """Let the clock come to an instant: what fell due happens."""
        self.now = max(self.now, at)
        self._fire_due()

    def _fire_due(self) -> None:
        now = self.now
        while self.next_due <= now:
            timer = self.timers.pending[0]
            # A timer's record bears the instant at which it was due, whenever the clock was looked at.
            self.now = max(self.at, timer.due)
            events = self._begin()
            self.emit(TimerFired(timer.number, timer.kind))
            self._timers[timer.kind](*timer.args)
            self._record_own(events, "clock", timer.kind)
        self.now = now

    def _begin(self) -> list[Event]:
        events: list[Event] = []
        self.append = events.append
        return events

    def _record_own(self, events: list[Event], channel: str, name: str) -> AnyRecord:
        """Record what nobody sent: the founding, and what fell due."""
        self.append = _outside
        self.seq += 1
        self.at = self.now
        body = msgspec.Raw(self.encode(name))
        record: AnyRecord = Record(self.seq, self.at, "", CLOCK, "", channel, body, events)
        self.records.append(record)
        return record

    def emit(self, event: Event) -> None:
        """Record an event of the present decision and apply it. (The busiest decisions do these two steps inline.)"""
        self.append(event)
        self.evolvers[event.__class__](event)

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Call a watcher after every event that is applied, live or replayed; once per exchange."""
        for kind, evolver in self.evolvers.items():
            self.evolvers[kind] = _both(evolver, watcher)

    def objections(self, actor: Actor, command: Command) -> None:
        """Make a command's objections and nothing else: it runs up to its first event."""
        append, self.append = self.append, _dry_run
        try:
            self._commands[type(command)].decide(actor, command)
        except _NoObjection:
            pass
        finally:
            self.append = append

    def carry_out(self, actor: Actor, command: Command) -> None:
        """Carry out a command that was confirmed, in the record of the confirmation, as its proposer's."""
        self._proposer = actor.name
        self._commands[type(command)].decide(actor, command)

    def bring_about(self, actor: Actor, command: Command) -> None:
        """Carry out what another decision causes, in that decision's record; its objections were made before."""
        self._commands[type(command)].decide(actor, command)

    # --- who may ---------------------------------------------------------------------------------

    def actor(self, name: str) -> Actor:
        """Someone who acts; refuses an unknown name."""
        actor = self.parties.actors.get(name)
        if actor is None:
            raise Refusal("UNKNOWN_ACTOR" if name else "AUTH_REQUIRED", actor=name)
        return actor

    def authorise(self, actor: Actor, command: Command) -> None:
        """Refuse an actor whose role, permission or state does not allow a command."""
        self.authorise_type(actor, type(command))

    def authorise_type(self, actor: Actor, kind: type[Command]) -> None:
        """The same before there is a command: refuse whom no command of its type is allowed."""
        spec = self._commands.get(kind)
        if spec is None:
            raise Refusal("UNKNOWN_COMMAND", command=kind.__name__)
        if actor.frozen:
            raise Refusal("OPERATOR_FROZEN", operator=actor.name)
        if actor.role == APPLICANT and APPLICANT not in spec.roles and OPERATOR in spec.roles:
            raise Refusal("ACCOUNT_NOT_OPENED", actor=actor.name)
        needs = spec.permission if actor.role in (OPERATOR, STAFF) else ""
        if actor.role not in spec.roles or (needs and needs not in actor.permissions):
            raise Refusal("PERMISSION_DENIED", actor=actor.name, command=spec.name)

    def read(self, name: str, fields: Mapping[str, Any]) -> Command:
        """A command by its name from fields by their wire names; refuses what is not of its form."""
        kind = self.command_types.get(name)
        if kind is None:
            raise Refusal("UNKNOWN_COMMAND", command=name)
        try:
            tokens_only(kind, fields)
            return command_from(kind, fields)
        except Refusal as refusal:
            self.cite(refusal, SimpleNamespace(**fields))
            raise

    def read_json(self, name: str, body: Json) -> Command:
        """The same from a JSON object; Malformed for what is none."""
        kind = self.command_types.get(name)
        if kind is None:
            raise Refusal("UNKNOWN_COMMAND", command=name)
        try:
            return reader(kind)(body)
        except Refusal:
            # Only who refuses needs the plain fields, for the clause.
            return self.read(name, fields_of(body))

    def cite(self, refusal: Refusal, command: object) -> None:
        """Add the clause behind a refusal, as the market concerned cites it, and what its kind of application calls things."""
        kind_of = self.applications.kinds.get(str(_said(command, "kind") or ""))
        filed = self.applications.live.get(_number(_said(command, "application")))
        if filed is not None:
            kind_of = filed.kind
        if kind_of is not None:
            refusal.titles = kind_of.titles(refusal.details)
            refusal.clause = refusal.clause or kind_of.clause(refusal)
            return
        if refusal.clause:
            return
        market = _said(command, "market") or refusal.details.get("market")
        instrument = self.instruments.by_code.get(_said(command, "instrument") or self._subject(command))
        if instrument is not None:
            market = instrument.market
        if market in self.days.by_market:
            cited = self.days.by_market[market].market
        elif len(self.markets) == 1:
            cited = self.markets[0]
        else:
            return
        kind: Any = type(command)
        name = self._commands[kind].name if kind in self._commands else ""
        for key in (
            f"{refusal.code} {refusal.details.get('method')}",
            f"{refusal.code} {name}",
            refusal.code,
        ):
            if key in cited.clauses:
                refusal.clause = cited.clauses[key]
                return

    def _subject(self, command: object) -> str:
        listing = self.listings.by_number.get(_said(command, "listing") or 0)
        return listing.instrument if listing is not None else ""

    def today(self) -> date:
        """The local date."""
        return local_day(self.now)

    # --- evolve ----------------------------------------------------------------------------------

    def apply(self, records: Iterable[AnyRecord]) -> None:
        """Apply records of the journal, in order; no rule is asked. KernelFault for a gap."""
        evolvers = self.evolvers
        requests = self.requests
        for record in records:
            if record.seq != self.seq + 1:
                raise KernelFault(f"record {record.seq} follows {self.seq}")
            self.seq = record.seq
            self.at = self.now = record.at
            for event in record.events:
                evolvers[event.__class__](event)
            if record.request_id:
                requests[request_key(record.approver or record.actor, record.request_id)] = record.seq

    def drain(self) -> list[AnyRecord]:
        """The records made since the last call, for the journal."""
        records, self.records = self.records, []
        return records

    def remember(self, records: Iterable[AnyRecord]) -> None:
        """Take request ids of records before a snapshot back into the window."""
        for record in records:
            if record.request_id:
                self.requests[request_key(record.approver or record.actor, record.request_id)] = record.seq

    def forget_requests(self, through: int) -> None:
        """Drop the request ids of records up to a sequence (housekeeping, not state)."""
        self.requests = {key: seq for key, seq in self.requests.items() if seq > through}

    # --- bytes -----------------------------------------------------------------------------------

    def encode_records(self, records: list[AnyRecord]) -> bytes:
        """One batch's payload."""
        return self._encoder.encode(records)

    def decode_records(self, payload: bytes) -> list[AnyRecord]:
        """The records of a payload, old event versions lifted; PackError names an event nobody here knows."""
        try:
            records: list[AnyRecord] = self._batches.decode(payload)
        except msgspec.ValidationError as error:
            raise PackError(self._unknown(payload) or f"a batch can't be read: {error}") from None
        if self.upcasters:
            for record in records:
                record.events[:] = [self._lift(event) for event in record.events]
        return records

    def split_records(self, payload: bytes) -> list[msgspec.Raw]:
        """The records of a payload, none of them read yet."""
        return msgspec.msgpack.decode(payload, type=list[msgspec.Raw])

    def _lift(self, event: Event) -> Event:
        while type(event) in self.upcasters:
            event = self.upcasters[type(event)](event)
        return event

    def _unknown(self, payload: bytes) -> str:
        """Which event nobody here knows made a batch unreadable; empty when it is something else."""
        try:
            names = [event[0] for record in msgspec.msgpack.decode(payload) for event in record[7]]
        except (msgspec.DecodeError, IndexError, TypeError):
            return ""
        for name in names:
            if name not in self.event_types:
                pack = str(name).partition(".")[0]
                return f"the journal holds {name!r}: rule pack {pack!r} (or a newer one) is needed"
        return ""

    def event_from(self, plain: Any) -> Any:
        """An event from plain data."""
        # A decoder knows the event types once and for all; `convert` would learn them for every event.
        return self._event_decoder.decode(self._encoder.encode(plain))

    def decode_command(self, body: bytes) -> Command:
        """A command from its bytes."""
        command: Command = self._command_decoder.decode(body)
        return command

    # --- snapshots ---------------------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """The whole state as bytes; equal states give equal bytes."""
        state = [self.name, self.seq, self.at, {name: one.dump() for name, one in self.components.items()}]
        return msgspec.msgpack.encode(state)

    def restore(self, payload: bytes) -> None:
        """Take a snapshot back into an exchange that has done nothing yet."""
        if self.seq:
            raise KernelFault("a snapshot is loaded into a new exchange only")
        name, self.seq, self.at, parts = msgspec.msgpack.decode(payload, strict=False)
        if name != self.name or list(parts) != list(self.components):
            raise KernelFault("the snapshot is of another exchange or other components")
        self.now = self.at
        for component, part in parts.items():
            self.components[component].load(part)

    def state_hash(self) -> str:
        """SHA-256 over the state: equal on every machine and after every replay."""
        return hashlib.sha256(self.snapshot()).hexdigest()

    def fingerprint(self) -> str:
        """Stands for the shape of the state: components, events and packs with their versions."""
        shape = [
            STATE,
            [[name, *kind.__struct_fields__] for name, kind in sorted(self.event_types.items())],
            list(self.components),
            [[pack.name, pack.version] for pack in self.assembly.packs],
        ]
        return hashlib.sha256(msgspec.msgpack.encode(shape)).hexdigest()


def request_key(sender: str, request_id: str) -> str:
    """What a request is remembered by: its sender and his id for it."""
    return f"{sender}\0{request_id}"


def _nowhere(seq: int) -> AnyRecord:
    raise KernelFault(f"nobody keeps record {seq}: give the exchange a `recall`")


def _outside(event: Event) -> None:
    raise KernelFault(f"{event!r} outside a decision")


def _dry_run(event: Event) -> None:
    raise _NoObjection


def _guarded(kind: type[Command], decide: Callable[[Actor, Any], None]) -> Callable[[Actor, Any], None]:
    """How to decide a command; one with personal fields is first asked whether they hold tokens."""
    if not personal_fields(kind):
        return decide

    def guarded(actor: Actor, command: Any) -> None:
        tokens_only(kind, {name: getattr(command, name) for name in kind.__struct_fields__})
        decide(actor, command)

    return guarded


def _number(value: Any) -> int:
    """A number that a command may say as text; 0 for what is none, and for thousands of digits."""
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and len(value) <= 18 and value.isdecimal() else 0


def _said(command: object, field: str) -> Any:
    """What a command that may not be of its form says in a field; None for lists and the like."""
    value = getattr(command, field, None)
    return value if isinstance(value, (str, int)) else None


def _once(registry: dict[Any, Any], key: Any, value: Any) -> None:
    if key in registry:
        raise PackError(f"{key!r} has two owners")
    registry[key] = value


def _both(first: Callable[[Any], None], second: Callable[[Any], None]) -> Callable[[Any], None]:
    def both(event: Any) -> None:
        first(event)
        second(event)

    return both

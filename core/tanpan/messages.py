"""What goes in and what comes out: commands, envelopes, events, records.

A command is imperative and may be refused; an event is a fact in the past tense and complete.
Both are encoded as tagged arrays: the tag is the stable name, a breaking change is a new name.
"""

from functools import cache
from typing import Annotated, Any, ClassVar, Final, Generic, TypeVar

import msgspec

OPERATOR: Final = "operator"
STAFF: Final = "staff"
REGISTRY: Final = "registry"
CHANNEL: Final = "channel"
REGULATOR: Final = "regulator"
APPLICANT: Final = "applicant"
DOOR: Final = "door"
"""Where visitors come in: registers them as applicants, and may do nothing else."""
CLOCK: Final = "clock"
ROLES: Final = (OPERATOR, STAFF, REGISTRY, CHANNEL, REGULATOR, APPLICANT, DOOR, CLOCK)


class Command(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """Something an actor asks for. The class says who may ask and whether a second person must confirm.

    `zh` is its title in Chinese; in English the first sentence of its docstring says what it does.
    `urgent` says that it has a kept place in a full queue: withdrawals, halts and measures, freezing, the clock's.
    """

    zh: ClassVar[str] = ""
    roles: ClassVar[tuple[str, ...]] = ()
    permission: ClassVar[str] = ""
    four_eyes: ClassVar[bool] = False
    urgent: ClassVar[bool] = False


Seed = Annotated[str, msgspec.Meta(extra={"drawn": True}, examples=["7d0c1f5a9e3b48d27d0c1f5a9e3b48d2"])]
"""Chance, as text that the door draws for a command whatever its sender says: who chose it would choose its outcome."""


@cache
def drawn_fields(command: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a command that the door draws."""
    return tuple(
        field.name
        for field in msgspec.structs.fields(command)
        for meta in getattr(field.type, "__metadata__", ())
        if (getattr(meta, "extra", None) or {}).get("drawn")
    )


class Event(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something that happened; the only thing that changes state."""


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """A command on its way in: who asks, through which channel, under which request id."""

    request_id: str
    actor: str
    command: Command
    channel: str = "api"


E = TypeVar("E")


class Record(msgspec.Struct, Generic[E], frozen=True, array_like=True, gc=False):
    """One accepted command (or one fired timer) with all the events it caused: the unit of the journal.

    `approver` is set where a second person's confirmation made `actor`'s proposal take effect.
    `at` is UTC microseconds and never runs backwards; `body` is the command as it was sent (still a command
    in memory, undecoded bytes from the journal), kept for idempotency and audit, never needed for a replay.
    """

    seq: int
    at: int
    request_id: str
    actor: str
    approver: str
    channel: str
    body: msgspec.Raw
    events: list[E]

    @property
    def command(self) -> str:
        """The name of the command, or the kind of what fell due: the tag its body begins with, or the body itself."""
        body: Any = self.body
        if isinstance(body, Command):
            return name_of(type(body))
        plain = msgspec.msgpack.decode(body)
        return str(plain if isinstance(plain, str) else plain[0])


AnyRecord = Record[Any]


def name_of(message: type[msgspec.Struct]) -> str:
    """The stable name of a command or event type."""
    return str(message.__struct_config__.tag)

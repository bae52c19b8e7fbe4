"""What goes into a writer's queue and what comes out of it."""

from __future__ import annotations

import msgspec

from tanpan.refusals import Refusal


class Request(msgspec.Struct, frozen=True, gc=False):
    """A command on its way to the writer: who asks, under which request id, its name and its JSON body.

    Personal fields have been swapped for tokens and the sender is known; nothing of the body has been read.
    """

    request_id: str
    actor: str
    channel: str
    command: str
    body: bytes | msgspec.Raw
    refusal: Refusal | None = None
    """Why the door let it in no further: the writer cites the clause and keeps it in the audit log."""


class Reply(msgspec.Struct, frozen=True, gc=False):
    """What became of a request, after the commit: the answer's JSON, or why nothing came of it.

    `code` is set where there is neither: MALFORMED (`why` says where; no JSON object), NOT_COMMITTED (nothing
    happened, the same request may be sent again), COMMIT_UNKNOWN (the same request, sent again, acts once),
    SET_ASIDE (a defect of ours, nothing happened).
    """

    seq: int = 0
    body: bytes = b""
    refusal: Refusal | None = None
    code: str = ""
    why: str = ""


class Busy(Exception):
    """The queue is full: nothing was taken; try again in `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int = 1) -> None:
        super().__init__("the queue is full")
        self.retry_after_s = retry_after_s


class Unavailable(Exception):
    """The writer can't answer now: `state` says why ("standby", "recovering", "stopped")."""

    def __init__(self, state: str, retry_after_s: int = 2) -> None:
        super().__init__(state)
        self.state = state
        self.retry_after_s = retry_after_s

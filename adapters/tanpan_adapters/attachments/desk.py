"""Where papers are handed in and given out: taken as a stream, looked at, sealed, stored; deleted when nobody wants them.

A file's digest is a fingerprint of its bytes under a key of the person who handed it in: the same bytes of
another person have another one, and nobody can find out by it what a file is or who else has it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from attrs import frozen
from sqlalchemy import Engine

from tanpan_adapters.attachments import inspection
from tanpan_adapters.attachments.findings import Finding
from tanpan_adapters.attachments.kinds import LONGEST_START, Kind, kind_of
from tanpan_adapters.attachments.names import cleaned
from tanpan_adapters.attachments.register import Entry, Register
from tanpan_adapters.attachments.sealing import Damaged, Sealing, opened
from tanpan_adapters.attachments.stores import Missing, Store, StoreAway, store_of
from tanpan_adapters.identity.objections import Objection
from tanpan_adapters.identity.throttle import Throttle
from tanpan_adapters.vault import Forgotten, Vault, person_of

if TYPE_CHECKING:
    from tanpan_adapters.service.configuration import Attachments as Settings

log = logging.getLogger("tanpan.attachments")
HANDS: Final = 4
LOOKERS: Final = max(1, (os.cpu_count() or 2) // 2)
"""Processes that look at files at a time: half of the machine, and nice to the rest."""
HOUR_US: Final = 3_600_000_000
STALE_S: Final = 3_600.0
TIDIED_AT_ONCE: Final = 500
STRIPES: Final = 64
AWAY: Final = ("BUSY", "ATTACHMENTS_AWAY")
"""What is no fault of a file: it may be tried again."""
P = ParamSpec("P")
T = TypeVar("T")


def _now_us() -> int:
    return time.time_ns() // 1_000


@frozen
class Attachment:
    """A paper that was handed in."""

    digest: str
    size: int
    media_type: str
    name: str
    owner: str


class Attachments:
    """The papers of all exchanges of one database. Methods block; routes call them by `in_thread`."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        settings: Settings,
        *,
        store: Store | None = None,
        now_us: Callable[[], int] = _now_us,
    ) -> None:
        self.settings = settings
        self.vouches = True
        """Whether applications may refer to what was handed in here, and to nothing else."""
        self.register = Register(engine)
        self.store = store or store_of(settings)
        self.vault = vault
        self.now_us = now_us
        self._incoming = Path(settings.folder) / "incoming"
        self._under_way: Counter[str] = Counter()
        rate = settings.uploads_per_minute
        self._throttle = Throttle(rate, rate, now_us)
        # A file is stored or deleted by one at a time: who hands it in again must not lose it to a deletion.
        self._stripes = [threading.Lock() for _ in range(STRIPES)]
        self._hands = ThreadPoolExecutor(HANDS, "tanpan-attachments")
        self._lookers = ThreadPoolExecutor(LOOKERS, "tanpan-attachments-look")

    async def in_thread(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a method in a thread of the desk's own; what keeps the store away becomes ATTACHMENTS_AWAY."""
        return await self._in(self._hands, act, *args, **kwargs)

    async def finish(self, arriving: Arriving) -> Attachment:
        """Has what arrived looked at, and keeps it; refuses what should not be kept."""
        await self.in_thread(arriving.end)
        await self._in(self._lookers, arriving.inspect)
        return await self.in_thread(arriving.keep)

    async def _in(
        self, pool: ThreadPoolExecutor, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, partial(act, *args, **kwargs))
        except Finding as finding:
            wait = 5 if finding.code in AWAY else 0
            raise Objection(finding.code, retry_after_s=wait, **finding.details) from None
        except (StoreAway, OSError) as error:
            log.error("attachments can't be kept or read", extra={"why": str(error)})
            raise Objection("ATTACHMENTS_AWAY", retry_after_s=5) from None

    def close(self) -> None:
        """Ends the threads."""
        self._hands.shutdown(wait=True, cancel_futures=True)
        self._lookers.shutdown(wait=True, cancel_futures=True)

    # --- handing in ------------------------------------------------------------------------------

    @contextmanager
    def admitted(self, exchange: str, user: str) -> Iterator[None]:
        """A place among those who hand in now; refuses who comes too often, or with too much at a time."""
        who = f"{exchange}/{user}"
        if self._under_way[who] >= self.settings.uploads_per_user:
            raise Objection("RATE_LIMITED", retry_after_s=2, most=self.settings.uploads_per_user)
        if self._under_way.total() >= self.settings.uploads:
            raise Objection("BUSY", retry_after_s=2)
        self._throttle.take(who)
        self._under_way[who] += 1
        try:
            yield
        finally:
            self._under_way[who] -= 1
            if not self._under_way[who]:
                del self._under_way[who]

    def begin(self, exchange: str, user: str, name: str, declared: str) -> Arriving:
        """A file that begins to arrive; refuses somebody who has too many already."""
        self.check_room(*self.register.sizes(exchange, user))
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Arriving(self, exchange, user, cleaned(name), declared, self._incoming / secrets.token_hex(16))

    def check_room(self, waiting: int, whole: int) -> None:
        """Refuse more than a user may have."""
        for found, most in ((waiting, self.settings.waiting_bytes), (whole, self.settings.user_bytes)):
            if found > most:
                raise Finding("ATTACHMENTS_FULL", most_bytes=most)

    def stripe(self, digest: str) -> threading.Lock:
        """The lock under which a file is stored or deleted."""
        return self._stripes[int(digest[:8], 16) % STRIPES]

    # --- giving out ------------------------------------------------------------------------------

    def find(self, exchange: str, digest: str) -> Entry | None:
        """What is known of a file, without opening it."""
        return self.register.find(exchange, digest)

    def open(self, entry: Entry) -> tuple[Attachment, Iterator[bytes]]:
        """A file and its bytes, the first of them already read; ATTACHMENT_FORGOTTEN where nothing opens it."""
        person = person_of(entry.exchange, entry.owner)
        try:
            name = self.vault.unseal(person, entry.name, _about_name(entry.digest)).decode()
            unwrap = partial(self._unwrapped, person, entry.digest)
            parts = opened(self.store.get(entry.digest), unwrap)
            first = next(parts, b"")
        except Forgotten:
            raise Finding("ATTACHMENT_FORGOTTEN") from None
        except (Missing, Damaged) as error:
            log.error(
                "an attachment is not what was stored", extra={"digest": entry.digest, "why": str(error)}
            )
            raise Finding("ATTACHMENTS_AWAY") from None
        found = Attachment(entry.digest, entry.size, entry.media_type, name, entry.owner)
        return found, _joined(first, parts)

    def _unwrapped(self, person: str, digest: str, wrapped: bytes) -> bytes:
        return self.vault.unseal(person, wrapped, digest)

    # --- what applications refer to --------------------------------------------------------------

    def use(
        self, exchange: str, user: str, digest: str, size: int, media_type: str, application: int
    ) -> None:
        """Notes that an application is about to refer to a file; refuses one that isn't this user's, or isn't so."""
        entry = self.register.find(exchange, digest)
        if entry is None or entry.owner != user or (entry.size, entry.media_type) != (size, media_type):
            raise Finding("UNKNOWN_ATTACHMENT", digest=digest[:64])
        self.register.use(exchange, digest, application)

    def uses(self, exchange: str, digest: str) -> list[int]:
        """The applications that may refer to a file, newest first."""
        return [application for _, application in self.register.uses(exchange, [digest])]

    # --- deleting --------------------------------------------------------------------------------

    def candidates(self, exchange: str) -> tuple[dict[str, list[int]], list[str], int]:
        """Files whose day is over: with the applications that may refer to them, those doomed, and since when."""
        before = self.now_us() - self.settings.waiting_hours * HOUR_US
        old = self.register.old(exchange, before, TIDIED_AT_ONCE)
        uses: dict[str, list[int]] = {digest: [] for digest, _ in old}
        for digest, application in self.register.uses(exchange, uses):
            uses[digest].append(application)
        return uses, [digest for digest, doomed in old if doomed], before

    def delete(
        self, exchange: str, uses: dict[str, list[int]], doomed: Iterable[str], wanted: set[str], before: int
    ) -> int:
        """Deletes what was doomed the last time and still isn't wanted, dooms the rest; says how many went.

        The time between the two lets through what was about to refer to a file when the exchange was asked.
        """
        gone = [digest for digest in doomed if digest not in wanted]
        fresh = [digest for digest in uses if digest not in wanted and digest not in gone]
        self.register.judge(exchange, sorted(wanted), fresh, before)
        count = 0
        for digest in gone:
            with self.stripe(digest):
                # The row first: what was handed in again meanwhile is not doomed any more, and stays.
                if self.register.remove(exchange, digest):
                    self.store.delete(digest)
                    count += 1
        return count

    def forget(self, exchange: str, user: str) -> int:
        """Deletes every file of a person who is forgotten; nothing opens them any more, whoever refers to them."""
        count = 0
        for digest in self.register.of(exchange, user):
            with self.stripe(digest):
                self.register.doom(exchange, digest)
                self.register.remove(exchange, digest)
                self.store.delete(digest)
                count += 1
        return count

    def sweep_incoming(self) -> None:
        """Removes what a process that was killed left on its way."""
        since = time.time() - STALE_S
        with suppress(FileNotFoundError):
            for path in self._incoming.iterdir():
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < since:
                        path.unlink()


class Arriving:
    """A file on its way in; never in clear on the disk, nor in memory as a whole."""

    def __init__(
        self, desk: Attachments, exchange: str, user: str, name: str, declared: str, place: Path
    ) -> None:
        self._desk = desk
        self._exchange = exchange
        self._user = user
        self._name = name
        self._declared = declared
        self._person = person_of(exchange, user)
        self._digest = hmac.new(desk.vault.fingerprint_key(self._person, "attachment"), None, hashlib.sha256)
        self._start = b""
        self._kind: Kind | None = None
        self._sealing = Sealing(place)

    def take(self, part: bytes) -> None:
        """The next bytes; refuses a kind that isn't accepted, and too many, as soon as that is known."""
        most = self._desk.settings.file_bytes
        if self._sealing.size + len(part) > most:
            raise Finding("FILE_TOO_LARGE", most_bytes=most)
        if self._kind is None:
            self._start = (self._start + part)[:LONGEST_START]
            if len(self._start) == LONGEST_START:
                self._recognise()
        self._digest.update(part)
        self._sealing.write(part)

    def end(self) -> None:
        """Nothing more comes."""
        if not self._sealing.size:
            raise Finding("EMPTY_FILE")
        if self._kind is None:
            self._recognise()
        self._sealing.end()

    def inspect(self) -> None:
        """Has it looked at in a process of its own."""
        assert self._kind is not None
        pixels = self._desk.settings.megapixels * 1_000_000
        inspection.inspect(self._sealing.clear(), self._kind.name, pixels)

    def keep(self) -> Attachment:
        """Stores it and notes whose it is; the same file of the same person is kept once."""
        assert self._kind is not None
        desk, digest = self._desk, self._digest.hexdigest()
        found = Attachment(digest, self._sealing.size, self._kind.media_type, self._name, self._user)
        name = desk.vault.seal(self._person, self._name.encode(), _about_name(digest))
        self._sealing.finish(desk.vault.seal(self._person, self._sealing.key, digest))
        entry = Entry(self._exchange, digest, self._user, found.media_type, found.size, name, desk.now_us())
        with desk.stripe(digest):
            sizes = desk.register.enter(entry)
            try:
                desk.check_room(*sizes)
                desk.store.put(digest, self._sealing.path)
            except BaseException:
                desk.register.remove(self._exchange, digest, unstored=True)
                raise
            desk.register.ready(self._exchange, digest)
        return found

    def drop(self) -> None:
        """Leaves nothing of it where it arrived."""
        self._sealing.close()

    def _recognise(self) -> None:
        self._kind = kind_of(self._start, self._name, self._declared, self._desk.settings.kinds)


def _about_name(digest: str) -> str:
    return f"name of {digest}"


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest

"""Delivery: takes what is due from the outbox, makes letters of it, and tries again until it is taken.

At least once: what was sent and not marked before a crash is sent again, with the same Message-ID and code.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import aiosmtplib
import msgspec
from attrs import frozen
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tanpan_adapters.identity import CODE_MESSAGE, DAY, MINUTE, SECOND, system_now
from tanpan_adapters.identity.visitors import PROOF_MESSAGE
from tanpan_adapters.keyring import NowUs
from tanpan_adapters.store import Due, JournalConflict, Office, OfficeLost, Outbox, StoreError
from tanpan_adapters.vault import Forgotten, UnknownToken, Vault

from .letters import Letter, letter_of, purpose_words
from .mail import MailServer
from .sms import RecordingSms, SmsGateway

if TYPE_CHECKING:
    from tanpan_adapters.identity import Identity
    from tanpan_adapters.service.configuration import Settings

log = logging.getLogger("tanpan.outbox")
AT_ONCE: Final = 50
EVERY_S: Final = 1.0
PATIENCE_S: Final = 3.0
FIRST_PAUSE_US: Final = 10 * SECOND
LONGEST_PAUSE_US: Final = 60 * MINUTE
MOST_ATTEMPTS: Final = 14
"""With these pauses more than half a day."""
STALE_CODE_US: Final = 10 * MINUTE


class NoWay(Exception):
    """Nothing is configured that could deliver this; it waits."""


class Useless(Exception):
    """Delivering this makes no sense, now or later; the message says why."""


@frozen
class Parcel:
    """A letter on its way: by which means, and to which token."""

    letter: Letter
    by: str
    to: str


class Delivery:
    """Delivers the messages of one exchange in a thread of its own, between `start` and `stop`."""

    def __init__(
        self,
        engine: Engine,
        exchange: str,
        identity: Identity,
        vault: Vault,
        settings: Settings,
        *,
        now_us: NowUs = system_now,
        sms: SmsGateway | None = None,
        every_s: float = EVERY_S,
    ) -> None:
        self._engine = engine
        self._exchange = exchange
        self._identity = identity
        self._vault = vault
        self._now_us = now_us
        self._every_s = every_s
        table = settings.exchanges.get(exchange)
        self._title = (table.name if table else "") or exchange
        self._mail = MailServer(settings.mail) if settings.mail.host else None
        self._sms = sms or (RecordingSms(Path(settings.sms.record)) if settings.sms.record else None)
        self._thread: threading.Thread | None = None
        self._over = threading.Event()

    def start(self, office: Office | None = None) -> None:
        """Begin; with an office, only while nobody else holds it."""
        self.stop()
        self._over = threading.Event()
        outbox = Outbox(self._engine, self._exchange, office)
        name = f"tanpan-outbox-{self._exchange}"
        self._thread = threading.Thread(target=self._run, args=(outbox, self._over), name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the message that is under way; a mail server that doesn't answer is not waited for."""
        self._over.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(PATIENCE_S)
            self._thread = None

    def deliver_due(self, outbox: Outbox | None = None, over: threading.Event | None = None) -> int:
        """Deliver what is due now, until it is over; how many messages were due."""
        outbox = outbox or Outbox(self._engine, self._exchange)
        found = outbox.due(self._now_us(), AT_ONCE)
        for due in found:
            if over is not None and over.is_set():
                break
            self._one(outbox, due)
        return len(found)

    def _run(self, outbox: Outbox, over: threading.Event) -> None:
        while not over.is_set():
            try:
                if self.deliver_due(outbox, over) == AT_ONCE:
                    continue
            except (OfficeLost, JournalConflict):
                return  # another node holds the office, and delivers
            except (StoreError, SQLAlchemyError) as error:
                log.warning("the outbox can't be read", extra={"exchange": self._exchange, "why": str(error)})
            over.wait(self._every_s)

    def _one(self, outbox: Outbox, due: Due) -> None:
        now = self._now_us()
        try:
            self._deliver(due, now)
        except Useless as error:
            self._give_up(outbox, due, str(error))
        except (Forgotten, UnknownToken) as error:
            self._give_up(outbox, due, type(error).__name__)
        except NoWay as error:
            outbox.failed(due.id, str(error), now + LONGEST_PAUSE_US)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            if _is_final(error) or due.attempts + 1 >= MOST_ATTEMPTS:
                self._give_up(outbox, due, _why(error))
                return
            pause = min(FIRST_PAUSE_US << min(due.attempts, 20), LONGEST_PAUSE_US)
            outbox.failed(due.id, _why(error), now + pause)
        except (StoreError, SQLAlchemyError):
            raise
        except Exception as error:  # a defect in one message must not keep the others
            log.exception("a message can't be delivered", extra={"exchange": self._exchange})
            self._give_up(outbox, due, type(error).__name__)
        else:
            outbox.done(due.id, now)

    def _give_up(self, outbox: Outbox, due: Due, why: str) -> None:
        outbox.failed(due.id, why, None)
        user = _words(due).get("user", "") or due.message.to
        name = user if due.message.kind == CODE_MESSAGE or "user" in _words(due) else ""
        self._identity.note(self._exchange, name, f"message {due.message.kind}", f"given_up {why}"[:200])

    def _deliver(self, due: Due, now: int) -> None:
        parcel = self._parcel(due, now)
        if parcel is None:
            return
        message = due.message
        message_id = f"{message.exchange}.{message.seq}.{message.number}"
        clear = self._vault.reveal(parcel.to)
        if parcel.by == "sms":
            assert self._sms is not None
            self._sms.send(clear, parcel.letter.sms, message_id)
        else:
            assert self._mail is not None
            asyncio.run(self._mail.send(clear, parcel.letter, message_id, message.at or now))

    def _parcel(self, due: Due, now: int) -> Parcel | None:
        """What is to be sent, after the effects of the message; None when nobody is to be told."""
        message, words = due.message, _words(due)
        if message.kind == CODE_MESSAGE:
            return self._code(due, words, now)
        if message.kind == PROOF_MESSAGE:
            return self._proof(due, words, now)
        user = words.get("user", "")
        kind = message.kind
        if kind in ("operator_added", "operator_modified", "applicant_registered"):
            self._identity.reach(
                self._exchange, user, mail=words.get("mail", ""), mobile=words.get("mobile", "")
            )
        if kind == "operator_frozen":
            self._identity.end_sessions(self._exchange, user, "frozen")
        if not message.to:
            return None
        self._need_mail()
        words["title"] = self._title
        if kind == "operator_added":
            kind, code = self._activation(due, user)
            words |= {"code": code, "days": str(self._identity.settings.activation_us // DAY)}
        return Parcel(letter_of(kind, words), "mail", message.to)

    def _activation(self, due: Due, user: str) -> tuple[str, str]:
        code = self._identity.activation_for(self._exchange, user, _origin(due))
        return ("operator_added", code) if code else ("operator_registered", "")

    def _code(self, due: Due, words: dict[str, str], now: int) -> Parcel:
        name, purpose = due.message.to, words.get("purpose", "")
        if now - due.message.at > STALE_CODE_US:
            raise Useless("too late")
        user = self._identity.find(self._exchange, name)
        if user is None or not user.reachable:
            raise Useless("nowhere to send it")
        by_sms = bool(user.mobile) and self._sms is not None
        if not by_sms:
            if not user.mail:
                raise NoWay("no text messages are configured")
            self._need_mail()
        code = self._identity.make_code(self._exchange, name, purpose, _origin(due))
        zh, en = purpose_words(purpose)
        told = {"title": self._title, "user": name, "code": code, "purpose_zh": zh, "purpose_en": en}
        told["minutes"] = str(self._identity.settings.code_us // MINUTE)
        return Parcel(
            letter_of("code", told), "sms" if by_sms else "mail", user.mobile if by_sms else user.mail
        )

    def _proof(self, due: Due, words: dict[str, str], now: int) -> Parcel:
        """A code for somebody who shows that a place is his: it goes there and nowhere else."""
        if now - due.message.at > STALE_CODE_US:
            raise Useless("too late")
        by_sms = due.message.to.startswith("mobile:")
        if by_sms and self._sms is None:
            raise NoWay("no text messages are configured")
        if not by_sms:
            self._need_mail()
        code = self._identity.visitors.make_code(self._exchange, words.get("proof", ""), _origin(due))
        if not code:
            raise Useless("asked for anew")
        zh, en = purpose_words(words.get("purpose", ""))
        told = {"title": self._title, "user": words.get("user", ""), "code": code}
        told |= {"purpose_zh": zh, "purpose_en": en}
        told["minutes"] = str(self._identity.settings.code_us // MINUTE)
        return Parcel(letter_of("code", told), "sms" if by_sms else "mail", due.message.to)

    def _need_mail(self) -> None:
        if self._mail is None:
            raise NoWay("no mail server is configured")


def _words(due: Due) -> dict[str, str]:
    found: dict[str, Any] = msgspec.json.decode(due.message.data_json)
    return {key: str(value) for key, value in found.items()}


def _origin(due: Due) -> str:
    return f"{due.message.seq}.{due.message.number}"


def _is_final(error: Exception) -> bool:
    """Whether the server will never take this letter: it says so of the recipient."""
    refused = error.recipients if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else []
    return bool(refused) and all(500 <= one.code < 600 for one in refused)


def _why(error: Exception) -> str:
    """Why it failed; a server's words may repeat the address, so they are left out."""
    code = getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if isinstance(code, int) else type(error).__name__

"""Text messages: a port for an operator's gateway, and a recording stand-in for demonstrations and tests."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Protocol

import msgspec

from tanpan.personal import mask

log = logging.getLogger("tanpan.sms")


class SmsGateway(Protocol):
    """What delivers text messages."""

    def send(self, mobile: str, text: str, message_id: str) -> None:
        """Hands a text over; raises OSError when it isn't taken. The id tells a repeated message."""
        ...


class RecordingSms:
    """No gateway: it writes texts to a file only its owner can read, numbers masked. For demonstrations and tests."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, mobile: str, text: str, message_id: str) -> None:
        """Adds a line to the file; the log says only that there is one."""
        line = {"to": mask("mobile", mobile), "text": text, "id": message_id}
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
        log.info("a text message was recorded, not sent", extra={"to": line["to"], "message_id": message_id})

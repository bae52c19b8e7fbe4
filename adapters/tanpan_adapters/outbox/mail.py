"""Mail by SMTP: encrypted unless the configuration says otherwise, never waiting for long."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Final

import aiosmtplib
from attrs import frozen

from tanpan_adapters.service.configuration import Mail

from .letters import Letter

TIMEOUT_S: Final = 20


@frozen
class MailServer:
    """The mail server of a configuration."""

    settings: Mail

    async def send(self, to: str, letter: Letter, message_id: str, at_us: int) -> None:
        """Hands a letter over to the server; raises SMTPException or OSError when it isn't taken."""
        settings = self.settings
        await aiosmtplib.send(
            _written(settings.sender, to, letter, message_id, at_us),
            hostname=settings.host,
            port=settings.port,
            username=settings.user or None,
            password=_password(settings) if settings.user else None,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            timeout=TIMEOUT_S,
        )


def _written(sender: str, to: str, letter: Letter, message_id: str, at_us: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = letter.subject
    mail["Date"] = formatdate(at_us // 1_000_000)
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2].strip('<> ') or 'tanpan'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    return mail


def _password(settings: Mail) -> str:
    return Path(settings.password_file).read_text("utf-8").strip() if settings.password_file else ""

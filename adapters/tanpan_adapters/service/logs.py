"""Structured logs: one JSON line per event; never a body, a password, a code or a token."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import IO, Any, Final

import msgspec

_PLAIN: Final = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}
_SECRET: Final = ("password", "token", "secret", "authorization", "cookie", "body", "code_sent", "otp")
_encode: Final = msgspec.json.Encoder(enc_hook=str).encode


class Line(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        for name, value in vars(record).items():
            if name not in _PLAIN and not any(word in name.lower() for word in _SECRET):
                line[name] = value
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = self.formatException(record.exc_info)
        return _encode(line).decode("utf-8", "replace")


def set_up(level: str = "info", stream: IO[str] | None = None) -> logging.Handler:
    """Write all logs as JSON lines; gives the handler, for whoever wants it removed again."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Line())
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old.formatter, Line):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    # Uvicorn tells of every request at this level; what matters of them is in the metrics.
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    return handler

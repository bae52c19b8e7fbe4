"""The configuration of a running system: one TOML file, every key known, every value checked before anything starts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, field

Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Count = Annotated[int, Meta(ge=1)]
Seconds = Annotated[int, Meta(ge=1)]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file: what isn't known is refused, so that no misspelt key is silently without effect."""


class Database(Table, frozen=True):
    """Where journals, snapshots, users and the outbox are kept."""

    url: str = "sqlite:///tanpan.db"


class Http(Table, frozen=True):
    """The door: where it listens, how it is called from outside, who may speak for others."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    public_url: str = ""
    secure_cookies: bool = True
    trusted_proxies: list[str] = []
    connections: Count = 4_096
    command_bytes: Count = 1_048_576
    batch_bytes: Count = 2_097_152
    body_seconds: Seconds = 10
    header_seconds: Seconds = 10


class Limits(Table, frozen=True):
    """How much one caller, one queue and one stream may take; rates are per second."""

    queue: Count = 10_000
    kept_places: Count = 1_000
    requests_per_second: Count = 200
    request_burst: Count = 1_000
    anonymous_per_second: Count = 20
    anonymous_burst: Count = 60
    streams: Count = 4_000
    streams_per_user: Count = 16


class SignIn(Table, frozen=True):
    """How people prove who they are; times in minutes."""

    staff_need_second_factor: bool = True
    idle_minutes: Count = 30
    session_minutes: Count = 720
    failures_until_lock: Count = 5
    lock_minutes: Count = 15
    password_length: Annotated[int, Meta(ge=8)] = 10
    codes_per_address: Count = 50


class Mail(Table, frozen=True):
    """The mail server; without `host` messages wait in the outbox and are shown by `tanpan doctor`."""

    host: str = ""
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    sender: str = "tanpan@localhost"
    user: str = ""
    password_file: str = ""
    tls: Annotated[str, Meta(pattern=r"^(starttls|tls|none)$")] = "starttls"


class Sms(Table, frozen=True):
    """Where text messages go: `record` writes them to a file instead of sending, for demonstrations and tests."""

    record: str = ""


class Vault(Table, frozen=True):
    """The file of the vault's master key: kept apart from the database and from its backups."""

    key_file: str = "tanpan.key"


class Attachments(Table, frozen=True):
    """Papers that people hand in: where they are kept, and how many, how large and of which kinds they may be.

    In `folder` they are kept, or wait until they are in the bucket of what speaks S3, where one is named.
    """

    folder: str = "attachments"
    s3_endpoint: Annotated[str, Meta(pattern=r"^(https?://\S+)?$")] = ""
    s3_bucket: str = ""
    s3_region: str = "us-east-1"
    s3_key_file: str = ""
    kinds: Annotated[list[Annotated[str, Meta(pattern=r"^(jpg|gif|png|pdf|zip)$")]], Meta(min_length=1)] = (
        field(default_factory=lambda: ["jpg", "gif", "png", "pdf", "zip"])
    )
    file_bytes: Count = 10_485_760
    waiting_bytes: Count = 52_428_800
    user_bytes: Count = 524_288_000
    megapixels: Annotated[int, Meta(ge=1, le=100)] = 64
    uploads: Count = 32
    uploads_per_user: Count = 4
    uploads_per_minute: Count = 60
    upload_seconds: Seconds = 120
    waiting_hours: Count = 24


class Documents(Table, frozen=True):
    """Paper forms made from applications: the folder of the operator's legal texts, `NAME.txt`."""

    folder: str = ""


class Timetable(Table, frozen=True):
    """When the clock does by itself what no session edge says; local times of the exchange (+08:00)."""

    automatic: bool = True
    open: Clock = "09:00"
    clear: Clock = "15:30"
    settle: Clock = "16:00"


class Simulation(Table, frozen=True):
    """A simulated clock: begins at a local time of the exchange and runs `rate` times as fast as the real one.

    `skip_idle` lets it jump from the settlement of a day to the minute before the next opening.
    """

    start: str
    rate: Annotated[int, Meta(ge=0, le=100_000)] = 1
    skip_idle: bool = False


class ExchangeTable(Table, frozen=True):
    """One exchange: its names, its rule packs, its timetable, its first staff, the file of a simulated registry."""

    packs: list[str]
    name: str = ""
    timetable: Timetable = Timetable()
    simulated_registry: str = ""
    staff: Annotated[list[str], Meta(min_length=2)] = field(default_factory=lambda: ["admin", "admin2"])


class Logs(Table, frozen=True):
    """How much is told, one JSON line per event."""

    level: Annotated[str, Meta(pattern=r"^(debug|info|warning|error)$")] = "info"


class Settings(Table, frozen=True):
    """The whole file."""

    database: Database = Database()
    http: Http = Http()
    limits: Limits = Limits()
    sign_in: SignIn = SignIn()
    mail: Mail = Mail()
    sms: Sms = Sms()
    vault: Vault = Vault()
    attachments: Attachments = Attachments()
    documents: Documents = Documents()
    simulation: Simulation | None = None
    logs: Logs = Logs()
    exchanges: dict[Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}$")], ExchangeTable] = {}


class ConfigurationError(Exception):
    """The configuration can't be used; the message names the file, the place and the reason."""


def read(path: Path) -> Settings:
    """The settings of a file; relative file names in it stay relative to where the process runs."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Settings)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise ConfigurationError(f"{path}: {error}") from None


def changed(settings: Settings, **tables: Any) -> Settings:
    """Settings with whole tables replaced."""
    return msgspec.structs.replace(settings, **tables)

"""This machine and this installation: versions, configuration, calendar, key file, disk."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Final

from tanpan.calendar import Calendar
from tanpan.packs import assemble, installed, load
from tanpan_adapters.doctor import Check, fail, ok, warn
from tanpan_adapters.service.configuration import Settings

LIBRARIES: Final = (
    "litestar",
    "uvicorn",
    "msgspec",
    "sqlalchemy",
    "psycopg",
    "cryptography",
    "argon2-cffi",
    "chinesecalendar",
)
FEWEST_DAYS: Final = 60
LITTLE_BYTES: Final = 5_000_000_000
FEWEST_BYTES: Final = 500_000_000
LOCAL: Final = ("127.0.0.1", "::1", "localhost")


def versions() -> Iterator[Check]:
    """Python and the libraries that matter."""
    here = ".".join(str(part) for part in sys.version_info[:3])
    said = ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    yield ok("versions", f"Python {here}；tanpan {metadata.version('tanpan')}；{said}", _en(here, said))


def _en(here: str, said: str) -> str:
    return f"Python {here}; tanpan {metadata.version('tanpan')}; {said}"


def packs() -> Iterator[Check]:
    """The rule packs that are installed."""
    names = sorted(installed())
    if not names:
        yield fail(
            "packs",
            "没有安装任何规则包",
            "no rule pack is installed",
            "安装至少一个规则包",
            "install one at least",
        )
        return
    said = ", ".join(f"{pack.name} {pack.version}" for name in names for pack in assemble(load([name])).packs)
    yield ok("packs", f"已安装 {said}", f"installed: {said}")


def configuration(settings: Settings, file: str) -> Iterator[Check]:
    """What of a configuration is unwise, though it can be used."""
    named = ", ".join(settings.exchanges)
    yield ok(
        "configuration",
        f"{file or '内置默认值'}；交易机构 {named}",
        f"{file or 'built-in defaults'}; exchanges {named}",
    )
    http = settings.http
    if http.host not in LOCAL:
        yield warn(
            "http.host",
            f"直接监听 {http.host}",
            f"listens on {http.host} itself",
            "前面放 TLS 代理，并监听 127.0.0.1（docs/operators/security.md）",
            "put a TLS proxy in front and listen on 127.0.0.1 (docs/operators/security.md)",
        )
    if not http.secure_cookies:
        yield warn(
            "http.secure_cookies",
            "cookie 可经 HTTP 传送",
            "cookies may travel without TLS",
            "除本机试用外设为 true",
            "set it to true, except for trials on one machine",
        )
    if not settings.mail.host:
        yield warn(
            "mail.host",
            "没有邮件服务器：通知与验证码留在发件箱",
            "no mail server: notices and codes stay in the outbox",
            "填写 [mail]",
            "fill in [mail]",
        )
    if settings.simulation is not None:
        yield warn(
            "simulation",
            "使用模拟时钟",
            "the clock is simulated",
            "真实市场请删去 [simulation]",
            "remove [simulation] for a real market",
        )
    if not settings.sign_in.staff_need_second_factor:
        yield warn(
            "sign_in.staff_need_second_factor",
            "机构人员无需第二要素",
            "people of the institutions need no second factor",
            "设为 true",
            "set it to true",
        )


def calendar(published: Calendar, today: date) -> Iterator[Check]:
    """How many trading days are still published: beyond them nothing opens."""
    left = sum(1 for day in published.trading_days if day > today)
    through = published.valid_through
    zh, en = (
        f"公布至 {through}，还有 {left} 个交易日",
        f"published through {through}: {left} trading days left",
    )
    do = ("升级 chinesecalendar 并重启服务", "upgrade chinesecalendar and restart the service")
    if not left:
        yield fail("calendar", zh, en, *do)
    elif left < FEWEST_DAYS:
        yield warn("calendar", zh, en, *do)
    else:
        yield ok("calendar", zh, en)


def key_file(path: Path) -> Iterator[Check]:
    """The file of the vault's master key: there, and nobody else's."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        yield fail(
            "vault.key_file",
            f"{path}：{error.strerror}",
            f"{path}: {error.strerror}",
            "恢复密钥文件的副本；全新的库用 tanpan init",
            "put its copy back; for a new database run `tanpan init`",
        )
        return
    if mode & 0o077:
        yield fail(
            "vault.key_file",
            f"{path} 的权限为 {mode:03o}",
            f"{path} has mode {mode:03o}",
            f"chmod 600 {path}",
            f"chmod 600 {path}",
        )
        return
    yield ok("vault.key_file", f"{path}，权限 {mode:03o}", f"{path}, mode {mode:03o}")


def disk(folder: Path) -> Iterator[Check]:
    """Free space where the database (or at least this process) writes."""
    usage = shutil.disk_usage(folder)
    free = usage.free
    zh, en = f"{folder} 可用 {_size(free)}", f"{_size(free)} free in {folder}"
    do = (
        "清理或扩充磁盘；写满时服务拒绝命令，腾出空间后自行恢复",
        "make room: a full disk refuses commands until there is",
    )
    if free < FEWEST_BYTES:
        yield fail("disk", zh, en, *do)
    elif free < LITTLE_BYTES:
        yield warn("disk", zh, en, *do)
    else:
        yield ok("disk", zh, en)


def file_mode(path: Path) -> Iterator[Check]:
    """Whether others on this machine can read a database file."""
    if not path.exists():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077 and os.name == "posix":
        yield warn(
            "database file",
            f"{path} 的权限为 {mode:03o}，本机他人可读",
            f"{path} has mode {mode:03o}: others on this machine can read it",
            f"chmod 600 {path}",
            f"chmod 600 {path}",
        )


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB"

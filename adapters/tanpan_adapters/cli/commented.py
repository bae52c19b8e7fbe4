"""The configuration file as `tanpan init` writes it: every key with its default and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

import msgspec

from tanpan_adapters.service.configuration import (
    ExchangeTable,
    Settings,
    Simulation,
    Table,
)

WRITTEN: Final = ("database.url", "vault.key_file")
"""Keys that stand in the file even where they are the defaults; the others are commented out."""

HEAD: Final = """\
# 碳盘服务的配置。以 # 开头的键是默认值；要改动就去掉 # 并修改。写错的键会被拒绝，不会被忽略。
# Configuration of the tanpan service. Keys behind a # are the defaults: take the # away to change one.
# A misspelt key is refused, never ignored.  `tanpan doctor --config FILE` checks the whole.
"""

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "database": (
        "日志、快照、用户与待发消息的数据库",
        "Where journals, snapshots, users and the outbox are kept",
    ),
    "database.url": (
        "sqlite:///文件 或 postgresql://用户:密码@主机/库",
        "sqlite:///file (four slashes for an absolute path) or postgresql://user:password@host/database",
    ),
    "http": (
        "服务的门：在哪里监听，外面怎样称呼它",
        "The door: where it listens and how it is called from outside",
    ),
    "http.host": (
        "监听地址；前面有 TLS 代理时保持 127.0.0.1",
        "address to listen on; keep it behind a TLS proxy",
    ),
    "http.port": ("监听端口", "port to listen on"),
    "http.public_url": (
        "外部地址，写在邮件里；空则不写",
        "the address seen from outside, named in mails; empty: not named",
    ),
    "http.secure_cookies": (
        "登录 cookie 只走 HTTPS；只有本机试用时才可设为 false",
        "session cookies over HTTPS only; false is for trials on this machine alone",
    ),
    "http.trusted_proxies": (
        "可信代理的地址，只有它们报告的客户端地址才算数",
        "proxies (addresses or networks) whose word on the client's address counts",
    ),
    "http.connections": ("同时的连接数上限", "connections at a time, at most"),
    "http.command_bytes": ("单个命令的最大字节数", "largest body of a command, in bytes"),
    "http.batch_bytes": ("批量请求的最大字节数", "largest body of a batch, in bytes"),
    "http.body_seconds": ("请求体必须在几秒内到齐", "seconds within which a body must have arrived"),
    "http.header_seconds": (
        "请求头必须在几秒内到齐",
        "seconds within which a request's head must have arrived",
    ),
    "limits": (
        "一个调用者、一个队列、一条流最多占用多少；速率为每秒",
        "How much one caller, one queue and one stream may take; rates are per second",
    ),
    "limits.queue": ("每个交易机构的排队上限，满则 503", "places in an exchange's queue; beyond it 503"),
    "limits.kept_places": (
        "为时钟、暂停与撤销保留的位置",
        "places kept beside them for the clock, halts and withdrawals",
    ),
    "limits.requests_per_second": ("每个用户每秒请求数", "requests a second of one user"),
    "limits.request_burst": ("每个用户的突发请求数", "requests one user may send at once"),
    "limits.anonymous_per_second": (
        "未登录地址每秒请求数",
        "requests a second of an address that is not signed in",
    ),
    "limits.anonymous_burst": ("未登录地址的突发请求数", "requests such an address may send at once"),
    "limits.streams": ("实时流总数上限", "live streams in all"),
    "limits.streams_per_user": ("每个用户的实时流上限", "live streams of one user"),
    "sign_in": ("怎样证明自己是谁；时间以分钟计", "How people prove who they are; times in minutes"),
    "sign_in.staff_need_second_factor": (
        "机构人员必须使用第二要素（动态口令或短信/邮件验证码）",
        "people of the institutions need a second factor (a code generator, or codes by SMS or mail)",
    ),
    "sign_in.idle_minutes": ("闲置多久后退出", "a session ends after so long without a request"),
    "sign_in.session_minutes": ("会话最长多久", "and after so long in any case"),
    "sign_in.failures_until_lock": ("连续失败几次后锁定", "failures in a row until a user is locked"),
    "sign_in.lock_minutes": ("锁定多久", "how long the first lock lasts"),
    "sign_in.password_length": ("密码至少几个字符", "characters of a password, at least"),
    "sign_in.codes_per_address": (
        "同一网络地址的访客每天最多索取几个验证码",
        "codes that visitors at one network address may ask for in a day",
    ),
    "mail": (
        "邮件服务器；host 为空时消息留在发件箱",
        "The mail server; without a host messages wait in the outbox",
    ),
    "mail.host": ("主机名", "its host name"),
    "mail.port": ("端口", "its port"),
    "mail.sender": ("发件人", "the sender's address"),
    "mail.user": ("登录名；空则不登录", "user to sign in as; empty: without"),
    "mail.password_file": ("存放密码的文件（权限 600）", "file that holds the password (mode 600)"),
    "mail.tls": ("starttls、tls 或 none", "starttls, tls or none"),
    "sms": ("短信", "Text messages"),
    "sms.record": (
        "不发送而写入此文件；仅供演示与测试",
        "write them to this file instead of sending them; for demonstrations and tests",
    ),
    "vault": ("个人信息保密库", "The vault of personal fields"),
    "vault.key_file": (
        "主密钥文件（权限 600）：与数据库及其备份分开保管",
        "file of the master key (mode 600): keep it apart from the database and from its backups",
    ),
    "attachments": (
        "申请所附的文件：存放在哪里，接受哪些类型、多大、多少；内容以各人的密钥加密",
        "Papers handed in: where they are kept, which, how large and how many; encrypted under a key per person",
    ),
    "attachments.folder": (
        "存放附件的文件夹（多节点须共享）；使用 S3 时只作暂存",
        "folder they are kept in (nodes share it); with S3 only for what is on its way",
    ),
    "attachments.s3_endpoint": (
        "兼容 S3 的存储地址，如 https://s3.example.com；空则用文件夹",
        "address of what speaks S3, such as https://s3.example.com; empty: the folder",
    ),
    "attachments.s3_bucket": ("存储桶", "its bucket"),
    "attachments.s3_region": ("区域", "its region"),
    "attachments.s3_key_file": (
        "访问密钥文件（权限 600）：两行，密钥编号与密钥",
        "file of the access key (mode 600): two lines, its id and its secret",
    ),
    "attachments.kinds": (
        "接受的文件类型；无法不解压即列出内容的压缩格式（rar、7z）不接受",
        "accepted kinds of files; archives that can't be listed without unpacking (rar, 7z) never are",
    ),
    "attachments.file_bytes": ("单个文件的最大字节数", "largest file, in bytes"),
    "attachments.waiting_bytes": (
        "每个用户尚未用于申请的附件总字节数上限，即一份申请一次能附多少",
        "bytes of a user's files that no application refers to yet: what one application may add at a time",
    ),
    "attachments.user_bytes": ("每个用户的附件总字节数上限", "bytes of all files of one user"),
    "attachments.megapixels": ("图片的最大像素数，以百万计", "largest image, in millions of pixels"),
    "attachments.uploads": ("同时进行的上传数上限", "uploads at a time, of everybody"),
    "attachments.uploads_per_user": ("每个用户同时进行的上传数上限", "uploads at a time, of one user"),
    "attachments.uploads_per_minute": ("每个用户每分钟的上传数上限", "uploads a minute, of one user"),
    "attachments.upload_seconds": (
        "一次上传必须在几秒内到齐",
        "seconds within which an upload must have arrived",
    ),
    "attachments.waiting_hours": (
        "没有申请引用的附件保留几小时",
        "hours after which a file that no application refers to is deleted",
    ),
    "documents": (
        "由申请生成的纸质文书（PDF），供各方打印盖章",
        "Paper forms made from applications as PDF, to be printed and sealed",
    ),
    "documents.folder": (
        "运营机构法律文本的文件夹：每个文本一个 NAME.txt（纯文本，UTF-8）；空或缺少时文书注明未提供",
        "folder of the operator's legal texts, NAME.txt each (plain UTF-8); without one the paper says so",
    ),
    "logs": ("日志：每个事件一行 JSON，写到标准错误", "Logs: one JSON line per event, on standard error"),
    "logs.level": ("debug、info、warning 或 error", "debug, info, warning or error"),
    "simulation": (
        "模拟时钟，仅供演示与测试；真实市场不写这一节",
        "A simulated clock, for demonstrations and tests: a real market leaves this out",
    ),
    "simulation.start": ("起始的当地时间", "local time of the exchange at which it begins"),
    "simulation.rate": (
        "比真实时间快多少倍；0 表示只手动推进",
        "how many times as fast as real time; 0: moved by hand only",
    ),
    "simulation.skip_idle": ("跳过空闲时段", "jump over times in which nothing happens"),
    "exchanges": (
        "交易机构：名称即网址中的一段，/api/NAME/…",
        "An exchange; its name stands in the address: /api/NAME/…",
    ),
    "exchanges.packs": ("启用的规则包", "its rule packs"),
    "exchanges.name": (
        "显示名称；空则用规则包的名称",
        "the name people read; empty: that of its first rule pack",
    ),
    "exchanges.simulated_registry": (
        "模拟注册登记机构的状态文件，仅供演示与测试；空则由注册登记机构人员自行办理",
        "file of a simulated registry, for demonstrations and tests; empty: the registry's people act themselves",
    ),
    "exchanges.staff": (
        "首批工作人员（至少两人：重要操作须复核）；只在建立时使用",
        "the first staff, two at least, since what matters needs a second person; used when it is founded",
    ),
    "exchanges.timetable": (
        "时钟自动做的事；交易时段与收市来自规则包。当地时间",
        "What the clock does by itself; sessions and the close come from the rules. Local times",
    ),
    "exchanges.timetable.automatic": ("false 则全部手动", "false: nothing by itself, staff do each step"),
    "exchanges.timetable.open": (
        "开市（确定当日规则与价格）",
        "the day opens: its rules and prices are fixed",
    ),
    "exchanges.timetable.clear": ("清算", "clearing"),
    "exchanges.timetable.settle": ("交收（须先经确认）", "settlement, once confirmed"),
}


def commented(settings: Settings) -> str:
    """A file that reads back as these settings: what isn't a default is written out, the rest stands as a comment."""
    lines = [HEAD]
    defaults = Settings()
    for field in msgspec.structs.fields(Settings):
        value = getattr(settings, field.name)
        if field.name == "exchanges":
            continue
        if field.name == "simulation":
            shown = value or Simulation("2026-03-02T09:00")
            lines += _table("simulation", "simulation", shown, None, on=value is not None)
        else:
            lines += _table(field.name, field.name, value, getattr(defaults, field.name))
    for name, table in settings.exchanges.items():
        lines += _table(f"exchanges.{name}", "exchanges", table, None)
    return "\n".join(lines) + "\n"


def _table(title: str, path: str, value: Table, default: Table | None, *, on: bool = True) -> Iterator[str]:
    """A table's lines. `default` is what its keys are compared with; without one they are all written out."""
    zh, en = SENTENCES.get(path, ("", ""))
    yield f"\n# {zh}\n# {en}"
    yield ("" if on else "# ") + f"[{title}]"
    tables: list[tuple[str, str, Table, Table | None]] = []
    for field in msgspec.structs.fields(type(value)):
        key, mine = f"{path}.{field.name}", getattr(value, field.name)
        if isinstance(mine, Table):
            tables.append((f"{title}.{field.name}", key, mine, _default(field)))
            continue
        zh, en = SENTENCES.get(key, ("", ""))
        is_default = default is not None and mine == getattr(default, field.name) and key not in WRITTEN
        yield f"# {zh} / {en}"
        yield ("" if on and not is_default else "# ") + f"{field.name} = {toml(mine)}"
    for inner in tables:
        yield from _table(*inner)


def _default(field: Any) -> Any:
    return None if field.default is msgspec.NODEFAULT else field.default


def toml(value: Any) -> str:
    """A value as TOML: texts, whole numbers, yes and no, and lists of them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        # A JSON string without "/" escaped is a basic string of TOML.
        return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    raise TypeError(f"no key of the configuration holds {value!r}")


def keys() -> Iterator[str]:
    """Every table and key there is, by its path."""
    yield from _keys("", Settings)


def _keys(path: str, kind: type[Table]) -> Iterator[str]:
    for field in msgspec.structs.fields(kind):
        key = f"{path}.{field.name}".lstrip(".")
        yield key
        inner = next((one for one in (field.type, *get_args(field.type)) if _is_table(one)), None)
        if inner is None and field.name == "exchanges":
            inner = ExchangeTable
        if inner is not None:
            yield from _keys(key, inner)


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Table)

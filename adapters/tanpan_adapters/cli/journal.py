"""`tanpan journal`: verify, show and replay a journal, rebuild its views."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import click
import msgspec
from rich.cells import cell_len

from tanpan.calendar import local
from tanpan.exchange import Exchange
from tanpan.ledger import Holding
from tanpan.messages import AnyRecord, Command, name_of
from tanpan.quantities import yuan
from tanpan.refusals import BY_CODE, Reason
from tanpan.refusals import show as shown
from tanpan_adapters.cli.exchanges import Opened, applied, database_option, exchange_option, opened
from tanpan_adapters.cli.language import Failure, Finding, both, lang_option
from tanpan_adapters.cli.output import pad, print_table, progress, table
from tanpan_adapters.store import Head, RefusalRow

FOREVER = 1 << 62
_HEAD: Final = re.compile(r"([0-9a-fA-F]{64})(?::([0-9]{1,18}))?")
CASH = (
    ("available", "可用", "available"),
    ("frozen", "冻结", "frozen"),
    ("proceeds", "当日卖出", "proceeds"),
    ("margin", "保证金", "margin"),
    ("total", "合计", "total"),
)
UNITS = (
    ("available", "可用", "available"),
    ("frozen", "冻结", "frozen"),
    ("undelivered", "待交收", "undelivered"),
    ("locked", "锁定", "locked"),
    ("pledged", "质押", "pledged"),
    ("total", "合计", "total"),
)


@click.group(
    help=both("校验、查看、重放日志，重建视图。", "Verify, show and replay a journal, rebuild its views.")
)
def journal() -> None:
    """The group itself does nothing."""


@journal.command(
    help=both("校验链与状态哈希。", "Check the chain, and every stored snapshot against a replay.")
)
@database_option
@exchange_option
@click.option(
    "--head",
    "kept",
    metavar="DIGEST[:SEQ]",
    help=both(
        "另处保存的链头摘要，须在链上：可发现连同链头一起截断的日志",
        "a head digest kept elsewhere, which must lie on the chain: finds a journal cut together with its head",
    ),
)
@lang_option
def verify(database: str, exchange: str | None, kept: str | None, lang: str) -> None:
    """Check chain and state."""
    wanted = None if kept is None else _digest(kept, lang)
    with opened(database, exchange, lang) as source:
        expected = None if wanted is None else _head(source, *wanted, lang)
        with progress(both("校验链", "checking the chain", lang)) as advance:
            chain = source.journal.verify(advance, expected=expected)
        stored = {info.seq: info for info in source.journal.snapshots()}
        compared = []

        def compare(now: Exchange, record: AnyRecord) -> None:
            if record.seq in stored:
                compared.append(_snapshot(source, now, stored[record.seq].fingerprint, lang))

        final = applied(source, FOREVER, compare, lang)
    _pairs(
        (both("交易机构", "exchange", lang), source.name),
        (both("记录", "records", lang), f"{chain.records:,}"),
        (both("批次", "batches", lang), f"{chain.batches:,}"),
        (both("链头摘要", "head digest", lang), f"{chain.head.digest.hex()}:{chain.head.seq}"),
        *(
            (
                (
                    both("给定链头", "head given", lang),
                    both(f"{expected.seq}：在链上", f"{expected.seq}: on the chain", lang),
                ),
            )
            if expected
            else ()
        ),
        (both("状态哈希", "state hash", lang), final.state_hash()),
        *((both("快照", "snapshot", lang), line) for line in compared),
        (both("结论", "verdict", lang), both("完好", "sound", lang)),
    )


def _digest(text: str, lang: str) -> tuple[bytes, int | None]:
    """`DIGEST` or `DIGEST:SEQ`, as `verify` prints it."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise Failure(
            both(
                f"--head {text!r} 不是摘要（64 位十六进制，其后可有 :序号）",
                f"--head {text!r} is not a digest of 64 hexadecimal digits, with or without :SEQ",
                lang,
            )
        )
    return bytes.fromhex(found[1]), int(found[2]) if found[2] else None


def _head(source: Opened, digest: bytes, seq: int | None, lang: str) -> Head:
    """The head that was kept; Finding where no row of the journal has its digest."""
    if seq is not None:
        return Head(seq, digest)
    head = source.journal.head_of(digest)
    if head is None:
        raise Finding(
            both(
                f"日志中没有摘要为 {digest.hex()} 的批次：日志被截断或改写",
                f"no row of the journal has the digest {digest.hex()}: the journal was cut or rewritten",
                lang,
            )
        )
    return head


def _snapshot(source: Opened, now: Exchange, fingerprint: str, lang: str) -> str:
    """Compare the snapshot stored at the present sequence with the state replayed to it."""
    if fingerprint != now.fingerprint():
        return both(
            f"{now.seq}：其他版本的状态结构，未比对",
            f"{now.seq}: of another version's state, not compared",
            lang,
        )
    snapshot, why = source.journal.read_snapshot(now.seq)
    wrong = why
    if snapshot is not None and not (
        snapshot.state_hash == now.state_hash() == sha256(snapshot.payload).hexdigest()
    ):
        wrong = both("与重放的状态不同", "it is not the state a replay leads to", lang)
    if wrong:
        raise Finding(
            both(
                f"序号 {now.seq} 处的快照有误：{wrong}",
                f"the snapshot at sequence {now.seq} is wrong: {wrong}",
                lang,
            ),
        )
    return both(f"{now.seq}：与重放相同", f"{now.seq}: equal to the replay", lang)


@journal.command(help=both("列出记录及其事件。", "List records with their events."))
@database_option
@exchange_option
@click.option("--from", "first", type=click.IntRange(1), default=1, help=both("起始序号", "first sequence"))
@click.option("--to", "last", type=click.IntRange(1), default=FOREVER, help=both("末尾序号", "last sequence"))
@click.option("--json", "as_json", is_flag=True, help=both("每行一个 JSON", "one JSON object per line"))
@lang_option
def show(database: str, exchange: str | None, first: int, last: int, as_json: bool, lang: str) -> None:
    """Print records."""
    if first > last:
        raise Failure(
            both(f"--from {first} 在 --to {last} 之后", f"--from {first} comes after --to {last}", lang)
        )
    with opened(database, exchange, lang) as source:
        reader = source.new()
        _reaches(source, first, lang)
        for batch in source.journal.read(first - 1):
            for record in reader.decode_records(batch.payload):
                if record.seq > last:
                    return
                if record.seq >= first:
                    click.echo(_json(reader, record) if as_json else "\n".join(_lines(reader, record, lang)))


def _reaches(source: Opened, seq: int, lang: str) -> int:
    """The journal's last sequence; Failure where it lies before one that was asked for."""
    head = source.journal.head().seq
    if seq > head:
        raise Failure(both(f"日志止于序号 {head}", f"the journal ends at sequence {head}", lang))
    return head


def _lines(reader: Exchange, record: AnyRecord, lang: str) -> Iterator[str]:
    who = record.actor
    if record.approver:
        who += both(f"（复核 {record.approver}）", f" (with {record.approver})", lang)
    at = f"{local(record.at):%Y-%m-%d %H:%M:%S}"
    yield f"{record.seq:>7}  {at}  {pad(who, 20)}  {record.command}"
    for event in record.events:
        told = _sentence(reader, event, lang)
        yield f"{'':>9}→ {name_of(type(event))}{': ' if told else ''}{told}"


def _fields(reader: Exchange, message: Any) -> Iterator[tuple[str, Any]]:
    """A message's fields by name; a proposed command is read, not shown as bytes."""
    for name in message.__struct_fields__:
        value = getattr(message, name)
        yield name, reader.decode_command(value) if isinstance(value, bytes) else value


def _sentence(reader: Exchange, message: Any, lang: str) -> str:
    return _pairs_told(reader, _fields(reader, message), lang)


def _pairs_told(reader: Exchange, pairs: Iterable[tuple[str, Any]], lang: str, comma: str = ", ") -> str:
    return comma.join(f"{_label(_clean(name))} {_told(reader, name, value, lang)}" for name, value in pairs)


def _label(name: str) -> str:
    """A field's name; what is shown in yuan doesn't go by the name of fen."""
    return name.removesuffix("_fen")


def _told(reader: Exchange, name: str, value: Any, lang: str) -> str:
    if isinstance(value, msgspec.Struct):
        return f"({_sentence(reader, value, lang)})"
    if isinstance(value, dict):
        return f"({_pairs_told(reader, value.items(), lang)})"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_told(reader, name, item, lang) for item in value)}]"
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith("_fen"):
        return f"{yuan(value)} {both('元', 'yuan', lang)}"
    if isinstance(value, (str, int)) or value is None:
        return _clean(str(value)) or "-"
    plain = msgspec.to_builtins(value)
    return shown(name, value) if isinstance(plain, str) else msgspec.json.encode(plain).decode()


def _clean(text: str) -> str:
    """Text from outside, fit for a terminal: what can't be printed is escaped."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _json(reader: Exchange, record: AnyRecord) -> str:
    body = None if bytes(record.body) == b"\xc0" else reader.decode_command(bytes(record.body))
    plain = {
        "seq": record.seq,
        "at": local(record.at).isoformat(),
        "request_id": record.request_id,
        "actor": record.actor,
        "approver": record.approver,
        "channel": record.channel,
        "command": record.command,
        "body": None if body is None else _plain(reader, body),
        "events": [{"event": name_of(type(event)), **_plain(reader, event)} for event in record.events],
    }
    return msgspec.json.encode(plain).decode()


def _plain(reader: Exchange, message: Any) -> dict[str, Any]:
    return {
        name: _plain(reader, value) if isinstance(value, Command) else value
        for name, value in _fields(reader, message)
    }


@journal.command(
    help=both(
        "列出被拒绝的请求（审计日志），最新的在最后。", "List refusals (the audit log), the newest last."
    )
)
@database_option
@exchange_option
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help=both("最多几条", "at most so many"),
)
@lang_option
def refusals(database: str, exchange: str | None, limit: int, lang: str) -> None:
    """Print the newest refusals."""
    with opened(database, exchange, lang) as source:
        newest = source.journal.refusals(limit + 1)
        if not newest:
            click.echo(both("没有被拒绝的请求", "no refusals", lang))
            return
        reasons = source.assembly.reasons
        reader = source.new()
        if len(newest) > limit:
            click.echo(
                both(f"最近 {limit} 条，还有更早的", f"the newest {limit}; there are earlier ones", lang)
            )
        for row in reversed(newest[:limit]):
            click.echo("\n".join(_refused(reader, reasons, row, lang)))


def _refused(reader: Exchange, reasons: Mapping[str, Reason], row: RefusalRow, lang: str) -> Iterator[str]:
    who, channel, command = (_clean(text) or "-" for text in (row.actor, row.channel, row.command))
    yield f"{local(row.at):%Y-%m-%d %H:%M:%S}  {pad(who, 20)}  {pad(channel, 10)}  {command}"
    reason = reasons.get(row.code) or BY_CODE.get(row.code)
    words = "" if reason is None else f": {both(reason.zh, reason.en, lang)}"
    comma = both("；", "; ", lang)
    details = _pairs_told(reader, msgspec.json.decode(row.details, type=dict[str, Any]).items(), lang, comma)
    yield f"  → {row.code}{words}{comma if details else ''}{details}{f' [{row.clause}]' if row.clause else ''}"


@journal.command(help=both("把状态重建到某个序号。", "Rebuild the state as of a sequence."))
@database_option
@exchange_option
@click.option(
    "--until", type=click.IntRange(1), help=both("序号（默认末尾）", "sequence (default: the last)")
)
@lang_option
def replay(database: str, exchange: str | None, until: int | None, lang: str) -> None:
    """Rebuild and summarise."""
    with opened(database, exchange, lang) as source:
        head = _reaches(source, until or 1, lang)
        now = applied(source, until or head, lambda *_: None, lang)
    _pairs(
        (both("序号", "sequence", lang), f"{now.seq} / {head}"),
        (both("时间", "time", lang), f"{local(now.at):%Y-%m-%d %H:%M:%S}"),
        (both("状态哈希", "state hash", lang), now.state_hash()),
        (both("交易账户", "accounts", lang), f"{len(now.ledger.accounts):,}"),
    )
    _holdings(now, lang)
    _markets(now, lang)


def _holdings(now: Exchange, lang: str) -> None:
    accounts = list(now.ledger.accounts.values())
    cash = table(
        "", (both("资金（元）", "cash (yuan)", lang), "n"), *((both(zh, en, lang), "r") for _, zh, en in CASH)
    )
    cash.add_row(
        both("全部账户", "all accounts", lang),
        *(yuan(sum(getattr(one, phase) for one in accounts), ",") for phase, _, _ in CASH),
    )
    units = table(
        "", (both("数量（吨）", "units (t)", lang), "n"), *((both(zh, en, lang), "r") for _, zh, en in UNITS)
    )
    for code in now.instruments.by_code:
        held = [one.holdings.get(code) or Holding("", code) for one in accounts]
        units.add_row(code, *(f"{sum(getattr(one, phase) for one in held):,}" for phase, _, _ in UNITS))
    print_table(cash)
    print_table(units)


def _markets(now: Exchange, lang: str) -> None:
    made = table(
        "",
        (both("市场", "market", lang), "n"),
        (both("最近交易日", "last day", lang), "n"),
        (both("第几日", "day no.", lang), "n"),
        (both("状态", "state", lang), "n"),
        (both("待交收", "to settle", lang), "l"),
    )
    for name, day in now.days.by_market.items():
        state = day.books[-1].state if day.books else "settled" if day.ordinal else "-"
        waiting = both("、", ", ", lang).join(str(book.day) for book in day.books)
        made.add_row(
            name, str(day.opened_on) if day.ordinal else "-", str(day.ordinal), state, waiting or "-"
        )
    print_table(made)


@journal.command(help=both("由日志重建全部视图。", "Rebuild all views from the journal."))
@database_option
@exchange_option
@lang_option
def views(database: str, exchange: str | None, lang: str) -> None:
    """Clear and fold anew."""
    with opened(database, exchange, lang) as source:
        with source.projection() as stale:
            stale.clear()
        with (
            source.projection() as fresh,
            progress(both("重建视图", "rebuilding views", lang)) as advance,
        ):
            fresh.follow(advance)
            width = max(len(name) for name in fresh.views)
            for view in fresh.views.values():
                click.echo(f"{view.name:<{width}}  {both(view.zh, view.en, lang)}")
            seq, count = fresh.exchange.seq, len(fresh.views)
    click.echo(both(f"{count} 个视图已重建至序号 {seq}", f"{count} views rebuilt up to sequence {seq}", lang))


def _pairs(*pairs: tuple[str, str]) -> None:
    width = max(cell_len(label) for label, _ in pairs)
    for label, value in pairs:
        click.echo(f"{pad(label, width)}  {value}")

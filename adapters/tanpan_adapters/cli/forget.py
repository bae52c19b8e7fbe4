"""`tanpan forget`: destroys what is kept of a person; the journal stays as it is."""

from __future__ import annotations

from pathlib import Path

import click

from tanpan_adapters.attachments.desk import Attachments
from tanpan_adapters.attachments.stores import StoreAway
from tanpan_adapters.cli.configured import config_option, settings_of, told
from tanpan_adapters.cli.language import Failure, both, lang_option
from tanpan_adapters.forgetting import (
    LONGEST_REASON,
    Gone,
    account_hindrances,
    forget_account,
    hindrances,
    is_person,
)
from tanpan_adapters.forgetting import forget as forget_person
from tanpan_adapters.identity import Identity
from tanpan_adapters.service.configuration import ExchangeTable, Settings
from tanpan_adapters.service.founding import restored
from tanpan_adapters.service.host import with_defaults
from tanpan_adapters.store import open_engine
from tanpan_adapters.vault import Vault


@click.command(
    help=both(
        "遗忘某人：销毁其在保密库中的密钥、删除其上传的材料、注销其登录方式，不可恢复；日志与重放不变。"
        "尚有未办结的申请、未注销的账户或在任的，不予办理。加 --account 则遗忘为某个已注销账户申报的个人资料。"
        "服务运行时也可使用。",
        "Forget a person for good: his key in the vault, his papers and what he signs in with; journal and replay stay "
        "as they are. Refused while he has an open application, an account that isn't closed, or an office. "
        "With --account it forgets what was filed for a closed account. "
        "It may be used while the service runs.",
    )
)
@click.argument("exchange")
@click.argument("user")
@click.option(
    "--account",
    is_flag=True,
    help=both("USER 是账户号，而非用户", "USER is the number of an account, not a user"),
)
@click.option(
    "--even-so",
    metavar="REASON",
    help=both("仍要办理的理由（记入审计）", "why it is done although something stands against it (audited)"),
)
@config_option
@lang_option
def forget(
    exchange: str, user: str, account: bool, even_so: str | None, config: Path | None, lang: str
) -> None:
    """Forget somebody."""
    reason = _reason(even_so, lang)
    with told(lang):
        settings = with_defaults(settings_of(config, lang))
        table = settings.exchanges.get(exchange)
        if table is None:
            known = ", ".join(settings.exchanges)
            raise Failure(
                both(
                    f"配置中没有交易机构 {exchange}（有：{known}）",
                    f"the configuration has no exchange {exchange} (it has {known})",
                    lang,
                )
            )
        stands = _against(settings, exchange, table, user, account, lang)
        if stands and not reason:
            why = both(
                "；仍要办理的，用 --even-so 写明理由",
                "; with --even-so and a reason it is done even so",
                lang,
            )
            raise Failure("; ".join(stands) + why)
        try:
            gone = _forget(settings, exchange, user, account, reason if stands else "")
        except StoreAway as error:
            raise Failure(
                both(f"附件存储不可用：{error}", f"the store of attachments is away: {error}", lang)
            ) from None
    if gone.kept or gone.papers:
        click.echo(
            both(f"已遗忘；删除材料 {gone.papers} 份", f"forgotten; papers deleted: {gone.papers}", lang)
        )
    else:
        click.echo(both("保密库中没有其资料", "nothing was kept of him", lang))
    if not gone.wiped:
        click.echo(
            both(
                "数据库日志仍被读取，其中还有已删的密钥；稍后请再运行一次",
                "the database's log is being read and still holds the deleted key: run this again later",
                lang,
            )
        )


def _reason(even_so: str | None, lang: str) -> str:
    if even_so is None:
        return ""
    reason = even_so.strip()
    if not reason or not reason.isprintable() or len(reason) > LONGEST_REASON // 2:
        raise Failure(
            both(
                f"--even-so 须写明理由，一行，不超过 {LONGEST_REASON // 2} 字",
                f"--even-so wants a reason: one line, at most {LONGEST_REASON // 2} signs",
                lang,
            )
        )
    return reason


def _against(
    settings: Settings, name: str, table: ExchangeTable, user: str, account: bool, lang: str
) -> list[str]:
    with restored(settings.database.url, name, table) as runner:
        if account:
            if user not in runner.exchange.ledger.accounts:
                raise Failure(
                    both(
                        f"交易机构 {name} 中没有账户 {user}",
                        f"the exchange {name} has no account {user}",
                        lang,
                    )
                )
            return [both(one.zh, one.en, lang) for one in account_hindrances(runner.exchange, user)]
        if not is_person(runner.exchange, user):
            raise Failure(
                both(f"交易机构 {name} 中没有用户 {user}", f"the exchange {name} has no user {user}", lang)
            )
        return [both(one.zh, one.en, lang) for one in hindrances(runner.exchange, user)]


def _forget(settings: Settings, exchange: str, user: str, account: bool, reason: str) -> Gone:
    engine = open_engine(settings.database.url, create=False)
    try:
        vault = Vault(engine, Path(settings.vault.key_file))
        identity = Identity(engine, vault, settings)
        attachments = Attachments(engine, vault, settings.attachments)
        try:
            if account:
                return forget_account(exchange, user, reason, vault=vault, identity=identity)
            return forget_person(
                exchange, user, reason, vault=vault, attachments=attachments, identity=identity
            )
        finally:
            attachments.close()
            identity.close()
    finally:
        engine.dispose()

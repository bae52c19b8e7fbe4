"""`tanpan invite`: a one-time code with which somebody sets his first password, or a new one."""

from __future__ import annotations

from pathlib import Path

import click

from tanpan.messages import CLOCK, DOOR
from tanpan_adapters.cli.configured import config_option, settings_of, told
from tanpan_adapters.cli.language import Failure, both, lang_option
from tanpan_adapters.cli.sign_ins import heading, tell_codes
from tanpan_adapters.identity import Identity
from tanpan_adapters.service.configuration import Settings
from tanpan_adapters.service.founding import restored
from tanpan_adapters.service.host import with_defaults
from tanpan_adapters.store import open_engine
from tanpan_adapters.vault import Vault


@click.command(
    help=both(
        "为交易机构中已有的用户（工作人员、注册登记机构、结算渠道、监管机构、操作员）打印一次性激活码；"
        "服务运行时也可使用。以前的激活码随即失效。",
        "Print a one-time code for an actor the exchange has: staff, registry, channel, regulator, an operator. "
        "It may be used while the service runs; an earlier code is good no longer.",
    )
)
@click.argument("exchange")
@click.argument("user")
@config_option
@lang_option
def invite(exchange: str, user: str, config: Path | None, lang: str) -> None:
    """Print a code."""
    with told(lang):
        settings = with_defaults(settings_of(config, lang))
        code = _code(settings, exchange, user, lang)
    click.echo(heading(lang))
    tell_codes(exchange, [(user, code)])


def _code(settings: Settings, exchange: str, user: str, lang: str) -> str:
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
    engine = open_engine(settings.database.url, create=False)
    try:
        with restored(settings.database.url, exchange, table) as runner:
            actor = runner.exchange.parties.actors.get(user)
        if actor is None or actor.role in (CLOCK, DOOR):
            raise Failure(
                both(
                    f"交易机构 {exchange} 中没有用户 {user}；先由工作人员任命（core.appoint_staff）或开户",
                    f"the exchange {exchange} has no user {user}: staff appoint him first (core.appoint_staff), "
                    "or open his account",
                    lang,
                )
            )
        identity = Identity(engine, Vault(engine, Path(settings.vault.key_file)), settings)
        try:
            return identity.invite(exchange, user, mail=actor.mail, mobile=actor.mobile)
        finally:
            identity.close()
    finally:
        engine.dispose()

"""A small neutral rule pack, from outside tanpan: one market that matches by itself, one of post and take."""

from neutral_market.rulebook import AUTO, BOARD
from tanpan.hookspecs import hookimpl
from tanpan.packs import Pack


@hookimpl
def tanpan_pack() -> Pack:
    return Pack(
        name="neutral_market",
        version="1.0",
        contract=1,
        zh="中性市场",
        en="Neutral market",
        institution="样例交易所",
        markets=(AUTO, BOARD),
    )

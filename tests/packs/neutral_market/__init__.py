"""A small neutral rule pack, from outside tanpan: one market that matches by itself, one of post and take."""

from collections.abc import Sequence

from neutral_market.documents import DOCUMENTS
from neutral_market.kinds import KINDS
from neutral_market.rulebook import AUTO, BOARD
from tanpan.documents import Document
from tanpan.hookspecs import hookimpl
from tanpan.kinds import Kind
from tanpan.packs import Pack
from tanpan.refusals import Reason


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
        refusals=(
            Reason("TEST_NOT_TAKEN", "尚未通过测试", "the test was not taken"),
            Reason("FEE_MISMATCH", "缴费金额不符", "the amount is not the fee"),
            Reason("ALREADY_PAID", "费用已缴", "the fee has been paid"),
            Reason("IDENTITY_MISMATCH", "身份信息与申请不一致", "the identity is not the application's"),
        ),
    )


@hookimpl
def tanpan_applications() -> Sequence[Kind]:
    return KINDS


@hookimpl
def tanpan_documents() -> Sequence[Document]:
    return DOCUMENTS

"""Batches and refusals for the tests of the store: made from their sequence, so that a test can tell them apart."""

from __future__ import annotations

from random import Random

from tanpan_adapters.store import Batch, Message, RefusalRow

NINE_O_CLOCK = 1_626_397_200_000_000  # 2021-07-16 09:00 in Beijing, in UTC microseconds


def batch(first_seq: int, records: int = 3, size: int = 200) -> Batch:
    """Records from `first_seq` on, with `size` bytes of payload that nothing can compress or confuse."""
    last_seq = first_seq + records - 1
    payload = Random(first_seq).randbytes(size)
    return Batch(first_seq, last_seq, NINE_O_CLOCK + last_seq, records, payload)


def batches(count: int, first_seq: int = 1, records: int = 3, size: int = 200) -> list[Batch]:
    """`count` batches, each beginning where the one before ended."""
    return [batch(first_seq + number * records, records, size) for number in range(count)]


def refusal(number: int) -> RefusalRow:
    """The refusal of a listing whose price lies outside the band."""
    return RefusalRow(
        at=NINE_O_CLOCK + number,
        request_id=f"request-{number}",
        actor="operator-7",
        channel="api",
        command="listing.post",
        code="price-outside-band",
        clause="CEA-2.1",
        details='{"price_fen":5281,"highest_fen":5280,"交易主体":"甲公司"}',
    )


def message(seq: int, number: int = 1) -> Message:
    """What a record tells an account by mail."""
    return Message(
        "beijing", seq, number, "operator_frozen", "甲公司", '{"operator":"op7"}', NINE_O_CLOCK + seq
    )

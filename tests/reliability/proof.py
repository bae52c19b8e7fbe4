"""What must be so after whatever happened: the journal against every answer, memory, views and outbox against the journal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from attrs import define
from sqlalchemy import text

from reliability.nodes import House, Node
from reliability.traders import Sent
from tanpan.exchange import Exchange
from tanpan.messages import AnyRecord
from tanpan.wire import encode_answer, prepare
from tanpan_adapters.calendars import published
from tanpan_adapters.outbox.causes import messages_for
from tanpan_adapters.projection import Projection
from tanpan_adapters.runner import Runner
from tanpan_adapters.store import Journal, open_engine, open_views

Rows = list[tuple[Any, ...]]


@define
class Found:
    """How much was compared, for whoever asserts that it was enough."""

    records: int = 0
    accepted: int = 0
    refused: int = 0
    problems: int = 0
    retried: int = 0
    messages: int = 0
    view_rows: int = 0
    snapshots: int = 0


def records_of(house: House) -> tuple[list[AnyRecord], Exchange, Rows]:
    """The journal's records, the exchange after a full replay of them, and the messages that come of them."""
    engine = open_engine(house.url, create=False)
    try:
        again = Exchange(house.exchange, house.assembly(), published())
        prepare(again.command_types.values(), again.event_types.values())
        found: list[AnyRecord] = []
        messages: Rows = []
        journal = Journal(engine, house.exchange)
        journal.verify()
        for batch in journal.read():
            records = again.decode_records(batch.payload)
            again.apply(records)
            found += records
            for record in records:
                messages += [
                    (one.seq, one.number, one.kind, one.to, one.data_json)
                    for one in messages_for(record, again)
                ]
        journal.close()
        return found, again, messages
    finally:
        engine.dispose()


def prove(house: House, node: Node, sent: Sequence[Sent], folder: Path) -> Found:
    """Everything there is to prove, with nobody sending anything any more. `node` is the one that writes."""
    found = Found()
    records, again, messages = records_of(house)
    found.records = len(records)
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    by_request = _once_each(records)
    _answers_hold(sent, by_request, found)
    _refusals_are_kept(house, sent)
    _memory_agrees(house, node, again, found)
    _views_agree(house, node, folder, len(records), found)
    _outbox_agrees(house, messages, found)
    return found


def _once_each(records: Sequence[AnyRecord]) -> dict[str, AnyRecord]:
    asked = [record for record in records if record.request_id]
    twice = [name for name, count in Counter(one.request_id for one in asked).items() if count > 1]
    assert not twice, f"acted more than once: {twice[:10]}"
    return {record.request_id: record for record in asked}


def _answers_hold(sent: Sequence[Sent], by_request: dict[str, AnyRecord], found: Found) -> None:
    for one in sent:
        assert one.answers, one
        record = by_request.get(one.request_id)
        accepted = [body for status, body in one.answers if status == 200]
        found.retried += one.lost > 0 or len(one.answers) > 1
        found.problems += sum(status >= 500 for status, _ in one.answers)
        assert all(status in (200, 403, 404, 409, 422, 503) for status, _ in one.answers), one
        if not accepted:
            assert record is None, f"{one} has an effect and was never accepted: {record}"
            assert one.last[0] != 503, one
            found.refused += 1
            continue
        assert record is not None, f"{one} was acknowledged and is not in the journal"
        assert one.last[0] == 200, one
        whole = encode_answer(record)
        # An answer of a batch says its status first.
        assert all(body in (whole, b'{"status":200,' + whole[1:]) for body in accepted), (one, whole)
        assert (record.actor, record.command) == (one.actor, one.command)
        found.accepted += 1


def _refusals_are_kept(house: House, sent: Sequence[Sent]) -> None:
    """A refusal that was told is in the audit log."""
    engine = open_engine(house.url, create=False)
    with Journal(engine, house.exchange) as journal:
        kept = {(row.request_id, row.code) for row in journal.refusals(10**7)}
    engine.dispose()
    for one in sent:
        for status, body in one.answers:
            if status in (403, 409, 422):
                said = json.loads(body)
                code = said.get("code") or said["problem"]["code"]
                assert (one.request_id, code) in kept, one


def _memory_agrees(house: House, node: Node, again: Exchange, found: Found) -> None:
    again.ledger.audit()
    with house.on(node) as caller:
        live = caller.get("admin", "state").json()
    assert live == {"seq": again.seq, "state": again.state_hash()}
    runner = Runner(house.url, house.exchange, house.assembly(), published())
    try:
        assert runner.exchange.state_hash() == again.state_hash()
        found.snapshots = len(runner.journal.snapshots())
    finally:
        runner.close()


def _views_agree(house: House, node: Node, folder: Path, head: int, found: Found) -> None:
    with house.on(node) as caller:
        # Who follows the journal was killed too, and folds it from where its state was last kept.
        for _ in range(24):
            answer = caller.get("admin", "queries/core.trades", at_least=head, limit=1)
            if answer.status == 200:
                break
    assert answer.status == 200, answer
    engine = open_engine(house.url, create=False)
    journal = Journal(engine, house.exchange)
    kept = open_views(house.url, house.exchange)
    fresh_url = f"sqlite:///{folder}/fresh-{node.number}-{head}.db"
    with Projection(fresh_url, house.exchange, house.assembly(), published(), journal) as fresh:
        fresh.follow()
        assert fresh.exchange.seq == head
        for name, view in fresh.views.items():
            kept.ensure(view)
            rows = kept.rows(view, {}, (), None, None)
            wanted = fresh.rows(name)
            wrong = [pair for pair in zip_longest(rows, wanted) if pair[0] != pair[1]]
            assert not wrong, f"of the view {name} {len(wrong)} of {len(wanted)} rows are wrong: {wrong[:3]}"
            found.view_rows += len(rows)
    kept.close()
    journal.close()
    engine.dispose()


def _outbox_agrees(house: House, messages: Rows, found: Found) -> None:
    """Each message of each record is there once, and nothing else is but codes to sign in with."""
    rows = table(house.url, 'SELECT seq, number, kind, "to", data_json FROM outbox WHERE seq > 0')
    assert sorted(rows) == sorted(messages)
    found.messages = len(rows)


def table(url: str, query: str) -> Rows:
    """Rows of the database, read behind everybody's back."""
    engine = open_engine(url, create=False)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()

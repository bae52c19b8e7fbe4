"""A message is kept with what it tells of, waits until it is due, and is delivered until somebody says so."""

from __future__ import annotations

import pytest
from attrs import evolve
from sqlalchemy import Engine

from store.samples import NINE_O_CLOCK, batch, message
from tanpan_adapters.store import EMPTY, Journal, JournalConflict, Outbox, StoreError


@pytest.fixture
def box(engine: Engine) -> Outbox:
    return Outbox(engine, "beijing")


def test_messages_are_committed_with_their_records(journal: Journal, box: Outbox) -> None:
    written = [message(1), message(2), message(3, number=2)]
    journal.append([batch(1)], messages=written)
    assert [due.message for due in box.due(NINE_O_CLOCK + 3)] == written
    assert box.undelivered() == (3, 0)


def test_a_record_tells_a_message_once(journal: Journal, box: Outbox) -> None:
    journal.append([batch(1)], messages=[message(1)])
    with pytest.raises(StoreError, match="can't be appended to"):
        journal.append([batch(4)], messages=[message(1)])
    assert journal.head().seq == 3
    assert box.undelivered() == (1, 0)


def test_messages_of_a_batch_that_conflicts_are_not_kept(
    engine: Engine, journal: Journal, box: Outbox
) -> None:
    journal.head()
    with Journal(engine, "beijing") as other:
        other.append([batch(1)])
    with pytest.raises(JournalConflict):
        journal.append([batch(1)], messages=[message(1)])
    assert box.undelivered() == (0, 0)


def test_a_message_of_another_exchange_is_refused(journal: Journal) -> None:
    with pytest.raises(ValueError, match="message of shanghai doesn't belong to the journal of beijing"):
        journal.append([batch(1)], messages=[evolve(message(1), exchange="shanghai")])
    assert journal.head() == EMPTY


def test_a_message_is_due_from_its_instant_on_and_the_oldest_comes_first(
    journal: Journal, box: Outbox
) -> None:
    journal.append([batch(1)], messages=[message(3), message(1), message(2)])
    assert box.due(NINE_O_CLOCK) == []
    assert [due.message.seq for due in box.due(NINE_O_CLOCK + 2)] == [1, 2]
    assert [due.message.seq for due in box.due(NINE_O_CLOCK + 9, limit=1)] == [1]


def test_a_delivered_message_is_never_due_again(journal: Journal, box: Outbox) -> None:
    journal.append([batch(1)], messages=[message(1), message(2)])
    first, second = box.due(NINE_O_CLOCK + 9)
    box.done(first.id, NINE_O_CLOCK + 10)
    assert box.due(NINE_O_CLOCK + 99) == [second]
    assert box.undelivered() == (1, 0)


def test_a_message_that_failed_is_due_later_and_says_why(journal: Journal, box: Outbox) -> None:
    journal.append([batch(1)], messages=[message(1)])
    for attempt in (1, 2):
        (due,) = box.due(NINE_O_CLOCK + 10 * attempt)
        box.failed(due.id, f"对方无应答 {attempt}\0", NINE_O_CLOCK + 10 * attempt + 5)
        assert box.due(NINE_O_CLOCK + 10 * attempt) == []
        (again,) = box.due(NINE_O_CLOCK + 10 * attempt + 5)
        assert (again.attempts, again.why, again.message) == (attempt, f"对方无应答 {attempt}␀", due.message)


def test_a_message_that_is_given_up_is_counted(journal: Journal, box: Outbox) -> None:
    journal.append([batch(1)], messages=[message(1), message(2)])
    box.failed(box.due(NINE_O_CLOCK + 9)[0].id, "no such address", None)
    assert [due.message.seq for due in box.due(2**62)] == [2]
    assert box.undelivered() == (1, 1)


def test_a_code_comes_from_no_record_and_is_forgotten_when_it_is_delivered(
    engine: Engine, box: Outbox
) -> None:
    made = [box.put("code", "mail:abc", '{"code":"123456"}', 7) for _ in range(2)]
    assert made[0] != made[1]
    assert [due.message for due in box.due(7)] == made
    for due in box.due(7):
        box.done(due.id, 8)
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT data_json, done_at FROM outbox").all()
    assert [tuple(row) for row in kept] == [("{}", 8), ("{}", 8)]


def test_each_exchange_has_an_outbox_of_its_own(engine: Engine, box: Outbox) -> None:
    message = Outbox(engine, "shanghai").put("code", "mail:abc", "{}", 7)
    (due,) = Outbox(engine, "shanghai").due(7)
    assert due.message == message
    assert box.due(7) == []
    with pytest.raises(StoreError, match=f"outbox of beijing has no message {due.id}"):
        box.done(due.id, 8)

"""The runner on a real journal: what it acknowledges is kept, what breaks is set aside, memory is never half."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import delete, update

from adapters.hosted import NAME, Count, Faulty, Hosted, SetBomb, assembled, full_replay, run, steps
from kernel.helpers import CALENDAR, FIRST, SETUP, at
from tanpan.custody import Deposit
from tanpan.exchange import Exchange
from tanpan.messages import AnyRecord, Command, Envelope
from tanpan.refusals import Refusal
from tanpan_adapters.runner import Runner, SetAside
from tanpan_adapters.store import JournalConflict, StoreError
from tanpan_adapters.store.schema import snapshots

NINE = at(SETUP, "09:00")


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def runner(url: str) -> Iterator[Runner]:
    with run(url) as runner:
        yield runner


def envelope(request: str, command: Command | None = None, actor: str = "admin") -> Envelope:
    return Envelope(request, actor, command or Count(1))


def committed(runner: Runner) -> list[AnyRecord]:
    """What the journal holds."""
    batches = list(runner.journal.read())
    return [record for batch in batches for record in runner.exchange.decode_records(batch.payload)]


def is_whole(runner: Runner) -> bool:
    """Memory equals a full replay, and no snapshot says anything else than the journal does."""
    for info in runner.journal.snapshots():
        again = runner._new()
        for record in committed(runner)[: info.seq]:
            again.apply((record,))
        assert again.state_hash() == info.state_hash
    return runner.exchange.state_hash() == full_replay(runner).state_hash()


def plain(runner: Runner, record: Any) -> bytes:
    """A record's bytes."""
    assert not isinstance(record, Exception), record
    return runner.exchange.encode_records([record])


# --- committing ----------------------------------------------------------------------------------------


def test_nothing_is_written_before_the_commit_and_a_group_is_one_row(runner: Runner) -> None:
    head = runner.journal.head()
    outcomes = runner.submit_all([envelope(f"r{number}") for number in range(5)], NINE)
    assert runner.journal.head() == head
    runner.commit()
    rows = list(runner.journal.read(head.seq))
    assert [(row.first_seq, row.last_seq, row.records) for row in rows] == [(head.seq + 1, head.seq + 5, 5)]
    assert [outcome.seq for outcome in outcomes] == list(range(head.seq + 1, head.seq + 6))
    assert is_whole(runner)


def test_what_was_not_committed_is_gone_after_a_restart(url: str, runner: Runner) -> None:
    runner.submit(envelope("kept"), NINE)
    runner.commit()
    runner.submit(envelope("lost"), NINE)
    with run(url) as again:
        assert steps(again) == 1
        assert [record.request_id for record in committed(again)][1:] == ["kept"]


def test_a_commit_of_nothing_writes_nothing(runner: Runner) -> None:
    head = runner.journal.head()
    runner.commit()
    runner.advance(NINE)
    assert runner.journal.head() == head


def test_refusals_are_in_the_audit_log_and_not_in_the_journal(runner: Runner) -> None:
    head = runner.journal.head()
    with pytest.raises(Refusal, match="UNKNOWN_ACTOR"):
        runner.execute(envelope("r1", actor="nobody"), NINE)
    outcomes = runner.submit_all(
        [envelope("r2", Deposit("Nobody", 5), "channel"), envelope("r3", Deposit("Alpha", 5), "admin")], NINE
    )
    assert [outcome.code for outcome in outcomes] == ["UNKNOWN_ACCOUNT", "PERMISSION_DENIED"]
    assert len(runner.journal.refusals(10)) == 1
    runner.commit()
    assert runner.journal.head() == head
    kept = runner.journal.refusals(10)
    assert [(row.request_id, row.actor, row.command, row.code) for row in kept] == [
        ("r3", "admin", "core.deposit", "PERMISSION_DENIED"),
        ("r2", "channel", "core.deposit", "UNKNOWN_ACCOUNT"),
        ("r1", "nobody", "faulty.count", "UNKNOWN_ACTOR"),
    ]


# --- faults ----------------------------------------------------------------------------------------------


def test_a_request_that_breaks_half_way_is_set_aside_alone(url: str) -> None:
    with run(url, snapshot_every=1) as runner:
        group = [
            envelope("before", Count(2)),
            envelope("refused", actor="nobody"),
            envelope("half", Count(5, fault_after=3)),
            envelope("after", Count(1)),
            envelope("refused too", actor="nobody"),
        ]
        outcomes = runner.submit_all(group, NINE)
        runner.commit()
        kinds = ["Record", "Refusal", "SetAside", "Record", "Refusal"]
        assert [type(outcome).__name__ for outcome in outcomes] == kinds
        assert "half way" in str(outcomes[2])
        assert [record.request_id for record in committed(runner)][1:] == ["before", "after"]
        assert [row.request_id for row in runner.journal.refusals(10)] == ["refused too", "refused"]
        assert steps(runner) == 3
        assert is_whole(runner)
        again = runner.submit_all(group, NINE)
        assert [plain(runner, again[one]) for one in (0, 3)] == [
            plain(runner, outcomes[one]) for one in (0, 3)
        ]
        assert steps(runner) == 3
    with run(url) as restarted:
        assert steps(restarted) == 3
        assert is_whole(restarted)


def test_what_is_set_aside_is_logged_with_its_request(runner: Runner, caplog: Any) -> None:
    runner.submit_all([envelope("half", Count(2, fault_after=1))], NINE)
    (line,) = caplog.records
    assert "'half'" in line.getMessage()
    assert "half way" in caplog.text
    assert line.exc_info


def test_a_single_request_that_breaks_is_raised_and_nothing_of_it_stays(url: str) -> None:
    with run(url, snapshot_every=1) as runner:
        before = runner.exchange.state_hash()
        for number in range(3):
            with pytest.raises(SetAside, match="'half' was set aside: ZeroDivisionError"):
                runner.execute(envelope("half", Count(2, fault_after=number % 2)), NINE)
            assert runner.exchange.state_hash() == before
            assert is_whole(runner)
        assert runner.execute(envelope("half"), NINE).events


def test_a_timer_that_breaks_leaves_memory_as_the_journal_says(url: str, monkeypatch: Any) -> None:
    with run(url, snapshot_every=1) as runner:
        runner.execute(envelope("bomb", SetBomb(NINE + 10)), NINE)
        before = runner.exchange.state_hash()
        with pytest.raises(SetAside, match=r"what fell due until .* was set aside: ZeroDivisionError"):
            runner.advance(NINE + 50)
        assert runner.exchange.state_hash() == before
        assert isinstance(runner.submit_all([envelope("later")], NINE + 50)[0], SetAside)
        assert runner.execute(envelope("early"), NINE + 9).events
        assert is_whole(runner)
        # A corrected version of the pack goes on where the other one stood.
        monkeypatch.setattr(Faulty, "armed", False)
        runner.advance(NINE + 50)
        assert steps(runner) == 3
        assert committed(runner)[-1].at == NINE + 10
        assert is_whole(runner)


def test_timers_before_the_one_that_breaks_are_kept(runner: Runner, monkeypatch: Any) -> None:
    runner.execute(envelope("a", SetBomb(NINE + 10)), NINE)
    runner.execute(envelope("b", SetBomb(NINE + 20)), NINE)
    monkeypatch.setattr(Faulty, "armed", False)
    runner.exchange.advance(NINE + 10)
    monkeypatch.setattr(Faulty, "armed", True)
    with pytest.raises(SetAside):
        runner.advance(NINE + 30)
    assert steps(runner) == 2
    assert committed(runner)[-1].at == NINE + 10
    assert is_whole(runner)


def test_a_rebuild_that_fails_leaves_nothing_to_go_on_with(url: str, monkeypatch: Any) -> None:
    with run(url, snapshot_every=1) as runner:
        runner.execute(envelope("one"), NINE)
        head = runner.journal.head

        def broken() -> Any:
            raise StoreError("the disk is gone")

        monkeypatch.setattr(runner.journal, "head", broken)
        for attempt in range(3):
            with pytest.raises(StoreError, match="the disk is gone"):
                runner.execute(envelope(f"half {attempt}", Count(5, fault_after=3)), NINE)
        with pytest.raises(StoreError, match="the disk is gone"):
            runner.advance(NINE + 1)
        monkeypatch.setattr(runner.journal, "head", head)
        assert runner.execute(envelope("two"), NINE).events
        assert steps(runner) == 2
        assert is_whole(runner)


# --- appends that fail -------------------------------------------------------------------------------------


def test_a_second_writer_is_fenced_and_finds_what_the_first_has_written(url: str, runner: Runner) -> None:
    with run(url) as other:
        runner.execute(envelope("mine", Count(2)), NINE)
        other.submit(envelope("yours", Count(7)), NINE)
        with pytest.raises(JournalConflict, match="another writer has appended"):
            other.commit()
        assert steps(other) == 2
        assert is_whole(other)
        assert [record.request_id for record in committed(other)][1:] == ["mine"]
        assert other.execute(envelope("yours", Count(7)), NINE).events
        with pytest.raises(JournalConflict):
            runner.execute(envelope("again"), NINE)
        assert steps(runner) == 9
        assert is_whole(runner)


@pytest.mark.parametrize("written", [False, True], ids=["not written", "written after all"])
def test_an_append_that_fails_throws_memory_away(runner: Runner, monkeypatch: Any, written: bool) -> None:
    append = runner.journal.append

    def failing(*args: Any) -> Any:
        if written:
            append(*args)
        raise StoreError("the answer of the disk is not known")

    monkeypatch.setattr(runner.journal, "append", failing)
    with pytest.raises(StoreError, match="not known"):
        runner.execute(envelope("r", Count(3)), NINE)
    monkeypatch.setattr(runner.journal, "append", append)
    assert steps(runner) == (3 if written else 0)
    assert is_whole(runner)
    assert runner.execute(envelope("r", Count(3)), NINE).events
    assert steps(runner) == 3
    assert len(committed(runner)) == 2


def test_a_journal_that_was_closed_in_between_is_opened_again(runner: Runner) -> None:
    runner.journal.close()
    assert runner.execute(envelope("r"), NINE).events
    assert is_whole(runner)


# --- names that are none -----------------------------------------------------------------------------------

NAMES = ["\ud800", "a" * 201, "碳" * 201, "a\udfff"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("where", ["request_id", "actor", "channel"])
def test_a_name_that_can_not_be_kept_is_refused_and_the_group_lives(
    runner: Runner, name: str, where: str
) -> None:
    fields = {"request_id": "odd", "actor": "admin", "channel": "api", where: name}
    group = [envelope("before"), Envelope(command=Count(1), **fields), envelope("after")]
    outcomes = runner.submit_all(group, NINE)
    runner.commit()
    assert isinstance(outcomes[1], Refusal)
    assert outcomes[1].code == "BAD_FIELD"
    assert [record.request_id for record in committed(runner)][1:] == ["before", "after"]
    (row,) = runner.journal.refusals(10)
    assert row.code == "BAD_FIELD"
    assert len(getattr(row, where)) <= 200
    assert is_whole(runner)


def test_names_in_chinese_are_names(runner: Runner) -> None:
    with pytest.raises(Refusal, match="UNKNOWN_ACTOR"):
        runner.execute(Envelope("请求一", "张三", Count(1), "网页"), NINE)
    (row,) = runner.journal.refusals(10)
    assert (row.request_id, row.actor, row.channel) == ("请求一", "张三", "网页")


# --- restarts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("snapshot", [False, True], ids=["journal", "snapshot"])
def test_a_request_is_answered_the_same_after_a_restart(url: str, snapshot: bool) -> None:
    with run(url) as runner:
        first = runner.execute(envelope("r", Count(2)), NINE)
        wanted = plain(runner, first)
        assert plain(runner, runner.execute(envelope("r", Count(2)), NINE)) == wanted
        if snapshot:
            runner.snapshot()
        runner.execute(envelope("s"), NINE)
    with run(url) as again:
        head = again.journal.head()
        assert plain(again, again.execute(envelope("r", Count(2)), NINE + 5)) == wanted
        with pytest.raises(Refusal, match="REQUEST_REUSED"):
            again.execute(envelope("r", Count(3)), NINE)
        assert again.journal.head() == head
        assert steps(again) == 3


def test_requests_that_are_sent_again_read_their_own_batch_only(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run(url) as runner:
        batches = [[f"{batch} {number}" for number in range(5)] for batch in range(4)]
        wanted = {}
        for requests in batches:
            done = runner.submit_all([envelope(request, Count(1)) for request in requests], NINE)
            runner.commit()
            wanted |= {request: plain(runner, one) for request, one in zip(requests, done, strict=True)}  # type: ignore[arg-type]
        pages: list[int] = []
        page = runner.journal._page

        def counted(position: int, walk: Any, limit: int = 128) -> Any:
            pages.append(limit)
            return page(position, walk, limit)

        monkeypatch.setattr(runner.journal, "_page", counted)
        for requests in (batches[2], batches[0], batches[3]):
            again = runner.submit_all([envelope(request, Count(1)) for request in reversed(requests)], NINE)
            for request, one in zip(reversed(requests), again, strict=True):
                assert plain(runner, one) == wanted[request]  # type: ignore[arg-type]
        assert pages == [1, 1, 1]


def trading_days(url: str, snapshot_every: int = 1) -> None:
    """Two days of the board, with a snapshot after every commit."""
    with run(url, snapshot_every=snapshot_every) as runner:
        here = Hosted(runner).trading()
        here.post("Alpha", "X", "sell", 5_000, 300)
        here.take("Beta", "X", "buy", 120, 5_000)
        here.open("board", CALENDAR.trading_day_after(FIRST))
        here.post("Gamma", "X", "buy", 4_990, 50)
        here.settle("board")
        here.take("Alpha", "X", "sell", 20, 4_990)


def test_a_restart_from_every_snapshot_equals_a_full_replay(url: str) -> None:
    trading_days(url)
    with run(url) as runner:
        wanted = full_replay(runner).state_hash()
        assert runner.exchange.state_hash() == wanted
        infos = runner.journal.snapshots()
        assert len(infos) > 20
        for info in infos:
            with run(url) as again:
                assert again._restored().seq == info.seq
                assert again.exchange.state_hash() == wanted
                again.exchange.ledger.audit()
            with runner.engine.begin() as connection:
                connection.execute(delete(snapshots).where(snapshots.c.seq == info.seq))
        with run(url) as again:
            assert again._restored().seq == 0
            assert again.exchange.state_hash() == wanted


@pytest.mark.parametrize(
    "damage",
    [
        {"fingerprint": "of another shape"},
        {"payload": b"something else"},
        {"state_hash": "0" * 64},
    ],
    ids=["another fingerprint", "damaged", "another hash"],
)
def test_a_snapshot_that_does_not_fit_is_discarded(url: str, damage: dict[str, Any]) -> None:
    trading_days(url, snapshot_every=10)
    with run(url) as runner:
        newest, older = [info.seq for info in runner.journal.snapshots()][:2]
        with runner.engine.begin() as connection:
            connection.execute(update(snapshots).where(snapshots.c.seq == newest).values(**damage))
        wanted = full_replay(runner).state_hash()
        with run(url) as again:
            assert again._restored().seq == older
            assert again.exchange.state_hash() == wanted


@pytest.mark.parametrize("payload", [b"", b"\xc1", b"\x90", None], ids=ascii)
def test_a_sound_snapshot_of_nonsense_is_discarded_whole(url: str, payload: bytes | None) -> None:
    trading_days(url, snapshot_every=10**9)
    with run(url) as runner:
        wanted = full_replay(runner).state_hash()
        runner.snapshot()
        (info,) = runner.journal.snapshots()
        kept, _ = runner.journal.read_snapshot(info.seq)
        assert kept is not None
        runner.journal.write_snapshot(evolve(kept, payload=kept.payload[:-9] if payload is None else payload))
        with run(url) as again:
            assert again._restored().seq == 0
            assert again.exchange.state_hash() == wanted


def test_another_version_of_a_pack_is_another_shape(runner: Runner) -> None:
    other = Exchange(NAME, assembled("2.0"), CALENDAR)
    assert other.fingerprint() != runner.exchange.fingerprint()

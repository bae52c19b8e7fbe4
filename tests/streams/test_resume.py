"""Coming back: what was missed comes once, whatever moment the connection broke at."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.stage import Client, Message, Stage, messages, play
from tanpan.oversight import PublishNotice

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("trade"), st.integers(1, 3)),
        st.just(("notice", 1)),
        st.just(("tick", 0)),
        st.tuples(st.just("break"), st.integers(0, 1_000)),
        st.tuples(st.just("sooner"), st.integers(0, 1_000)),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_no_trade_and_no_notice_is_lost_or_doubled_wherever_a_connection_breaks(steps: Any) -> None:
    play(partial(_story, steps), history=10_000)


async def _story(steps: list[tuple[str, int]], stage: Stage) -> None:
    seen: list[Message] = []
    last_id = ""
    tonnes = notices = 0
    # Somebody else listens all the time and joins ticks together with the one who comes and goes.
    other = await stage.join("Alpha", "trades", "account", "notices")
    client = await stage.join("Alpha", "trades", "account", "notices")
    last_id = client.last_id

    async def again(client: Client, part: int) -> Client:
        nonlocal last_id
        text = client.text[: len(client.text) * part // 1_000]
        found, last_id = messages(text, last_id)
        seen.extend(found)
        await stage.leave(client)
        return await stage.join("Alpha", "trades", "account", "notices", last_id=last_id)

    for kind, number in steps:
        if kind == "trade":
            for _ in range(number):
                tonnes += 1
                stage.trade(tonnes)
            stage.commit()
        elif kind == "notice":
            notices += 1
            stage.venue.send("admin", PublishNotice("board", str(notices), "text"))
            stage.commit()
        elif kind == "tick":
            await stage.tick()
        else:
            if kind == "break":
                await stage.tick()
            client = await again(client, number)
    await stage.tick()
    found, _ = messages(client.text, last_id)
    for heard in (seen + found, other.messages):
        assert not [one for one in heard if one.event == "reset"]
        assert _rows(heard, "trades", "trades") == list(range(1, tonnes + 1))
        assert _rows(heard, "account", "trades") == list(range(1, tonnes + 1))
        titles = [row["title"] for one in heard if one.event == "notices" for row in one.data["notices"]]
        assert titles == [str(number) for number in range(1, notices + 1)]


def _rows(heard: list[Message], event: str, name: str) -> list[int]:
    return [row["quantity"] for one in heard if one.event == event for row in one.data[name]]


def test_who_comes_back_gets_what_he_missed_and_then_the_state() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha", "quotes", "trades")
        stage.trade(1)
        await stage.tick()
        await stage.leave(client)
        stage.trade(2)
        stage.trade(3)
        stage.commit()
        back = await stage.join("Alpha", "quotes", "trades", last_id=client.last_id)
        assert [one.event for one in back.messages] == ["resumed", "quotes", "trades"]
        assert [one["quantity"] for one in back.rows("trades")] == [2, 3]
        assert back.last_seq == stage.exchange.seq

    play(story)


def test_beyond_what_is_kept_a_reader_is_told_to_begin_anew() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha", "trades", "quotes")
        await stage.leave(client)
        for tonnes in (1, 2, 3, 4, 5):
            stage.trade(tonnes)
            stage.commit()
        lost = await stage.join("Alpha", "trades", "quotes", last_id=client.last_id)
        assert [one.event for one in lost.messages] == ["reset", "quotes"]
        assert lost.last_seq == stage.exchange.seq
        # Of quotes alone nothing can be lost.
        quotes = await stage.join("Alpha", "quotes", last_id=client.last_id)
        assert [one.event for one in quotes.messages] == ["resumed", "quotes"]

    play(story, history=3)


def test_after_a_restart_ids_still_count_where_nothing_happened_in_between() -> None:
    async def story(stage: Stage) -> None:
        stage.trade()
        stage.commit()
        seq = stage.exchange.seq
        same = await stage.join("Alpha", "trades", last_id=str(seq))
        assert [one.event for one in same.messages] == ["resumed"]
        for unknown in (str(seq - 1), str(seq + 1), "nonsense", "1.2", "-1", "9" * 40):
            lost = await stage.join("Alpha", "trades", last_id=unknown)
            assert [one.event for one in lost.messages] == ["reset"], unknown

    play(story)


def test_a_ping_moves_the_place_of_a_reader_to_whom_nothing_happened() -> None:
    async def story(stage: Stage) -> None:
        stage.venue.instrument("board", "Y")
        stage.commit()
        client = await stage.join("Gamma", "trades", instruments=["Y"])
        stage.trade()
        await stage.tick()
        before = client.last_seq
        readers = stage.feed.readers
        client.reader.quiet_since -= 60
        readers._sweep(asyncio.get_running_loop())
        await stage.tick()
        assert client.last_seq > before and client.last_seq == stage.exchange.seq
        assert [one.event for one in client.messages] == ["opened"]

    play(story)

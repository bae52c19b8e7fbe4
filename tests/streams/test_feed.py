"""The feed: what readers are told, in which order, and what they are not."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from kernel.helpers import FIRST, Venue
from streams.stage import Stage, play, selection, settled
from tanpan.custody import CashDeposited, Deposit
from tanpan.listings import ListingWithdrawn, WithdrawListing
from tanpan.oversight import PublishNotice, Suspend
from tanpan.parties import AddOperator, FreezeOperator
from tanpan.refusals import Refusal
from tanpan_adapters.service import feed_readers, feed_rows, feed_touched
from tanpan_adapters.service.feed import Feed
from tanpan_adapters.service.feed_frames import MOST_ROWS


def test_a_new_reader_first_gets_the_state_of_what_he_asked_for() -> None:
    async def story(stage: Stage) -> None:
        stage.venue.post("Alpha", "X", "sell", 5_010, 7)
        stage.commit()
        client = await stage.join("Alpha")
        assert [one.event for one in client.messages] == ["opened", "quotes", "depth", "account"]
        (quotes,) = client.of("quotes")
        assert quotes["complete"] and quotes["quotes"][0]["reference"] == "50.00"
        (depth,) = client.rows("depth")
        assert depth["asks"] == [{"price": "50.10", "quantity": 7}] and depth["bids"] == []
        assert (depth["bid_total"], depth["ask_total"]) == (0, 7)
        (account,) = client.of("account")
        assert account["complete"] and account["account"] == "Alpha"
        assert account["cash"]["total"] == "100000000.00"
        assert [one["rest"] for one in account["listings"]] == [7]
        assert client.last_seq == stage.exchange.seq

    play(story)


def test_a_tick_tells_what_changed_and_only_that() -> None:
    async def story(stage: Stage) -> None:
        stage.venue.instrument("board", "Y")
        stage.commit()
        client = await stage.join("Gamma", "quotes", "depth", "trades")
        stage.trade(10)
        stage.trade(5)
        await stage.tick()
        said = [one.event for one in client.messages][3:]
        # The book stands as it stood before: there is no depth to tell.
        assert said == ["quotes", "trades"]
        assert [one["instrument"] for one in client.of("quotes")[1]["quotes"]] == ["X"]
        assert client.of("quotes")[1]["quotes"][0]["last"] == "50.00"
        assert [one["quantity"] for one in client.rows("trades")] == [10, 5]
        assert "buyer" not in client.rows("trades")[0] and client.rows("trades")[0]["taker_side"] == "buy"
        await stage.tick()
        assert len(client.of("trades")) == 1

    play(story)


def test_ids_are_committed_sequences_and_never_go_back() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha")
        for tonnes in (1, 2, 3):
            stage.trade(tonnes)
            await stage.tick()
            assert client.last_seq == stage.exchange.seq == stage.venue.journal[-1].seq
        places = [tuple(map(int, one.id.split("."))) for one in client.messages if one.id]
        assert all(max(before) <= max(after) for before, after in pairwise(places))

    play(story)


def test_what_is_not_committed_is_not_told() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha", "trades", "depth")
        before = client.text
        stage.trade()
        # Decided, not yet committed: nothing was said to the feed.
        assert stage.feed.seconds_until_tick() is None
        await settled()
        assert client.text == before
        await stage.tick()
        assert len(client.rows("trades")) == 1

    play(story)


def test_a_filter_of_instruments_holds_for_quotes_depth_and_trades() -> None:
    async def story(stage: Stage) -> None:
        stage.venue.instrument("board", "Y")
        stage.commit()
        of_y = await stage.join("Gamma", "quotes", "depth", "trades", instruments=["Y"])
        of_x = await stage.join("Gamma", "quotes", "depth", "trades", instruments=["X"])
        stage.trade()
        await stage.tick()
        assert not of_y.rows("trades") and len(of_x.rows("trades")) == 1
        assert {one["instrument"] for one in of_y.rows("quotes")} == {"Y"}
        with pytest.raises(Refusal, match="UNKNOWN_INSTRUMENT"):
            stage.admit("Gamma", selection("quotes", instruments=["Z"]))

    play(story)


def test_an_account_is_told_its_cash_units_listings_and_trades_with_its_own_side_and_fee() -> None:
    async def story(stage: Stage) -> None:
        seller = await stage.join("Alpha", "account")
        buyer = await stage.join("Beta", "account")
        number = stage.venue.post("Alpha", "X", "sell", 5_000, 30)
        await stage.tick()
        posted = seller.of("account")[1]
        assert posted["complete"] is False and posted["listings"][0]["state"] == "live"
        assert posted["units"][0]["frozen"] == 30
        stage.venue.take("Beta", "X", "buy", 30, listing=number)
        await stage.tick()
        sold, bought = seller.of("account")[2], buyer.of("account")[1]
        assert sold["listings"][0]["state"] == "filled" and sold["listings"][0]["rest"] == 0
        assert (sold["trades"][0]["side"], sold["trades"][0]["listing"]) == ("sell", number)
        assert (bought["trades"][0]["side"], bought["trades"][0]["listing"]) == ("buy", 0)
        assert sold["trades"][0]["fee"] == "7.50"
        assert sold["cash"]["proceeds"] == "1492.50"
        assert not buyer.of("account")[1]["listings"]

    play(story)


def test_withdrawing_and_depositing_reach_the_account() -> None:
    async def story(stage: Stage) -> None:
        number = stage.venue.post("Alpha", "X", "sell", 5_000, 30)
        stage.commit()
        client = await stage.join("Alpha", "account")
        stage.venue.send("Alpha", WithdrawListing("Alpha", number))
        stage.venue.send("channel", Deposit("Alpha", 100))
        await stage.tick()
        told = client.of("account")[1]
        assert told["listings"][0]["state"] == "withdrawn" and told["units"][0]["frozen"] == 0
        assert told["cash"]["total"] == "100000001.00"
        again = await stage.join("Alpha", "account")
        assert again.of("account")[0]["listings"] == []

    play(story)


def test_the_close_of_a_day_reaches_quotes_and_every_account() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha")
        stage.venue.post("Alpha", "X", "sell", 5_000, 30)
        await stage.tick()
        stage.venue.until(FIRST, "15:00")
        await stage.tick()
        assert client.of("account")[-1]["units"][0]["frozen"] == 0
        assert client.rows("depth")[-1]["asks"] == []

    play(story)


def test_notices_are_told_as_their_view_tells_them() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha", "notices", "quotes")
        stage.venue.send("admin", PublishNotice("board", "休市安排", "两行\n文字"))
        stage.venue.send("admin", Suspend("board", "accident", "通知", "报告", ["X"]))
        await stage.tick()
        first, second = client.rows("notices")
        assert (first["title"], first["text"], first["kind"]) == (
            "休市安排",
            "两行\n文字",
            "notice_published",
        )
        assert second["instruments"] == ["X"]
        assert client.rows("quotes")[-1]["suspended"] is True

    play(story)


def test_an_operator_reads_his_own_account_only() -> None:
    async def story(stage: Stage) -> None:
        with pytest.raises(Refusal, match="PERMISSION_DENIED"):
            stage.admit("Alpha", selection("account", account="Beta"))
        stage.venue.send("Alpha", AddOperator("Alpha", "clerk", ["trade"]))
        stage.commit()
        with pytest.raises(Refusal, match="PERMISSION_DENIED"):
            stage.admit("clerk", selection("account"))
        assert (await stage.join("clerk", "quotes")).rows("quotes")
        for institution in ("registry", "channel"):
            with pytest.raises(Refusal, match="PERMISSION_DENIED"):
                stage.admit(institution, selection("account", account="Alpha"))
        with pytest.raises(Refusal, match="FIELD_MISSING"):
            stage.admit("admin", selection("account"))
        with pytest.raises(Refusal, match="UNKNOWN_ACCOUNT"):
            stage.admit("regulator", selection("account", account="Nobody"))
        assert (await stage.join("regulator", "account", account="Alpha")).of("account")
        with pytest.raises(Refusal, match="UNKNOWN_ACTOR"):
            stage.admit("stranger", selection("quotes"))
        assert len(stage.feed.readers) == 2

    play(story)


def test_one_account_never_hears_of_anothers_orders() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Gamma", "account")
        before = client.text
        stage.trade()
        stage.venue.post("Alpha", "X", "sell", 5_000, 30)
        await stage.tick()
        assert client.text == before

    play(story)


def test_whoever_is_frozen_hears_no_more() -> None:
    async def story(stage: Stage) -> None:
        stage.venue.send("Alpha", AddOperator("Alpha", "clerk", ["query"]))
        stage.commit()
        clerk, boss = await stage.join("clerk"), await stage.join("Alpha")
        stage.venue.send("Alpha", FreezeOperator("Alpha", "clerk"))
        stage.trade()
        await stage.tick()
        assert clerk.over and clerk.of("bye") == [{"reason": "rights_changed"}]
        assert not boss.over
        with pytest.raises(Refusal, match="OPERATOR_FROZEN"):
            stage.admit("clerk", selection("quotes"))

    play(story)


def test_without_readers_nothing_is_kept_and_nothing_is_due() -> None:
    stage = Stage()
    stage.trade()
    assert stage.commit() and stage.feed.seconds_until_tick() is None
    assert not stage.feed._touched.trades and not stage.feed._touched.codes


def test_some_time_after_the_last_reader_nothing_is_kept_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha", "trades")
        await stage.leave(client)
        stage.trade()
        stage.commit()
        assert len(stage.feed._touched.trades) == 1 and stage.feed.seconds_until_tick() is None
        monkeypatch.setattr("tanpan_adapters.service.feed.LINGER_S", -1.0)
        await stage.leave(await stage.join("Alpha", "trades", last_id=client.last_id))
        stage.trade()
        stage.commit()
        assert not stage.feed._touched.trades and not stage.feed._on
        back = await stage.join("Alpha", "trades", last_id=client.last_id)
        assert back.messages[0].event == "reset"

    play(story)


def test_an_event_nobody_here_knows_is_taken_to_have_touched_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story(stage: Stage) -> None:
        number = stage.venue.post("Alpha", "X", "sell", 5_000, 30)
        stage.commit()
        for kind in (CashDeposited, ListingWithdrawn):
            monkeypatch.delitem(feed_touched._TOUCHES, kind)
        alpha, beta = await stage.join("Alpha"), await stage.join("Beta")
        stage.venue.send("channel", Deposit("Alpha", 100))
        stage.venue.send("Alpha", WithdrawListing("Alpha", number))
        await stage.tick()
        assert alpha.of("account")[-1]["cash"]["total"] == "100000001.00"
        assert alpha.of("account")[-1]["complete"] and not alpha.of("account")[-1]["listings"]
        assert beta.rows("depth")[-1]["asks"] == []
        told = len(beta.of("account"))
        stage.venue.send("channel", Deposit("Alpha", 100))
        await stage.tick()
        assert len(beta.of("account")) == told and len(beta.of("quotes")) == 1

    play(story)


def test_what_nobody_wants_is_not_even_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Gamma", "trades")

        def never(*arguments: Any) -> bytes:
            raise AssertionError("nobody asked")

        for name in ("quote", "depth", "account_state"):
            monkeypatch.setattr(feed_rows, name, never)
        stage.trade()
        await stage.tick()
        assert len(client.rows("trades")) == 1

    play(story)


@pytest.mark.parametrize("lent", [True, False])
def test_a_slow_reader_is_dropped_and_the_others_go_on(lent: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_readers, "MOST_BYTES", 4_000)

    async def story(stage: Stage) -> None:
        quick = await stage.join("Alpha", "trades", lent=lent)
        slow = stage.admit("Beta", selection("trades"), stuck=True, lent=lent)
        await settled()
        for _ in range(40):
            stage.trade(1)
            await stage.tick()
        assert slow.aborted and not quick.aborted
        assert stage.feed.readers.dropped == 1 and len(stage.feed.readers) == 1
        assert len(quick.rows("trades")) == 40
        assert len(slow.text) < 6_000

    play(story)


def test_a_connection_that_closes_in_the_middle_of_a_tick_costs_nobody_else_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed_readers, "AT_ONCE", 1)

    async def story(stage: Stage) -> None:
        clients = [await stage.join("Alpha", "trades") for _ in range(5)]
        stage.trade(1)
        await stage.tick()
        clients[0].closed = clients[2].closed = True
        stage.trade(2)
        await stage.tick()
        assert [len(one.rows("trades")) for one in clients] == [1, 2, 1, 2, 2]

    play(story)


def test_a_reader_who_takes_nothing_for_long_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_readers, "STALLED_S", -1.0)

    async def story(stage: Stage) -> None:
        stuck, quick = stage.admit("Beta", selection("quotes"), stuck=True), await stage.join("Alpha")
        await settled()
        stage.feed.readers._sweep(asyncio.get_running_loop())
        assert stuck.aborted and not quick.aborted

    play(story)


def test_more_trades_at_once_than_can_be_shown_are_owned_up_to() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha", "trades", "account")
        for _ in range(MOST_ROWS + 5):
            stage.trade(1)
        await stage.tick()
        (told,) = client.of("trades")
        assert told["omitted"] is True and len(told["trades"]) == MOST_ROWS
        assert told["trades"][-1]["trade"] == MOST_ROWS + 5
        assert len(client.of("account")[1]["trades"]) == MOST_ROWS + 5

    play(story)


def test_readers_are_told_when_the_feed_is_closed() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha", "quotes")
        stage.feed.close()
        await settled()
        assert client.over and client.messages[-1].event == "bye" and "retry: " in client.text

    play(story)


def test_after_an_interruption_readers_begin_anew_only_if_something_was_missed() -> None:
    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha", "depth", "trades")
        stage.feed.interrupted()
        await stage.tick()
        assert [one.event for one in client.messages] == ["opened", "depth"]
        stage.feed.interrupted()
        stage.trade()
        # It was committed, but by whoever asked the journal afterwards: the feed never heard of it.
        stage.exchange.drain()
        stage.feed.tick(stage.exchange)
        await settled()
        assert [one.event for one in client.messages] == ["opened", "depth", "reset", "depth"]
        assert client.last_seq == stage.exchange.seq
        stage.trade(3)
        await stage.tick()
        assert [one["quantity"] for one in client.rows("trades")] == [3]

    play(story)


def test_where_an_interruption_lasts_readers_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_readers, "INTERRUPTED_S", -1.0)

    async def story(stage: Stage) -> None:
        client = await stage.join("Alpha", "depth")
        loop = asyncio.get_running_loop()
        stage.feed.readers._sweep(loop)
        await settled()
        assert not client.over
        stage.feed.interrupted()
        await settled()
        stage.feed.readers._sweep(loop)
        await settled()
        assert client.over and client.of("bye") == [{"reason": "interrupted"}]

    play(story)


def test_another_exchange_in_memory_is_followed_like_the_first() -> None:
    async def story(stage: Stage) -> None:
        stage.venue.post("Alpha", "X", "sell", 5_000, 30)
        stage.commit()
        client = await stage.join("Alpha", "account", "depth")
        again = stage.venue.fresh()
        again.restore(stage.exchange.snapshot())
        stage.venue.exchange = again
        stage.venue.take("Beta", "X", "buy", 10, listing=1)
        await stage.tick()
        assert "reset" not in [one.event for one in client.messages]
        assert client.of("account")[-1]["listings"][0]["rest"] == 20

    play(story)


def test_a_feed_that_nobody_ever_read_can_be_closed() -> None:
    feed = Feed("venue")
    feed.interrupted()
    feed.close()
    assert isinstance(Stage().venue, Venue)

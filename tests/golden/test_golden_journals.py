"""Golden journals of every released version are replayed forever, to the state they once had."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from golden.make import Golden
from golden.stories import STORIES, told
from kernel.helpers import CALENDAR
from kernel.scripted_days import scripted
from tanpan.exchange import Exchange
from tanpan.packs import assemble, load

HERE = Path(__file__).parent
JOURNALS = sorted(HERE.glob("*/*.msgpack"))


def _replayed(journal: Path) -> tuple[Exchange, Golden]:
    golden = msgspec.json.decode(journal.with_suffix(".json").read_bytes(), type=Golden)
    exchange = Exchange(golden.exchange, assemble(load(golden.packs)), CALENDAR)
    exchange.watch(lambda event: exchange.ledger.audit())
    exchange.apply(exchange.decode_records(journal.read_bytes()))
    return exchange, golden


@pytest.mark.parametrize("journal", JOURNALS, ids=[f"{path.parent.name} {path.stem}" for path in JOURNALS])
def test_a_golden_journal_replays_to_the_state_it_had(journal: Path) -> None:
    exchange, golden = _replayed(journal)
    assert (exchange.seq, exchange.state_hash()) == (golden.seq, golden.state_hash)


def test_there_is_a_golden_journal_of_each_market() -> None:
    assert {"auto", "board", "cea", "ccer", "repo", "hubei"} <= {journal.stem for journal in JOURNALS}


def test_the_repo_s_story_holds_what_happens_to_contracts() -> None:
    pack, story = STORIES["repo"]
    driver = told(story)
    seen = {str(event.__struct_config__.tag) for record in driver.records for event in record.events}
    known = {name for name in driver.exchange.event_types if name.startswith(f"{pack}.")}
    # What ends or changes a contract by an application, halts, and what the parties tell each other: features/sh_repo.
    rare = {
        *("standing_withdrawn", "disclosure_replaced", "result_told", "initial_expired", "repurchase_moved"),
        *("terms_changed", "measures_released", "contract_ended", "notice_given", "contact_changed"),
        *(
            "information_asked",
            "information_handed_over",
            "document_changed",
            "reminder_due",
            "case_reported",
        ),
    }
    assert known - seen <= {f"{pack}.{name}" for name in rare}


def test_the_scripted_days_hold_most_of_what_can_happen() -> None:
    seen = Counter(name for market in ("auto", "ccer") for name in _events(market))
    missing = Exchange(
        "venue", assemble(load(["neutral_market", "ccer_national"])), CALENDAR
    ).event_types.keys()
    rare = {
        "core.pack_draining",
        "core.pack_disabled",
        "core.listing_rejected",
        "core.fees_collected",
        "core.block_withdrawn",
        "core.dialogue_ended",
        "core.proposal_rejected",
        "core.account_closed",
        # No market here has trades agreed outside the book: tests/kernel/test_direct.py has.
        "core.direct_traded",
        # Accounts opened and changed by application: features/ccer_national shows them.
        "ccer_national.participant_registered",
        "ccer_national.participant_changed",
        "ccer_national.registry_account_bound",
        "ccer_national.change_synchronised",
        "ccer_national.yearly_fee_fell_due",
        "ccer_national.yearly_fee_paid",
    }
    assert missing - seen.keys() <= rare


def _events(market: str) -> list[str]:
    return [str(event.__struct_config__.tag) for one in scripted(market).drained() for event in one.events]

"""Commands describe themselves: a sentence each, and an example that can be read."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
import pytest

from kernel.helpers import CALENDAR
from tanpan.driver import PlainVault
from tanpan.examples import BY_FIELD, example
from tanpan.exchange import Exchange
from tanpan.messages import ROLES, STAFF, Command
from tanpan.packs import assemble, load
from tanpan.quantities import Fen, Tonnes
from tanpan.wire import wire_names

EXCHANGE = Exchange(
    "x", assemble(load(["ccer_national", "cea_shanghai", "sh_repo", "neutral_market"])), CALENDAR
)


class Odd(Command, frozen=True, tag="odd.odd"):
    """A pack's own command."""

    roles: ClassVar = (STAFF,)
    coupon: Annotated[str, msgspec.Meta(examples=["C-1"])]
    bonus_fen: Fen
    spare_tonnes: Tonnes
    word: str
    names: list[str]


@pytest.mark.parametrize("name", EXCHANGE.command_types)
def test_a_command_says_in_its_first_sentence_what_it_does(name: str) -> None:
    kind = EXCHANGE.command_types[name]
    first = " ".join((kind.__doc__ or "").split()).partition(". ")[0]
    assert first[0].isupper()
    assert len(first) > 10
    assert kind.roles
    assert not [role for role in kind.roles if role not in ROLES]


@pytest.mark.parametrize("name", EXCHANGE.command_types)
def test_the_example_of_a_command_is_one_of_its_form(name: str) -> None:
    kind = EXCHANGE.command_types[name]
    fields = example(kind)
    assert list(fields) == list(wire_names(kind).values())
    assert not [one.name for one in msgspec.structs.fields(kind) if not _has_example(one)]
    assert isinstance(EXCHANGE.read(name, PlainVault().swap(kind, fields)), kind)


def _has_example(field: msgspec.structs.FieldInfo) -> bool:
    """By its name, or one that its pack gives."""
    metas = getattr(field.type, "__metadata__", ())
    return field.name in BY_FIELD or any(getattr(meta, "examples", None) is not None for meta in metas)


def test_the_example_of_a_repos_initial_trade_agrees_with_itself() -> None:
    said = example(EXCHANGE.command_types["sh_repo.submit_initial"])
    assert said["rows"] == [{"instrument": "SHEA", "quantity": 50_000, "frozen": 10_000}]
    # 34.40 x 50,000 = 1,720,000.00
    assert (said["initial_price"], said["initial_amount"]) == ("34.40", "1720000.00")
    assert said["repurchase_day"] > "2026-03-02"


def test_a_field_of_a_packs_own_has_an_example_of_its_own_or_of_its_type() -> None:
    assert example(Odd) == {"coupon": "C-1", "bonus": "50.00", "spare": 1, "word": "text", "names": []}


@pytest.mark.parametrize(
    "name",
    [
        *("core.withdraw_listing", "core.withdraw_block", "core.end_dialogue"),
        *("core.suspend", "core.take_measure", "core.freeze_operator", "core.freeze_user"),
        *("core.open_day", "core.open_session", "core.close_session", "core.close_day"),
        *("core.clear_day", "core.settle_day", "core.hold_step", "core.release_step"),
    ],
)
def test_what_must_get_through_has_a_kept_place_in_a_full_queue(name: str) -> None:
    assert EXCHANGE.command_types[name].urgent


def test_what_can_wait_has_none() -> None:
    urgent = [name for name, kind in EXCHANGE.command_types.items() if kind.urgent]
    assert len(urgent) == 19
    assert "core.post_listing" not in urgent

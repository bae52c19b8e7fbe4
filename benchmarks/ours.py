"""tanpan itself, measured by the full path of a command.

That is: authority, session, band, lot, funds or units, freeze, match, postings, fees, lots and encoded
events, on the neutral market, which takes automatically in price-time order.

Each function builds its exchange first, with participants endowed so that nothing is ever refused, then
starts the clock through `harness.timed`, which applies the collector's policy of all engines, and returns a
`Result`: `commands` and `seconds` of what was timed, `trades` their number, `digest` the `reference.digest`
of the trades in the order in which they happened (taken outside the clock). The runner compares the digest;
`harness.verified` makes a result that also says which trade differs. A participant with an odd index buys
only, one with an even index sells only.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NoReturn

from benchmarks.harness import Result
from benchmarks.reference import Command


def memory(flow: Sequence[Command], *, instruments: int, participants: int) -> Result:
    """The flow in memory: commands decided and evolved, events encoded in batches, nothing written."""
    _not_wired_yet("memory")


def journaled(flow: Sequence[Command], *, per_commit: int, path: Path) -> Result:
    """The flow with every `per_commit` commands committed to a SQLite journal at `path`, synchronous=FULL.

    `flow.extent` says how many instruments and participants it takes. `extra["events"]` is the number of
    events written, which recovery is compared with. The journal is left on disk, closed.
    """
    _not_wired_yet("journaled")


def recovery(path: Path) -> Result:
    """The journal that `journaled` left at `path`, read, checked and applied to an empty exchange.

    `extra["events"]` is the number of events applied; `trades` and `digest` stay empty. The state reached
    must be asserted equal to what the journal's last state hash says.
    """
    _not_wired_yet("recovery")


def footprint(kind: Literal["listings", "trades"], *, count: int) -> Result:
    """`extra["bytes"]` of resident memory (`harness.resident_bytes`) that `count` of a kind have added.

    Listings rest in the book. Trades are counted with what stays of them in the live state on their day.
    """
    _not_wired_yet("footprint")


def _not_wired_yet(function: str) -> NoReturn:
    raise SystemExit(f"not wired yet: benchmarks.ours.{function}")

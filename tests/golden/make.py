"""Write the golden journals of the present version: once per release, from the root of the repository.

    PYTHONPATH=tests:tests/packs python -m golden.make

A released journal is never written again: later versions must replay it to the same state. While the version
is not released, `python -m golden.make --again` replaces it.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import msgspec

from golden.stories import STORIES, told
from kernel.helpers import PACK_OF
from kernel.scripted_days import scripted
from tanpan.exchange import Exchange
from tanpan.messages import AnyRecord

HERE = Path(__file__).parent


class Golden(msgspec.Struct):
    """What a golden journal is to become."""

    exchange: str
    packs: list[str]
    seq: int
    state_hash: str


def make(again: bool = False) -> None:
    """Write a journal and what becomes of it for each market; FileExistsError if there is one of this version."""
    folder = HERE / version("tanpan")
    folder.mkdir(exist_ok=again)
    for market, pack in PACK_OF.items():
        venue = scripted(market)
        _write(folder / market, venue.exchange, venue.drained(), pack)
    for name, (pack, story) in STORIES.items():
        driver = told(story)
        _write(folder / name, driver.exchange, driver.records, pack)


def _write(place: Path, exchange: Exchange, records: list[AnyRecord], pack: str) -> None:
    place.with_suffix(".msgpack").write_bytes(exchange.encode_records(records))
    golden = Golden(exchange.name, [pack], exchange.seq, exchange.state_hash())
    place.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(golden)) + b"\n")
    print(place, exchange.seq)


if __name__ == "__main__":
    make("--again" in sys.argv)

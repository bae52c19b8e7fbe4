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

from kernel.helpers import PACK_OF
from kernel.scripted_days import scripted

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
        exchange = venue.exchange
        (folder / f"{market}.msgpack").write_bytes(exchange.encode_records(venue.drained()))
        golden = Golden(exchange.name, [pack], exchange.seq, exchange.state_hash())
        text = msgspec.json.format(msgspec.json.encode(golden)) + b"\n"
        (folder / f"{market}.json").write_bytes(text)
        print(folder / market, exchange.seq)


if __name__ == "__main__":
    make("--again" in sys.argv)

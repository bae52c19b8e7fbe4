"""Drives orders through a Runner and says so on its output after each commit, until it is killed."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from random import Random

from adapters.hosted import Hosted, run
from kernel.helpers import ACCOUNTS
from tanpan.listings import PostListing, TakeListing, WithdrawListing
from tanpan.messages import Command, Envelope
from tanpan_adapters.runner import Outcome, Runner

SNAPSHOT_EVERY = 40


def envelope(life: int, number: int) -> Envelope:
    """The command a child of this life sends under this number: the same whoever asks."""
    random = Random(f"{life} {number}")
    who, side = random.choice(ACCOUNTS), random.choice(("buy", "sell"))
    price, tonnes = 5_000 + random.randint(-3, 3), random.randint(1, 50)
    command: Command = PostListing(who, "X", side, price, tonnes)
    chance = random.random()
    if chance < 0.4:
        command = TakeListing(who, "X", side, tonnes, price)
    elif chance < 0.5:
        command = WithdrawListing(who, random.randint(1, 3 * number + 1))
    return Envelope(f"{life}-{number}", who, command)


def digest(runner: Runner, outcome: Outcome) -> str:
    """What stands for an answer: the digest of its record, or the code of its refusal."""
    if isinstance(outcome, Exception):
        return str(getattr(outcome, "code", "SET_ASIDE"))
    return sha256(runner.exchange.encode_records([outcome])).hexdigest()


def main(url: str, life: int) -> None:
    """Says "ready", waits for a line, then sends a group at a time; a line for each answer after its commit."""
    os.write(1, b"ready\n")
    sys.stdin.readline()
    number = 0
    with run(url, snapshot_every=SNAPSHOT_EVERY) as runner:
        if life == 0:
            Hosted(runner).trading()
            os.write(1, b"trading\n")
        while True:
            size = 1 + number % 7
            group = [envelope(life, number + one) for one in range(size)]
            outcomes = runner.submit_all(group, runner.exchange.now + 1)
            runner.commit()
            said = [f"{number + one} {digest(runner, outcome)}\n" for one, outcome in enumerate(outcomes)]
            os.write(1, "".join(said).encode())
            number += size


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

"""Appends to a journal and says so on its output after each commit, until it is killed."""

from __future__ import annotations

import os
import sys

from store.samples import batch, refusal
from tanpan_adapters.store import Batch, Journal, open_engine


def expected_batch(first_seq: int) -> Batch:
    """What this child appends at a sequence: one to three records, up to 20 kB."""
    return batch(first_seq, records=1 + first_seq % 3, size=first_seq * 977 % 20_000)


def main(url: str) -> None:
    """Says "ready", waits for a line, then appends a batch with a refusal at a time; a line for each: its head."""
    os.write(1, b"ready\n")
    sys.stdin.readline()
    with Journal(open_engine(url), "beijing") as journal:
        head = journal.head()
        while True:
            head = journal.append([expected_batch(head.seq + 1)], [refusal(head.seq)])
            os.write(1, f"{head.seq} {head.digest.hex()}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])

"""Takes the office of an exchange's writer, says its epoch, and holds it until it is killed."""

from __future__ import annotations

import os
import sys

from tanpan_adapters.store import open_engine, try_office


def main(url: str) -> None:
    """Holds the office until its standard input ends."""
    office = try_office(open_engine(url), "beijing")
    os.write(1, f"{office.epoch if office else None}\n".encode())
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])

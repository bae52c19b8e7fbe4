"""python -m benchmarks [--quick | --full] [--rounds N] [--only SECTION …]: measure, print the table, write latest.json."""

import argparse
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from benchmarks import report, rounds
from benchmarks.catalogue import SECTIONS, measurements, rows
from benchmarks.declared import FULL, QUICK, USUAL, Measurement, Row, Sizes
from benchmarks.harness import COLLECTOR_POLICY
from benchmarks.peers import PEERS

HERE = Path(__file__).resolve().parent


def main() -> int:
    """0 when all trades are equal, whatever the times are; 1 when trades differ or a measurement crashes."""
    options = _options()
    sizes = QUICK if options.quick else FULL if options.full else USUAL
    if options.rounds is not None:
        sizes = replace(sizes, rounds=options.rounds)
    told = [row for row in rows(sizes) if not options.only or row.section in options.only]
    chosen = _needed(told, sizes)
    print(_conditions(sizes))
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".scratch-") as scratch:
        outcome = _run(chosen, sizes.rounds, Path(scratch))
    lines = report.lines(told, outcome.results)
    report.write(lines, HERE / "latest.json")
    print(report.table(lines))
    print("\n" + "\n".join(_notes(chosen, outcome)))
    for key, fault in outcome.faults.items():
        print(f"FAULT in {key}: {fault}", file=sys.stderr)
    return 1 if outcome.faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="three rounds, small flows")
    size.add_argument("--full", action="store_true", help="five rounds, a million commands")
    parser.add_argument("--rounds", type=int, metavar="N", help="so many rounds instead of the usual ones")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, metavar="SECTION", help=", ".join(SECTIONS))
    return parser.parse_args()


def _needed(told: Sequence[Row], sizes: Sizes) -> list[Measurement]:
    """What the rows read, what they are compared with, and what must have run before."""
    catalogue = measurements(sizes)
    keys = {key for row in told for key in (row.of, row.against)}
    keys |= {measurement.after for measurement in catalogue if measurement.key in keys}
    return [measurement for measurement in catalogue if measurement.key in keys]


def _run(chosen: Sequence[Measurement], count: int, scratch: Path) -> rounds.Outcome:
    console = Console(stderr=True)
    with console.status("generating the flows") as status:
        return rounds.run(chosen, count, scratch, status.update)


def _conditions(sizes: Sizes) -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"{python}, {platform.machine()}; {sizes.commands:,} commands, {sizes.rounds} rounds, interleaved, "
        f"a process for each measurement\ncollector: {COLLECTOR_POLICY}\n"
        "ratio: median of the ratios within each round\n"
    )


def _notes(chosen: Sequence[Measurement], outcome: rounds.Outcome) -> Iterator[str]:
    seen = {measurement.arguments.get("name") for measurement in chosen}
    for peer, made in PEERS.items():
        if peer in seen:
            yield f"{peer}: {made.note}."
    for key, reason in outcome.absent.items():
        yield f"{key}: not measured ({reason})."


if __name__ == "__main__":
    sys.exit(main())

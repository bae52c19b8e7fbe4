"""Runs measurements round by round, each in a fresh process of this interpreter, and compares the trades."""

import json
import marshal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.declared import FlowKey, Measurement
from benchmarks.flow import generate
from benchmarks.harness import Result
from benchmarks.reference import Command, digest, expected_trades

ROOT = Path(__file__).resolve().parent.parent


@dataclass(slots=True)
class Outcome:
    """What the rounds gave: results by measurement and round, what could not run, and what went wrong."""

    results: dict[str, list[Result]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


class Flows:
    """Generated flows on disk, and the trades that each must lead to."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._files: dict[tuple[int, int, int], Path] = {}
        self._expected: dict[FlowKey, tuple[int, str]] = {}

    def file(self, key: FlowKey) -> Path:
        name = (key.generated, key.instruments, key.participants)
        if name not in self._files:
            flow = generate(key.generated, instruments=key.instruments, participants=key.participants)
            path = self._scratch / f"flow-{'-'.join(map(str, name))}"
            path.write_bytes(marshal.dumps(flow))
            self._files[name] = path
        return self._files[name]

    def expected(self, key: FlowKey) -> tuple[int, str]:
        """How many trades, and their digest."""
        if key not in self._expected:
            commands: list[Command] = marshal.loads(self.file(key).read_bytes())
            trades = expected_trades(commands[: key.first], key.instruments)
            self._expected[key] = len(trades), digest(trades)
        return self._expected[key]


def run(chosen: Sequence[Measurement], count: int, scratch: Path, told: Callable[[str], None]) -> Outcome:
    """Interleaved: every measurement once in each round. The trades are verified one by one in the first."""
    outcome = Outcome(results={measurement.key: [] for measurement in chosen})
    flows = Flows(scratch)
    for number in range(count):
        for measurement in chosen:
            if measurement.key in outcome.absent or measurement.after in outcome.absent:
                continue
            if measurement.most_rounds is not None and number >= measurement.most_rounds:
                continue
            told(f"round {number + 1} of {count}: {measurement.key}")
            _measure(measurement, flows, scratch, number == 0, outcome)
    return outcome


def _measure(measurement: Measurement, flows: Flows, scratch: Path, verify: bool, outcome: Outcome) -> None:
    answer = _child(_order(measurement, flows, scratch, verify))
    if "absent" in answer:
        outcome.absent[measurement.key] = answer["absent"]
        return
    if "crashed" in answer:
        outcome.absent[measurement.key] = "crashed"
        outcome.faults[measurement.key] = answer["crashed"]
        return
    result = Result(**answer["result"])
    outcome.results[measurement.key].append(result)
    if measurement.flow is None:
        return
    fault = _fault(result, *flows.expected(measurement.flow))
    if fault and measurement.key not in outcome.faults:
        outcome.faults[measurement.key] = fault


def _fault(result: Result, trades: int, fingerprint: str) -> str:
    """How the trades differ from what they must be, empty when they don't."""
    if result.difference:
        return result.difference
    if result.trades != trades:
        return f"expected {trades} trades, counted {result.trades}"
    if result.digest and result.digest != fingerprint:
        return f"{trades} trades as expected, but not the same: digest {result.digest}, not {fingerprint}"
    return ""


def _order(measurement: Measurement, flows: Flows, scratch: Path, verify: bool) -> dict[str, Any]:
    order = {"task": measurement.task, "scratch": str(scratch), "verify": verify, **measurement.arguments}
    if measurement.flow is not None:
        order["flow"] = {"file": str(flows.file(measurement.flow)), **asdict(measurement.flow)}
    return order


def _child(order: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.tasks", json.dumps(order)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"crashed": done.stderr.strip()}
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer

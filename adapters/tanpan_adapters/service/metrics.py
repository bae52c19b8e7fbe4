"""What is counted: plain tallies on the hot path, made into Prometheus' families only when somebody looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

if TYPE_CHECKING:
    from tanpan_adapters.service.writer import Group

SIZES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

Gauges = Callable[[], Iterable[tuple[str, str, str, float]]]
"""Gives (name, description, exchange, value) of what is measured at the moment somebody looks."""


class Metrics:
    """The process's metrics. `answered`, `committed` and `signed_in` are cheap; call them from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers: Counter[tuple[str, str, str]] = Counter()
        self._sign_ins: Counter[tuple[str, str]] = Counter()
        self._gauges: list[Gauges] = []
        self._sizes = Histogram(
            "tanpan_commit_group_commands",
            "Commands per group commit.",
            ["exchange"],
            buckets=SIZES,
            registry=self.registry,
        )
        self._seconds = Histogram(
            "tanpan_commit_seconds",
            "Seconds of a group commit.",
            ["exchange"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.registry.register(self)

    def answered(self, exchange: str, command: str, code: str) -> None:
        """A command was answered: `code` is the refusal's, empty for an accepted one."""
        self._answers[exchange, command, code] += 1

    def answered_all(self, exchange: str, counted: Mapping[tuple[str, str], int]) -> None:
        """Many commands were answered: how many by (command, code)."""
        for (command, code), count in counted.items():
            self._answers[exchange, command, code] += count

    def committed(self, exchange: str, commands: int, seconds: float) -> None:
        """A group of commands was committed; once per group."""
        self._sizes.labels(exchange).observe(commands)
        self._seconds.labels(exchange).observe(seconds)

    def of(self, exchange: str) -> Callable[[Group], None]:
        """What counts the groups of one exchange."""
        sizes, seconds = self._sizes.labels(exchange), self._seconds.labels(exchange)

        def count(group: Group) -> None:
            sizes.observe(group.commands)
            seconds.observe(group.commit_s)

        return count

    def signed_in(self, exchange: str, outcome: str) -> None:
        """Somebody tried to sign in."""
        self._sign_ins[exchange, outcome] += 1

    def watch(self, gauges: Gauges) -> None:
        """Ask for gauges whenever somebody looks."""
        self._gauges.append(gauges)

    def forget(self, gauges: Gauges) -> None:
        """Ask for these no more."""
        if gauges in self._gauges:
            self._gauges.remove(gauges)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing: the registry needs no names in advance."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The tallies and gauges as families."""
        yield from self._answered()
        sign_ins = CounterMetricFamily(
            "tanpan_sign_ins", "Attempts to sign in, by outcome.", labels=["exchange", "outcome"]
        )
        for labels, count in list(self._sign_ins.items()):
            sign_ins.add_metric(list(labels), count)
        yield sign_ins
        families: dict[str, GaugeMetricFamily] = {}
        for gauges in self._gauges:
            for name, description, exchange, value in gauges():
                if name not in families:
                    families[name] = GaugeMetricFamily(name, description, labels=["exchange"])
                families[name].add_metric([exchange], value)
        yield from families.values()

    def _answered(self) -> Iterable[Metric]:
        commands = CounterMetricFamily(
            "tanpan_commands", "Commands answered, by outcome.", labels=["exchange", "command", "outcome"]
        )
        refusals = CounterMetricFamily(
            "tanpan_refusals", "Commands refused, by code.", labels=["exchange", "code"]
        )
        outcomes: Counter[tuple[str, str, str]] = Counter()
        codes: Counter[tuple[str, str]] = Counter()
        for (exchange, command, code), count in list(self._answers.items()):
            outcomes[exchange, command, "refused" if code else "accepted"] += count
            if code:
                codes[exchange, code] += count
        for labels, count in outcomes.items():
            commands.add_metric(list(labels), count)
        for pair, count in codes.items():
            refusals.add_metric(list(pair), count)
        yield commands
        yield refusals


METRICS: Final = Metrics()

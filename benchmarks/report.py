"""Medians, spreads and ratios of the rounds, as a table and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.declared import Reading, Row
from benchmarks.harness import Result

HEADINGS = ("measured", "median", "low", "high", "unit", "ratio", "mark", "met")


@dataclass(frozen=True, slots=True)
class Line:
    """One row with its figures; None where nothing was measured, or nothing is compared or required."""

    name: str
    median: float | None
    low: float | None
    high: float | None
    unit: str
    ratio: float | None
    mark: float | None
    at_most: float | None = None

    @property
    def met(self) -> str:
        if self.mark is None and self.at_most is None:
            return ""
        if self.ratio is None:
            return "not measured"
        enough = self.mark is None or self.ratio >= self.mark
        return "yes" if enough and (self.at_most is None or self.ratio <= self.at_most) else "no"


def lines(rows: Sequence[Row], results: dict[str, list[Result]]) -> list[Line]:
    return [_line(row, results) for row in rows]


def table(told: Sequence[Line]) -> str:
    """Aligned with spaces: names to the left, figures to the right."""
    cells = [HEADINGS, *map(_cells, told)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_aligned(line, widths) for line in cells)


def write(told: Sequence[Line], path: Path) -> None:
    """Into the file of the last figures: what was not measured this time stays as it was."""
    before = json.loads(path.read_text()) if path.exists() else []
    figures = {line["name"]: line for line in before}
    figures.update((line.name, asdict(line)) for line in told)
    path.write_text(json.dumps(list(figures.values()), indent=2, ensure_ascii=False) + "\n")


def _line(row: Row, results: dict[str, list[Result]]) -> Line:
    figures = _figures(row, row.of, results)
    if not figures:
        return Line(row.name, None, None, None, row.unit, None, row.mark, row.at_most)
    return Line(
        row.name,
        median(figures),
        min(figures),
        max(figures),
        row.unit,
        _ratio(figures, _figures(row, row.against, results, row.against_reading)),
        row.mark,
        row.at_most,
    )


def _figures(
    row: Row, key: str | None, results: dict[str, list[Result]], reading: Reading | None = None
) -> list[float]:
    read = reading or row.reading
    return [read(result) for result in results.get(key, [])] if key else []


def _ratio(figures: list[float], others: list[float]) -> float | None:
    """The median of the ratios within each round, so that a slow minute weighs on both sides."""
    pairs = list(zip(figures, others, strict=False))
    return median(figure / other for figure, other in pairs) if pairs else None


def _cells(line: Line) -> tuple[str, ...]:
    figures = (_figure(value) for value in (line.median, line.low, line.high))
    return (line.name, *figures, line.unit, _figure(line.ratio), _mark(line), line.met)


def _mark(line: Line) -> str:
    return _figure(line.mark) if line.at_most is None else f"≤ {_figure(line.at_most)}"


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    left = {0, HEADINGS.index("unit"), HEADINGS.index("met")}
    padded = (
        cell.ljust(width) if place in left else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()

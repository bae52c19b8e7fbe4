"""What is measured of repos: the daily collateral run, and the list of contracts page by page."""

from benchmarks.declared import DATABASES, Measurement, Row, Sizes, extra

SECTION = "repo"
FLAT_COST_MARK = 1.5
FLAT_PAGE_MARK = 1.5
SLOWEST_PAGE_MARK = 2.0
FEW = 1_000
BETWEEN = 10_000
MANY = 100_000
"""From so many contracts on the databases are filled once only: that takes longer than measuring."""


def repo_measurements(sizes: Sizes) -> list[Measurement]:
    """In the order of one round."""
    once = 1 if sizes.contracts >= MANY else None
    pages = {"few": FEW, "count": sizes.contracts}
    return [
        Measurement("collateral", "collateral", {"counts": _counts(sizes)}, most_rounds=once),
        *(
            Measurement(f"contracts-{kind}", "contracts", {"database": kind, **pages}, most_rounds=once)
            for kind in DATABASES
        ),
    ]


def repo_rows(sizes: Sizes) -> list[Row]:
    """Every row that compares has its mark; what is compared comes of one process each time."""
    few, *more = _counts(sizes)
    told = [
        Row(SECTION, f"daily collateral run, {few:,} contracts, each", "collateral", "µs", extra(f"us_{few}"))
    ]
    told += [
        Row(
            SECTION,
            f"daily collateral run, {count:,} contracts vs {few:,}, each",
            "collateral",
            "µs",
            extra(f"us_{count}"),
            "collateral",
            None,
            extra(f"us_{few}"),
            FLAT_COST_MARK,
        )
        for count in more
    ]
    for kind, title in DATABASES.items():
        told += _page_rows(sizes, f"contracts-{kind}", title)
    return told


def _counts(sizes: Sizes) -> list[int]:
    return [count for count in (FEW, BETWEEN, MANY) if count <= sizes.contracts]


def _page_rows(sizes: Sizes, key: str, title: str) -> list[Row]:
    few, many = f"{FEW:,}", f"{sizes.contracts:,}"
    return [
        Row(SECTION, f"page of the contracts, {title}, {few} of them", key, "ms", extra("few_ms")),
        Row(
            SECTION,
            f"page of the contracts, {title}, {many} vs {few}",
            key,
            "ms",
            extra("many_ms"),
            key,
            None,
            extra("few_ms"),
            FLAT_PAGE_MARK,
        ),
        Row(
            SECTION,
            f"the slowest kind of contract page at its best, {title}, {many} vs {few}",
            key,
            "ms",
            extra("slowest_many_ms"),
            key,
            None,
            extra("slowest_few_ms"),
            SLOWEST_PAGE_MARK,
        ),
    ]

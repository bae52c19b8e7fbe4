"""`tanpan rules`: the rulebooks as tables, in both languages."""

import re
from datetime import date

import pytest
from rich.cells import cell_len

from cli.conftest import Run
from tanpan.packs import assemble, load


def rows(text: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("pack", "lang", "row"),
    [
        ("cea_shanghai", "zh", ["挂牌涨跌幅", "10 %", "2021-06-22", "CEA-2.1-g"]),
        ("cea_shanghai", "zh", ["挂牌协议交易时段", "09:30–11:30，13:00–15:00", "2021-06-22", "CEA-3-a"]),
        ("cea_shanghai", "en", ["listed quantity below", "100,000 t", "2021-06-22", "CEA-2.1-a"]),
        ("cea_shanghai", "en", ["declarations carry a trade number", "yes", "2021-06-22", "CEA-2.4-a"]),
        ("ccer_national", "zh", ["挂牌手续费（双向）", "6 ‰", "2023-11-16", "CCER-Q32"]),
        ("ccer_national", "zh", ["买卖间隔（交易日）", "5 个交易日", "2023-11-16", "CCER-Q61-b"]),
        ("ccer_national", "en", ["resale gap", "5 trading days", "2023-11-16", "CCER-Q61-b"]),
        ("ccer_national", "en", ["price tick", "0.01 yuan", "2023-11-16", "CCER-Q13"]),
    ],
)
def test_a_parameter_its_value_since_when_and_the_clause(
    tanpan: Run, pack: str, lang: str, row: list[str]
) -> None:
    result = tanpan("rules", pack, "--on", "2024-01-22", "--lang", lang)
    assert result.exit_code == 0
    assert row in rows(result.stdout)


@pytest.mark.parametrize(
    ("lang", "rows_of"),
    [
        (
            "zh",
            [
                ["回购手续费（双向，初始与购回各一次）", "未设置", "2025-12-31", "REPO-A6-4.2.4"],
                ["当年清缴截止日", "未设置", "2025-12-31", "REPO-A6-12"],
            ],
        ),
        (
            "en",
            [
                ["repo fee, each side, both legs", "not set", "2025-12-31", "REPO-A6-4.2.4"],
                ["this year's surrender deadline", "not set", "2025-12-31", "REPO-A6-12"],
            ],
        ),
    ],
)
def test_what_the_operator_has_still_to_set_is_told_as_such(
    tanpan: Run, monkeypatch: pytest.MonkeyPatch, lang: str, rows_of: list[list[str]]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = tanpan("rules", "sh_repo", "--on", "2026-03-02", "--lang", lang)
    assert result.exit_code == 0
    found = rows(result.stdout)
    for wanted in rows_of:
        assert [row for row in found if row[: len(wanted)] == wanted], wanted


def test_the_machine_name_and_the_reason_are_shown(tanpan: Run) -> None:
    result = tanpan("rules", "ccer_national", "--on", "2024-01-22", "--lang", "en")
    assert ["listed_band_ppm"] in rows(result.stdout)
    assert "AMB-27: by lot" in result.stdout


@pytest.mark.parametrize("pack", ["cea_shanghai", "ccer_national"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", ["80", "109", "110"])
def test_machine_names_are_whole_on_a_narrow_terminal(
    tanpan: Run, monkeypatch: pytest.MonkeyPatch, pack: str, lang: str, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    result = tanpan("rules", pack, "--on", "2024-01-22", "--lang", lang)
    assert result.exit_code == 0
    assert all(cell_len(line) <= int(columns) for line in result.stdout.splitlines())
    (market,) = assemble(load([pack])).markets
    words = set(result.stdout.split())
    assert {one.name for one in market.parameters if one.name not in ("products", "measures")} <= words
    measures = next(one for one in market.parameters if one.name == "measures").on(date(2024, 1, 22)).value
    assert {name for name, *_ in measures} <= words
    assert "AMB-07" in result.stdout


def test_today_is_the_default(tanpan: Run) -> None:
    assert tanpan("rules", "cea_shanghai").exit_code == 0


def test_a_day_before_the_rules(tanpan: Run) -> None:
    result = tanpan("rules", "cea_shanghai", "--on", "2021-06-21", "--lang", "en")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "RULE_NOT_IN_FORCE" in result.stderr and "[CEA-0-a]" in result.stderr


def test_an_unknown_pack_and_a_bad_day(tanpan: Run) -> None:
    unknown = tanpan("rules", "nowhere", "--lang", "zh")
    assert unknown.exit_code == 2
    assert unknown.stderr.startswith("没有安装规则包 nowhere（已安装：ccer_national、cea_shanghai")
    bad = tanpan("rules", "cea_shanghai", "--on", "tomorrow", "--lang", "en")
    assert bad.exit_code == 2
    assert bad.stderr == "'tomorrow' is not a day as YYYY-MM-DD\n"

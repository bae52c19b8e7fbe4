"""`tanpan spec`: feature files inside and outside the repository, in both languages; what can't be run is named."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from cli.conftest import Run

ROOT = Path(__file__).parent.parent.parent
GOOD = """Feature: One buyer
  Background:
    Given the exchange runs "cea_shanghai" on 2021-07-16
    And CEA of CEA is listed on cea at 48.00
    And Alpha has an account with 10000 yuan
    And cea is open at 10:00

  @any-tag
  Scenario: A price in the band
    When Alpha posts to buy 100 t of CEA at 48.00
    Then it is accepted

  Scenario Outline: The band's edge
    When Alpha posts to buy 100 t of CEA at <price>
    Then it is refused because PRICE_OUT_OF_BAND

    Examples:
      | price |
      | 52.81 |
      | 43.19 |
"""


@pytest.fixture
def feature(tmp_path: Path) -> Path:
    return tmp_path / "mine.feature"


def test_a_file_of_the_repository(tanpan: Run) -> None:
    result = tanpan("spec", ROOT / "features/cea_shanghai/sessions.feature", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].endswith(" passed, 0 failed")


def test_a_chinese_file_of_the_repository(tanpan: Run) -> None:
    result = tanpan("spec", ROOT / "features/ccer_national/proceeds.zh.feature", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].endswith(" 个通过，0 个失败")


def test_a_file_outside_the_repository(tanpan: Run, feature: Path) -> None:
    feature.write_text(GOOD, encoding="utf-8")
    result = tanpan("spec", feature, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"One buyer  {feature}",
        "  ✓ A price in the band",
        "  ✓ The band's edge [52.81]",
        "  ✓ The band's edge [43.19]",
        "3 passed, 0 failed",
    ]


def test_a_folder_and_an_edited_file(tanpan: Run, feature: Path) -> None:
    feature.write_text("\ufeff" + GOOD, encoding="utf-8")
    assert "3 passed, 0 failed" in tanpan("spec", feature.parent, "--lang", "en").stdout
    feature.write_text(GOOD.replace("| 43.19 |", "| 43.20 |"), encoding="utf-8")
    assert "2 passed, 1 failed" in tanpan("spec", feature.parent, "--lang", "en").stdout


def test_a_failing_step_is_named_with_its_reason(tanpan: Run, feature: Path) -> None:
    feature.write_text(GOOD.replace("CEA at 48.00\n    Then", "CEA at 52.81\n    Then"), encoding="utf-8")
    result = tanpan("spec", feature, "--lang", "en")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:4] == [
        "  ✗ A price in the band",
        f"      {feature}:11: Then it is accepted",
        (
            "      refused: PRICE_OUT_OF_BAND: the price is outside its band; price_fen 52.81; lower_fen 43.20; "
            "upper_fen 52.80; reference_fen 48.00 [CEA-2.1-g]"
        ),
    ]


def test_a_refusal_that_no_sentence_asks_about_fails(tanpan: Run, feature: Path) -> None:
    feature.write_text(
        GOOD.replace("    Then it is accepted\n", "").replace("CEA at 48.00\n\n", "CEA at 60.00\n\n"), "utf-8"
    )
    result = tanpan("spec", feature, "--lang", "en")
    assert result.exit_code == 1
    assert "refused: PRICE_OUT_OF_BAND" in result.stdout
    assert "2 passed, 1 failed" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (
            "Alpha posts to buy 100 t of CEA at 48.00",
            "Alpha posts a buy of 100 t of CEA at 48.00",
            10,
            (
                "unknown sentence: Alpha posts a buy of 100 t of CEA at 48.00; nearest phrases: "
                "{who} posts to {side} {tonnes} t of {instrument} at {price}"
            ),
        ),
        (
            "Scenario Outline: The band's edge",
            "Scenario Outline: A price in the band",
            13,
            "already on line 9",
        ),
        ("    Then it is accepted", "    Then it is accepted\n      | a |", 11, "no table may follow"),
        (
            "    When Alpha posts to buy 100 t of CEA at 48.00",
            '    When Alpha sends "x"',
            10,
            "a table must follow",
        ),
        (
            "    When Alpha posts to buy 100 t of CEA at 48.00",
            "    And it is accepted",
            10,
            "begins with Given",
        ),
        ("  Scenario: A", "  Scenarios A", 9, "not the form of a feature file"),
    ],
)
def test_what_cannot_be_run_is_named_by_line(
    tanpan: Run, feature: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in GOOD
    feature.write_text(GOOD.replace(old, new), encoding="utf-8")
    result = tanpan("spec", feature, "--lang", "en")
    assert result.exit_code == 2
    assert any(
        said.startswith(f"{feature}:{line}: ") and reason in said for said in result.stderr.splitlines()
    ), result.stderr


def test_an_unknown_chinese_sentence(tanpan: Run, feature: Path) -> None:
    feature.write_text("# language: zh-CN\n功能: 甲\n  场景: 乙\n    当 甲公司 撤销挂牌1\n", encoding="utf-8")
    result = tanpan("spec", feature, "--lang", "zh")
    assert result.exit_code == 2
    assert (
        result.stderr
        == f"{feature}:4: 没有这个语句: 甲公司 撤销挂牌1；相近的语句：{{who}} 撤销挂牌 {{label}}\n"
    )


def test_missing_and_empty_files(tanpan: Run, feature: Path) -> None:
    missing = tanpan("spec", feature, "--lang", "en")
    assert missing.exit_code == 2 and f"{feature}: can’t be read" in missing.stderr
    feature.write_text("", encoding="utf-8")
    empty = tanpan("spec", feature, "--lang", "en")
    assert empty.exit_code == 2 and "there is no scenario" in empty.stderr
    nothing = tanpan("spec", "--lang", "en")
    assert nothing.exit_code == 2 and "--steps" in nothing.stderr


def test_the_phrases_in_both_languages(tanpan: Run) -> None:
    result = tanpan("spec", "--steps", "--lang", "en")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    at = lines.index("{who} withdraws listing {label}")
    assert lines[at + 1] == "    {who} 撤销挂牌 {label}"
    assert "these accounts (with a table)" in lines


def test_pytest_is_an_extra(tanpan: Run, feature: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feature.write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(
        "tanpan_adapters.cli.spec.find_spec", lambda name: None if "pytest" in name else find_spec(name)
    )
    result = tanpan("spec", feature, "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr == "pytest and pytest-bdd are missing: pip install 'tanpan[spec]'\n"

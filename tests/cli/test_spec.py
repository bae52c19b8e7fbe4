"""`tanpan spec`: feature files inside and outside the repository, in both languages; what can't be run is named."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from cli.conftest import Run
from tanpan.refusals import Refusal
from tanpan_adapters.gherkin.coverage import packs

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
            "      refused: PRICE_OUT_OF_BAND: the price is outside its band; price 52.81 yuan; lower 43.20 yuan; "
            "upper 52.80 yuan; reference 48.00 yuan [CEA-2.1-g]"
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


def test_the_words_of_the_sentences(tanpan: Run) -> None:
    lines = tanpan("spec", "--steps", "--lang", "en").stdout.splitlines()
    words = lines[next(at for at, line in enumerate(lines) if line.endswith(" phrases")) :]
    at = words.index("{state} (listing)")
    assert words[at + 1 : at + 3] == [
        "    live, filled, withdrawn, expired",
        "    有效、全部成交、已撤销、已失效",
    ]
    holes = {line.partition("}")[0].strip("{") for line in words if line.startswith("{")}
    assert holes == {"phase", "kind", "side", "state", "label", "command", "query", "clock", "day"}
    said = [line.split(maxsplit=1) for line in words]
    assert ["core.publish_notice", "Publish a notice."] in said
    assert ["core.cash", "cash"] in said
    chinese = tanpan("spec", "--steps", "--lang", "zh").stdout.splitlines()
    assert chinese[chinese.index("{phase}（资金）") + 1].startswith("    总额、")
    assert ["core.cash", "资金"] in [line.split(maxsplit=1) for line in chinese]


POSTS = "When Alpha posts to buy 100 t of CEA at 48.00\n"
SLIPS = (
    ("Then Alpha has 3 yuan frozn", "'frozn' is unknown here; there are: total, tradable, "),
    ("Then Alpha has x yuan frozen", "'x' is not an amount in yuan with at most two decimals"),
    ("Then Alpha has 3 t of CEA frozn", "'frozn' is unknown here; there are: in-total, available, "),
    ("Then Alpha has 1.5 t of CEA frozen", "'1.5' is not a whole number of tonnes"),
    ("Then Alpha has 0 t of CAE frozen", "UNKNOWN_INSTRUMENT: there is no such instrument; instrument CAE"),
    ("Then CEA has the uper price 3", "'uper' is unknown here; there are: reference, lower, upper, "),
    ("Then the best level to bye CEA is 3 t at 3", "'bye' is unknown here; there are: buy, sell"),
    ("Then the board shows x levels to buy CEA", "'x' is not a whole number"),
    ("Then nothing stands to bye CEA", "'bye' is unknown here; there are: buy, sell"),
    ("Then the book of CEA stands crossed", "it is not crossed"),
    (
        "Then listing Zed#1 is live with 3 t left",
        "there is no 'Zed#1'; there are: Alpha#1 (or a plain number)",
    ),
    ("Then listing Alpha#0 is live with 3 t left", "there is no 'Alpha#0'; there are: Alpha#1 "),
    ("Then listing Alpha#x is live with 3 t left", "there is no 'Alpha#x'; there are: Alpha#1 "),
    ("Then listing 99 is live with 3 t left", "'99' is unknown here; there are: 1"),
    ("Then listing Alpha#1 is alive with 3 t left", "'alive' is unknown here; there are: live, filled, "),
    ("When Alpha withdraws block Zed#1", "there is no 'Zed#1'; there are: none (or a plain number)"),
    ("Then the market cea is opn", "'opn' is unknown here; there are: open, closed, cleared, settled"),
    ("Then the market eca is open", "'eca' is unknown here; there are: cea"),
    ("Then the refusal cites x", "say first why it is refused"),
    ("Then it is refused because BAD_SIDE", "it was not refused"),
    ("Given it is 25:00", "'25:00' is not a time of day, written 09:30 or 09:30:00"),
    ("Given it is 11:00 on yesterday", "'yesterday' is not a date, written 2026-03-02"),
    ("Given it is 09:00 on 2020-01-01", "time does not run backwards: it is 2021-07-16 10:00:00"),
    ("Given it is 09:59", "time does not run backwards: it is 2021-07-16 10:00:00"),
    ('Given the exchange runs "cea_shanghai" on today', "'today' is not a date, written 2026-03-02"),
    ("Given x trading days later cea is open at 10:00", "'x' is not a whole number"),
    ('Then tick of cea is "1" on yesterday by C', "'yesterday' is not a date, written 2026-03-02"),
    ('When Alpha sends "x"\n      | a |', "the table's columns are field and value; it has 1"),
    (
        "Given these accounts\n      | a |",
        "the table's columns are account, cash, then one per instrument; it has 1",
    ),
    (
        'When Alpha asks "core.cash"\n    Then the answer shows\n      | cash |\n      | 3 |',
        "'cash' is unknown here; there are: account, total, tradable, ",
    ),
)


def test_a_slip_of_the_pen_is_said_in_one_line(tanpan: Run, feature: Path) -> None:
    scenarios = (f"  Scenario: {at}\n    {POSTS}    {said}\n" for at, (said, _) in enumerate(SLIPS))
    feature.write_text(GOOD.partition("  @any-tag")[0] + "\n".join(scenarios), encoding="utf-8")
    result = tanpan("spec", feature, "--lang", "en")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()[1:-1]
    assert len(lines) == 3 * len(SLIPS), result.stdout
    for (said, reason), shown in zip(SLIPS, lines[2::3], strict=True):
        assert shown.startswith(f"      {reason}"), said


def test_an_unknown_code_is_named_with_the_nearest(tanpan: Run, feature: Path) -> None:
    feature.write_text(GOOD.replace("PRICE_OUT_OF_BAND", "PRICE_OUT_OF_BOUNDS"), encoding="utf-8")
    result = tanpan("spec", feature, "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr.startswith(
        f"{feature}:15: unknown refusal code: PRICE_OUT_OF_BOUNDS; nearest codes: PRICE_OUT_OF_BAND"
    )
    assert result.stderr.count("\n") == 1


def test_a_packs_own_code_is_known(tanpan: Run, feature: Path) -> None:
    codes = [code for pack in packs() for code in (reason.code for reason in pack.refusals)]
    assert codes
    feature.write_text(GOOD.replace("PRICE_OUT_OF_BAND", codes[0]), encoding="utf-8")
    result = tanpan("spec", feature, "--lang", "en")
    assert result.exit_code == 1
    assert "refused because PRICE_OUT_OF_BAND: " in result.stdout


def test_a_pack_that_is_missing_is_named_once(tanpan: Run, feature: Path) -> None:
    other = GOOD.replace("cea_shanghai", "absent, cea_shanghai").replace("PRICE_OUT_OF_BAND", "ITS_OWN_CODE")
    feature.write_text(other, encoding="utf-8")
    (feature.parent / "second.feature").write_text(other, encoding="utf-8")
    result = tanpan("spec", feature.parent, "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{feature}:3: rule pack absent is not installed (installed: ")
    assert result.stderr.endswith("; named in 2 places)\n")
    assert result.stderr.count("\n") == 1
    assert "没有安装规则包 absent" in tanpan("spec", feature.parent, "--lang", "zh").stderr


CHINESE = """# language: zh-CN
功能: 甲
  背景:
    假如 2021-07-16 交易机构启用规则包 "cea_shanghai"
    并且 CEA 的 CEA 在 cea 上市，基准价 48.00 元
    并且 甲公司 开立交易账户并入金 10000 元
    并且 cea 开市后时间到了 10:00

  场景: 一
    当 甲公司 挂牌 买入 CEA 100 吨，价格 60.00 元
    那么 被拒绝，因为 BAD_SIDE

  场景: 二
    当 甲公司 挂牌 卖出 CEA 100 吨，价格 48.00 元
    那么 受理成功

  场景: 三
    那么 甲公司 的资金 冻住 为 3 元

  场景: 四
    假如 时间到了 09:00

  场景: 五
    当 甲公司 挂牌 买入 CEA 100 吨，价格 60.00 元
    那么 被拒绝，因为 PRICE_OUT_OF_BAND
    并且 拒绝说明 price 为 60.00
    并且 拒绝说明 upper_fen 为 52.80
"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_chinese_feature_fails_in_chinese(tanpan: Run, feature: Path, lang: str) -> None:
    feature.write_text(CHINESE, encoding="utf-8")
    result = tanpan("spec", feature, "--lang", lang)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert [line.strip() for line in lines[3:-2:3]] == [
        (
            "被拒绝：PRICE_OUT_OF_BAND: 价格超出涨跌幅；价格 60.00 元；下限 43.20 元；"
            "上限 52.80 元；基准价 48.00 元 [CEA-2.1-g]"
        ),
        "被拒绝：INSUFFICIENT_POSITION: 可用数量不足；交易标的 CEA；数量 100 吨；可用 0 吨",
        "不认识“冻住”；可用：总额、可用于交易、可出、可用、冻结、当日卖出、保证金",
        "时间不能倒流：现在是 2021-07-16 10:00:00",
    ]
    assert lines[-2] == "  ✓ 五"


def test_an_english_feature_fails_in_the_language_asked_for(tanpan: Run, feature: Path) -> None:
    feature.write_text(GOOD.replace("| 43.19 |", "| 43.20 |"), encoding="utf-8")
    assert "      没有被拒绝\n" in tanpan("spec", feature, "--lang", "zh").stdout
    assert "      it was not refused\n" in tanpan("spec", feature, "--lang", "en").stdout


def test_units_of_a_refusal_stand_after_its_numbers() -> None:
    refusal = Refusal("BAD_QUANTITY", "C-1", price_fen=6280, quantity_tonnes=10, rate_ppm=5, day=None)
    assert refusal.text().endswith("; price 62.80 yuan; quantity 10 t; rate 5 ppm; day None [C-1]")
    assert refusal.text("zh").endswith("；价格 62.80 元；数量 10 吨；rate 5 ppm；日期 None [C-1]")

"""`tanpan bulletin`: expected texts written by hand from the published figures."""

import csv
import io
import json
from decimal import Decimal

from cli.conftest import BULLETINS, Run
from tanpan.packs import assemble, load
from tanpan_adapters.cli.bulletin import as_text, figures

NOTICE = (
    "声明：以上行情信息归上海环境能源交易所股份有限公司所有，未经其书面同意，不得转载、传播或用于商业用途。\n"
)


def test_the_opening_day_in_chinese(tanpan: Run, published: str) -> None:
    result = tanpan("bulletin", "2021-07-16", "--database", published, "--lang", "zh")
    assert result.exit_code == 0
    assert result.stdout == (
        "全国碳排放权交易市场每日行情 20210716\n"
        "\n"
        "[CEA]\n"
        "挂牌协议：成交量 4,103,953 吨，成交额 210,230,053.25 元；"
        "开盘价 48.00 元/吨，最高价 52.80 元/吨，最低价 48.00 元/吨，收盘价 51.23 元/吨，较首日基准价上涨 6.73%。\n"
        "大宗协议：当日没有成交。\n"
        "当日合计：成交量 4,103,953 吨，成交额 210,230,053.25 元。\n"
        "上市以来累计：成交量 4,103,953 吨，成交额 210,230,053.25 元。\n"
        "\n" + NOTICE
    )


def test_a_day_with_a_block_in_both_languages(tanpan: Run, published: str) -> None:
    zh = tanpan("bulletin", "20210721", "--database", published, "--lang", "zh")
    assert zh.stdout == (
        "全国碳排放权交易市场每日行情 20210721\n"
        "\n"
        "[CEA]\n"
        "挂牌协议：成交量 112,000 吨，成交额 6,092,830.00 元；"
        "开盘价 54.20 元/吨，最高价 55.50 元/吨，最低价 54.07 元/吨，收盘价 54.40 元/吨，较前一日上涨 2.10%。\n"
        "大宗协议：成交量 100,000 吨，成交额 5,292,000.00 元。\n"
        "当日合计：成交量 212,000 吨，成交额 11,384,830.00 元。\n"
        "上市以来累计：成交量 4,608,753 吨，成交额 237,087,449.25 元。\n"
        "\n" + NOTICE
    )
    en = tanpan("bulletin", "2021-07-21", "--database", published, "--lang", "en")
    assert en.stdout == (
        "National carbon allowance market, daily bulletin 20210721\n"
        "\n"
        "[CEA]\n"
        "Listed: volume 112,000 t, turnover 6,092,830.00 yuan; open 54.20, high 55.50, low 54.07, "
        "close 54.40 yuan/t, up 2.10% on the day before.\n"
        "Block: volume 100,000 t, turnover 5,292,000.00 yuan.\n"
        "Day: volume 212,000 t, turnover 11,384,830.00 yuan.\n"
        "Since listing: volume 4,608,753 t, turnover 237,087,449.25 yuan.\n"
        "\n"
        "Notice: this market information belongs to 上海环境能源交易所股份有限公司; it may not be reproduced, "
        "passed on or used commercially without its written consent.\n"
    )


def test_what_was_traded_by_other_methods_has_a_line_of_its_own_and_counts_in_the_days_total() -> None:
    # The day before with 30,000 t at 50.00 beside it.
    row = {
        "day": "2021-07-21",
        "market": "cea",
        "instrument": "CEA",
        "price_basis": "listed",
        "reference_fen": 5328,
        "open_fen": 5420,
        "high_fen": 5550,
        "low_fen": 5407,
        "close_fen": 5440,
        "change_hundredths": 210,
        "listed_tonnes": 112_000,
        "listed_fen": 609_283_000,
        "block_tonnes": 100_000,
        "block_fen": 529_200_000,
        "other_tonnes": 30_000,
        "other_fen": 150_000_000,
        "total_tonnes": 4_638_753,
        "total_fen": 23_858_744_925,
    }
    assembly = assemble(load(["cea_shanghai"]))
    zh, en = (as_text([row], set(), assembly, lang).splitlines() for lang in ("zh", "en"))
    assert zh[4:7] == [
        "大宗协议：成交量 100,000 吨，成交额 5,292,000.00 元。",
        "其他方式：成交量 30,000 吨，成交额 1,500,000.00 元。",
        "当日合计：成交量 242,000 吨，成交额 12,884,830.00 元。",
    ]
    assert en[4:7] == [
        "Block: volume 100,000 t, turnover 5,292,000.00 yuan.",
        "Other methods: volume 30,000 t, turnover 1,500,000.00 yuan.",
        "Day: volume 242,000 t, turnover 12,884,830.00 yuan.",
    ]
    found = figures(row)
    assert (found["total_volume"], found["total_turnover"]) == (242_000, "12884830.00")


def test_unchanged_and_falling_days(tanpan: Run, published: str) -> None:
    unchanged = tanpan("bulletin", "2021-08-24", "--database", published, "--lang", "zh").stdout
    assert "收盘价 50.20 元/吨，与前一日持平。" in unchanged
    falling = tanpan("bulletin", "2021-07-26", "--database", published, "--lang", "zh").stdout
    assert "收盘价 54.46 元/吨，较前一日下跌 4.41%。" in falling


def test_csv_and_json_carry_machine_names_in_the_publishers_order(tanpan: Run, published: str) -> None:
    args = ("bulletin", "2021-07-21", "--database", published, "--format")
    heading, row = tanpan(*args, "csv").stdout.splitlines()
    assert heading == (
        "date,market,instrument,price_basis,listed_volume,listed_turnover,open,high,low,close,change_pct,"
        "block_volume,block_turnover,total_volume,total_turnover,cumulative_volume,cumulative_turnover,previous_close"
    )
    assert row == (
        "2021-07-21,cea,CEA,listed,112000,6092830.00,54.20,55.50,54.07,54.40,2.10,"
        "100000,5292000.00,212000,11384830.00,4608753,237087449.25,53.28"
    )
    (found,) = json.loads(tanpan(*args, "json").stdout)
    assert list(found) == heading.split(",")
    assert found["listed_volume"] == 112000 and found["listed_turnover"] == "6092830.00"


def test_all_published_days_are_told_as_they_were_published(tanpan: Run, published: str) -> None:
    days = list(csv.DictReader(BULLETINS.read_text(encoding="utf-8-sig").splitlines()))
    assert len(days) == 53
    assert [day["date"] for day in days if day.pop("blocks_in_trades") == "no"] == ["2021-08-25"]
    for day in days:
        args = ("bulletin", day["date"], "--database", published, "--format")
        (as_json,) = json.loads(tanpan(*args, "json").stdout)
        (as_csv,) = csv.DictReader(io.StringIO(tanpan(*args, "csv").stdout))
        for found in (as_json, as_csv):
            assert {name: _figure(found[name]) for name in day} == {
                name: _figure(value) for name, value in day.items()
            }


def _figure(value: str | int) -> Decimal | str:
    text = str(value)
    return text if text.count("-") == 2 else Decimal(text)


def test_a_day_whose_blocks_are_stated_from_the_bulletin(tanpan: Run, published: str) -> None:
    result = tanpan("bulletin", "2021-08-25", "--database", published, "--lang", "zh")
    assert "大宗协议：成交量 250,000 吨，成交额 11,493,000.00 元。" in result.stdout


def test_a_day_without_a_bulletin(tanpan: Run, published: str) -> None:
    result = tanpan("bulletin", "2021-07-17", "--database", published, "--lang", "en")
    assert result.exit_code == 1
    assert result.stderr == (
        "cea_shanghai has no bulletin of 2021-07-17; there are 53, 2021-07-16 to 2021-09-30\n"
    )


def test_a_database_that_is_not_there(tanpan: Run, tmp_path: object) -> None:
    result = tanpan("bulletin", "2021-07-17", "--database", f"sqlite:///{tmp_path}/none.db")
    assert result.exit_code == 2
    assert "doesn't exist" in result.stderr

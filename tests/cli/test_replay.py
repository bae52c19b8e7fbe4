"""`tanpan replay`: published days come out equal, what differs is named, what can't be used is named by line."""

import re
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

from cli.conftest import BULLETINS, TRADES, Run
from tanpan.packs import assemble, load
from tanpan_adapters.calendars import published as calendar
from tanpan_adapters.market_days import read_market_days
from tanpan_adapters.replay import Replay
from tanpan_adapters.runner import Runner

TRADE_HEAD = "date,method,seq,price,quantity\n"
BULLETIN_HEAD = (
    "date,previous_close,open,high,low,close,change_pct,listed_volume,listed_turnover,"
    "block_volume,block_turnover,cumulative_volume,cumulative_turnover,blocks_in_trades\n"
)
# 100 t at 50.00 and 100 t at 51.00 make 10,100.00 yuan and a close of 50.50, 1.00 % above 50.00.
ONE_DAY = TRADE_HEAD + "2024-01-22,listed,1,50.00,100\n2024-01-22,listed,2,51.00,100\n"
ONE_BULLETIN = (
    BULLETIN_HEAD + "2024-01-22,50.00,50.00,51.00,50.00,50.50,1.00,200,10100.00,0,0,1200,60100.00,yes\n"
)


@pytest.fixture
def files(tmp_path: Path) -> "Files":
    return Files(tmp_path)


class Files:
    """Two files, written anew for each test."""

    def __init__(self, folder: Path) -> None:
        self.trades = folder / "trades.csv"
        self.bulletins = folder / "bulletins.csv"
        self.write(ONE_DAY, ONE_BULLETIN)

    def write(self, trades: str, bulletins: str) -> None:
        self.trades.write_text(trades, encoding="utf-8")
        self.bulletins.write_text(bulletins, encoding="utf-8")

    def args(self, pack: str = "cea_shanghai") -> tuple[object, ...]:
        return "replay", self.trades, "--pack", pack, "--against", self.bulletins


def test_the_53_published_days_are_equal(tanpan: Run) -> None:
    result = tanpan("replay", TRADES, "--pack", "cea_shanghai", "--against", BULLETINS, "--lang", "en")
    assert result.exit_code == 0
    assert "53 days, 636 figures: all equal" in result.stdout
    assert "differs" not in result.stdout
    assert result.stderr == ""


def test_a_day_is_shown_field_by_field(tanpan: Run) -> None:
    result = tanpan("replay", TRADES, "--pack", "cea_shanghai", "--against", BULLETINS, "--lang", "zh")
    first = result.stdout.split("2021-07-19")[0]
    rows = [re.split(r"\s{2,}", line.strip()) for line in first.splitlines()[3:] if line.strip()]
    assert rows == [
        ["前收盘价", "48.00", "48.00", "＝"],
        ["开盘价", "48.00", "48.00", "＝"],
        ["最高价", "52.80", "52.80", "＝"],
        ["最低价", "48.00", "48.00", "＝"],
        ["收盘价", "51.23", "51.23", "＝"],
        ["涨跌幅 %", "6.73", "6.73", "＝"],
        ["挂牌成交量", "4,103,953", "4,103,953", "＝"],
        ["挂牌成交额", "210,230,053.25", "210,230,053.25", "＝"],
        ["大宗成交量", "0", "0", "＝"],
        ["大宗成交额", "0.00", "0.00", "＝"],
        ["累计成交量", "4,103,953", "4,103,953", "＝"],
        ["累计成交额", "210,230,053.25", "210,230,053.25", "＝"],
    ]


def test_blocks_taken_from_the_bulletin_are_marked_and_counted(tanpan: Run) -> None:
    result = tanpan("replay", TRADES, "--pack", "cea_shanghai", "--against", BULLETINS, "--lang", "en")
    day = result.stdout.split("2021-08-25  CEA")[1].split("2021-08-26  CEA")[0]
    assert re.search(r"block volume +250,000 +250,000 +1? *= bulletin", day)
    assert re.search(r"cumulative volume +8,231,058 +8,231,058 +=", day)
    assert (
        "2021-08-25 CEA: block figures taken from the bulletin, in the journal as cited figures, not as trades"
    ) in result.stdout


def test_what_ctrl_c_leaves_behind(
    tanpan: Run, published: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, settled = Replay._settle, []

    def interrupted(self: Replay, day: date, *rest: object) -> None:
        if len(settled) == 2:
            raise KeyboardInterrupt
        settled.append(day)
        settle(self, day, *rest)

    monkeypatch.setattr(Replay, "_settle", interrupted)
    url = f"sqlite:///{tmp_path}/cut.db"
    args = ("replay", TRADES, "--pack", "cea_shanghai", "--against", BULLETINS, "--lang", "en")
    result = tanpan(*args, "--database", url)
    assert result.exit_code == 130
    assert f"interrupted; the days up to 2021-07-19 stay in {url}" in result.stderr
    assert "to run again give --database another file" in result.stderr
    assert result.stderr.count("\n") == 1
    day = ("bulletin", "2021-07-19", "--database")
    assert tanpan(*day, url).stdout == tanpan(*day, published).stdout
    without = tanpan(*args)
    assert (without.exit_code, without.stderr) == (130, "interrupted; nothing is kept\n")
    zh = tanpan(*args[:-1], "zh", "--database", f"sqlite:///{tmp_path}/none.db")
    assert zh.exit_code == 130 and "尚无完整的交易日" in zh.stderr


def test_a_changed_figure_is_named(tanpan: Run, tmp_path: Path) -> None:
    changed = tmp_path / "bulletins.csv"
    text = BULLETINS.read_text(encoding="utf-8")
    assert "54.20,55.50,54.07,54.40,2.10" in text
    changed.write_text(text.replace("54.20,55.50,54.07,54.40,2.10", "54.20,55.50,54.07,54.41,2.10"), "utf-8")
    result = tanpan("replay", TRADES, "--pack", "cea_shanghai", "--against", changed, "--lang", "en")
    assert result.exit_code == 1
    assert "2021-07-21 CEA close: ours 54.40, published 54.41" in result.stdout
    assert "53 days, 636 figures: 1 differ" in result.stdout


def test_a_wrong_running_total_is_found_on_a_day_whose_blocks_come_from_the_bulletin(
    tanpan: Run, tmp_path: Path
) -> None:
    changed = tmp_path / "bulletins.csv"
    text = BULLETINS.read_text(encoding="utf-8")
    changed.write_text(text.replace("250000,11493000.00,8231058", "250000,11493000.00,8231059"), "utf-8")
    result = tanpan("replay", TRADES, "--pack", "cea_shanghai", "--against", changed, "--lang", "zh")
    assert result.exit_code == 1
    assert "2021-08-25 CEA cumulative_volume：内核 8,231,058，公报 8,231,059" in result.stdout


def test_fees_are_provided_for(tanpan: Run, files: Files) -> None:
    # The CCER market takes 6 per mille of each side; its figures don't contain them.
    result = tanpan(*files.args("ccer_national"), "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "1 days, 12 figures: all equal" in result.stdout


def test_several_instruments_each_with_its_own_totals(tanpan: Run, files: Files, tmp_path: Path) -> None:
    trades, bulletins = several_instruments()
    files.write(trades, bulletins)
    url = f"sqlite:///{tmp_path}/several.db"
    result = tanpan(*files.args(), "--lang", "en", "--database", url)
    assert result.exit_code == 0, result.output
    assert "2 days, 48 figures: all equal" in result.stdout
    text = tanpan("bulletin", "2023-09-12", "--database", url, "--lang", "zh").stdout
    assert text == (
        "全国碳排放权交易市场每日行情 20230912\n"
        "\n"
        "[CEA21]\n"
        "挂牌协议：成交量 0 吨，成交额 0.00 元；开盘价 71.00 元/吨，最高价 - 元/吨，最低价 - 元/吨，"
        "收盘价 71.00 元/吨，与前一日持平。\n"
        "大宗协议：成交量 100,000 吨，成交额 7,100,000.00 元。\n"
        "当日合计：成交量 100,000 吨，成交额 7,100,000.00 元。\n"
        "上市以来累计：成交量 101,200 吨，成交额 7,164,300.00 元。\n"
        "\n"
        "[CEA22]\n"
        "挂牌协议：成交量 10 吨，成交额 610.00 元；开盘价 61.00 元/吨，最高价 61.00 元/吨，最低价 61.00 元/吨，"
        "收盘价 61.00 元/吨，较前一日上涨 1.67%。\n"
        "大宗协议：当日没有成交。\n"
        "当日合计：成交量 10 吨，成交额 610.00 元。\n"
        "上市以来累计：成交量 10 吨，成交额 610.00 元。\n"
        "\n"
        "声明：以上行情信息归上海环境能源交易所股份有限公司所有，未经其书面同意，不得转载、传播或用于商业用途。\n"
    )
    rows = tanpan("bulletin", "2023-09-12", "--database", url, "--format", "csv").stdout.splitlines()
    assert rows[1:] == [
        "2023-09-12,cea,CEA21,listed,0,0.00,71.00,,,71.00,0.00,100000,7100000.00,100000,7100000.00,101200,7164300.00,71.00",
        "2023-09-12,cea,CEA22,listed,10,610.00,61.00,61.00,61.00,61.00,1.67,0,0.00,10,610.00,10,610.00,60.00",
    ]


def several_instruments() -> tuple[str, str]:
    """CEA21: 100 t at 70.00 and 100 t at 72.00, then one block only. CEA22: nothing, then 10 t at 61.00."""
    trades = (
        "date,instrument,method,seq,price,quantity\n"
        "2023-09-11,CEA21,listed,1,70.00,100\n"
        "2023-09-11,CEA21,listed,2,72.00,100\n"
        "2023-09-12,CEA22,listed,1,61.00,10\n"
        "2023-09-12,CEA21,block,2,71.00,100000\n"
    )
    bulletins = (
        BULLETIN_HEAD.replace("date,", "date,instrument,")
        + "2023-09-11,CEA21,70.00,70.00,72.00,70.00,71.00,1.43,200,14200.00,0,0,1200,64300.00,yes\n"
        + "2023-09-11,CEA22,60.00,60.00,,-,60.00,0.00,0,0,0,0,0,0,yes\n"
        + "2023-09-12,CEA21,71.00,71.00,0,0,71.00,0.00,0,0,100000,7100000.00,101200,7164300.00,yes\n"
        + "2023-09-12,CEA22,60.00,61.00,61.00,61.00,61.00,1.67,10,610.00,0,0,10,610.00,yes\n"
    )
    return trades, bulletins


def test_a_market_that_matches_by_itself_gets_two_postings(files: Files, tmp_path: Path) -> None:
    assembly = assemble(load(["neutral_market"]))
    auto = assembly.markets[0]
    assembly = evolve(assembly, packs=(evolve(assembly.packs[0], markets=(auto,)),))
    days = read_market_days(files.trades, files.bulletins, calendar())
    with Runner(f"sqlite:///{tmp_path}/auto.db", "auto", assembly, calendar()) as runner:
        (compared,) = Replay(runner, auto, days).run()
        assert compared.equal and compared.day == date(2024, 1, 22)
        # The day's buyers spend all they were given, fees of 5 per mille included.
        assert sum(account.total for account in runner.exchange.ledger.accounts.values()) == 10_100_00 - 50_50


def test_a_database_keeps_journal_and_views(tanpan: Run, published: str) -> None:
    verified = tanpan("journal", "verify", "--database", published, "--lang", "en")
    assert verified.exit_code == 0
    assert "equal to the replay" in verified.stdout


def test_a_database_that_has_the_exchange_is_refused(tanpan: Run, published: str) -> None:
    args = ("replay", TRADES, "--pack", "cea_shanghai", "--against", BULLETINS, "--database", published)
    result = tanpan(*args, "--lang", "en")
    assert result.exit_code == 2
    assert "already has the exchange cea_shanghai" in result.stderr
    assert result.stderr.count("\n") == 1


def test_views_left_beside_a_database_that_is_gone_are_not_this_ones(
    tanpan: Run, files: Files, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/again.db"
    assert tanpan(*files.args(), "--database", url).exit_code == 0
    (tmp_path / "again.db").unlink()
    for left in tmp_path.glob("again.db-*"):
        left.unlink()
    later = [text.replace("2024-01-22", "2024-01-23") for text in (ONE_DAY, ONE_BULLETIN)]
    files.write(*later)
    assert tanpan(*files.args(), "--database", url).exit_code == 0
    assert tanpan("bulletin", "2024-01-22", "--database", url).exit_code == 1
    assert tanpan("bulletin", "2024-01-23", "--database", url).exit_code == 0


def test_a_byte_order_mark_blank_lines_and_windows_ends_are_tolerated(tanpan: Run, files: Files) -> None:
    files.trades.write_bytes(b"\xef\xbb\xbf" + ONE_DAY.replace("\n", "\r\n").encode() + b"\r\n")
    assert tanpan(*files.args()).exit_code == 0


def day_two(text: str) -> str:
    return text.replace("2024-01-22", "2024-01-23")


@pytest.mark.parametrize(
    ("trades", "line", "reason"),
    [
        ("", "", "the file is empty"),
        (TRADE_HEAD, "", "there is a heading and no row"),
        (ONE_DAY.replace("price,", ""), ":1", "column price is missing"),
        (ONE_DAY.replace("seq", "seq,note"), ":1", "column 'note' is unknown"),
        (ONE_DAY.replace("seq,", "seq,seq,"), ":1", "column seq is there twice"),
        (ONE_DAY + "2024-01-22,listed,3,50.00\n", ":4", "4 cells under 5 columns"),
        (ONE_DAY.replace("51.00,100", "51.00,ten"), ":3", "quantity 'ten' is not a whole number"),
        (ONE_DAY.replace("51.00,100", "51.00,10.5"), ":3", "quantity '10.5' is not a whole number"),
        (ONE_DAY.replace("51.00,100", "51.00,0"), ":3", "quantity '0' is not positive"),
        (ONE_DAY.replace("51.00,100", "51.00,-5"), ":3", "quantity '-5' is not positive"),
        (ONE_DAY.replace("51.00,100", "51.00,99999999999"), ":3", "quantity '99999999999' is too large"),
        (
            ONE_DAY.replace("51.00", "51.001"),
            ":3",
            "price '51.001' is not a number with at most two decimals",
        ),
        (ONE_DAY.replace("51.00", "NaN"), ":3", "price 'NaN' is not a number with at most two decimals"),
        (ONE_DAY.replace("51.00", "-51.00"), ":3", "price '-51.00' is not positive"),
        (ONE_DAY.replace("listed,2", "swap,2"), ":3", "method 'swap' is none of listed, block"),
        (ONE_DAY.replace("listed,2", "listed,1"), ":3", "seq 1 of 2024-01-22 is there twice (see line 2)"),
        (ONE_DAY.replace("2024-01-22,listed,2", "22.1.2024,listed,2"), ":3", "'22.1.2024' is not a day"),
        (ONE_DAY.replace("2024-01-22,listed,2", "2024-02-30,listed,2"), ":3", "'2024-02-30' is not a day"),
        (ONE_DAY + "2024-01-19,listed,1,50.00,1\n", ":4", "2024-01-19 comes after 2024-01-22"),
        (ONE_DAY + "2024-01-27,listed,1,50.00,1\n", ":4", "2024-01-27 is not a trading day"),
        (ONE_DAY + "2099-01-05,listed,1,50.00,1\n", ":4", "CALENDAR_NOT_PUBLISHED"),
        (ONE_DAY + "2024-01-23,listed,1,50.00,1\n", ":4", "trades of 2024-01-23 without a bulletin"),
        (ONE_DAY + '2024-01-22,listed,3,"50.00,1\n', ":4", "not valid CSV"),
    ],
)
def test_unusable_trades_are_named_by_line(
    tanpan: Run, files: Files, trades: str, line: str, reason: str
) -> None:
    files.write(trades, ONE_BULLETIN)
    result = tanpan(*files.args(), "--lang", "en")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert any(f".csv{line}: " in said and reason in said for said in result.stderr.splitlines()), (
        result.stderr
    )


@pytest.mark.parametrize(
    ("bulletins", "line", "reason"),
    [
        (ONE_BULLETIN.replace(",yes", ",maybe"), ":2", "blocks_in_trades 'maybe' is none of yes, no"),
        (ONE_BULLETIN.replace("50.50,1.00", "50.505,1.00"), ":2", "close '50.505' is not a number"),
        (ONE_BULLETIN.replace("50.50,1.00", "50.50,one"), ":2", "change_pct 'one' is not a number"),
        (ONE_BULLETIN.replace("1200,", "199,"), ":2", "the cumulative figures are below the day's own"),
        (
            ONE_BULLETIN + ONE_BULLETIN.splitlines()[1] + "\n",
            ":3",
            "there is a bulletin of 2024-01-22 already",
        ),
        (
            ONE_BULLETIN + day_two(ONE_BULLETIN.splitlines()[1]) + "\n",
            ":3",
            "a volume on 2024-01-23 without trades",
        ),
        (ONE_BULLETIN.replace("2024-01-22", "2024-01-20"), ":2", "2024-01-20 is not a trading day"),
        (ONE_BULLETIN.replace(",open", ""), ":1", "column open is missing"),
    ],
)
def test_unusable_bulletins_are_named_by_line(
    tanpan: Run, files: Files, bulletins: str, line: str, reason: str
) -> None:
    files.write(ONE_DAY, bulletins)
    result = tanpan(*files.args(), "--lang", "en")
    assert result.exit_code == 2
    assert any(f"bulletins.csv{line}: " in said and reason in said for said in result.stderr.splitlines()), (
        result.stderr
    )


def test_only_one_file_names_instruments(tanpan: Run, files: Files) -> None:
    files.write(several_instruments()[0], ONE_BULLETIN)
    result = tanpan(*files.args(), "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr == f"{files.bulletins}:1: column instrument is missing: the other file has it\n"


def test_all_problems_are_told_at_once_in_chinese(tanpan: Run, files: Files) -> None:
    files.write(ONE_DAY.replace("50.00,100", "50.005,100").replace("51.00,100", "51.00,0"), ONE_BULLETIN)
    result = tanpan(*files.args(), "--lang", "zh")
    assert result.stderr.splitlines() == [
        f"{files.trades}:2: price '50.005' 不是至多两位小数的数值",
        f"{files.trades}:3: quantity '0' 须大于零",
    ]


def test_a_file_that_is_not_utf_8(tanpan: Run, files: Files) -> None:
    files.trades.write_bytes(ONE_DAY.encode() + "2024-01-22,挂牌,3,50.00,1\n".encode("gbk"))
    result = tanpan(*files.args(), "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr == f"{files.trades}:4: not UTF-8\n"


def test_a_file_that_is_not_there(tanpan: Run, files: Files) -> None:
    files.trades.unlink()
    result = tanpan(*files.args(), "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr == f"{files.trades}: can't be read: No such file or directory\n"


def test_blocks_on_a_day_whose_blocks_come_from_the_bulletin(tanpan: Run, files: Files) -> None:
    files.write(ONE_DAY + "2024-01-22,block,3,50.00,100000\n", ONE_BULLETIN.replace(",yes", ",no"))
    result = tanpan(*files.args(), "--lang", "en")
    assert result.exit_code == 2
    assert (
        "trades.csv:4: a block, though the blocks of 2024-01-22 are taken from the bulletin" in result.stderr
    )


def test_a_row_the_market_refuses_is_named_with_its_reason(tanpan: Run, files: Files, tmp_path: Path) -> None:
    second = day_two(ONE_DAY.removeprefix(TRADE_HEAD)).replace("51.00", "61.00")
    files.write(ONE_DAY + second, ONE_BULLETIN + day_two(ONE_BULLETIN.removeprefix(BULLETIN_HEAD)))
    url = f"sqlite:///{tmp_path}/kept.db"
    result = tanpan(*files.args(), "--database", url, "--lang", "en")
    assert result.exit_code == 2
    # The second day's band is 10 % around the first day's close of 50.50: up to 55.55.
    assert (
        f"{files.trades}:5: the market refuses: PRICE_OUT_OF_BAND: the price is outside its band; "
        "price 61.00 yuan; lower 45.45 yuan; upper 55.55 yuan; reference 50.50 yuan [CEA-2.1-g]"
    ) in result.stderr
    assert "the 1 days before it are kept" in result.stderr
    assert tanpan("bulletin", "2024-01-22", "--database", url).exit_code == 0


def test_a_block_where_blocks_are_not_open_is_refused_in_words(tanpan: Run, files: Files) -> None:
    files.write(ONE_DAY + "2024-01-22,block,3,50.00,100000\n", ONE_BULLETIN)
    result = tanpan(*files.args("ccer_national"), "--lang", "zh")
    assert result.exit_code == 2
    assert f"{files.trades}:4: 市场拒绝：METHOD_NOT_OPEN: 该交易方式尚未开放" in result.stderr


def test_days_before_the_rules_are_refused(tanpan: Run, files: Files) -> None:
    files.write(*(text.replace("2024-01-22", "2021-06-21") for text in (ONE_DAY, ONE_BULLETIN)))
    result = tanpan(*files.args(), "--lang", "en")
    assert result.exit_code == 2
    assert "bulletins.csv:2: the market refuses: RULE_NOT_IN_FORCE" in result.stderr


def test_a_pack_that_is_not_installed_or_has_several_markets(tanpan: Run, files: Files) -> None:
    missing = tanpan(*files.args("nowhere"), "--lang", "en")
    assert missing.exit_code == 2
    assert "rule pack nowhere is not installed (installed: ccer_national, cea_shanghai" in missing.stderr
    several = tanpan(*files.args("neutral_market"), "--lang", "en")
    assert several.exit_code == 2
    assert "has 2 markets" in several.stderr

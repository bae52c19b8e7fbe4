"""`tanpan journal`: a sound journal is told from an edited one; records are read, states rebuilt."""

import json
import re
import shutil
import sqlite3
from datetime import date, time
from hashlib import sha256
from pathlib import Path

import pytest

from cli.conftest import Run
from tanpan.calendar import instant
from tanpan.custody import Deposit
from tanpan.instruments import RegisterInstrument
from tanpan.messages import Envelope
from tanpan.packs import assemble, load
from tanpan.refusals import Refusal
from tanpan_adapters.calendars import published as calendar
from tanpan_adapters.runner import Runner


@pytest.fixture
def copy(published: str, tmp_path: Path) -> Path:
    """A copy of the database that a test may spoil."""
    source = Path(published.removeprefix("sqlite:///"))
    with sqlite3.connect(source) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Path(shutil.copy(source, tmp_path / "copy.db"))


def edit(database: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(database)
    with connection:
        connection.execute(statement, values)
    connection.close()


def test_a_sound_journal(tanpan: Run, published: str) -> None:
    result = tanpan("journal", "verify", "--database", published, "--lang", "zh")
    assert result.exit_code == 0
    for line in ("交易机构  cea_shanghai", "批次      54", "1548：与重放相同", "结论      完好"):
        assert line in result.stdout


def test_an_edited_row_is_named_by_its_sequence(tanpan: Run, copy: Path) -> None:
    connection = sqlite3.connect(copy)
    (seq,) = connection.execute(
        "SELECT first_seq FROM journal ORDER BY first_seq LIMIT 1 OFFSET 9"
    ).fetchone()
    connection.close()
    edit(copy, "UPDATE journal SET payload = CAST(payload || x'00' AS BLOB) WHERE first_seq = ?", seq)
    result = tanpan("journal", "verify", "--database", f"sqlite:///{copy}", "--lang", "en")
    assert result.exit_code == 1
    assert f"the journal is broken at sequence {seq}: the row was changed" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_removed_row_is_named_by_its_sequence(tanpan: Run, copy: Path) -> None:
    edit(copy, "DELETE FROM journal WHERE last_seq = 1548")
    result = tanpan("journal", "verify", "--database", f"sqlite:///{copy}", "--lang", "zh")
    assert result.exit_code == 1
    assert "处损坏" in result.stderr


def test_a_snapshot_of_another_state_is_named(tanpan: Run, copy: Path) -> None:
    other = b"another state"
    edit(
        copy,
        "UPDATE snapshots SET payload = ?, digest = ?, state_hash = ?",
        other,
        sha256(other).digest(),
        sha256(other).hexdigest(),
    )
    result = tanpan("journal", "verify", "--database", f"sqlite:///{copy}", "--lang", "en")
    assert result.exit_code == 1
    assert "the snapshot at sequence 1548 is wrong" in result.stderr


def test_a_pack_that_is_missing_is_named(
    tanpan: Run, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanpan_adapters.cli.packs.installed", lambda: {"ccer_national": None})
    result = tanpan("journal", "replay", "--database", published, "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr == "rule pack cea_shanghai is not installed (installed: ccer_national)\n"


def test_records_with_their_events(tanpan: Run, published: str) -> None:
    result = tanpan("journal", "show", "--database", published, "--from", 11, "--to", 12, "--lang", "en")
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["11", "2021-07-16", "09:00:00", "admin", "core.list_instrument"]
    assert lines[1].endswith(
        "body (instrument CEA, listing_day 2021-07-16, reference 48.00 yuan, carried_tonnes 0, carried 0.00 yuan)"
    )
    assert "admin (with admin2)" in lines[2]
    assert lines[3].strip() == "→ core.proposal_confirmed: proposal 1, approver admin2"


def test_amounts_in_yuan_are_not_called_fen(tanpan: Run, published: str) -> None:
    args = ("journal", "show", "--database", published, "--to", 40, "--lang")
    zh, en = tanpan(*args, "zh").stdout, tanpan(*args, "en").stdout
    assert "_fen" not in zh and "_fen" not in en
    prices = "prices [(instrument CEA, reference 48.00 {0}, lower 43.20 {0}, upper 52.80 {0}, "
    assert prices.format("元") in zh and prices.format("yuan") in en


def test_records_from_after_to(tanpan: Run, published: str) -> None:
    result = tanpan("journal", "show", "--database", published, "--from", 50, "--to", 40, "--lang", "en")
    assert (result.exit_code, result.stderr) == (2, "--from 50 comes after --to 40\n")


def test_a_journal_cut_together_with_its_head_is_found_by_a_head_kept_elsewhere(
    tanpan: Run, copy: Path
) -> None:
    args = ("journal", "verify", "--database", f"sqlite:///{copy}", "--lang", "en")
    sound = tanpan(*args)
    (head,) = re.findall(r"head digest +([0-9a-f]{64}:[0-9]+)\n", sound.stdout)
    digest = head.partition(":")[0]
    for kept in (head, digest):
        result = tanpan(*args, "--head", kept)
        assert result.exit_code == 0 and "on the chain" in result.stdout
    connection = sqlite3.connect(copy)
    last, before = connection.execute(
        "SELECT last_seq, digest FROM journal ORDER BY first_seq DESC LIMIT 2"
    ).fetchall()
    connection.close()
    edit(copy, "DELETE FROM journal WHERE last_seq = ?", last[0])
    edit(copy, "DELETE FROM snapshots")
    edit(copy, "UPDATE meta SET value = ? WHERE key LIKE 'head:%'", f"{before[0]} {before[1].hex()}")
    assert tanpan(*args).exit_code == 0
    cut = tanpan(*args, "--head", head)
    assert cut.exit_code == 1
    assert f"cut short: it should reach sequence {last[0]}" in cut.stderr
    unknown = tanpan(*args, "--head", digest)
    assert unknown.exit_code == 1
    assert f"no row of the journal has the digest {digest}" in unknown.stderr
    # An earlier head still lies on the chain; one with a wrong sequence or a changed digest doesn't.
    assert tanpan(*args, "--head", before[1].hex()).exit_code == 0
    assert tanpan(*args, "--head", f"{before[1].hex()}:{before[0] - 1}").exit_code == 1
    assert tanpan(*args, "--head", f"{'0' * 64}:{before[0]}").exit_code == 1


@pytest.mark.parametrize("head", ["", "12", "0" * 63, f"{'0' * 64}:", f"{'0' * 64}:-1", f"{'g' * 64}"])
def test_a_head_that_is_none(tanpan: Run, published: str, head: str) -> None:
    result = tanpan("journal", "verify", "--database", published, "--head", head, "--lang", "en")
    assert result.exit_code == 2
    assert "is not a digest of 64 hexadecimal digits" in result.stderr


def test_refusals_are_listed_with_the_newest_last(tanpan: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/refused.db"
    at = instant(date(2021, 7, 16), time(9, 0))
    with Runner(url, "cea_shanghai", assemble(load(["cea_shanghai"])), calendar()) as runner:
        runner.found(at, institutions=("registry", "channel"))
        empty = tanpan("journal", "refusals", "--database", url, "--lang", "en")
        assert (empty.exit_code, empty.stdout) == (0, "no refusals\n")
        sent = (
            ("registry", RegisterInstrument("X", "cea", "NONE")),
            ("no\x1bbody", Deposit("S01", 100)),
            ("channel", Deposit("S01", -100)),
        )
        for number, (actor, command) in enumerate(sent):
            with pytest.raises(Refusal):
                runner.execute(Envelope(f"request {number}", actor, command, "desk"), at)
    result = tanpan("journal", "refusals", "--database", url, "--lang", "en")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["2021-07-16", "09:00:00", "registry", "desk", "core.register_instrument"]
    assert lines[1] == (
        "  → UNKNOWN_PRODUCT: the market does not trade the product; product NONE; market cea [CEA-2-a]"
    )
    assert lines[2].split()[2:] == ["no\\x1bbody", "desk", "core.deposit"]
    assert "UNKNOWN_ACTOR" in lines[3]
    assert lines[4].split()[2:] == ["channel", "desk", "core.deposit"]
    assert len(lines) == 6
    newest = tanpan("journal", "refusals", "--database", url, "--limit", 1, "--lang", "zh")
    assert newest.stdout.splitlines()[0] == "最近 1 条，还有更早的"
    assert len(newest.stdout.splitlines()) == 3


def test_records_as_json(tanpan: Run, published: str) -> None:
    result = tanpan("journal", "show", "--database", published, "--from", 11, "--to", 11, "--json")
    record = json.loads(result.stdout)
    assert record["seq"] == 11
    assert record["at"] == "2021-07-16T09:00:00+08:00"
    assert record["body"]["reference_fen"] == 4800
    assert record["events"][0]["event"] == "core.proposal_made"


def test_the_state_as_of_a_sequence(tanpan: Run, published: str) -> None:
    early = tanpan("journal", "replay", "--database", published, "--until", 12, "--lang", "en")
    assert early.exit_code == 0
    assert "sequence    12 / 1548" in early.stdout
    again = tanpan("journal", "replay", "--database", published, "--until", 12, "--lang", "en")
    last = tanpan("journal", "replay", "--database", published, "--lang", "en")
    hashes = [
        line for result in (early, again, last) for line in result.stdout.splitlines() if "state hash" in line
    ]
    assert hashes[0] == hashes[1] != hashes[2]
    # All cash that came in is there, and every tonne that was delivered.
    assert "17,398,995" in last.stdout and "settled" in last.stdout


def test_a_sequence_beyond_the_end(tanpan: Run, published: str) -> None:
    for args in (("replay", "--until"), ("show", "--from")):
        result = tanpan("journal", args[0], "--database", published, args[1], 1551, "--lang", "en")
        assert result.exit_code == 2
        assert result.stderr == "the journal ends at sequence 1548\n"


def test_views_are_rebuilt(tanpan: Run, copy: Path) -> None:
    url = f"sqlite:///{copy}"
    before = tanpan("bulletin", "2021-07-21", "--database", url).stdout
    result = tanpan("journal", "views", "--database", url, "--lang", "en")
    assert result.exit_code == 0
    assert "core.day_prices" in result.stdout and "rebuilt up to sequence 1548" in result.stdout
    assert tanpan("bulletin", "2021-07-21", "--database", url).stdout == before


def test_which_exchange_is_meant(tanpan: Run, copy: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{copy}"
    unknown = tanpan("journal", "verify", "--database", url, "--exchange", "beijing", "--lang", "en")
    assert unknown.exit_code == 2
    assert "has no exchange beijing (it has cea_shanghai)" in unknown.stderr
    edit(copy, "INSERT INTO meta VALUES ('head:beijing', '0 00')")
    several = tanpan("journal", "verify", "--database", url, "--lang", "en")
    assert several.exit_code == 2
    assert "several exchanges (beijing, cea_shanghai)" in several.stderr
    empty = tmp_path / "empty.db"
    sqlite3.connect(empty).close()
    empty.touch()
    none = tanpan("journal", "verify", "--database", f"sqlite:///{empty}", "--lang", "en")
    assert none.exit_code == 2 and "has no exchange" in none.stderr


def test_a_file_that_is_no_database(tanpan: Run, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 8)
    for command in (("journal", "verify"), ("journal", "views"), ("bulletin", "2021-07-16")):
        result = tanpan(*command, "--database", f"sqlite:///{garbage}")
        assert result.exit_code == 2
        assert str(garbage) in result.stderr and result.stderr.count("\n") == 1

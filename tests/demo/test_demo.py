"""`tanpan demo`: it comes to life by itself, through the door that everybody uses, and stops when it is told to."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tanpan.calendar import ZONE, Calendar
from tanpan_adapters.calendars import published
from tanpan_adapters.demo.market import new_password
from tanpan_adapters.demo.sample import FEWEST_DAYS, first_day
from tanpan_adapters.identity.passwords import Passwords
from tanpan_adapters.identity.settings import IdentitySettings

PATIENCE_S = 90.0
RATE = 5000


class Demo:
    """A demonstration in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        main = "from tanpan_adapters.cli import main; main()"
        arguments = ["demo", "--port", "0", "--rate", str(RATE), "--keep", str(folder / "kept")]
        environment = {**os.environ, "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1"}
        with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-c", main, *arguments], stdout=out, stderr=err, env=environment
            )
        said = self.wait_for(r"(?s)Bearer (\S+)\" (http://[^/\s]+)/api/(\w+)/stream.*Ctrl-C")
        self.key, self.address, self.exchange = said[1], said[2], said[3]

    def wait_for(self, pattern: str) -> "re.Match[str]":
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self.process.poll() is None:
            found = re.search(pattern, (self.folder / "out").read_text(encoding="utf-8"))
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError((self.folder / "out").read_text() + (self.folder / "err").read_text())

    def open(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if body else {"Authorization": f"Bearer {self.key}"}
        request = urllib.request.Request(f"{self.address}/api/{self.exchange}{path}", data, headers)
        return urllib.request.urlopen(request, timeout=20)

    def rows(self, query: str) -> list[dict[str, Any]]:
        with self.open(f"/queries/{query}") as answer:
            rows: list[dict[str, Any]] = json.loads(answer.read())["rows"]
            return rows

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    started = Demo(tmp_path_factory.mktemp("demo"))
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
        started.process.wait()


def test_days_pass_and_are_settled(demo: Demo) -> None:
    until = time.monotonic() + PATIENCE_S
    days: list[dict[str, Any]] = []
    while len({row["day"] for row in days}) < 2 and time.monotonic() < until:
        time.sleep(0.2)
        days = demo.rows("core.day_prices")
    assert len({row["day"] for row in days}) >= 2
    assert any(int(row["listed_tonnes"]) > 0 for row in days), "somebody traded"
    (market,) = demo.rows("core.markets")
    assert market["ordinal"] >= 3 or market["state"] == "open"
    assert market["to_settle"] != min(row["day"] for row in days), "the first day was confirmed and settled"


def test_the_stream_is_alive(demo: Demo) -> None:
    seen = set()
    until = time.monotonic() + PATIENCE_S
    with demo.open("/stream") as stream:
        while not {"quotes", "trades"} <= seen and time.monotonic() < until:
            line = stream.readline().decode().strip()
            if line.startswith("event: "):
                seen.add(line.removeprefix("event: "))
    assert {"quotes", "trades"} <= seen


def test_the_sample_users_sign_in_with_the_password_of_this_run(demo: Demo) -> None:
    password = demo.wait_for(r"password (\S+), good")[1]
    with demo.open("/session", {"user": "alpha", "password": password}) as answer:
        assert json.loads(answer.read())["account"] == "A001"
    with pytest.raises(urllib.error.HTTPError) as refused:
        demo.open("/session", {"user": "alpha", "password": "demo"})
    with closing(refused.value):
        assert refused.value.code == 401


def test_it_stops_and_what_it_kept_is_whole(demo: Demo) -> None:
    assert demo.stop() == 0
    assert "Traceback" not in (demo.folder / "err").read_text(encoding="utf-8")
    database = f"sqlite:///{demo.folder}/kept/tanpan.db"
    main = "from tanpan_adapters.cli import main; main()"
    verify = ["journal", "verify", "--database", database, "--exchange", demo.exchange]
    done = subprocess.run([sys.executable, "-c", main, *verify], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_it_goes_on_where_it_was_kept(demo: Demo) -> None:
    if demo.process.poll() is None:
        demo.stop()
    again = Demo(demo.folder)
    try:
        (market,) = again.rows("core.markets")
        assert market["ordinal"] >= 2
        assert "not set up" not in (again.folder / "err").read_text(encoding="utf-8")
        assert again.stop() == 0
    finally:
        if again.process.poll() is None:
            again.process.kill()
        again.process.wait()


def test_it_begins_where_enough_of_the_calendar_is_left() -> None:
    days = [day for day in published().trading_days if day.year == 2026]
    calendar = Calendar(days, days, date(2026, 1, 1), date(2026, 12, 31))
    assert first_day(calendar, date(2026, 3, 1)) == date(2026, 3, 2), "a Sunday"
    assert first_day(calendar, date(2026, 3, 3)) == date(2026, 3, 3)
    for late in (date(2026, 12, 30), date(2027, 5, 1), date(2025, 12, 1)):
        assert first_day(calendar, late) == days[-FEWEST_DAYS]
    assert first_day(published(), datetime.now(ZONE).date()) in published().trading_days


def test_a_password_is_made_anew_and_good_enough() -> None:
    first, second = new_password(), new_password()
    assert first != second
    settings = IdentitySettings()
    Passwords(settings.argon2, least=settings.password_length, slots=1).check_rules("alpha", first)

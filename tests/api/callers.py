"""A served house: an exchange with people, means and an instrument, and a client for each who calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from kernel.helpers import FIRST, at
from tanpan_adapters.api.app import create_edge
from tanpan_adapters.api.serving import served
from tanpan_adapters.service.configuration import (
    Attachments,
    Database,
    ExchangeTable,
    Http,
    Limits,
    Settings,
    Simulation,
    Timetable,
    Vault,
)
from tanpan_adapters.service.host import Host

NAME = "venue"
PLENTY = Limits(
    requests_per_second=100_000, request_burst=100_000, anonymous_per_second=100_000, anonymous_burst=100_000
)
ACCOUNTS = ("Alpha", "Beta", "Gamma")


class House:
    """A host that is served, with a client per caller."""

    def __init__(self, host: Any, address: str) -> None:
        self.host = host
        self.address = address
        self.client = httpx.Client(base_url=address, timeout=20)
        self._keys: dict[tuple[str, tuple[str, ...]], str] = {}

    @property
    def hosted(self) -> Any:
        return self.host.exchanges[NAME]

    def head(self, actor: str, *scopes: str) -> dict[str, str]:
        """The headers of an actor's key; none for nobody."""
        if not actor:
            return {}
        wanted = scopes or ("read", "trade", "manage")
        if (actor, wanted) not in self._keys:
            self._keys[actor, wanted] = self.host.identity.issue_key(NAME, actor, wanted)
        return {"Authorization": f"Bearer {self._keys[actor, wanted]}"}

    def send(
        self, actor: str, command: str, headers: dict[str, str] | None = None, **fields: Any
    ) -> httpx.Response:
        """Send a command."""
        return self.client.post(
            f"/api/{NAME}/commands/{command}",
            content=msgspec.json.encode(fields),
            headers={**self.head(actor), **(headers or {})},
        )

    def do(self, actor: str, command: str, **fields: Any) -> dict[str, Any]:
        """Send a command that is accepted; its answer."""
        response = self.send(actor, command, **fields)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def get(
        self, actor: str, path: str, headers: dict[str, str] | None = None, **words: Any
    ) -> httpx.Response:
        """Get something of the exchange."""
        return self.client.get(
            f"/api/{NAME}/{path}", params=words, headers={**self.head(actor), **(headers or {})}
        )

    def rows(self, actor: str, query: str, **words: Any) -> list[dict[str, Any]]:
        """The rows of a query, as of the last committed record."""
        words = {"at_least": self.hosted.writer.committed_seq, **words}
        response = self.get(actor, f"queries/{query}", **words)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()["rows"]
        return found

    def clock(self, to: int) -> None:
        """Move the clock on."""
        response = self.client.post(f"/api/{NAME}/clock", json={"now": to}, headers=self.head("admin"))
        assert response.status_code == 200, response.text


@contextmanager
def opened(
    folder: Path, http: Http | None = None, limits: Limits = PLENTY, *, bare: bool = False, url: str = ""
) -> Iterator[House]:
    """A house that is served; `bare` is without people."""
    host = Host(settings_of(folder, http or Http(), limits, url), own_process=False)
    host.start()
    assert host.wait_until_writing(20)
    try:
        with served(create_edge(host), host.settings.http) as address:
            house = House(host, address)
            with house.client:
                if not bare:
                    settle_in(house)
                yield house
    finally:
        host.stop()


def settings_of(folder: Path, http: Http, limits: Limits, url: str = "") -> Settings:
    """One exchange of two neutral markets, whose clock moves by hand only."""
    return Settings(
        database=Database(url=url or f"sqlite:///{folder}/tanpan.db"),
        vault=Vault(key_file=str(folder / "vault.key")),
        attachments=Attachments(folder=str(folder / "papers")),
        http=http,
        limits=limits,
        simulation=Simulation(start="2026-03-02T09:00", rate=0),
        exchanges={NAME: ExchangeTable(packs=["neutral_market"], timetable=Timetable(automatic=False))},
    )


def settle_in(house: House) -> None:
    """People with cash and units, one instrument, and a day in its first session."""
    for name in ACCOUNTS:
        house.do(
            "admin",
            "core.open_account",
            account=name,
            participant=f"{name} Ltd",
            kind="enterprise",
            operator=name,
            data_declared_true=True,
        )
        house.do("channel", "core.deposit", account=name, amount="100000000.00", reference=f"in {name}")
    house.do("admin", "core.register_instrument", instrument="X", market="board", product="UNIT")
    for name in ACCOUNTS:
        house.do(
            "registry",
            "core.transfer_in",
            account=name,
            instrument="X",
            quantity=1_000_000,
            reference=f"x {name}",
        )
    made = house.do(
        "admin", "core.list_instrument", instrument="X", listing_day=FIRST.isoformat(), reference="50.00"
    )
    house.do("admin2", "core.confirm_proposal", proposal=made["events"][0]["proposal"])
    house.clock(at(FIRST, "09:00"))
    house.do("admin", "core.open_day", market="board", day=FIRST.isoformat())
    house.clock(at(FIRST, "09:31"))

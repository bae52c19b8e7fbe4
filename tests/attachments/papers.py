"""A served house to which papers can be handed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from api.callers import NAME, PLENTY, House, settings_of, settle_in
from tanpan_adapters.api.app import create_edge
from tanpan_adapters.api.serving import served
from tanpan_adapters.service.configuration import Attachments, Http, changed
from tanpan_adapters.service.host import Host

PATH = f"/api/{NAME}/attachments"


class Papers(House):
    """A house, and the folder of its papers."""

    def __init__(self, host: Any, address: str, folder: Path) -> None:
        super().__init__(host, address)
        self.folder = folder

    def hand_in(
        self, actor: str, data: Any, name: str = "a.png", declared: str = "image/png", **more: str
    ) -> httpx.Response:
        """Hand in a file as a raw body."""
        headers = {**self.head(actor), "X-Filename": name, "Content-Type": declared, **more}
        return self.client.post(PATH, content=data, headers=headers)

    def handed_in(self, actor: str, data: bytes, name: str = "a.png", declared: str = "image/png") -> str:
        """Hand in a file that is taken; its digest."""
        response = self.hand_in(actor, data, name, declared)
        assert response.status_code == 201, response.text
        return str(response.json()["digest"])

    def fetch(self, actor: str, digest: str) -> httpx.Response:
        """Ask for a file."""
        return self.client.get(f"{PATH}/{digest}", headers=self.head(actor))

    def files(self) -> list[Path]:
        """Everything on the disk."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


@contextmanager
def papers(
    folder: Path, *, bare: bool = False, http: Http | None = None, url: str = "", **settings: Any
) -> Iterator[Papers]:
    """A house with a folder for papers; `settings` are those of attachments."""
    kept = folder / "papers"
    table = Attachments(**{"folder": str(kept), "uploads_per_minute": 10_000, **settings})
    host = Host(
        changed(settings_of(folder, http or Http(), PLENTY, url), attachments=table),
        own_process=False,
    )
    host.start()
    assert host.wait_until_writing(20)
    try:
        with served(create_edge(host), host.settings.http) as address:
            house = Papers(host, address, kept)
            with house.client:
                if not bare:
                    settle_in(house)
                yield house
    finally:
        host.stop()

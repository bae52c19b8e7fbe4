"""The pages for operators say what is so: verbs, keys, defaults, metrics, commands, files."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from tanpan.exchange import Exchange
from tanpan.packs import assemble, installed, load
from tanpan.queries import QUERIES
from tanpan.reports import CORE_VIEWS
from tanpan.timetable import STEPS
from tanpan_adapters.calendars import published
from tanpan_adapters.cli import COMMANDS
from tanpan_adapters.cli.commented import SENTENCES, keys
from tanpan_adapters.service.configuration import ExchangeTable, Settings, Simulation, Timetable

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted((ROOT / "docs" / "operators").glob("*.md"))
TEXT = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
VERBS = re.compile(r"(?:`|^)tanpan ([a-z]+(?:-[a-z]+)*)", re.M)
LINKS = re.compile(r"\]\(([^)#:]+)\)")
ROWS = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+)<br>(.+) \|$", re.M)


def test_every_page_is_named_in_the_index() -> None:
    assert set(TEXT) == {"README.md", *re.findall(r"\((\w[\w-]*\.md)\)", TEXT["README.md"])}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere_and_verbs_exist(page: Path) -> None:
    for link in LINKS.findall(TEXT[page.name]):
        assert (page.parent / link).exists(), link
    for verb in VERBS.findall(TEXT[page.name]):
        assert verb in COMMANDS, verb
    assert "**摘要**" in TEXT[page.name]


def test_every_key_with_its_default() -> None:
    told = {row[0]: row for row in ROWS.findall(TEXT["configuration.md"])}
    for key in keys():
        name = key.rpartition(".")[2]
        zh, en = SENTENCES[key]
        if f"`[{key}]`" in TEXT["configuration.md"] or key in ("exchanges", "exchanges.timetable"):
            assert en in TEXT["configuration.md"] and zh in TEXT["configuration.md"]
            continue
        assert name in told, key
        assert f"{en}<br>{zh}" in TEXT["configuration.md"], key


def test_the_defaults_are_the_programs() -> None:
    default = Settings(simulation=Simulation("2026-03-02T09:00"))
    tables = [(one.name, getattr(default, one.name)) for one in msgspec.structs.fields(Settings)]
    tables += [("exchanges.NAME", ExchangeTable(packs=[])), ("exchanges.NAME.timetable", Timetable())]
    for name, table in tables:
        section = TEXT["configuration.md"].partition(f"## `[{name}]`")[2].partition("\n## ")[0]
        for key, told, _, _ in ROWS.findall(section):
            if "required" not in told:
                assert tomllib.loads(f"x = {told.strip('`')}")["x"] == getattr(table, key)


def test_commands_and_steps_are_the_kernels() -> None:
    assembly = assemble(load(sorted(installed())))
    known = {*Exchange("any", assembly, published()).command_types, *QUERIES}
    known |= {one.name for one in (*CORE_VIEWS, *assembly.views, *assembly.kinds, *assembly.documents)}
    packs = "|".join(sorted(installed()))
    for page, text in TEXT.items():
        for name in re.findall(rf"\b((?:core|{packs})\.[a-z_0-9]+)\b", text):
            assert name in known, (page, name)
    for step in STEPS:
        assert f"`{step}`" in TEXT["day.md"]


def test_the_metrics_are_the_services() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "adapters" / "tanpan_adapters").glob("*/*.py")
        if path.name in ("metrics.py", "operations.py")
    )
    named = set(re.findall(r'"(tanpan_[a-z_]+)"', sources))
    told = set(re.findall(r"tanpan_[a-z_]+", TEXT["monitoring.md"]))
    assert {name.removesuffix("_total").removesuffix("_bucket") for name in told} <= named

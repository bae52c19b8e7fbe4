"""What the tests of the command line share: a runner, and the published days replayed once into a database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tanpan.packs import assemble, installed, load
from tanpan_adapters.cli import cli

DATA = Path(__file__).parent.parent / "data"
TRADES = DATA / "cea_trades_2021q3.csv"
BULLETINS = DATA / "cea_bulletins_2021q3.csv"

Run = Callable[..., Result]


def proposed() -> list[str]:
    """The exchanges that the installed packs propose, in the order of the packs' names, each once."""
    packs = [pack for name in sorted(installed()) for pack in assemble(load([name])).packs]
    return list(dict.fromkeys(pack.proposes.exchange for pack in packs if pack.proposes is not None))


def run(*args: object) -> Result:
    """`tanpan` with arguments; anything but an orderly end fails the test."""
    result = CliRunner().invoke(cli, [str(arg) for arg in args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.stderr
    return result


@pytest.fixture
def tanpan() -> Run:
    return run


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with the 53 published days of 2021; tests that change it take a copy."""
    url = f"sqlite:///{tmp_path_factory.mktemp('published')}/market.db"
    result = run("replay", TRADES, "--pack", "cea_shanghai", "--against", BULLETINS, "--database", url)
    assert result.exit_code == 0, result.output
    return url

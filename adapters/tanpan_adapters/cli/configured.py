"""Where the command line finds the configuration of the service: a file, or what stands without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from tanpan.packs import PackError
from tanpan_adapters.cli.language import Failure, both
from tanpan_adapters.keyring import KeyFileError
from tanpan_adapters.service.configuration import ConfigurationError, Settings, read
from tanpan_adapters.store import StoreError

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT_FILE: Final = Path("tanpan.toml")


def config_option(function: F) -> F:
    """`--config FILE`."""
    return click.option(
        "--config",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help=both(
            "配置文件（默认 ./tanpan.toml；没有时用内置默认值）",
            "the configuration (default: ./tanpan.toml, or else the built-in defaults)",
        ),
    )(function)


def settings_of(config: Path | None, lang: str) -> Settings:
    """The settings of the file that was named, of ./tanpan.toml, or those that stand without a file."""
    if config is None and not DEFAULT_FILE.exists():
        return Settings()
    with told(lang):
        return read(config or DEFAULT_FILE)


@contextmanager
def told(lang: str) -> Iterator[None]:
    """What is wrong with configuration, packs, key file or database ends the command with one line and exit 2."""
    try:
        yield
    except ConfigurationError as error:
        raise Failure(
            both(f"配置无法使用：{error}", f"the configuration can't be used: {error}", lang)
        ) from None
    except PackError as error:
        raise Failure(
            both(f"规则包无法使用：{error}", f"the rule packs can't be used: {error}", lang)
        ) from None
    except KeyFileError as error:
        raise Failure(
            both(f"密钥文件无法使用：{error}", f"the key file can't be used: {error}", lang)
        ) from None
    except StoreError as error:
        raise Failure(
            both(f"数据库无法使用：{error}", f"the database can't be used: {error}", lang)
        ) from None

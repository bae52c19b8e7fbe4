"""Opening rule packs by name, with what is wrong told in one line."""

from __future__ import annotations

from collections.abc import Sequence

from tanpan.packs import Assembly, PackError, assemble, installed, load
from tanpan_adapters.cli.language import Failure, both


def assembly_of(names: Sequence[str], lang: str) -> Assembly:
    """What packs bring; Failure names one that is not installed, and those that are."""
    known = sorted(installed())
    for name in names:
        if name not in known:
            there = both("、", ", ", lang).join(known) or both("无", "none", lang)
            raise Failure(
                both(
                    f"没有安装规则包 {name}（已安装：{there}）",
                    f"rule pack {name} is not installed (installed: {there})",
                    lang,
                )
            )
    try:
        return assemble(load(names))
    except PackError as error:
        raise Failure(str(error)) from None

"""Stories of what is applied for, in the sentences of the feature files: their journals are golden too."""

from __future__ import annotations

import re
from typing import Final

from tanpan.driver import KernelDriver
from tanpan.phrases import Phrase
from tanpan.phrases.world import World
from tanpan_adapters.calendars import published
from tanpan_adapters.gherkin.steps import all_phrases

REPO: Final = """
the exchange runs "sh_repo" on 2026-02-26
SHEA of SHEA is listed on shea at 43.00
these accounts
  | account | cash       | SHEA  |
  | Alpha   | 500000.00  | 90000 |
  | Beta    | 9000000.00 | 20000 |
Alpha is a managed-unit in Shanghai
Beta is a senior-trader in Shanghai
Beta is qualified for repos
the repo fee is 0.8 per mille
shea is open at 10:00
Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
  | margin             | 100000.00 |
  | monitored          | true      |
  | monitoring_formula | reference |
  | alarm_ratio        | 900.00    |
shea trades until it is 10:00 on 2026-02-27
the filing Alpha#1 is approved
Alpha and Beta agree on a repo of 10000 t of SHEA from 2026-03-04 to 2026-03-09 with
  | agreement_no | R-2026-002 |
  | freeze_ratio |            |
the filing Alpha#2 is approved
these listed trades of SHEA are made
  | buyer | seller | tonnes | price |
  | Beta  | Alpha  | 300    | 43.00 |
shea trades until it is 10:00 on 2026-03-04
Alpha submits the initial trade of Alpha#1
Alpha withdraws the initial trade of Alpha#1
Alpha submits the initial trade of Alpha#1
Beta declines the initial trade of Alpha#1 because "not yet"
Alpha submits the initial trade of Alpha#1
Beta confirms the initial trade of Alpha#1
admin refuses the initial trade of Alpha#1 because "the paper differs"
the initial trade of Alpha#1 is done
Alpha submits the initial trade of Alpha#2
Beta confirms the initial trade of Alpha#2
admin completes the initial trade of Alpha#2
shea trades until it is 10:00 on 2026-03-09
Beta submits the repurchase of Alpha#2
Beta withdraws the repurchase of Alpha#2
Beta submits the repurchase of Alpha#2
it is 15:01
shea trades until it is 10:00 on 2026-03-10
Alpha submits the repurchase of Alpha#1
Beta declines the repurchase of Alpha#1 because "in the afternoon"
Beta submits the repurchase of Alpha#1
Alpha confirms the repurchase of Alpha#1
contract Alpha#1 is repurchased
contract Alpha#2 is overdue
"""
HUBEI: Final = """
the exchange runs "hubei_retail" on 2026-03-02
zhang is an applicant
zhang has submitted the application
admin has reviewed the application of zhang
admin books the fee of zhang
admin books the mailed proof of zhang
"""
STORIES: Final = {"repo": ("sh_repo", REPO), "hubei": ("hubei_retail", HUBEI)}


def told(story: str) -> KernelDriver:
    """An exchange to which all this happened."""
    world = World(lambda packs, at: KernelDriver(packs, published(), at))
    phrases = all_phrases()
    for sentence, table in _sentences(story):
        phrase, words = _meant(phrases, sentence)
        phrase.run(world, **words, **({"table": table} if table else {}))
    world.accepted()
    assert isinstance(world.driver, KernelDriver)
    return world.driver


def _sentences(story: str) -> list[tuple[str, list[list[str]]]]:
    found: list[tuple[str, list[list[str]]]] = []
    for line in story.strip().splitlines():
        if line.lstrip().startswith("|"):
            found[-1][1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
        else:
            found.append((line, []))
    return found


def _meant(phrases: tuple[Phrase, ...], sentence: str) -> tuple[Phrase, dict[str, str]]:
    for phrase in phrases:
        for pattern in phrase.patterns:
            match = re.fullmatch(pattern, sentence)
            if match is not None:
                return phrase, match.groupdict()
    raise LookupError(sentence)

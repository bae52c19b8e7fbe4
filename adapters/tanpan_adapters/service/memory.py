"""How the service's process collects garbage: the state of an exchange is large, lasting and without rubbish."""

from __future__ import annotations

import gc
from typing import Final

THRESHOLDS: Final = (100_000, 20, 20)
"""Objects that come before the youngest are looked through: with the usual 700 that would be once per group."""


def settle() -> None:
    """What is there now lasts: it is never looked through again until `unsettle`. Costs nothing to call."""
    gc.set_threshold(*THRESHOLDS)
    gc.freeze()


def unsettle() -> None:
    """What was there may go: it is looked through like anything else."""
    gc.unfreeze()

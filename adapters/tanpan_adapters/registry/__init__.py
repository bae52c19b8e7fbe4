"""The registry (注册登记机构): what the exchange asks of it, and how its answers come in."""

from .desk import RegistryDesk
from .port import Case, Change, Opened, Passed, Registry, Rejected, Returned, Verdict
from .simulated import SimulatedRegistry

__all__ = [
    "Case",
    "Change",
    "Opened",
    "Passed",
    "Registry",
    "RegistryDesk",
    "Rejected",
    "Returned",
    "SimulatedRegistry",
    "Verdict",
]

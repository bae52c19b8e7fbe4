"""The child process: runs the measurement described in its argument, answers on its last line, in JSON."""

import json
import marshal
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import applications, limits, orm_exchange, ours, peers, repo
from benchmarks.harness import Result
from benchmarks.reference import Command

Order = dict[str, Any]


def main() -> None:
    order = json.loads(sys.argv[1])
    try:
        answer: dict[str, Any] = {"result": asdict(TASKS[order["task"]](order))}
    except SystemExit as reason:
        answer = {"absent": str(reason)}
    print(json.dumps(answer))


def _peer(order: Order) -> Result:
    instruments = order["flow"]["instruments"]
    try:
        return peers.measure(order["name"], _commands(order), instruments=instruments, verify=order["verify"])
    except ModuleNotFoundError as missing:
        raise SystemExit(f"{missing.name} is not installed") from missing


def _orm(order: Order) -> Result:
    return orm_exchange.measure(
        _commands(order),
        instruments=order["flow"]["instruments"],
        participants=order["flow"]["participants"],
        path=_fresh(order, "orm"),
    )


def _bare(order: Order) -> Result:
    return limits.measure(
        per_commit=order["per_commit"],
        commits=order["commits"],
        blob=order["blob"],
        path=_fresh(order, "bare"),
    )


def _memory(order: Order) -> Result:
    return ours.memory(
        _commands(order),
        instruments=order["flow"]["instruments"],
        participants=order["flow"]["participants"],
    )


def _journaled(order: Order) -> Result:
    path = _fresh(order, order["journal"])
    return ours.journaled(_commands(order), per_commit=order["per_commit"], path=path)


def _recovery(order: Order) -> Result:
    return ours.recovery(_database(order, order["journal"]))


def _footprint(order: Order) -> Result:
    return ours.footprint(order["kind"], count=order["count"])


def _service(order: Order) -> Result:
    try:
        from benchmarks import service
    except ModuleNotFoundError as missing:
        raise SystemExit(f"{missing.name} is not installed") from missing
    return service.CASES[order["case"]](order)


def _queues(order: Order) -> Result:
    from benchmarks import queues

    return queues.queues(order)


def _contracts(order: Order) -> Result:
    from benchmarks import repo_lists

    return repo_lists.lists(order)


def _commands(order: Order) -> list[Command]:
    commands: list[Command] = marshal.loads(Path(order["flow"]["file"]).read_bytes())
    return commands[: order["flow"]["first"]]


def _fresh(order: Order, name: str) -> Path:
    path = _database(order, name)
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    return path


def _database(order: Order, name: str) -> Path:
    return Path(order["scratch"]) / f"{name}.db"


TASKS: dict[str, Callable[[Order], Result]] = {
    "peer": _peer,
    "orm": _orm,
    "bare": _bare,
    "memory": _memory,
    "journaled": _journaled,
    "recovery": _recovery,
    "footprint": _footprint,
    "service": _service,
    "lives": applications.lives,
    "queues": _queues,
    "collateral": repo.collateral,
    "contracts": _contracts,
}

if __name__ == "__main__":
    main()

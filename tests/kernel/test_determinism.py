"""Everything that varies is an input: read from the syntax tree of the kernel and the packs, and tried out."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for part in ("core", "plugins") for path in (ROOT / part).rglob("*.py"))
FORBIDDEN = {
    *("asyncio", "concurrent", "multiprocessing", "threading", "subprocess", "signal", "socket", "select"),
    *("io", "os", "pathlib", "platform", "shutil", "sys", "tempfile", "glob", "locale"),
    *("random", "secrets", "time", "uuid", "numpy"),
}
CLOCKS = {"now", "today", "utcnow"}
UNORDERED = {"set", "frozenset"}
IN_ORDER = {"list", "tuple", "enumerate", "iter", "next", "zip", "map"}


def offences(source: str) -> list[str]:
    """What in a piece of code could differ from one run or machine to the next, with its line."""
    return [
        f"{getattr(node, 'lineno', 0)}: {what}" for node in ast.walk(ast.parse(source)) for what in _of(node)
    ]


def _of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        yield from (f"imports {name}" for name in names if name.partition(".")[0] in FORBIDDEN)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
        yield "a float"
    elif isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
        yield "true division"
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, (ast.For, ast.comprehension)) and _unordered(node.iter):
        yield "iterates over a set"
    elif isinstance(node, ast.Starred) and _unordered(node.value):
        yield "unpacks a set"


def _call(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in ("float", "complex", "hash", "id", "open", "input", "__import__", "eval", "exec"):
        yield f"calls {name}()"
    if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS and _is_clock(node.func.value):
        yield f"reads the clock by {node.func.attr}()"
    ordered = name in IN_ORDER or (isinstance(node.func, ast.Attribute) and node.func.attr == "join")
    if ordered and any(_unordered(argument) for argument in node.args):
        yield "puts a set in an order"
    if isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and _unordered(node.func.value):
        yield "pops from a set"


def _is_clock(node: ast.expr) -> bool:
    last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return last in ("datetime", "date")


def _unordered(node: ast.expr) -> bool:
    if isinstance(node, (ast.Set, ast.SetComp)):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)):
        return _unordered(node.left) or _unordered(node.right)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in UNORDERED


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(ROOT)) for path in SOURCES])
def test_the_kernel_and_the_packs_read_nothing_that_varies(path: Path) -> None:
    assert offences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "snippet",
    [
        "import time",
        "import os.path",
        "from random import Random",
        "from pathlib import Path",
        "from uuid import uuid4",
        "import socket, re",
        "datetime.now(UTC)",
        "date.today()",
        "datetime.datetime.utcnow()",
        "fee = 0.006",
        "float(text)",
        "a / b",
        "a /= b",
        "hash(name)",
        "for name in {'a', 'b'}: pass",
        "[x for x in set(names)]",
        "{x: 1 for x in frozenset(names) | others}",
        "list({x for x in names})",
        "','.join(set(names))",
        "(*set(names),)",
        "open('rates.csv')",
    ],
)
def test_what_varies_is_found(snippet: str) -> None:
    assert offences(snippet)


@pytest.mark.parametrize(
    "snippet",
    [
        "a // b",
        "sorted(set(names))",
        "name in {'a'}",
        "self.exchange.today()",
        "len(set(names))",
        "x = 10**6",
    ],
)
def test_what_does_not_vary_is_let_through(snippet: str) -> None:
    assert not offences(snippet)


@pytest.mark.parametrize("market", ["auto", "board", "cea", "ccer"])
def test_the_same_days_give_the_same_hash_whatever_the_hash_seed(market: str) -> None:
    command = [sys.executable, "-m", "kernel.scripted_days", market]
    path = os.pathsep.join([str(ROOT / "tests"), str(ROOT / "tests" / "packs")])
    hashes = []
    for seed in ("1", "2024"):
        run = subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        hashes.append(run.stdout.strip())
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 64

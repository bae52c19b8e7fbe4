"""Good files with a few bytes changed: they pass or are refused, and nothing else ever happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attachments import samples
from tanpan_adapters.attachments import archives, documents, images
from tanpan_adapters.attachments.findings import Finding

Look = Callable[[bytes], None]
GOOD: dict[str, tuple[bytes, Look]] = {
    "png": (samples.image(size=(8, 8)), lambda data: images.look(data, "png", 1_000_000)),
    "jpg": (samples.image("JPEG", size=(8, 8)), lambda data: images.look(data, "jpg", 1_000_000)),
    "gif": (samples.film(2, (8, 8)), lambda data: images.look(data, "gif", 1_000_000)),
    "pdf": (samples.pdf(), documents.look),
    "hidden pdf": (samples.pdf_with_hidden_script(), documents.look),
    "zip": (samples.packed({"a.txt": b"a" * 100, "b/c.txt": b"b"}), archives.look),
}
CHANGES = st.lists(
    st.tuples(st.integers(0, 100_000), st.sampled_from(["set", "cut", "add", "drop"]), st.binary(max_size=8)),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, changes: list[tuple[int, str, bytes]]) -> bytes:
    for place, how, what in changes:
        at = place % (len(data) + 1)
        if how == "set":
            data = data[:at] + what + data[at + len(what) :]
        elif how == "cut":
            data = data[:at] if at else data
        elif how == "add":
            data = data[:at] + what * 3 + data[at:]
        else:
            data = data[:at] + data[at + len(what) :]
    return data


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", GOOD)
@given(changes=CHANGES)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_change_ends_in_a_verdict(kind: str, changes: list[tuple[int, str, bytes]]) -> None:
    whole, look = GOOD[kind]
    try:
        look(changed(whole, changes))
    except (Finding, MemoryError, RecursionError) as verdict:
        assert not isinstance(verdict, Finding) or verdict.code

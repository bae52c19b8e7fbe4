"""The reviewers' desk: queues by kind, stage and age; one of two wins; what is personal is shown to who has taken it up."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tanpan_adapters.store import open_views
from visitors.lobby import MAIL, MOBILE, Lobby, lobby, refused, submitted

KIND = "neutral_market.opening"
NUMBERS = 6


def number_of(person: int) -> str:
    """An identity number with its check digit."""
    first = f"11010119900307{person:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, first, strict=True))
    return first + "10X98765432"[total % 11]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lobby, list[int]]]:
    """A lobby with applications that wait, a minute apart."""
    with lobby(tmp_path_factory.mktemp("desk")) as house:
        numbers = []
        for person in range(NUMBERS):
            browser = house.registered(f"d{person}")
            numbers.append(submitted(browser, f"D{person}", identity=number_of(person)))
            house.tested(numbers[-1])
            house.clock(house.hosted.clock.now() + 60_000_000)
        yield house, numbers


def test_queues_by_kind_stage_and_age_page_by_page(desk: tuple[Lobby, list[int]]) -> None:
    house, numbers = desk
    words: dict[str, Any] = {
        "kind": KIND,
        "stage": "first_review",
        "order": "since_us",
        "limit": 4,
        "at_least": house.hosted.writer.committed_seq,
    }
    first = house.get("admin", "queries/core.applications", **words).json()
    assert [row["application"] for row in first["rows"]] == numbers[:4]
    rest = house.get("admin", "queries/core.applications", **words, after=first["next"]).json()
    assert [row["application"] for row in rest["rows"]] == numbers[4:] and rest["next"] is None
    newest = house.rows("admin", "core.applications", **{**words, "order": "-since_us", "limit": 1})
    assert newest[0]["application"] == numbers[-1]
    age = first["rows"][2]["since_us"]
    old = house.rows("admin", "core.applications", **{**words, "since_us.to": age})
    assert [row["application"] for row in old] == numbers[:3]
    assert house.rows("admin", "core.applications", kind=KIND, stage="re_review") == []
    assert {row["content"]["identity"] for row in first["rows"]} == {
        f"1***{number_of(n)[-1]}" for n in range(4)
    }
    assert house.rows("admin", "core.application_steps", application=numbers[0])


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ({"kind": KIND, "stage": "first_review"}, "since_us"),
        ({"kind": KIND, "stage": "first_review"}, "-since_us"),
        ({"state": "in_review", "stage": "first_review"}, "since_us"),
        ({"claimed_by": "admin"}, "since_us"),
        ({"applicant": "d1"}, "since_us"),
        ({"account": "D1"}, "since_us"),
    ],
)
def test_queues_are_read_by_an_index(
    desk: tuple[Lobby, list[int]], where: dict[str, str], order: str
) -> None:
    house, _ = desk
    house.rows("admin", "core.applications")
    store = open_views(str(house.host.settings.database.url), "venue")
    try:
        seen: list[tuple[str, Any]] = []
        engine = store._engine
        view = house.hosted.views["core.applications"]
        store.ensure(view)

        def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            seen.append((statement, parameters))

        event.listen(engine, "before_cursor_execute", note)
        store.rows(view, where, (order,), None, 50)
        store.rows(view, where, (order,), (house.hosted.clock.now(), 1), 50)
        event.remove(engine, "before_cursor_execute", note)
        pages = [one for one in seen if "core_applications" in one[0]]
        plans = []
        with engine.connect() as connection:
            for statement, parameters in pages[:2]:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters)).all()
                plans.append(" ".join(str(row) for row in plan))
        for told in plans:
            assert "USING INDEX" in told and "SCAN" not in told, told
            assert "TEMP B-TREE FOR ORDER BY" not in told, told
        # A page far on is entered where it begins.
        beyond = "<" if order.startswith("-") else ">"
        assert f"(since_us,application){beyond}(?,?)" in plans[1], plans[1]
    finally:
        store.close()


def test_of_two_reviewers_at_once_one_wins_and_nothing_is_lost(desk: tuple[Lobby, list[int]]) -> None:
    house, numbers = desk
    number = numbers[1]
    for who in ("admin", "admin2"):
        house.head(who)

    def claim(who: str) -> tuple[int, str]:
        answer = house.send(who, "core.claim_application", application=number)
        return answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(claim, ("admin", "admin2")))
    assert sorted(answers) == [(200, ""), (422, "ALREADY_CLAIMED")]
    winner, loser = ("admin", "admin2") if answers[0][0] == 200 else ("admin2", "admin")
    refused(house.send(loser, "core.approve_application", application=number), 422, "ALREADY_CLAIMED")
    row = house.rows("admin", "core.applications", application=number)[0]
    assert (row["claimed_by"], row["state"]) == (winner, "in_review")
    mine = house.rows(winner, "core.applications", claimed_by=winner, order="since_us")
    assert number in [one["application"] for one in mine]

    def decide(name: str) -> int:
        fields = {"opinion": "不清晰"} if name == "core.return_application" else {}
        return house.send(winner, name, application=number, **fields).status_code

    with ThreadPoolExecutor(2) as hands:
        decided = list(hands.map(decide, ("core.return_application", "core.approve_application")))
    assert sorted(decided) == [200, 422]
    steps = house.rows("admin", "core.application_steps", application=number)
    ends = [one["step"] for one in steps if one["step"] in ("application_returned", "review_passed")]
    assert len(ends) == 1


def test_personal_fields_are_shown_to_who_has_taken_it_up_and_every_look_is_noted(
    desk: tuple[Lobby, list[int]],
) -> None:
    house, numbers = desk
    number = numbers[2]
    path = f"applications/{number}/reveal"
    refused(house.get("admin", path, field="identity"), 422, "CLAIM_REQUIRED")
    house.do("admin", "core.claim_application", application=number)
    shown = house.get("admin", path, field="identity")
    assert shown.json() == {"application": number, "field": "identity", "text": number_of(2)}
    assert shown.headers["cache-control"] == "no-store"
    assert house.get("admin", path, field="mobile").json()["text"] == MOBILE
    assert house.get("admin", path, field="mail").json()["text"] == MAIL
    refused(house.get("admin2", path, field="identity"), 422, "CLAIM_REQUIRED")
    for stranger in ("regulator", "channel", "registry", "d2", "d3"):
        refused(house.get(stranger, path, field="identity"), 403, "PERMISSION_DENIED")
    refused(house.get("", path, field="identity"), 401, "AUTH_REQUIRED")
    reader = {"headers": house.head("admin", "read")}
    answer = house.client.get(f"/api/venue/{path}", params={"field": "identity"}, **reader)
    refused(answer, 403, "SCOPE_MISSING")
    refused(house.get("admin", path, field="participant"), 422, "BAD_FIELD")
    refused(house.get("admin", path, field="identity", fact="payment"), 422, "FIELD_MISSING")
    refused(house.get("admin", "applications/9999/reveal", field="identity"), 422, "UNKNOWN_APPLICATION")
    lines = house.get("admin", "sign-ins", limit=200).json()["rows"]
    looks = {(one["user"], one["what"], one["outcome"]) for one in lines if one["what"].startswith("reveal")}
    assert {
        ("admin", f"reveal {number} identity", "ok"),
        ("admin", f"reveal {number} mobile", "ok"),
        ("admin2", f"reveal {number} identity", "CLAIM_REQUIRED"),
        ("regulator", f"reveal {number} identity", "PERMISSION_DENIED"),
    } <= looks
    assert all(one["at"] and one["address"] for one in lines if one["what"].startswith("reveal"))
    # What is given back is not his to look at any more.
    house.do("admin", "core.unclaim_application", application=number)
    refused(house.get("admin", path, field="identity"), 422, "CLAIM_REQUIRED")


def test_what_is_forgotten_is_shown_to_nobody(desk: tuple[Lobby, list[int]]) -> None:
    house, numbers = desk
    number = numbers[3]
    house.do("admin", "core.claim_application", application=number)
    house.host.vault.forget("venue/d3")
    answer = house.get("admin", f"applications/{number}/reveal", field="identity")
    refused(answer, 404, "PERSON_FORGOTTEN")


def test_who_files_does_not_review(tmp_path: Path) -> None:
    with lobby(tmp_path) as house:
        house.do(
            "admin",
            "core.open_account",
            account="Delta",
            participant="Delta Ltd",
            kind="enterprise",
            operator="delta",
            data_declared_true=True,
        )
        made = house.do(
            "admin",
            "core.draft_application",
            kind="neutral_market.remark",
            content={"title": "代办"},
            account="Delta",
        )
        number = made["events"][0]["application"]
        house.do("admin", "core.submit_application", application=number)
        refused(house.send("admin", "core.claim_application", application=number), 422, "MAKER_CHECKER_SAME")
        house.do("admin2", "core.claim_application", application=number)
        house.do("admin2", "core.approve_application", application=number)

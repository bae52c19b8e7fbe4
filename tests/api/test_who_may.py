"""Every command and every query against every role, signed in and not, own and another's data: from the declarations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import frozen

from api.callers import NAME, House, opened
from tanpan.examples import example
from tanpan.messages import APPLICANT, OPERATOR, STAFF, Command
from tanpan.parties import OPERATOR_PERMISSIONS, STAFF_PERMISSIONS
from tanpan.queries import QUERIES
from tanpan_adapters.identity.scopes import scope_of

DENIED = ("AUTH_REQUIRED", "ACCOUNT_NOT_OPENED", "PERMISSION_DENIED", "OPERATOR_FROZEN", "SCOPE_MISSING")


@frozen
class Caller:
    """Somebody who tries: his user name, and what the kernel knows of him."""

    user: str
    role: str
    permissions: tuple[str, ...] = ()
    frozen: bool = False
    scopes: tuple[str, ...] = ("read", "trade", "manage")

    def __str__(self) -> str:
        return f"{self.user or 'nobody'} {'+'.join(self.scopes)}"


CALLERS = (
    Caller("", ""),
    Caller("stranger", "unknown"),
    Caller("Alpha", OPERATOR, OPERATOR_PERMISSIONS),
    Caller("Alpha", OPERATOR, OPERATOR_PERMISSIONS, scopes=("read",)),
    Caller("Alpha", OPERATOR, OPERATOR_PERMISSIONS, scopes=("trade",)),
    Caller("alpha.reader", OPERATOR, ("query",)),
    Caller("alpha.idle", OPERATOR),
    Caller("alpha.frozen", OPERATOR, OPERATOR_PERMISSIONS, frozen=True),
    Caller("admin", STAFF, STAFF_PERMISSIONS),
    Caller("clerk", STAFF),
    Caller("registry", "registry"),
    Caller("channel", "channel"),
    Caller("regulator", "regulator"),
    Caller("clock", "clock"),
    Caller("newcomer", "applicant"),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with somebody of every kind."""
    with opened(tmp_path_factory.mktemp("town")) as house:
        reached = {"mail": "someone@example.com", "mobile": "13800000000"}
        for operator, permissions in (
            ("alpha.reader", ["query"]),
            ("alpha.idle", []),
            ("alpha.frozen", list(OPERATOR_PERMISSIONS)),
        ):
            house.do(
                "Alpha",
                "core.add_operator",
                account="Alpha",
                operator=operator,
                permissions=permissions,
                **reached,
            )
        for user, role in (("clerk", STAFF), ("newcomer", "applicant")):
            made = house.do("admin", "core.appoint_staff", user=user, role=role)
            house.do("admin2", "core.confirm_proposal", proposal=made["events"][0]["proposal"])
        for number in range(3):
            for account, price in (("Alpha", "49.00"), ("Beta", "48.00")):
                posted = {"side": "buy", "price": price, "quantity": 10 + number}
                house.do(account, "core.post_listing", account=account, instrument="X", **posted)
        sold = {"side": "sell", "price": "51.00", "quantity": 9}
        house.do("Beta", "core.post_listing", account="Beta", instrument="X", **sold)
        taken = {"side": "buy", "price": "51.00", "quantity": 9}
        house.do("Gamma", "core.take_listing", account="Gamma", instrument="X", **taken)
        house.do("Alpha", "core.freeze_operator", account="Alpha", operator="alpha.frozen")
        yield house


def expected(caller: Caller, kind: type[Command]) -> str:
    """The code a caller is turned away with by a command's declaration alone; empty where he gets through."""
    if not caller.user:
        return "AUTH_REQUIRED"
    if scope_of(kind) not in caller.scopes:
        return "SCOPE_MISSING"
    if caller.role == "unknown":
        return "UNKNOWN_ACTOR"
    if caller.frozen:
        return "OPERATOR_FROZEN"
    if caller.role == APPLICANT and APPLICANT not in kind.roles and OPERATOR in kind.roles:
        return "ACCOUNT_NOT_OPENED"
    needs = kind.permission if caller.role in (OPERATOR, STAFF) else ""
    if caller.role not in kind.roles or (needs and needs not in caller.permissions):
        return "PERMISSION_DENIED"
    return ""


@pytest.mark.parametrize("caller", CALLERS, ids=str)
def test_every_command_lets_through_whom_its_declaration_names_and_nobody_else(
    town: House, caller: Caller
) -> None:
    wrong = []
    types: dict[str, type[Command]] = town.hosted.writer.exchange.command_types
    for name, kind in types.items():
        body = {**example(kind), **({"account": "Alpha"} if "account" in kind.__struct_fields__ else {})}
        head = town.head(caller.user, *caller.scopes)
        response = town.client.post(f"/api/{NAME}/commands/{name}", json=body, headers=head)
        code = "" if response.status_code == 200 else response.json()["code"]
        due = expected(caller, kind)
        if (code != due) if due else (code in DENIED or response.status_code >= 500):
            wrong.append((name, due, code, response.text))
    assert not wrong, wrong


def test_no_operator_does_anything_for_another_account(town: House) -> None:
    wrong = []
    types: dict[str, type[Command]] = town.hosted.writer.exchange.command_types
    tried = 0
    for name, kind in types.items():
        if OPERATOR not in kind.roles or "account" not in kind.__struct_fields__:
            continue
        tried += 1
        body = {**example(kind), "account": "Beta"}
        response = town.send("Alpha", name, **body)
        if (response.status_code, response.json().get("code")) != (403, "PERMISSION_DENIED"):
            wrong.append((name, response.text))
    assert tried > 10
    assert not wrong, wrong


def expected_query(caller: Caller, readers: tuple[str, ...], own: bool) -> str:
    """The code a caller is turned away with by a query's declaration alone."""
    if not caller.user:
        return "AUTH_REQUIRED"
    if "read" not in caller.scopes:
        return "SCOPE_MISSING"
    if caller.role == "unknown":
        return "UNKNOWN_ACTOR"
    if caller.frozen:
        return "OPERATOR_FROZEN"
    if caller.role not in readers:
        return "PERMISSION_DENIED"
    return (
        "PERMISSION_DENIED" if own and caller.role == OPERATOR and "query" not in caller.permissions else ""
    )


@pytest.mark.parametrize("caller", CALLERS, ids=str)
def test_every_query_answers_whom_its_declaration_names_and_nobody_else(town: House, caller: Caller) -> None:
    wrong: list[Any] = []
    asked = [(query.name, query.readers, query.own) for query in QUERIES.values()]
    asked += [(view.name, view.readers, bool(view.own)) for view in town.hosted.views.values()]
    for name, readers, own in asked:
        response = town.client.get(
            f"/api/{NAME}/queries/{name}", headers=town.head(caller.user, *caller.scopes)
        )
        code = "" if response.status_code == 200 else response.json()["code"]
        if code != expected_query(caller, readers, own):
            wrong.append((name, expected_query(caller, readers, own), response.text))
    assert not wrong, wrong


def test_no_operator_reads_another_accounts_rows(town: House) -> None:
    for query in QUERIES.values():
        if query.own:
            assert "account" in query.filters
            other = town.get("Alpha", f"queries/{query.name}", account="Beta")
            readable = OPERATOR in query.readers
            assert (other.status_code, other.json()["code"]) == (403, "PERMISSION_DENIED"), readable
    seen = 0
    for view in town.hosted.views.values():
        if not view.own or OPERATOR not in view.readers:
            continue
        both = town.get("Alpha", f"queries/{view.name}", **dict.fromkeys(view.own, "Beta"))
        assert (both.status_code, both.json()["code"]) == (403, "PERMISSION_DENIED"), view.name
        for column in view.own:
            other = town.get("Alpha", f"queries/{view.name}", **{column: "Beta"})
            if view.between:
                # What lies between two sides: only what the other one has in common with him.
                assert other.status_code == 200, view.name
                assert all("Alpha" in [row[name] for name in view.own] for row in other.json()["rows"])
            else:
                assert (other.status_code, other.json()["code"]) == (403, "PERMISSION_DENIED"), view.name
            # What he may not see he may not find by asking for ranges or orders either.
            for words in ({f"{column}.from": "Beta"}, {"order": f"-{column}"}, {"limit": "1000"}):
                rows = town.rows("Alpha", view.name, **words)
                assert all("Alpha" in [row[name] for name in view.own] for row in rows), view.name
                seen += len(rows)
    assert seen


@pytest.mark.parametrize("path", ["", "calendar", "rules/board/tick_fen", "state", "refusals", "journal"])
def test_nobody_reads_anything_of_an_exchange_without_signing_in(town: House, path: str) -> None:
    response = town.client.get(f"/api/{NAME}/{path}".rstrip("/"))
    assert (response.status_code, response.json()["code"]) == (401, "AUTH_REQUIRED")


def test_a_person_needs_the_header_against_forgery_to_change_anything(town: House) -> None:
    town.host.identity.set_password(NAME, "Alpha", "correct horse battery 9", must_change=False)
    session = town.host.identity.sign_in(NAME, "Alpha", "correct horse battery 9")
    cookie = {"Cookie": f"tanpan_session_{NAME}={session.token}"}
    body = {"account": "Alpha", "instrument": "X", "side": "buy", "price": "49.00", "quantity": 1}
    path = f"/api/{NAME}/commands/core.post_listing"
    assert town.client.get(f"/api/{NAME}/queries/core.board", headers=cookie).status_code == 200
    forged = town.client.post(path, json=body, headers=cookie)
    assert (forged.status_code, forged.json()["code"]) == (403, "CSRF_FAILED")
    meant = town.client.post(path, json=body, headers={**cookie, "X-CSRF-Token": session.csrf})
    assert meant.status_code == 200
    town.host.identity.end_sessions(NAME, "Alpha")
    ended = town.client.get(f"/api/{NAME}/queries/core.board", headers=cookie)
    assert ended.status_code == 401

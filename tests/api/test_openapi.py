"""The description is whole and valid, and what the server does is what it says."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.callers import NAME, House
from tanpan.queries import QUERIES

CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OVER: Any = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
)


@pytest.fixture(scope="module")
def document(house: House) -> dict[str, Any]:
    found: dict[str, Any] = house.client.get("/schema/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def api(house: House) -> Any:
    return schemathesis.openapi.from_url(f"{house.address}/schema/openapi.json")


def test_every_command_and_query_of_the_exchange_is_described(house: House, document: dict[str, Any]) -> None:
    for command in house.hosted.writer.exchange.command_types:
        operation = document["paths"][f"/api/{{exchange}}/commands/{command}"]["post"]
        assert operation["summary"] and operation["responses"]["422"]
        assert operation["parameters"][0]["schema"]["enum"] == [NAME]
    for query in (*QUERIES, *house.hosted.views):
        assert document["paths"][f"/api/{{exchange}}/queries/{query}"]["get"]["summary"]


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    names = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
    for name, one in document["components"]["schemas"].items():
        closed = {**one, "components": document["components"]}
        assert jsonschema_rs.Draft202012Validator(closed), name
    refs = [ref for ref in walk(document) if ref.startswith("#/components/")]
    for ref in refs:
        at: Any = document
        for part in ref.removeprefix("#/").split("/"):
            at = at[part]


def walk(value: Any) -> list[str]:
    """Every reference in a document."""
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for one in value.values() for ref in walk(one)]
    return [ref for one in value for ref in walk(one)] if isinstance(value, list) else []


def test_every_example_is_of_its_own_schema(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        body = item.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" in body:
            closed = {**body["schema"], "components": document["components"]}
            assert jsonschema_rs.Draft202012Validator(closed).is_valid(body["example"]), path


def test_units_are_told_and_refusals_listed(document: dict[str, Any]) -> None:
    post = document["components"]["schemas"]["command.core.post_listing"]["properties"]
    assert post["price"]["type"] == "string" and "Yuan" in post["price"]["description"]
    assert post["quantity"]["type"] == "integer" and "tonnes" in post["quantity"]["description"]
    problem = document["components"]["schemas"]["Problem"]
    assert {"PRICE_OUT_OF_BAND", "BUSY", "RATE_LIMITED"} <= set(problem["properties"]["code"]["enum"])


def test_swagger_comes_from_here_alone(house: House) -> None:
    page = house.client.get("/schema")
    assert page.status_code == 200 and "text/html" in page.headers["content-type"]
    assert "http" not in page.text.replace("<!doctype html>", "")
    for asset in ("swagger_bundle.js", "swagger_style.css"):
        assert f"/schema/ui/{asset}" in page.text
        assert house.client.get(f"/schema/ui/{asset}").status_code == 200
    assert house.client.get("/schema/start.js").status_code == 200


def test_the_server_does_what_it_says(api: Any, house: House) -> None:
    walk_through(api, house, "admin", 2)


@pytest.mark.soak
@pytest.mark.parametrize("actor", ["admin", "Alpha", "regulator", ""])
def test_the_server_does_what_it_says_at_length(api: Any, house: House, actor: str) -> None:
    walk_through(api, house, actor, 300)


def walk_through(api: Any, house: House, actor: str, examples: int) -> None:
    """Call every operation with so many examples, of its form and not."""
    count = 0
    for found in api.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(OVER, max_examples=examples)
            def call(case: Any) -> None:
                over(case, house, actor)

            try:
                call()
            except Unsatisfiable:
                continue
            count += 1
    assert count > 100


def over(case: Any, house: House, actor: str) -> None:
    """Call and hold the answer against the description; a far clock would end the day for everybody else."""
    if case.operation.path.endswith("/clock") or case.operation.path.endswith("/stream"):
        return
    # Whoever asks for the future is told 503 after a while; test_queries has that.
    if isinstance(case.query, dict):
        case.query.pop("at_least", None)
    case.call_and_validate(headers=house.head(actor), checks=CHECKS)


def test_whoever_reads_chinese_finds_every_operation(document: dict[str, Any]) -> None:
    english = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            title, dot, words = operation["summary"].partition(" · ")
            if title.isascii() or not dot or not words.isascii():
                english[f"{method} {path}"] = operation["summary"]
    assert not english


def test_the_rows_of_live_queries_are_described(document: dict[str, Any]) -> None:
    answer = document["paths"]["/api/{exchange}/queries/core.quotes"]["get"]["responses"]["200"]
    row = answer["content"]["application/json"]["schema"]["properties"]["rows"]["items"]["properties"]
    assert row["last"]["type"] == ["string", "null"] and "最新价" in row["last"]["description"]
    assert row["suspended"]["type"] == ["boolean", "null"]

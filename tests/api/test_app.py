"""What holds for every route: ids, errors, methods, health, and the description of it all."""

import logging
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import text

from dravo.api.app import create_app
from dravo.kit.storage import StorageUnavailable
from dravo.settings import Settings
from support.door import Door, assert_problem


def app_of(door: Door) -> FastAPI:
    transport = door.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    app: Any = transport.app
    assert isinstance(app, FastAPI)
    return app


async def test_callers_request_id_is_kept(door: Door) -> None:
    for request_id in ("a", "!~", "x" * 128):
        answer = await door.http.get("/v1/accounts", headers={"x-request-id": request_id})
        assert answer.headers["x-request-id"] == request_id


@pytest.mark.parametrize("request_id", [b"", b"x" * 129, b"a b", "é".encode(), b"a\tb", b"\x7f"])
async def test_other_request_ids_are_replaced(door: Door, request_id: bytes) -> None:
    answer = await door.http.get("/v1/nothing", headers=[(b"x-request-id", request_id)])
    document = assert_problem(answer, 404, "not_found")
    assert document["request_id"].startswith("req_")


async def test_every_answer_has_a_request_id(door: Door) -> None:
    answers = [await door.http.get(path) for path in ("/healthz", "/readyz", "/docs", "/openapi.json", "/v1/posts")]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert {answer.status_code for answer in answers} == {200}
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/", "/v1/nothing", "/v1/posts/", "/v1/accounts/", "/healthz/", "/v1/posts/a/b/c", "/v2/posts"],
)
async def test_unknown_paths_and_trailing_slashes_are_404_without_a_redirect(door: Door, path: str) -> None:
    assert_problem(await door.http.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/posts", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("DELETE", "/v1/accounts", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/v1/posts/post_1/cancel", {"OPTIONS", "POST"}),
        ("BREW", "/healthz", {"GET", "HEAD", "OPTIONS"}),
    ],
)
async def test_wrong_methods_are_405_with_all_that_are_allowed(
    door: Door, method: str, path: str, allowed: set[str]
) -> None:
    answer = await door.http.request(method, path)
    assert_problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) >= allowed
    asked = await door.http.options(path)
    assert (asked.status_code, asked.headers["allow"]) == (204, answer.headers["allow"])


async def test_options_of_an_unknown_path_is_404(door: Door) -> None:
    assert_problem(await door.http.options("/v1/nothing"), 404, "not_found")


@pytest.mark.parametrize("path", ["/v1/posts", "/v1/accounts?limit=0", "/healthz", "/readyz", "/openapi.json"])
async def test_head_answers_as_get_without_the_body(door: Door, path: str) -> None:
    got, headed = await door.http.get(path), await door.http.head(path)
    assert headed.status_code == got.status_code
    assert headed.content == b""
    assert headed.headers["content-type"] == got.headers["content-type"]


async def test_unexpected_error_tells_nothing_and_leaves_a_log_line(door: Door) -> None:
    @app_of(door).get("/v1/broken")
    async def broken() -> None:
        raise RuntimeError("password=hunter2")

    app_of(door).state.query_names[broken] = []
    with structlog.testing.capture_logs() as lines:
        answer = await door.http.get("/v1/broken")
    document = assert_problem(answer, 500, "internal_error")
    assert "hunter2" not in answer.text
    [line] = [line for line in lines if line["event"] == "unexpected_error"]
    assert line["error"] == "RuntimeError"
    assert "raise RuntimeError" in line["exception"]
    assert [line["status"] for line in lines if line["event"] == "request"] == [500]
    assert document["detail"]


async def test_database_errors_do_not_print_the_values_they_came_with(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    values = {"secret": "hunter2"}  # here, since frames show their source lines

    @app_of(door).get("/v1/broken")
    async def broken() -> None:
        async with door.resources.db.transaction() as session:
            await session.execute(text("SELECT CAST(CAST(:secret AS text) AS int)"), values)

    app_of(door).state.query_names[broken] = []
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as lines:
        answer = await door.http.get("/v1/broken")
    assert_problem(answer, 500, "internal_error")
    assert "hunter2" not in answer.text + caplog.text + str(lines)


async def test_object_store_away_is_502(door: Door) -> None:
    @app_of(door).get("/v1/broken")
    async def broken() -> None:
        raise StorageUnavailable("NotFound")

    app_of(door).state.query_names[broken] = []
    assert_problem(await door.http.get("/v1/broken"), 502, "upstream_error")


async def test_path_with_a_nul_is_not_found(door: Door) -> None:
    assert_problem(await door.http.get("/v1/%00"), 404, "not_found")


async def test_ready_means_postgres_schema_and_redis(door: Door) -> None:
    answer = await door.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok", "redis": "ok"})


async def test_schema_of_another_version_is_not_ready(door: Door) -> None:
    async with door.resources.db.transaction() as session:
        revision = (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
        await session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        document = assert_problem(await door.http.get("/readyz"), 503, "unavailable")
        assert "dravo db upgrade" in document["detail"]
    finally:
        async with door.resources.db.transaction() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": revision})


async def test_probes_take_what_programs_append(door: Door) -> None:
    assert (await door.http.get("/healthz?t=1")).status_code == 200


async def test_application_over_settings_opens_and_closes_its_own_resources(settings: Settings) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as http:
            assert (await http.get("/readyz")).status_code == 200


async def test_description_knows_no_422_but_the_idempotency_mismatch(door: Door) -> None:
    document = (await door.http.get("/openapi.json")).json()
    with_422 = [
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "422" in operation["responses"]
    ]
    assert with_422 == [("post", "/v1/posts")]
    assert "HTTPValidationError" not in str(document)
    assert "ValidationError" not in document["components"]["schemas"]


async def test_description_tells_every_error_as_a_problem_and_the_scope_of_every_call(door: Door) -> None:
    document = (await door.http.get("/openapi.json")).json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status[0] in "45":
                    assert set(response["content"]) == {"application/problem+json"}
            if path.startswith("/v1/"):
                assert operation["security"] == [{"bearer": []}]
                assert {"400", "401", "403", "503"} <= set(operation["responses"])
                assert "Needs the scope `" in operation["description"]


async def test_description_of_the_create_call_has_body_options_and_example(door: Door) -> None:
    document = (await door.http.get("/openapi.json")).json()
    operation = document["paths"]["/v1/posts"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/PostCreate"}
    assert (await door.create(content["example"])).json()["errors"][0]["code"] == "unknown_account"
    assert {"202", "400", "401", "403", "409", "413", "415", "422", "503"} <= set(operation["responses"])
    schemas = document["components"]["schemas"]
    options = schemas["PlatformOptions"]
    assert list(options["properties"]) == ["facebook", "instagram", "tiktok", "linkedin", "x"]
    assert options["additionalProperties"] is False
    assert schemas["XOptions"]["properties"]["poll"]
    for reference in _references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for inner in value.values() for found in _references(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in _references(inner)]
    return []


async def test_every_described_call_is_closed_to_strangers(door: Door) -> None:
    document = (await door.http.get("/openapi.json")).json()
    for path, operations in document["paths"].items():
        for method in operations:
            if path.startswith("/v1/"):
                answer = await door.http.request(
                    method, path.replace("{", "").replace("}", ""), headers={"authorization": ""}
                )
                assert_problem(answer, 401, "invalid_credentials")


async def test_two_credentials_are_none(door: Door) -> None:
    headers = [("authorization", f"Bearer {door.key}"), ("authorization", f"Bearer {door.key}")]
    door.http.headers.pop("authorization", None)
    assert_problem(await door.http.get("/v1/posts", headers=headers), 401, "invalid_credentials")

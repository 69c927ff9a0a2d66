"""What machines are told of the book: to nobody without the token, and each number as the book has it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from dravo.api import metrics
from dravo.api.app import create_app
from dravo.deliveries import invariants
from dravo.kit.ids import new_id
from dravo.resources import Resources
from dravo.settings import Settings
from support.book import Book
from support.clock import Clock
from support.door import Door, assert_problem, opened_door

TOKEN = "the-token-of-whoever-watches"


@pytest.fixture
async def watched(resources: Resources, workspace: str) -> AsyncIterator[Door]:
    """A door of a deployment that has metrics."""
    settings = resources.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    async with opened_door(replace(resources, settings=settings), workspace) as opened:
        yield opened


@pytest.fixture
def book(watched: Door) -> Book:
    return Book(watched.resources, watched.workspace_id)


async def scrape(door: Door, authorization: str = f"Bearer {TOKEN}") -> httpx.Response:
    return await door.http.get("/metrics", headers={"authorization": authorization})


async def numbers(door: Door) -> dict[str, float]:
    """Each sample by its name and the values of its labels, in the order of the labels' names."""
    answer = await scrape(door)
    assert answer.status_code == 200, answer.text
    return {
        " ".join([sample.name, *(value for _, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
async def test_without_a_token_in_the_settings_there_is_nothing_at_the_path(door: Door, method: str) -> None:
    answer = await door.http.request(method, "/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    unknown = await door.http.request(method, "/nothing", headers={"authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert answer.headers.keys() == unknown.headers.keys()


@pytest.mark.parametrize(
    "shown",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer \xff\xfe",
        TOKEN.encode(),
        f"Basic {TOKEN}".encode(),
        f"Bearer {TOKEN}x".encode(),
        f"Bearer {TOKEN[:-1]}".encode(),
        f"Bearer {TOKEN.upper()}".encode(),
    ],
)
async def test_whoever_does_not_show_the_token_is_told_nothing(watched: Door, shown: bytes) -> None:
    answer = await watched.http.get("/metrics", headers=[(b"authorization", shown)])
    assert_problem(answer, 401, "invalid_credentials")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert TOKEN not in answer.text


async def test_an_api_key_does_not_open_metrics_nor_metrics_token_the_api(watched: Door) -> None:
    assert_problem(await scrape(watched, f"Bearer {watched.key}"), 401, "invalid_credentials")
    answer = await watched.http.get("/v1/posts", headers={"authorization": f"Bearer {TOKEN}"})
    assert_problem(answer, 401, "invalid_credentials")


async def test_of_two_credentials_neither_counts(watched: Door) -> None:
    both = [("authorization", f"Bearer {TOKEN}")] * 2
    request = httpx.Request("GET", "http://api.test/metrics", headers=both)
    assert_problem(await watched.http.send(request), 401, "invalid_credentials")


def test_a_token_that_can_be_guessed_is_refused(settings: Settings) -> None:
    values = settings.model_dump() | {"database_url": settings.database_url, "redis_url": settings.redis_url}
    with pytest.raises(ValidationError, match="at least 16") as refused:
        Settings.model_validate(values | {"metrics_token": "short-secret"})
    assert "short-secret" not in str(refused.value)


async def test_metrics_are_no_part_of_the_public_description(watched: Door) -> None:
    assert "/metrics" not in (await watched.http.get("/openapi.json")).json()["paths"]


async def test_an_empty_book_is_zeros(watched: Door) -> None:
    answer = await scrape(watched)
    assert answer.headers["content-type"].startswith("text/plain; version=")
    seen = await numbers(watched)
    assert {name: value for name, value in seen.items() if value} == {}
    assert {name for name in seen if not name.startswith("dravo_scrape_failed")} == {
        *(f"dravo_invariant_violations {number}" for number in ("2", "6", "8", "12")),
        *(f"dravo_alert {env} {name}" for name in ("unconfirmed_waiting", "held", "needs_reconnect") for env in LIVES),
        "dravo_alert  invariant_violated",
        "dravo_scheduled_posts",
        "dravo_overdue_post_seconds",
    }


LIVES = ("live", "test")


async def test_deliveries_are_counted_by_where_they_stand(watched: Door, book: Book, clock: Clock) -> None:
    for _ in range(2):
        await book.one_post("x")
    await book.one_post("linkedin", status="processing", lease_token="t", lease_until=await book.now())
    await book.one_post("linkedin", status="published", publish_state="confirmed")
    await book.one_post("x", scheduled_in=timedelta(hours=1))
    await clock.move(timedelta(minutes=90))
    seen = await numbers(watched)
    assert {name: value for name, value in seen.items() if name.startswith("dravo_deliveries")} == {
        "dravo_deliveries test x queued": 2,
        "dravo_deliveries test linkedin processing": 1,
    }
    assert seen["dravo_oldest_due_seconds test x"] == pytest.approx(5400, abs=60)
    assert seen["dravo_scheduled_posts"] == 1
    assert seen["dravo_overdue_post_seconds"] == pytest.approx(1800, abs=60)


async def test_unconfirmed_deliveries_want_a_person_once_no_look_is_left(watched: Door, book: Book) -> None:
    sent = {"status": "unconfirmed", "publish_state": "open"}
    await book.one_post("x", **sent, next_look_at=await book.now())
    seen = await numbers(watched)
    assert (seen["dravo_deliveries test x unconfirmed"], seen["dravo_alert test unconfirmed_waiting"]) == (1, 0)
    await book.one_post("x", **sent)
    seen = await numbers(watched)
    assert (seen["dravo_deliveries test x unconfirmed"], seen["dravo_alert test unconfirmed_waiting"]) == (2, 1)


async def test_holds_and_lost_accounts_want_a_person(watched: Door, book: Book) -> None:
    await book.account("x")
    gone = await book.account("x")
    await book.run("UPDATE accounts SET reconnect_reason = 'revoked' WHERE id = :id", id=gone)
    await book.run(
        "INSERT INTO holds (environment, platform, scope, scope_id, code, reason, config, since, canary_at) VALUES"
        " ('live', 'linkedin', 'deployment', '', 'api_version_retired', 'Old.', '{}', dravo_now(), dravo_now())"
    )
    seen = await numbers(watched)
    assert (seen["dravo_alert test needs_reconnect"], seen["dravo_alert live needs_reconnect"]) == (1, 0)
    assert (seen["dravo_alert live held"], seen["dravo_alert test held"]) == (1, 0)


async def test_lost_answers_are_counted_by_what_came_of_them(watched: Door, book: Book) -> None:
    key = await book.one_post("x")
    old = "cmt_" + "0" * 26
    for commit, name, state, looks in (
        (new_id("cmt"), "publish", "refused", 2),
        (new_id("cmt"), "publish", "confirmed", 1),
        (new_id("cmt"), "first_comment", "confirmed", 0),
        (old, "publish", "refused", 3),
    ):
        await book.run(
            "INSERT INTO commits (workspace_id, environment, id, delivery_id, name, state, generation, lease_token,"
            " request_hash, send_before, opened_at, looks) VALUES (:ws, 'test', :id, :delivery, :name, :state, 1, 't',"
            " 'h', dravo_now(), dravo_now(), :looks)",
            ws=book.workspace_id,
            id=commit,
            delivery=key.id,
            name=name,
            state=state,
            looks=looks,
        )
    await _event(book, "post_1")
    await _event(book, "post_1")
    await _event(book, "post_2")
    seen = await numbers(watched)
    assert {name: value for name, value in seen.items() if name.startswith("dravo_unknown_outcomes")} == {
        "dravo_unknown_outcomes test publish refused": 1,
        "dravo_unknown_outcomes test publish confirmed": 1,
    }
    assert seen["dravo_posts_unconfirmed test"] == 2


async def _event(book: Book, post_id: str) -> None:
    await book.run(
        "INSERT INTO webhook_events (workspace_id, environment, id, event_type, data, created_at) VALUES"
        " (:ws, 'test', :id, 'post.unconfirmed', jsonb_build_object('id', CAST(:post AS text)), dravo_now())",
        ws=book.workspace_id,
        id=new_id("evt"),
        post=post_id,
    )


async def test_a_process_of_its_own_has_metrics_by_its_variables(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("database_url", "storage_url", "encryption_keys"):
        value = getattr(settings, name)
        said = f"k1:{settings.encryption_keys[0][1].get_secret_value()}" if name == "encryption_keys" else value
        monkeypatch.setenv(f"DRAVO_{name.upper()}", said if isinstance(said, str) else said.get_secret_value())
    monkeypatch.setenv("DRAVO_METRICS_TOKEN", TOKEN)
    app = create_app(Settings())
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test", headers=headers) as http:
            got, headed = await http.get("/metrics"), await http.head("/metrics")
    assert (got.status_code, headed.status_code) == (200, 200)
    assert "dravo_invariant_violations" in got.text


async def test_a_broken_promise_is_an_alert(watched: Door, book: Book) -> None:
    await book.one_post("x", status="published", publish_state="confirmed")
    seen = await numbers(watched)
    assert (seen["dravo_invariant_violations 12"], seen["dravo_invariant_violations 2"]) == (1, 0)
    assert seen["dravo_alert  invariant_violated"] == 1


async def test_what_takes_too_long_is_left_out_and_named(
    watched: Door, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "STATEMENT_MS", 50)
    monkeypatch.setattr(metrics, "HOLDS", "SELECT 'test' AS environment, 1 AS number FROM pg_sleep(5)")
    seen = await numbers(watched)
    assert {name for name, value in seen.items() if name.startswith("dravo_scrape_failed") and value} == {
        "dravo_scrape_failed holds"
    }
    assert not any("held" in name and "alert" in name for name in seen)
    assert "dravo_alert test needs_reconnect" in seen
    async with watched.resources.db.transaction() as session:
        assert await session.scalar(text("SHOW statement_timeout")) == "0"


async def test_numbers_of_one_deployment_are_in_no_other_registry(watched: Door, book: Book) -> None:
    await book.one_post("x")
    first = await numbers(watched)
    await book.run("DELETE FROM posts")
    second = await numbers(watched)
    assert "dravo_deliveries test x queued" in first
    assert "dravo_deliveries test x queued" not in second


def test_every_metric_is_documented_and_every_documented_one_is_there() -> None:
    code = Path(metrics.__file__).read_text()
    page = (Path(__file__).parents[2] / "docs" / "running.md").read_text()
    assert set(re.findall(r'"(dravo_\w+)"', code)) == set(re.findall(r"^\| `(dravo_[a-z_]+)", page, re.MULTILINE))
    assert set(re.findall(r'_add_alert\(alerts, "(\w+)"', code)) | {"invariant_violated"} == set(
        re.findall(r'^\| `dravo_alert\{name="(\w+)"', page, re.MULTILINE)
    )
    assert set(invariants.QUESTIONS) == set(re.findall(r"^\| (\d+) \|", page, re.MULTILINE))

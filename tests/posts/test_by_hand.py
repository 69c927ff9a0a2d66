"""What a user decides: what came of an unconfirmed delivery, and that failed ones are tried again."""

from typing import Any

import pytest
from sqlalchemy import select, text

from dravo.models import Commit, Delivery, WebhookEvent
from support.door import Door, assert_problem

JSON = dict[str, Any]


async def posted(door: Door, *networks: str, **more: Any) -> tuple[str, list[str]]:
    accounts = [await door.account(network) for network in networks]
    answer = await door.create({"account_ids": accounts, "text": "Hello", **more})
    return str(answer.json()["id"]), accounts


async def ended(door: Door, status: str, *, account: str | None = None, commit: str | None = None, **more: str) -> None:
    """Write the end of deliveries as the engine would, with the commit that belongs to it."""
    which = "" if account is None else " WHERE account_id = :account"
    async with door.resources.db.transaction() as session:
        if commit is not None:
            await session.execute(
                text(
                    "INSERT INTO commits (workspace_id, environment, id, delivery_id, name, state, generation, lease_token,"
                    " request_hash, send_before, opened_at, looks) SELECT workspace_id, environment, 'cmt_' || id, id,"
                    f" 'publish', '{commit}', 1, 't', '', dravo_now(), dravo_now(), 6 FROM deliveries{which}"
                ),
                {"account": account} if account else {},
            )
        columns = {"status": status, "publish_state": commit, **more}
        said = ", ".join(f"{name} = :{name}" for name in columns)
        values: dict[str, Any] = columns | ({"account": account} if account else {})
        await session.execute(text(f"UPDATE deliveries SET {said}{which}"), values)
        await session.execute(text("UPDATE posts SET status = :status"), {"status": status})
        await session.execute(text("DELETE FROM webhook_events"))


async def events(door: Door) -> list[str]:
    async with door.resources.db.transaction() as session:
        return list(await session.scalars(select(WebhookEvent.event_type).order_by(WebhookEvent.id)))


async def commits(door: Door) -> list[tuple[str, Any]]:
    async with door.resources.db.transaction() as session:
        return [(row.state, row.evidence) for row in await session.scalars(select(Commit))]


async def resolve(door: Door, post: str, **body: Any) -> Any:
    return await door.http.post(f"/v1/posts/{post}/resolve", json=body)


async def test_what_the_user_sees_on_the_account_is_published(door: Door) -> None:
    post, (account,) = await posted(door, "x")
    await ended(door, "unconfirmed", commit="open", error_code="outcome_unknown", error_class="unknown_outcome")
    answer = await resolve(door, post, account_id=account, outcome="published", platform_post_id="189")
    seen = answer.json()
    assert (answer.status_code, seen["status"], seen["published_at"] is not None) == (200, "published", True)
    result = seen["results"][0]
    assert (result["status"], result["platform_post_id"], result["error_code"]) == ("published", "189", None)
    assert result["warnings"] == []
    assert await commits(door) == [("confirmed", {"resolved": "published"})]
    assert await events(door) == ["post.published"]


@pytest.mark.parametrize(("commit", "closed"), [("open", "refused"), ("confirmed", "refuted")])
async def test_what_is_not_there_has_failed_and_can_be_retried(door: Door, commit: str, closed: str) -> None:
    post, (account,) = await posted(door, "x")
    await ended(door, "unconfirmed", commit=commit)
    seen = (await resolve(door, post, account_id=account, outcome="not_published")).json()
    assert (seen["status"], seen["results"][0]["error_code"]) == ("failed", "not_published")
    assert await commits(door) == [(closed, {"resolved": "not_published"})]
    answer = await door.http.post(f"/v1/posts/{post}/retry")
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert answer.json()["results"][0]["error_code"] is None
    assert await events(door) == ["post.failed", "post.queued"]


async def test_a_first_comment_that_is_not_sent_is_told(door: Door) -> None:
    post, (account,) = await posted(door, "x", platform_options={"x": {"first_comment": "First!"}})
    await ended(door, "unconfirmed", commit="open")
    seen = (await resolve(door, post, account_id=account, outcome="published")).json()
    assert [warning["code"] for warning in seen["results"][0]["warnings"]] == ["first_comment_not_sent"]
    assert seen["results"][0]["platform_post_id"] is None


async def test_only_an_unconfirmed_delivery_that_nobody_looks_at_is_resolved(door: Door) -> None:
    post, (account,) = await posted(door, "x")
    body = {"account_id": account, "outcome": "not_published"}
    assert_problem(await resolve(door, post, **body), 409, "conflict")
    await ended(door, "unconfirmed", commit="open")
    async with door.resources.db.transaction() as session:
        await session.execute(text("UPDATE deliveries SET lease_token = 't', lease_until = dravo_now()"))
    problem = assert_problem(await resolve(door, post, **body), 409, "conflict")
    assert "try again" in problem["detail"]
    assert [state for state, _ in await commits(door)] == ["open"]


async def test_a_post_of_the_network_is_bound_once(door: Door) -> None:
    first, (one,) = await posted(door, "x")
    await ended(door, "unconfirmed", commit="open")
    await resolve(door, first, account_id=one, outcome="published", platform_post_id="189")
    second, (two,) = await posted(door, "x")
    await ended(door, "unconfirmed", account=two, commit="open")
    problem = assert_problem(
        await resolve(door, second, account_id=two, outcome="published", platform_post_id="189"), 409, "conflict"
    )
    assert "another delivery" in problem["detail"]
    assert sorted(state for state, _ in await commits(door)) == ["confirmed", "open"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"outcome": "published"}, "/account_id", "required"),
        ({"account_id": "acc_x", "outcome": "published"}, "/account_id", "unknown_account"),
        ({"account_id": "acc_x", "outcome": "maybe"}, "/outcome", None),
        ({"account_id": "acc_x", "outcome": "published", "platform_post_id": "a b"}, "/platform_post_id", None),
        ({"account_id": "acc_x", "outcome": "published", "id": "1"}, "/id", "unknown_field"),
    ],
)
async def test_a_wrong_resolution_names_the_field(door: Door, body: JSON, pointer: str, code: str | None) -> None:
    post, _ = await posted(door, "x")
    await ended(door, "unconfirmed", commit="open")
    problem = assert_problem(await resolve(door, post, **body), 400, "validation_error")
    (error,) = problem["errors"]
    assert error["pointer"] == pointer
    assert code is None or error["code"] == code


async def test_only_what_failed_is_retried_and_begins_anew(door: Door) -> None:
    post, (one, two) = await posted(door, "x", "linkedin")
    await ended(door, "failed", account=one, error_code="too_long", error_class="rejected")
    await ended(door, "published", account=two, commit="confirmed")
    answer = await door.http.post(f"/v1/posts/{post}/retry", json={})
    assert (answer.status_code, answer.json()["status"]) == (202, "processing")
    assert [result["status"] for result in answer.json()["results"]] == ["queued", "published"]
    async with door.resources.db.transaction() as session:
        again = (await session.scalars(select(Delivery).where(Delivery.account_id == one))).one()
    assert (again.generation, again.first_generation, again.crashes) == (2, 2, 0)
    assert_problem(await door.http.post(f"/v1/posts/{post}/retry", json={"account_ids": [two]}), 409, "conflict")
    assert_problem(
        await door.http.post(f"/v1/posts/{post}/retry", json={"account_ids": ["acc_x"]}), 400, "validation_error"
    )


async def test_what_is_unconfirmed_is_not_retried(door: Door) -> None:
    post, _ = await posted(door, "x")
    await ended(door, "unconfirmed", commit="open")
    problem = assert_problem(await door.http.post(f"/v1/posts/{post}/retry"), 409, "conflict")
    assert "resolve" in problem["detail"]


@pytest.mark.parametrize("verb", ["resolve", "retry"])
async def test_a_post_of_nobody_is_not_there(door: Door, verb: str) -> None:
    body = {"account_id": "acc_x", "outcome": "published"} if verb == "resolve" else {}
    assert_problem(await door.http.post(f"/v1/posts/post_x/{verb}", json=body), 404, "not_found")

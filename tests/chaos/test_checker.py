"""The judge is red on every state that breaks a promise; what the database itself refuses cannot even be made."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from chaos.checker import Verdict, check
from dravo.kit.ids import Key
from dravo.resources import Resources
from support.book import Book

JSON = dict[str, Any]
COMMIT = (
    "INSERT INTO commits (workspace_id, environment, id, delivery_id, name, state, generation, lease_token, request_hash,"
    " send_before, opened_at, looks) SELECT workspace_id, environment, :id, id, 'publish', :state, 1, 't', '',"
    " dravo_now(), dravo_now(), 0 FROM deliveries WHERE id = :delivery"
)
EVENT = (
    "INSERT INTO webhook_events (workspace_id, environment, id, event_type, data, created_at)"
    " SELECT workspace_id, environment, 'evt_' || id, 'post.' || status, jsonb_build_object('id', id), dravo_now() FROM posts"
)


@pytest.fixture
def resources(settings_resources: Resources) -> Resources:
    """Only the book is needed here, no networks."""
    return settings_resources


@pytest.fixture
def book(resources: Resources, workspace: str) -> Book:
    return Book(resources, workspace)


async def delivery(book: Book, status: str, *, commit: str | None = None, event: bool = True, **more: Any) -> Key:
    """A delivery that has ended so, with all that belongs to it."""
    key = await book.one_post("x", status=status, publish_state=commit, **more)
    if commit is not None:
        await book.run(COMMIT, id=f"cmt_{key.id}", state=commit, delivery=key.id)
    if event:
        await book.run("DELETE FROM webhook_events")
        await book.run(EVENT)
    return key


async def first_comment(book: Book, key: Key, state: str) -> None:
    await book.run(COMMIT.replace("'publish'", "'first_comment'"), id=f"cmt_of_{key.id}", state=state, delivery=key.id)


async def effect(book: Book, key: Key, kind: str = "post", **more: Any) -> JSON:
    account = await book.account_of(key)
    return {"network": "x", "account": account.platform_account_id, "kind": kind, "text": "Hello", **more}


async def judged(book: Book, *ledger: JSON, **more: Any) -> Verdict:
    return await check(book.resources.db, ledger, **more)


def numbers(verdict: Verdict) -> set[str]:
    return {sentence.partition(":")[0] for sentence in verdict.violations}


async def test_what_is_as_promised_is_acquitted(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed")
    verdict = await judged(book, await effect(book, key), accepted=[(await book.delivery(key)).post_id])
    assert verdict.ok, verdict.violations
    assert verdict.line() == "published=1 failed=0 (expected 0) lost=0 duplicated=0 unconfirmed=0 (allowed 0)"


async def test_a_post_that_was_accepted_and_is_gone(book: Book) -> None:
    assert numbers(await judged(book, accepted=["post_gone"])) == {"1"}


async def test_a_delivery_that_does_not_end(book: Book) -> None:
    await book.one_post("x")
    verdict = await judged(book)
    assert (numbers(verdict), verdict.lost) == ({"2"}, 1)


async def test_a_delivery_may_be_under_way_while_the_run_is(book: Book) -> None:
    await book.one_post("x")
    assert (await judged(book, still_running=True)).ok


async def test_a_delivery_that_waits_for_ever(book: Book) -> None:
    await book.one_post("x", due_at=await book.now() + timedelta(days=40))
    assert numbers(await judged(book, still_running=True)) == {"2"}


async def test_an_effect_without_words_does_not_stand_for_another_delivery_of_its_account(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed")
    await book.post((await book.delivery(key)).account_id, words="Another")
    verdict = await judged(book, await effect(book, key) | {"text": ""}, still_running=True)
    assert (numbers(verdict), verdict.lost) == ({"4", "9"}, 1)


async def test_an_effect_with_words_and_one_without(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed")
    seen = await effect(book, key)
    verdict = await judged(book, seen, seen | {"text": ""})
    assert (numbers(verdict), verdict.duplicated) == ({"3"}, 1)


async def test_two_effects_of_one_delivery(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed")
    verdict = await judged(book, await effect(book, key), await effect(book, key))
    assert (numbers(verdict), verdict.duplicated) == ({"3"}, 1)


async def test_two_first_comments_under_one_post(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed")
    await first_comment(book, key, "confirmed")
    comments = [await effect(book, key, "comment", parent="p1") for _ in range(2)]
    assert numbers(await judged(book, await effect(book, key), *comments)) == {"3"}


@pytest.mark.parametrize(
    ("state", "shown", "found"),
    [
        ("confirmed", 1, set()),
        ("confirmed", 0, {"4"}),
        ("open", 1, set()),
        ("open", 0, set()),
        ("refused", 1, {"5"}),
        ("refused", 0, set()),
    ],
)
async def test_first_comments_are_there_as_the_book_has_them(
    book: Book, state: str, shown: int, found: set[str]
) -> None:
    key = await delivery(book, "published", commit="confirmed")
    await first_comment(book, key, state)
    comments = [await effect(book, key, "comment", parent="p1")] * shown
    assert numbers(await judged(book, await effect(book, key), *comments)) == found


async def test_published_and_nothing_to_be_seen(book: Book) -> None:
    await delivery(book, "published", commit="confirmed")
    verdict = await judged(book)
    assert (numbers(verdict), verdict.lost) == ({"4"}, 1)


async def test_published_without_a_confirmed_commit(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed")
    await book.run("UPDATE commits SET state = 'refused'")
    assert numbers(await judged(book, await effect(book, key))) == {"4"}


@pytest.mark.parametrize(("status", "number"), [("failed", "5"), ("canceled", "10")])
async def test_ended_without_an_effect_that_can_be_seen(book: Book, status: str, number: str) -> None:
    key = await delivery(book, status)
    verdict = await judged(book, await effect(book, key), expected_failed=int(status == "failed"))
    assert numbers(verdict) == {number}


async def test_failed_with_an_open_commit(book: Book) -> None:
    key = await delivery(book, "failed", commit="refused")
    await book.run("UPDATE commits SET state = 'open' WHERE delivery_id = :id", id=key.id)
    assert numbers(await judged(book, expected_failed=1)) == {"5"}


async def test_a_failure_that_nobody_expected(book: Book) -> None:
    await delivery(book, "failed")
    verdict = await judged(book)
    assert (verdict.violations, verdict.ok) == ([], False)


async def test_more_unconfirmed_than_there_may_be(book: Book) -> None:
    await delivery(book, "unconfirmed", commit="open")
    assert not (await judged(book)).ok
    assert (await judged(book, allowed_unconfirmed=1)).ok


async def test_an_answer_that_was_settled_before_it_was_sent(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed")
    await book.run("UPDATE commits SET settled_at = opened_at - interval '1 s'")
    assert numbers(await judged(book, await effect(book, key))) == {"7"}


async def test_a_commit_that_is_opened_after_the_end(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed", published_at=await book.now() - timedelta(seconds=1))
    assert numbers(await judged(book, await effect(book, key))) == {"7"}


async def test_a_token_that_calls_for_another_account(book: Book) -> None:
    keys = [await delivery(book, "published", commit="confirmed") for _ in range(2)]
    await book.run("DELETE FROM webhook_events")
    await book.run(EVENT)
    effects = [await effect(book, key) for key in keys]
    mine, other = (effect["account"] for effect in effects)
    calls = [
        {"number": 1, "account": mine, "path": f"/v26.0/{mine}/feed"},
        {"number": 2, "account": mine, "path": f"/v26.0/{other}/comments"},
        {"number": 3, "account": "stranger", "path": "/2/tweets"},
        {"number": 4, "account": None, "path": "/upload"},
        {"number": 5, "account": "page", "path": f"/v26.0/{other}/media"},
        {"number": 6, "account": "page", "path": "/v26.0/17"},
    ]
    verdict = await judged(book, *effects, calls=calls)
    assert verdict.violations == [
        f"9: call 2 is about {other} and has the token of {mine}",
        "9: call 3 has the token of stranger, to whom nothing is posted",
    ]


async def test_a_delivery_that_is_bound_to_another_post_of_its_account(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed", platform_post_id="7")
    own, other = await effect(book, key, id="8"), await effect(book, key, id="7") | {"text": "By hand"}
    assert "13" in numbers(await judged(book, own, other))
    assert numbers(await judged(book, own | {"id": "7"}, other | {"id": "8"})) == {"9"}


async def test_an_effect_on_an_account_that_nobody_posted_to(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed")
    stranger = await effect(book, key) | {"account": "another"}
    assert numbers(await judged(book, await effect(book, key), stranger)) == {"9"}


async def test_an_end_that_no_event_tells_of(book: Book) -> None:
    key = await delivery(book, "published", commit="confirmed", event=False)
    assert numbers(await judged(book, await effect(book, key))) == {"12"}


@pytest.mark.parametrize(("apart", "broken"), [("1 second", True), ("11 seconds", False)])
async def test_more_taken_than_a_network_allows(book: Book, apart: str, broken: bool) -> None:
    """X takes 100 posts of an account in a quarter of an hour: 101 in two minutes are too many, in eighteen they are not."""
    key = await delivery(book, "published", commit="confirmed")
    await book.run(
        "INSERT INTO budgets SELECT workspace_id, environment, 'x', 'account', id, 'posts_per_quarter_hour',"
        f" ARRAY(SELECT dravo_now() - n * interval '{apart}' FROM generate_series(1, 101) AS n) FROM accounts"
    )
    verdict = await judged(book, await effect(book, key), settings=book.resources.settings)
    assert numbers(verdict) == ({"11"} if broken else set())


async def test_the_database_refuses_two_live_commits_of_one_name(book: Book) -> None:
    """Invariant 6 is a unique index: it cannot be broken by code."""
    key = await delivery(book, "published", commit="confirmed")
    with pytest.raises(IntegrityError, match="uq_commits_one_live"):
        await book.run(COMMIT, id="cmt_2", state="open", delivery=key.id)


async def test_the_database_refuses_two_leases_of_one_account(book: Book) -> None:
    """Invariant 8 likewise."""
    account = await book.account("x")
    keys = [*await book.post(account), *await book.post(account)]
    lease = "UPDATE deliveries SET status = 'processing', lease_token = :id, lease_until = dravo_now() WHERE id = :id"
    await book.run(lease, id=keys[0].id)
    with pytest.raises(IntegrityError, match="uq_deliveries_one_lease_per_account"):
        await book.run(lease, id=keys[1].id)


async def test_the_database_refuses_to_bind_a_post_twice(book: Book) -> None:
    """Invariant 13 likewise."""
    await delivery(book, "published", commit="confirmed", platform_post_id="189")
    with pytest.raises(IntegrityError, match="uq_deliveries_platform_post"):
        await book.one_post("x", status="published", publish_state="confirmed", platform_post_id="189")

"""What states.py refuses the database refuses too, whoever writes the SQL."""

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from dravo.kit.ids import Key, new_id
from support.book import Book


async def refused(book: Book, constraint: str, sql: str, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        await book.run(sql, **values)


async def commit(book: Book, key: Key, name: str, state: str) -> None:
    await book.run(
        "INSERT INTO commits (workspace_id, environment, delivery_id, id, name, state, generation, lease_token,"
        " request_hash, send_before, opened_at, looks)"
        " VALUES (:workspace, 'test', :delivery, :id, :name, :state, 1, 't', '', dravo_now(), dravo_now(), 0)",
        workspace=key.workspace_id,
        delivery=key.id,
        id=new_id("cmt"),
        name=name,
        state=state,
    )


@pytest.mark.parametrize("state", [None, "open", "refused", "refuted"])
async def test_published_needs_a_confirmed_publish(book: Book, state: str | None) -> None:
    await book.one_post("x", publish_state=state)
    await refused(book, "published_is_confirmed", "UPDATE deliveries SET status = 'published'")


@pytest.mark.parametrize("state", ["open", "confirmed"])
@pytest.mark.parametrize("status", ["failed", "canceled"])
async def test_failed_and_canceled_mean_that_nothing_was_sent(book: Book, status: str, state: str) -> None:
    await book.one_post("x", publish_state=state)
    constraint = "nothing_sent_when_failed_or_canceled"
    await refused(book, constraint, "UPDATE deliveries SET status = :status", status=status)


@pytest.mark.parametrize("state", [None, "refused", "refuted"])
async def test_unconfirmed_means_that_something_was_sent(book: Book, state: str | None) -> None:
    await book.one_post("x", publish_state=state)
    await refused(book, "unconfirmed_was_sent", "UPDATE deliveries SET status = 'unconfirmed'")


async def test_processing_and_a_lease_come_together(book: Book) -> None:
    await book.one_post("x")
    await refused(book, "processing_is_leased", "UPDATE deliveries SET status = 'processing'")
    leased = "UPDATE deliveries SET lease_token = 't', lease_until = dravo_now()"
    await refused(book, "processing_is_leased", leased)
    await refused(book, "lease_is_whole", "UPDATE deliveries SET status = 'processing', lease_token = 't'")


async def test_an_account_has_one_lease(book: Book) -> None:
    account = await book.account("x")
    await book.post(account)
    await book.post(account)
    await refused(
        book,
        "uq_deliveries_one_lease_per_account",
        "UPDATE deliveries SET status = 'processing', lease_token = id, lease_until = dravo_now()",
    )


@pytest.mark.parametrize("states", [("open", "open"), ("open", "confirmed"), ("confirmed", "confirmed")])
async def test_of_one_name_one_commit_is_live(book: Book, states: tuple[str, str]) -> None:
    key = await book.one_post("x")
    await commit(book, key, "publish", states[0])
    with pytest.raises(IntegrityError, match="uq_commits_one_live"):
        await commit(book, key, "publish", states[1])


async def test_dead_commits_and_other_names_stand_beside_a_live_one(book: Book) -> None:
    key = await book.one_post("x")
    for name, state in (
        ("publish", "refused"),
        ("publish", "refused"),
        ("publish", "refuted"),
        ("publish", "confirmed"),
        ("first_comment", "open"),
    ):
        await commit(book, key, name, state)
    assert len(await book.commits(key)) == 5


async def test_there_are_two_names_of_commits_and_four_states(book: Book) -> None:
    key = await book.one_post("x")
    with pytest.raises(IntegrityError, match="ck_commits_name"):
        await commit(book, key, "publish_again", "open")
    with pytest.raises(IntegrityError, match="ck_commits_state"):
        await commit(book, key, "publish", "maybe")


async def test_a_post_of_the_network_belongs_to_one_delivery(book: Book) -> None:
    """Whatever the account: two members may post for one page."""
    await book.post(await book.account("x"))
    await book.post(await book.account("x"))
    await refused(book, "uq_deliveries_platform_post", "UPDATE deliveries SET platform_post_id = '1'")


async def test_a_post_has_one_delivery_for_each_account(book: Book) -> None:
    account = await book.account("x")
    with pytest.raises(IntegrityError, match="uq_deliveries_account"):
        await book.post(account, account)


@pytest.mark.parametrize("column", ["status", "error_class", "environment"])
async def test_words_are_from_closed_sets(book: Book, column: str) -> None:
    await book.one_post("x")
    with pytest.raises(IntegrityError, match=rf"ck_deliveries_{column}|fk_deliveries"):
        await book.run(f"UPDATE deliveries SET {column} = 'something else'")


async def test_a_delivery_cannot_name_another_workspaces_account(book: Book) -> None:
    key = await book.one_post("x")
    await book.run("INSERT INTO workspaces (id, name, created_at) VALUES ('ws_other', 'Other', dravo_now())")
    account = await Book(book.resources, "ws_other").account("x")
    await refused(book, "fk_deliveries_accounts", "UPDATE deliveries SET account_id = :other", other=account)
    assert (await book.delivery(key)).account_id != account


async def test_a_connected_account_with_deliveries_is_not_simply_deleted(book: Book) -> None:
    await book.one_post("x")
    await refused(book, "fk_deliveries_accounts", "DELETE FROM accounts")

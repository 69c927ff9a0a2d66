"""What a reader sees of a post is of one moment, whatever is written meanwhile."""

import pytest

from dravo.lifecycle import rollup, view
from dravo.lifecycle.states import lock_post
from dravo.models import Post
from support.book import Book


@pytest.mark.parametrize(("end", "publish_state"), [("published", "confirmed"), ("failed", None), ("canceled", None)])
async def test_a_post_that_ends_while_it_is_read_does_not_contradict_its_results(
    book: Book, end: str, publish_state: str | None
) -> None:
    key = book.key((await book.post_of(await book.one_post("fake"))).id)
    async with book.resources.db.transaction() as reading:
        post = await reading.get_one(Post, tuple(key))
        assert post.status == "queued"
        await book.run("UPDATE deliveries SET status = :end, publish_state = :state", end=end, state=publish_state)
        async with book.resources.db.transaction() as writing:
            await lock_post(writing, key)
            await rollup.refresh(writing, key)
        (seen,) = await view.many(reading, [post])
    assert (seen.status, seen.results[0].status) == (end, end)
    assert (seen.published_at is not None) == (end == "published")

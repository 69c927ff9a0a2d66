from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import NotFound, Profile, PublishJob, Sent
from dravo.platforms.errors import CredentialsExpired, Rejected
from dravo.platforms.facebook import PLATFORM
from dravo.platforms.facebook.adapter import _find_comment, _find_post
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import Medium
from platforms.memory_run import SENT_AT, MemoryRun

PAGE = "https://graph.facebook.com/v26.0/77"
COMMENTS = "https://graph.facebook.com/v26.0/77_1/comments"


@pytest.fixture
def meta() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        router.post(f"{PAGE}/photos").mock(
            side_effect=lambda request: httpx.Response(200, json={"id": f"p{b'b.jpg' in request.content:d}"})
        )
        yield router


async def no_bytes(_start: int, _end: int) -> AsyncIterator[bytes]:
    yield b""


def photo(index: int) -> Medium:
    url = f"https://m.dravo.dev/{'ab'[index]}.jpg"
    return Medium(index, "image", "image/jpeg", 1, "0", 1, 1, None, url, url, no_bytes)


def job(photos: int = 0, **options: Any) -> PublishJob[FacebookOptions]:
    media = [photo(i) for i in range(photos)]
    return PublishJob("Hello", media, FacebookOptions.model_validate(options), Profile("77", "page"))


def ok(post_id: str = "77_1") -> httpx.Response:
    return httpx.Response(200, json={"id": post_id})


def refused(code: int, status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"error": {"message": "no", "type": "OAuthException", "code": code}})


def listed(*posts: dict[str, Any], **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"data": list(posts), **more})


def seen(post_id: str, *targets: str, message: str = "Hello", ago: int = 0) -> dict[str, Any]:
    created = (SENT_AT - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    attachments = {"data": [{"target": {"id": target}} for target in targets]}
    return {"id": post_id, "message": message, "created_time": created} | (
        {"attachments": attachments} if targets else {}
    )


async def test_text_is_one_call(meta: respx.MockRouter) -> None:
    meta.post(f"{PAGE}/feed").mock(return_value=ok())
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(), run)
    assert (published.platform_post_id, published.platform_post_url) == ("77_1", "https://www.facebook.com/77_1")
    assert (run.names, run.warnings) == (["publish"], [])


async def test_photos_are_handed_over_before_the_post(meta: respx.MockRouter) -> None:
    feed = meta.post(f"{PAGE}/feed").mock(return_value=ok())
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(2), run)
    assert run.names == ["photo-0", "photo-1", "publish"]
    assert b"p0" in feed.calls.last.request.content
    assert b"p1" in feed.calls.last.request.content


async def test_a_first_comment_follows_and_a_blank_one_does_not(meta: respx.MockRouter) -> None:
    meta.post(f"{PAGE}/feed").mock(return_value=ok())
    comments = meta.post(COMMENTS).mock(return_value=ok("c"))
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(first_comment="First"), run)
    assert run.names == ["publish", "first_comment"]
    await PLATFORM.adapter.publish(job(first_comment="  "), MemoryRun())
    assert comments.call_count == 1


async def test_a_refused_comment_is_a_warning(meta: respx.MockRouter) -> None:
    meta.post(f"{PAGE}/feed").mock(return_value=ok())
    meta.post(COMMENTS).mock(return_value=refused(200, 403))
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(first_comment="First"), run)
    assert published.platform_post_id == "77_1"
    assert [code for code, _ in run.warnings] == ["first_comment_failed"]


@pytest.mark.parametrize(("author", "unconfirmed"), [("77", False), (None, False), ("5", True)])
async def test_a_lost_comment_is_looked_for(meta: respx.MockRouter, author: str | None, unconfirmed: bool) -> None:
    meta.post(f"{PAGE}/feed").mock(return_value=ok())
    meta.post(COMMENTS).mock(return_value=refused(2, 500))
    comment = seen("c", message="First") | ({"from": {"id": author}} if author else {})
    meta.get(COMMENTS).mock(return_value=listed(comment))
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(first_comment="First"), run)
    assert [code for code, _ in run.warnings] == ["first_comment_unconfirmed"] * unconfirmed


async def test_a_refusal_is_final_and_a_dead_token_is_not_the_posts_fault(meta: respx.MockRouter) -> None:
    meta.post(f"{PAGE}/feed").mock(side_effect=[refused(100), refused(190)])
    with pytest.raises(Rejected):
        await PLATFORM.adapter.publish(job(), MemoryRun())
    with pytest.raises(CredentialsExpired):
        await PLATFORM.adapter.publish(job(), MemoryRun())


async def lost(meta: respx.MockRouter, found: httpx.Response, photos: int = 0) -> str | None:
    meta.post(f"{PAGE}/feed").mock(return_value=refused(2, 500))
    meta.get(f"{PAGE}/published_posts").mock(return_value=found)
    return (await PLATFORM.adapter.publish(job(photos), MemoryRun())).platform_post_id


async def test_a_lost_text_post_is_found_by_words_and_time(meta: respx.MockRouter) -> None:
    found = listed(seen("77_9", message="Other"), seen("77_8"), seen("77_7", ago=3600))
    assert await lost(meta, found) == "77_8"


async def test_a_lost_photo_post_is_found_by_its_photos(meta: respx.MockRouter) -> None:
    assert await lost(meta, listed(seen("77_9", "x"), seen("77_8", "p0", "p1")), photos=2) == "77_8"


@pytest.mark.parametrize(
    ("found", "photos", "answer"),
    [
        (listed(), [], NotFound.absent),
        (listed(seen("77_8", message="Other")), [], NotFound.absent),
        (listed(seen("77_8"), seen("77_9")), [], NotFound.unknown),
        (listed(seen("77_8", "link")), [], NotFound.unknown),
        (listed(seen("77_8", message="Newer"), seen("77_7", ago=3600)), [], NotFound.absent),
        (
            listed(seen("77_7", ago=3600)),
            [],
            NotFound.unknown,
        ),  # a second one in a row would be refused: sending settles nothing
        (listed(seen("77_8", "x"), seen("77_9", message="Newer", ago=-5)), ["p0"], NotFound.absent),
        (listed(seen("77_8")), ["p0"], NotFound.unknown),
        (listed(seen("77_9", message="Other"), paging={"next": "https://e.com"}), [], NotFound.unknown),
        (listed(seen("77_9", message="Other", ago=3600), paging={"next": "https://e.com"}), [], NotFound.absent),
    ],
)
async def test_none_several_and_doubtful_ones_are_not_taken(
    meta: respx.MockRouter, found: httpx.Response, photos: list[str], answer: NotFound
) -> None:
    meta.get(f"{PAGE}/published_posts").mock(return_value=found)
    assert await _find_post(MemoryRun(), "77", "Hello", photos)(Sent(SENT_AT)) is answer


async def test_a_comment_that_is_not_there_is_absent(meta: respx.MockRouter) -> None:
    meta.get(COMMENTS).mock(return_value=listed(seen("c", message="Other")))
    assert await _find_comment(MemoryRun(), "77", "77_1", "First")(Sent(SENT_AT)) is NotFound.absent

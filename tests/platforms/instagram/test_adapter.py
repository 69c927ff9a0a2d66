from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import Found, NotFound, Profile, PublishJob, Sent
from dravo.platforms.errors import OutcomeUnknown, Rejected, StepsExpired, Transient
from dravo.platforms.instagram import PLATFORM
from dravo.platforms.instagram.adapter import _find_comment, _find_media
from dravo.platforms.instagram.client import PublishedMedia
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.media import Medium
from platforms.memory_run import SENT_AT, MemoryRun

BASE = "https://graph.instagram.com/v26.0"


@pytest.fixture
def meta() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


async def no_bytes(_start: int, _end: int) -> AsyncIterator[bytes]:
    yield b""


def job(images: int = 1, handle: str = "acme", **options: Any) -> PublishJob[InstagramOptions]:
    url = "https://m.dravo.dev/a.jpg"
    media = [Medium(i, "image", "image/jpeg", 1, "0", 1, 1, None, url, url, no_bytes) for i in range(images)]
    return PublishJob("Hello", media, InstagramOptions.model_validate(options), Profile("17", handle))


def ok(**body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def refused(code: int, subcode: int | None = None, status: int = 400) -> httpx.Response:
    error: dict[str, Any] = {"message": "no", "type": "OAuthException", "code": code}
    return httpx.Response(status, json={"error": error | ({"error_subcode": subcode} if subcode else {})})


def willing(meta: respx.MockRouter, *, status: httpx.Response | None = None) -> None:
    """Everything goes well."""
    meta.post(f"{BASE}/17/media").mock(return_value=ok(id="c1"))
    meta.get(f"{BASE}/c1").mock(return_value=status or ok(status_code="FINISHED"))
    meta.post(f"{BASE}/17/media_publish").mock(return_value=ok(id="m1"))
    meta.get(f"{BASE}/m1").mock(return_value=ok(id="m1", permalink="https://www.instagram.com/p/x/"))
    meta.post(f"{BASE}/m1/comments").mock(return_value=ok(id="k1"))


def seen(media_id: str, *, caption: str = "Hello", ago: int = 0, kind: str = "FEED") -> dict[str, Any]:
    created = (SENT_AT - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    return {"id": media_id, "caption": caption, "timestamp": created, "media_product_type": kind}


async def test_an_image_is_prepared_waited_for_and_published(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.get(f"{BASE}/c1").mock(
        side_effect=[ok(status_code="IN_PROGRESS"), refused(100, 33), ok(status_code="FINISHED", status="Finished")]
    )
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(first_comment="First"), run)
    assert published.platform_post_id == "m1"
    assert published.platform_post_url == "https://www.instagram.com/p/x/"
    assert published.raw == {"id": "m1", "container_id": "c1"}
    assert run.names == ["container", "ready", "publish", "first_comment"]
    assert run.warnings == []


async def test_a_carousel_waits_for_every_child_before_its_parent(meta: respx.MockRouter) -> None:
    willing(meta)
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(2), run)
    assert run.names == ["child-0", "child-1", "child-0-ready", "child-1-ready", "container", "ready", "publish"]


async def test_a_story_takes_no_comment(meta: respx.MockRouter) -> None:
    willing(meta)
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(story=True, first_comment="First"), run)
    assert run.names == ["container", "ready", "publish"]


async def test_a_permalink_that_cannot_be_read_costs_nothing_else(meta: respx.MockRouter) -> None:
    for failing in (refused(100, 33), refused(190), httpx.Response(502)):
        willing(meta)
        meta.get(f"{BASE}/m1").mock(return_value=failing)
        published = await PLATFORM.adapter.publish(job(), MemoryRun())
        assert (published.platform_post_id, published.platform_post_url) == ("m1", None)


async def test_a_medium_that_instagram_cannot_take_is_refused(meta: respx.MockRouter) -> None:
    willing(meta, status=ok(status_code="ERROR", status="Error: Media upload has failed with error code 2207082"))
    with pytest.raises(Rejected) as raised:
        await PLATFORM.adapter.publish(job(), MemoryRun())
    assert raised.value.code == "media_invalid"


@pytest.mark.parametrize(
    "status", [{"status_code": "EXPIRED"}, {"status_code": "ERROR", "status": "Error: error code 2207003"}]
)
async def test_a_container_beyond_repair_is_made_anew(meta: respx.MockRouter, status: dict[str, str]) -> None:
    willing(meta, status=ok(**status))
    with pytest.raises(StepsExpired):
        await PLATFORM.adapter.publish(job(), MemoryRun())


async def test_a_container_that_expired_before_publishing_is_made_anew(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.post(f"{BASE}/17/media_publish").mock(return_value=refused(-2, 2207020))
    with pytest.raises(StepsExpired):
        await PLATFORM.adapter.publish(job(), MemoryRun())


async def test_publishing_too_early_is_tried_again(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.post(f"{BASE}/17/media_publish").mock(return_value=refused(9007, 2207027))
    with pytest.raises(Transient) as raised:
        await PLATFORM.adapter.publish(job(), MemoryRun())
    assert raised.value.retry_after == timedelta(seconds=30)


async def test_a_block_that_published_all_the_same_is_found(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.get(f"{BASE}/c1").mock(side_effect=[ok(status_code="FINISHED"), ok(status_code="PUBLISHED")])
    meta.post(f"{BASE}/17/media_publish").mock(return_value=refused(4, 2207051))
    meta.get(f"{BASE}/17/media").mock(
        return_value=ok(data=[seen("m9", caption="Other"), seen("m1"), seen("m0", ago=3600)])
    )
    published = await PLATFORM.adapter.publish(job(), MemoryRun())
    assert published.platform_post_id == "m1"


async def test_a_published_post_without_a_unique_match_has_no_id_and_no_comment(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.get(f"{BASE}/c1").mock(side_effect=[ok(status_code="FINISHED"), ok(status_code="PUBLISHED")])
    meta.post(f"{BASE}/17/media_publish").mock(return_value=httpx.Response(500))
    meta.get(f"{BASE}/17/media").mock(return_value=ok(data=[seen("m1"), seen("m2")]))
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(first_comment="First"), run)
    assert (published.platform_post_id, published.platform_post_url) == (None, None)
    assert [code for code, _ in run.warnings] == ["first_comment_failed"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (ok(status_code="FINISHED"), NotFound.absent),
        (ok(status_code="EXPIRED"), NotFound.absent),
        (ok(status_code="ERROR"), NotFound.absent),
        (ok(status_code="IN_PROGRESS"), NotFound.unknown),
        (ok(status_code="NEW"), NotFound.unknown),
        (refused(100, 33), NotFound.unknown),
    ],
)
async def test_the_container_tells_whether_it_was_published(
    meta: respx.MockRouter, status: httpx.Response, answer: NotFound
) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=status)
    assert await _find_media(MemoryRun(), "17", "c1", job())(Sent(SENT_AT)) is answer


@pytest.mark.parametrize("listing", [refused(100, 33), refused(100), refused(3)])
async def test_a_list_that_is_refused_costs_the_id_only(meta: respx.MockRouter, listing: httpx.Response) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=ok(status_code="PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(return_value=listing)
    found = await _find_media(MemoryRun(), "17", "c1", job())(Sent(SENT_AT))
    assert found == Found(PublishedMedia(id=None))


async def test_a_story_is_found_among_stories(meta: respx.MockRouter) -> None:
    meta.get(f"{BASE}/c1").mock(return_value=ok(status_code="PUBLISHED"))
    meta.get(f"{BASE}/17/stories").mock(
        return_value=ok(data=[seen("s1", kind="STORY"), seen("s0", kind="STORY", ago=600)])
    )
    found = await _find_media(MemoryRun(), "17", "c1", job(story=True))(Sent(SENT_AT))
    assert found == Found(PublishedMedia(id="s1"))


async def test_a_look_that_fails_for_the_moment_is_not_an_answer(meta: respx.MockRouter) -> None:
    find = _find_media(MemoryRun(), "17", "c1", job())
    meta.get(f"{BASE}/c1").mock(return_value=httpx.Response(502))
    with pytest.raises(Transient):
        await find(Sent(SENT_AT))
    meta.get(f"{BASE}/c1").mock(return_value=ok(status_code="PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(return_value=httpx.Response(502))
    with pytest.raises(Transient):
        await find(Sent(SENT_AT))


def comment(username: str | None, text: str = "First") -> dict[str, Any]:
    said = seen("k1") | {"text": text}
    return said | ({"username": username} if username else {})


@pytest.mark.parametrize(
    ("handle", "comments", "found"),
    [
        ("@Acme", [comment("acme"), comment("fan", "Nice")], True),
        ("acme", [comment(None)], True),
        ("", [comment("acme")], True),
        ("acme", [comment("fan")], NotFound.unknown),
        ("acme", [comment("acme"), comment("acme")], NotFound.unknown),
        ("acme", [comment("acme", "Other")], NotFound.absent),
    ],
)
async def test_a_lost_comment_is_found_by_author_words_and_time(
    meta: respx.MockRouter, handle: str, comments: list[dict[str, Any]], found: bool | NotFound
) -> None:
    meta.get(f"{BASE}/m1/comments").mock(return_value=ok(data=comments))
    answer = await _find_comment(MemoryRun(), "m1", handle, "First")(Sent(SENT_AT))
    assert isinstance(answer, Found) if found is True else answer is found


async def test_a_lost_answer_is_no_refusal(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.post(f"{BASE}/17/media_publish").mock(return_value=refused(24, 2207008))
    with pytest.raises(Exception, match="not settled") as raised:
        await PLATFORM.adapter.publish(job(), MemoryRun())
    assert isinstance(raised.value.__cause__, OutcomeUnknown)

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import Profile, PublishJob
from dravo.platforms.errors import RateLimited, Rejected, Transient, Unsettled
from dravo.platforms.media import Medium
from dravo.platforms.tiktok import PLATFORM
from dravo.platforms.tiktok.options import TikTokOptions
from platforms.memory_run import MemoryRun

BASE = "https://open.tiktokapis.com/v2/post/publish"


@pytest.fixture
def tiktok() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        router.post(f"{BASE}/creator_info/query/").mock(return_value=creator())
        router.post(f"{BASE}/content/init/").mock(return_value=ok(publish_id="p1"))
        yield router


async def no_bytes(_start: int, _end: int) -> AsyncIterator[bytes]:
    yield b""


def job(handle: str = "handle", **options: Any) -> PublishJob[TikTokOptions]:
    url = "https://m.dravo.dev/a.jpg"
    photo = Medium(0, "image", "image/jpeg", 1, "0", 1, 1, None, url, url, no_bytes)
    return PublishJob("Hello", [photo], TikTokOptions.model_validate(options), Profile("o1", handle))


def ok(**data: Any) -> httpx.Response:
    return httpx.Response(200, json={"data": data, "error": {"code": "ok", "message": "", "log_id": "L"}})


def error(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"data": {}, "error": {"code": code, "message": "no", "log_id": "L"}})


def creator(*options: str, comment_disabled: bool = False) -> httpx.Response:
    allowed = list(options or ["PUBLIC_TO_EVERYONE", "SELF_ONLY"])
    return ok(creator_username="acme", privacy_level_options=allowed, comment_disabled=comment_disabled)


def statuses(tiktok: respx.MockRouter, *answers: httpx.Response) -> None:
    tiktok.post(f"{BASE}/status/fetch/").mock(side_effect=answers)


async def test_a_public_post_has_an_id_and_an_address(tiktok: respx.MockRouter) -> None:
    statuses(
        tiktok,
        ok(status="PROCESSING_DOWNLOAD", downloaded_bytes=5),
        error(400, "invalid_publish_id"),
        ok(status="PUBLISH_COMPLETE", publicaly_available_post_id=[7_420_000_000_000_000_001]),
    )
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(privacy_level="PUBLIC_TO_EVERYONE"), run)
    assert published.platform_post_id == "7420000000000000001"
    assert published.platform_post_url == "https://www.tiktok.com/@acme/video/7420000000000000001"
    assert published.raw["publish_id"] == "p1"
    assert run.names == ["creator", "publish", "processed"]
    assert run.warnings == []


async def test_a_post_that_is_not_public_has_neither(tiktok: respx.MockRouter) -> None:
    answers: list[dict[str, Any]] = [{}, {"publicaly_available_post_id": []}, {"publicaly_available_post_id": None}]
    for data in answers:
        statuses(tiktok, ok(status="PUBLISH_COMPLETE", **data))
        published = await PLATFORM.adapter.publish(job(), MemoryRun())
        assert (published.platform_post_id, published.platform_post_url) == (None, None)
        assert published.raw["publish_id"] == "p1"


async def test_a_draft_ends_in_the_inbox_and_asks_nothing_of_the_creator(tiktok: respx.MockRouter) -> None:
    statuses(tiktok, ok(status="SEND_TO_USER_INBOX"))
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(post_mode="MEDIA_UPLOAD"), run)
    assert published.platform_post_id is None
    assert run.names == ["publish", "processed"]


async def test_a_direct_post_is_not_done_in_the_inbox(tiktok: respx.MockRouter) -> None:
    statuses(tiktok, ok(status="SEND_TO_USER_INBOX"), ok(status="PUBLISH_COMPLETE"))
    published = await PLATFORM.adapter.publish(job(), MemoryRun())
    assert published.raw["status"] == "PUBLISH_COMPLETE"


async def test_an_audience_that_the_creator_may_not_use_is_never_sent(tiktok: respx.MockRouter) -> None:
    run = MemoryRun()
    with pytest.raises(Rejected) as raised:
        await PLATFORM.adapter.publish(job(privacy_level="FOLLOWER_OF_CREATOR"), run)
    assert raised.value.code == "privacy_level_not_allowed"
    assert raised.value.pointer == "/platform_options/tiktok/privacy_level"
    assert run.names == ["creator"]


async def test_comments_that_the_creator_has_off_are_a_warning(tiktok: respx.MockRouter) -> None:
    tiktok.post(f"{BASE}/creator_info/query/").mock(return_value=creator(comment_disabled=True))
    tiktok.post(f"{BASE}/status/fetch/").mock(return_value=ok(status="PUBLISH_COMPLETE"))
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(disable_comment=False), run)
    assert [code for code, _ in run.warnings] == ["option_without_effect"]
    quiet = MemoryRun()
    await PLATFORM.adapter.publish(job(), quiet)
    assert quiet.warnings == []


async def test_a_200_can_be_a_refusal(tiktok: respx.MockRouter) -> None:
    tiktok.post(f"{BASE}/creator_info/query/").mock(return_value=error(200, "spam_risk_too_many_posts"))
    with pytest.raises(RateLimited):
        await PLATFORM.adapter.publish(job(), MemoryRun())


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("picture_size_check_failed", Rejected), ("internal", Transient), ("photo_pull_failed", Transient)],
)
async def test_a_failure_after_the_fact_is_refuted_and_raised(
    tiktok: respx.MockRouter, reason: str, kind: type[Exception]
) -> None:
    statuses(tiktok, ok(status="FAILED", fail_reason=reason))
    run = MemoryRun()
    with pytest.raises(kind):
        await PLATFORM.adapter.publish(job(), run)
    assert run.refuted == ["publish"]


async def test_a_lost_answer_is_never_settled_by_asking(tiktok: respx.MockRouter) -> None:
    tiktok.post(f"{BASE}/content/init/").mock(return_value=error(500, "internal_error"))
    run = MemoryRun()
    with pytest.raises(Unsettled):
        await PLATFORM.adapter.publish(job(), run)
    assert run.refuted == []

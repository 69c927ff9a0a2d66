from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.errors import CredentialsExpired, RateLimited, Rejected, Transient, Unsettled
from dravo.platforms.tiktok import PLATFORM
from platforms.memory_run import MemoryRun, Paused
from platforms.tiktok.material import (
    API,
    HTTP,
    A,
    LookingRun,
    creator,
    job,
    ok,
    photo,
    publish_to_the_end,
    refused,
    status,
    statuses,
    willing,
)

POST_ID = 7_420_000_000_000_000_001


@pytest.fixture
def tiktok(network: respx.MockRouter) -> respx.MockRouter:
    willing(network)
    return network


async def test_a_public_post_has_an_id_and_an_address(tiktok: respx.MockRouter) -> None:
    statuses(
        tiktok,
        ok(status="PROCESSING_DOWNLOAD", downloaded_bytes=5),
        refused(400, "invalid_publish_id"),
        ok(status="PUBLISH_COMPLETE", publicaly_available_post_id=[POST_ID]),
    )
    run = MemoryRun(http=HTTP)
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
        published = await PLATFORM.adapter.publish(job(), LookingRun())
        assert (published.platform_post_id, published.platform_post_url) == (None, None)
        assert published.raw["publish_id"] == "p1"


async def test_a_draft_ends_in_the_inbox_and_asks_nothing_of_the_creator(tiktok: respx.MockRouter) -> None:
    statuses(tiktok, ok(status="SEND_TO_USER_INBOX"))
    run = MemoryRun(http=HTTP)
    published = await PLATFORM.adapter.publish(job(post_mode="MEDIA_UPLOAD"), run)
    assert published.platform_post_id is None
    assert run.names == ["publish", "processed"]


async def test_a_direct_post_is_not_done_in_the_inbox(tiktok: respx.MockRouter) -> None:
    statuses(tiktok, ok(status="SEND_TO_USER_INBOX"), ok(status="PUBLISH_COMPLETE"))
    published = await PLATFORM.adapter.publish(job(), MemoryRun(http=HTTP))
    assert published.raw["status"] == "PUBLISH_COMPLETE"


async def test_an_audience_that_the_creator_may_not_use_is_never_sent(tiktok: respx.MockRouter) -> None:
    run = LookingRun()
    with pytest.raises(Rejected) as raised:
        await PLATFORM.adapter.publish(job(privacy_level="FOLLOWER_OF_CREATOR"), run)
    assert raised.value.code == "privacy_level_not_allowed"
    assert raised.value.pointer == "/platform_options/tiktok/privacy_level"
    assert run.names == ["creator"]


async def test_comments_that_the_creator_has_off_are_a_warning(tiktok: respx.MockRouter) -> None:
    tiktok.post(f"{API}/creator_info/query/").mock(return_value=creator(comment_disabled=True))
    tiktok.post(f"{API}/status/fetch/").mock(return_value=ok(status="PUBLISH_COMPLETE"))
    run = LookingRun()
    await PLATFORM.adapter.publish(job(disable_comment=False), run)
    assert [code for code, _ in run.warnings] == ["option_without_effect"]
    quiet = LookingRun()
    await PLATFORM.adapter.publish(job(), quiet)
    assert quiet.warnings == []


async def test_a_200_can_be_a_refusal(tiktok: respx.MockRouter) -> None:
    tiktok.post(f"{API}/creator_info/query/").mock(return_value=refused(200, "spam_risk_too_many_posts"))
    with pytest.raises(RateLimited):
        await PLATFORM.adapter.publish(job(), LookingRun())


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("picture_size_check_failed", Rejected), ("internal", Transient), ("photo_pull_failed", Transient)],
)
async def test_a_failure_after_the_fact_is_refuted_and_raised(
    tiktok: respx.MockRouter, reason: str, kind: type[Exception]
) -> None:
    statuses(tiktok, ok(status="FAILED", fail_reason=reason))
    run = LookingRun()
    with pytest.raises(kind):
        await PLATFORM.adapter.publish(job(), run)
    assert run.refuted == ["publish"]


@pytest.mark.parametrize("count", [1, 2])
async def test_a_failure_for_a_medium_names_it_where_there_is_one_only(tiktok: respx.MockRouter, count: int) -> None:
    statuses(tiktok, status("FAILED", fail_reason="picture_size_check_failed"))
    with pytest.raises(Rejected) as raised:
        await PLATFORM.adapter.publish(job(*map(photo, range(count))), LookingRun())
    assert raised.value.pointer == ("/media_urls/0" if count == 1 else "/media_urls")


async def test_a_post_is_asked_for_at_growing_pauses_whatever_tiktok_calls_its_state(tiktok: respx.MockRouter) -> None:
    waiting = [
        status(word) for word in ("PROCESSING_DOWNLOAD", "BRAND_NEW", "PROCESSING_UPLOAD", "PROCESSING_DOWNLOAD")
    ]
    statuses(
        tiktok, *waiting, refused(400, "token_not_authorized_for_specified_publish_id"), status("PUBLISH_COMPLETE")
    )
    _, pauses = await publish_to_the_end(job(), LookingRun())
    assert [pause.after.seconds for pause in pauses] == [2, 5, 15, 60, 60]


async def test_a_public_id_may_come_a_moment_later(tiktok: respx.MockRouter) -> None:
    done = status("PUBLISH_COMPLETE")
    statuses(tiktok, done, done, status("PUBLISH_COMPLETE", publicaly_available_post_id=[POST_ID, 8]))
    published, pauses = await publish_to_the_end(job(privacy_level="PUBLIC_TO_EVERYONE"), LookingRun())
    assert published.platform_post_id == str(POST_ID)
    assert published.raw["publicaly_available_post_id"] == [str(POST_ID), "8"]
    assert [(pause.name, pause.after.seconds) for pause in pauses] == [("public-id", 5)]


@pytest.mark.parametrize("answer", [status("PUBLISH_COMPLETE"), refused(400, "invalid_publish_id")])
async def test_a_public_id_is_not_waited_for_long(tiktok: respx.MockRouter, answer: httpx.Response) -> None:
    statuses(tiktok, status("PUBLISH_COMPLETE"), answer)
    published, pauses = await publish_to_the_end(job(privacy_level="PUBLIC_TO_EVERYONE"), LookingRun())
    assert (published.platform_post_id, published.raw["status"]) == (None, "PUBLISH_COMPLETE")
    assert [pause.after.seconds for pause in pauses] == [5, 10, 15, 30, 60]


class SlowRun(LookingRun):
    """A day passes between two questions, and what is waited for too long ends as the engine ends it."""

    async def wait(
        self,
        name: str,
        ready: Callable[[], Awaitable[A | None]],
        *,
        answer: type[A],
        every: Sequence[timedelta],
        at_most: timedelta,
    ) -> A:
        try:
            return await super().wait(name, ready, answer=answer, every=every, at_most=at_most)
        except Paused:
            if timedelta(days=self.questions[name]) >= at_most:
                raise Unsettled("waited for too long") from None
            raise


@pytest.mark.parametrize(
    ("answer", "questions"),
    [
        (status("PUBLISH_COMPLETE"), 6),
        (refused(400, "invalid_publish_id"), 6),
        (refused(429, "rate_limit_exceeded"), 6),
        (refused(403, "url_ownership_unverified"), 6),
        (httpx.Response(502), 6),
        (refused(401, "access_token_invalid"), 1),
        (refused(401, "scope_not_authorized"), 1),
    ],
)
async def test_whatever_befalls_the_question_for_an_id_costs_the_id_alone(
    tiktok: respx.MockRouter, answer: httpx.Response, questions: int
) -> None:
    asked = statuses(tiktok, status("PUBLISH_COMPLETE"), answer)
    published, _ = await publish_to_the_end(job(privacy_level="PUBLIC_TO_EVERYONE"), SlowRun())
    assert (published.platform_post_id, published.raw["status"]) == (None, "PUBLISH_COMPLETE")
    assert asked.call_count == 1 + questions


async def test_an_id_that_comes_after_a_question_that_failed_is_told(tiktok: respx.MockRouter) -> None:
    moderated = status("PUBLISH_COMPLETE", publicaly_available_post_id=[POST_ID])
    statuses(tiktok, status("PUBLISH_COMPLETE"), httpx.Response(502), moderated)
    published, _ = await publish_to_the_end(job(privacy_level="PUBLIC_TO_EVERYONE"), SlowRun())
    assert published.platform_post_id == str(POST_ID)


@pytest.mark.parametrize("privacy", ["SELF_ONLY", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR"])
async def test_other_audiences_wait_for_no_id(tiktok: respx.MockRouter, privacy: str) -> None:
    tiktok.post(f"{API}/creator_info/query/").mock(return_value=creator(privacy))
    statuses(tiktok, status("PUBLISH_COMPLETE"))
    _, pauses = await publish_to_the_end(job(privacy_level=privacy), LookingRun())
    assert pauses == []


async def test_a_draft_that_its_creator_has_posted_has_the_id(tiktok: respx.MockRouter) -> None:
    statuses(tiktok, status("PUBLISH_COMPLETE", publicaly_available_post_id=[POST_ID]))
    published, _ = await publish_to_the_end(job(post_mode="MEDIA_UPLOAD", handle="@acme"), LookingRun())
    assert published.platform_post_url == f"https://www.tiktok.com/@acme/video/{POST_ID}"


async def test_what_the_creator_may_do_is_asked_anew_by_a_later_attempt(tiktok: respx.MockRouter) -> None:
    statuses(tiktok, status("PUBLISH_COMPLETE"))
    run = LookingRun()
    await publish_to_the_end(job(), run)
    assert run.spans["creator"] == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("internal", Transient),
        ("video_pull_failed", Transient),
        ("auth_removed", CredentialsExpired),
        ("spam_risk_too_many_posts", RateLimited),
        ("publish_cancelled", Rejected),
        ("spam_risk_user_banned_from_posting", Rejected),
    ],
)
async def test_whatever_ends_a_post_is_refuted_first(
    tiktok: respx.MockRouter, reason: str, kind: type[Exception]
) -> None:
    statuses(tiktok, status("FAILED", fail_reason=reason))
    run = LookingRun()
    with pytest.raises(kind):
        await publish_to_the_end(job(), run)
    assert run.refuted == ["publish"]

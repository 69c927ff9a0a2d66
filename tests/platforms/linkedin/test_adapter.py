import json
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.errors import Misconfigured, Rejected, Transient
from dravo.platforms.linkedin import PLATFORM
from platforms.linkedin.material import (
    API,
    ME,
    PAGE,
    body_of,
    created,
    envelope,
    job,
    medium,
)
from platforms.memory_run import KeepingRun, MemoryRun

COMMENTS = f"{API}/socialActions/urn%3Ali%3Ashare%3A1/comments"


async def test_text_is_published_with_one_call(network: respx.MockRouter) -> None:
    posts = network.post(f"{API}/posts").mock(return_value=created())
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(), run)
    assert posts.call_count == 1
    assert published.platform_post_id == "urn:li:share:1"
    assert published.platform_post_url == "https://www.linkedin.com/feed/update/urn:li:share:1/"
    assert (run.names, run.warnings) == (["publish"], [])


async def test_first_comment_goes_under_the_post(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    comments = network.post(f"{API}/socialActions/urn%3Ali%3Ashare%3A1/comments").mock(
        return_value=httpx.Response(201, headers={"x-restli-id": "6636"})
    )
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(first_comment="More"), run)
    assert json.loads(comments.calls.last.request.content)["message"] == {"text": "More"}
    assert (run.names, run.warnings) == (["publish", "first_comment"], [])


async def test_blank_first_comment_is_not_sent(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(first_comment=" "), run)
    assert run.names == ["publish"]


OTHER_PAGE = "urn:li:organization:9"


@pytest.mark.parametrize(
    ("traits", "asked"),
    [
        ({"author_urn": ME}, "urn:li:person:other"),
        ({"author_urn": ME}, PAGE),
        ({"author_urn": ME, "organizations": [PAGE]}, OTHER_PAGE),
        ({"author_urn": ME, "organizations": PAGE}, PAGE),
        ({"organizations": [PAGE]}, OTHER_PAGE),
        ({"author_urn": PAGE}, ME),
    ],
)
async def test_author_that_the_account_may_not_be_is_rejected_before_anything_is_sent(
    network: respx.MockRouter, traits: dict[str, Any], asked: str
) -> None:
    run = MemoryRun()
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(job([medium()], traits=traits, author=asked), run)
    assert (caught.value.code, caught.value.pointer) == ("author_not_allowed", "/platform_options/linkedin/author")
    assert run.names == []


@pytest.mark.parametrize(
    ("traits", "asked", "author"),
    [
        ({"author_urn": ME}, None, ME),
        ({"author_urn": ME}, ME, ME),
        ({"author_urn": PAGE}, None, PAGE),
        ({"author_urn": ME, "organizations": [PAGE]}, PAGE, PAGE),
        ({"author_urn": ME, "organizations": [PAGE]}, None, ME),
        ({"organizations": [PAGE]}, ME, ME),
        ({}, None, ME),
        ({}, OTHER_PAGE, OTHER_PAGE),
    ],
)
async def test_author_is_the_account_or_one_of_its_pages_unless_nothing_is_known(
    network: respx.MockRouter, traits: dict[str, Any], asked: str | None, author: str
) -> None:
    posts = network.post(f"{API}/posts").mock(return_value=created())
    await PLATFORM.adapter.publish(job(traits=traits, author=asked), MemoryRun())
    assert body_of(posts)["author"] == author


async def test_every_call_names_the_version_that_is_set(network: respx.MockRouter) -> None:
    posts = network.post(f"{API}/posts").mock(return_value=created())
    comments = network.post(COMMENTS).mock(return_value=httpx.Response(201, headers={"x-restli-id": "6636"}))
    await PLATFORM.adapter.publish(job(config={"version": "202607"}, first_comment="More"), MemoryRun())
    for route in (posts, comments):
        assert route.calls.last.request.headers["linkedin-version"] == "202607"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "first_comment_forbidden"),
        (422, "first_comment_failed"),
        (401, "first_comment_failed"),
        (503, "first_comment_unconfirmed"),
        (201, "first_comment_unconfirmed"),
    ],
)
async def test_failed_first_comment_is_a_warning(network: respx.MockRouter, status: int, code: str) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    network.post(COMMENTS).mock(return_value=httpx.Response(status))
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(first_comment="More"), run)
    assert published.platform_post_id == "urn:li:share:1"
    assert [warning for warning, _ in run.warnings] == [code]


async def test_first_comment_waits_for_a_newer_version_of_the_deployment(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    network.post(COMMENTS).mock(return_value=httpx.Response(426))
    run = MemoryRun()
    with pytest.raises(Misconfigured):
        await PLATFORM.adapter.publish(job(first_comment="More"), run)
    assert run.warnings == []


async def test_forbidden_first_comment_names_the_permission(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    network.post(COMMENTS).mock(return_value=httpx.Response(403))
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(account=PAGE, first_comment="More"), run)
    assert "w_organization_social_feed" in run.warnings[0][1]


@pytest.mark.parametrize(("written", "text"), [({}, "a\\_b"), ({"comment_text": "plain"}, "a_b")])
async def test_first_comment_is_written_as_the_deployment_says(
    network: respx.MockRouter, written: dict[str, str], text: str
) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    comments = network.post(COMMENTS).mock(return_value=httpx.Response(201, headers={"x-restli-id": "6636"}))
    await PLATFORM.adapter.publish(job(config=written, first_comment="a_b"), MemoryRun())
    assert body_of(comments)["message"] == {"text": text}


@pytest.mark.parametrize(
    ("status", "body", "code", "tries"),
    [
        (400, envelope("MEDIA_ASSET_WAITING_UPLOAD"), "media_not_uploaded", 3),
        (409, envelope("CONFLICT"), "write_conflict", 1),
    ],
)
async def test_refusal_that_may_pass_is_tried_again_and_then_final(
    network: respx.MockRouter, status: int, body: dict[str, object], code: str, tries: int
) -> None:
    posts = network.post(f"{API}/posts").mock(return_value=httpx.Response(status, json=body))
    run = KeepingRun()
    for _ in range(tries):
        with pytest.raises(Transient) as passing:
            await PLATFORM.adapter.publish(job(), run)
        assert passing.value.code == code
    with pytest.raises(Rejected) as final:
        await PLATFORM.adapter.publish(job(), run)
    assert (final.value.code, final.value.raw["status"]) == (code, status)
    assert posts.call_count == tries + 1


async def test_refusal_that_passed_is_forgotten(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(
        side_effect=[httpx.Response(400, json=envelope("MEDIA_ASSET_WAITING_UPLOAD")), httpx.Response(409), created()]
    )
    run = KeepingRun()
    for _ in range(2):
        with pytest.raises(Transient):
            await PLATFORM.adapter.publish(job(), run)
    assert (await PLATFORM.adapter.publish(job(), run)).platform_post_id == "urn:li:share:1"


async def test_retired_version_holds_the_post(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=httpx.Response(426, json=envelope("NONEXISTENT_VERSION")))
    with pytest.raises(Misconfigured) as caught:
        await PLATFORM.adapter.publish(job(), MemoryRun())
    assert caught.value.scope == "deployment"


def test_whole_network_is_described() -> None:
    assert PLATFORM.hosts == {"api.linkedin.com", "www.linkedin.com"}
    assert PLATFORM.refresh is not None
    assert PLATFORM.config().model_dump() == {
        "version": "202609",
        "image_wait_seconds": 5.0,
        "comment_text": "little",
        "probe": False,
        "member_calls_per_day": 150,
    }

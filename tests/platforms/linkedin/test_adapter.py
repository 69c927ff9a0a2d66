import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import Found, NotFound, Profile, PublishJob, Sent
from dravo.platforms.errors import RateLimited, Rejected, Unsettled
from dravo.platforms.linkedin import PLATFORM
from dravo.platforms.linkedin.adapter import _finder
from dravo.platforms.linkedin.client import CreatedPost
from dravo.platforms.linkedin.little_text import escape
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.search import PAGE as PAGE_SIZE
from dravo.platforms.linkedin.search import Wanted
from dravo.platforms.media import Medium
from platforms.memory_run import MemoryRun

ME, PAGE = "urn:li:person:me", "urn:li:organization:7"
API = "https://api.linkedin.com/rest"
SENT_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOW = int(SENT_AT.timestamp() * 1000)


@pytest.fixture
def network() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


def picture(index: int) -> Medium:
    async def read(_start: int, _end: int) -> AsyncIterator[bytes]:
        yield b"picture"

    digest = hashlib.sha256(b"picture").hexdigest()
    return Medium(index, "image", "image/png", 7, digest, 1, 1, None, "https://e.com/a", "https://m.e.com/a", read)


def job(media: int = 0, author_urn: str = ME, **options: Any) -> PublishJob[LinkedInOptions]:
    profile = Profile("me", "dravo", {"author_urn": author_urn} if author_urn else {})
    return PublishJob("Hello", [picture(i) for i in range(media)], LinkedInOptions.model_validate(options), profile)


def created(urn: str = "urn:li:share:1") -> httpx.Response:
    return httpx.Response(201, headers={"x-restli-id": urn})


def takes_images(network: respx.MockRouter) -> None:
    numbers = iter(range(1, 21))

    def start(_: httpx.Request) -> httpx.Response:
        number = next(numbers)
        url = f"https://www.linkedin.com/dms-uploads/{number}"
        return httpx.Response(200, json={"value": {"uploadUrl": url, "image": f"urn:li:image:{number}"}})

    network.post(f"{API}/images", params={"action": "initializeUpload"}).mock(side_effect=start)
    network.put(url__startswith="https://www.linkedin.com/dms-uploads/").mock(return_value=httpx.Response(201))


async def test_text_is_published_with_one_call(network: respx.MockRouter) -> None:
    posts = network.post(f"{API}/posts").mock(return_value=created())
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(), run)
    assert posts.call_count == 1
    assert published.platform_post_id == "urn:li:share:1"
    assert published.platform_post_url == "https://www.linkedin.com/feed/update/urn:li:share:1/"
    assert (run.names, run.warnings) == (["publish"], [])


async def test_member_posts_right_after_the_uploads(network: respx.MockRouter) -> None:
    takes_images(network)
    posts = network.post(f"{API}/posts").mock(return_value=created())
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(media=2, alt_texts=["A cat"]), run)
    assert run.names == ["image-0", "image-0-bytes", "image-1", "image-1-bytes", "publish"]
    assert json.loads(posts.calls.last.request.content)["content"] == {
        "multiImage": {"images": [{"id": "urn:li:image:1", "altText": "A cat"}, {"id": "urn:li:image:2"}]}
    }


async def test_organization_waits_until_its_image_is_processed(network: respx.MockRouter) -> None:
    takes_images(network)
    states = ["WAITING_UPLOAD", "PROCESSING", "AVAILABLE"]
    network.get(f"{API}/images/urn%3Ali%3Aimage%3A1").mock(
        side_effect=[httpx.Response(200, json={"status": state}) for state in states]
    )
    posts = network.post(f"{API}/posts").mock(return_value=created())
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(media=1, author_urn=PAGE), run)
    assert run.names == ["image-0", "image-0-bytes", "image-0-ready", "publish"]
    body = json.loads(posts.calls.last.request.content)
    assert (body["author"], body["content"]) == (PAGE, {"media": {"id": "urn:li:image:1"}})


async def test_organization_that_may_not_ask_posts_anyway(network: respx.MockRouter) -> None:
    takes_images(network)
    network.get(f"{API}/images/urn%3Ali%3Aimage%3A1").mock(return_value=httpx.Response(403, json={}))
    network.post(f"{API}/posts").mock(return_value=created())
    published = await PLATFORM.adapter.publish(job(media=1, author_urn=PAGE), MemoryRun())
    assert published.platform_post_id == "urn:li:share:1"


async def test_image_that_cannot_be_processed_is_rejected_before_the_post(network: respx.MockRouter) -> None:
    takes_images(network)
    network.get(f"{API}/images/urn%3Ali%3Aimage%3A1").mock(
        return_value=httpx.Response(200, json={"status": "PROCESSING_FAILED"})
    )
    posts = network.post(f"{API}/posts")
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(job(media=1, author_urn=PAGE), MemoryRun())
    assert (caught.value.code, caught.value.pointer) == ("media_processing_failed", "/media_urls/0")
    assert not posts.called


async def test_author_that_is_not_the_account_is_rejected_before_anything_is_sent(network: respx.MockRouter) -> None:
    run = MemoryRun()
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(job(media=1, author="urn:li:person:other"), run)
    assert (caught.value.code, caught.value.pointer) == ("author_not_allowed", "/platform_options/linkedin/author")
    assert run.names == []


@pytest.mark.parametrize(
    ("known", "asked", "author"),
    [
        (ME, None, ME),
        (ME, ME, ME),
        (PAGE, None, PAGE),
        ("", None, "urn:li:person:me"),
        ("", "urn:li:organization:9", "urn:li:organization:9"),
    ],
)
async def test_author_is_the_account_unless_nothing_is_known(
    network: respx.MockRouter, known: str, asked: str | None, author: str
) -> None:
    posts = network.post(f"{API}/posts").mock(return_value=created())
    await PLATFORM.adapter.publish(job(author_urn=known, author=asked), MemoryRun())
    assert json.loads(posts.calls.last.request.content)["author"] == author


async def test_first_comment_goes_under_the_post(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    comments = network.post(f"{API}/socialActions/urn%3Ali%3Ashare%3A1/comments").mock(
        return_value=httpx.Response(201, headers={"x-restli-id": "6636"})
    )
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(first_comment="More"), run)
    assert json.loads(comments.calls.last.request.content)["message"] == {"text": "More"}
    assert (run.names, run.warnings) == (["publish", "first_comment"], [])


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "first_comment_failed"), (503, "first_comment_unconfirmed"), (201, "first_comment_unconfirmed")],
)
async def test_failed_first_comment_is_a_warning(network: respx.MockRouter, status: int, code: str) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    network.post(f"{API}/socialActions/urn%3Ali%3Ashare%3A1/comments").mock(return_value=httpx.Response(status))
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(first_comment="More"), run)
    assert published.platform_post_id == "urn:li:share:1"
    assert [warning for warning, _ in run.warnings] == [code]


async def test_blank_first_comment_is_not_sent(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(first_comment=" "), run)
    assert run.names == ["publish"]


async def test_lost_post_of_a_member_stays_unknown_without_asking(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=httpx.Response(503))
    finder = network.get(f"{API}/posts")
    with pytest.raises(Unsettled):
        await PLATFORM.adapter.publish(job(), MemoryRun())
    assert not finder.called


async def test_lost_post_of_an_organization_is_found(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=httpx.Response(503))
    now = int(datetime.now(UTC).timestamp() * 1000)
    network.get(f"{API}/posts").mock(return_value=httpx.Response(200, json={"elements": [seen(createdAt=now)]}))
    published = await PLATFORM.adapter.publish(job(author_urn=PAGE), MemoryRun())
    assert published.platform_post_id == "urn:li:share:9"


def seen(**facts: Any) -> dict[str, Any]:
    return {
        "id": "urn:li:share:9",
        "commentary": "Hello",
        "createdAt": NOW + 1000,
        "lastModifiedAt": NOW + 1000,
        "lifecycleState": "PUBLISHED",
        **facts,
    }


async def look(network: respx.MockRouter, wanted: Wanted, *posts: dict[str, Any]) -> Found[CreatedPost] | NotFound:
    network.get(f"{API}/posts").mock(return_value=httpx.Response(200, json={"elements": list(posts), "paging": {}}))
    return await _finder(MemoryRun(), PAGE, wanted)(Sent(SENT_AT))


HELLO = Wanted("Hello", [], "")
OTHER = seen(id="urn:li:share:8", commentary="Something else")
FOUND = Found(CreatedPost(urn="urn:li:share:9"))
TEXT = "R&D (new) cafe\u0301 #launch a_b "


@pytest.mark.parametrize(
    ("wanted", "post"),
    [
        (HELLO, seen()),
        (Wanted(TEXT, [], ""), seen(commentary=escape(TEXT.strip()))),
        (Wanted("Hello", ["i1"], ""), seen(content={"media": {"id": "i1"}})),
        (Wanted("Hello", ["i1", "i2"], ""), seen(content={"multiImage": {"images": [{"id": "i1"}, {"id": "i2"}]}})),
        (Wanted("Hello", [], "https://e.com"), seen(content={"article": {"source": "https://e.com"}})),
    ],
)
async def test_lost_post_is_found_by_all_that_was_sent(
    network: respx.MockRouter, wanted: Wanted, post: dict[str, Any]
) -> None:
    assert await look(network, wanted, OTHER, post) == FOUND


@pytest.mark.parametrize(
    "posts",
    [[], [OTHER], [seen(createdAt=NOW - 61_000)], [OTHER] * (PAGE_SIZE - 1)],
    ids=["none", "another", "an older one", "many others"],
)
async def test_lost_post_is_absent_when_nothing_there_could_be_it(
    network: respx.MockRouter, posts: list[dict[str, Any]]
) -> None:
    assert await look(network, HELLO, *posts) is NotFound.absent


LONG = "One two three four five six seven eight nine ten eleven twelve"


@pytest.mark.parametrize(
    ("wanted", "posts"),
    [
        (HELLO, [seen(), seen(id="urn:li:share:10")]),
        (HELLO, [seen(lifecycleState="PUBLISH_FAILED")]),
        (HELLO, [seen(createdAt=NOW + 3_600_000)]),
        (HELLO, [seen(content={"media": {"id": "i1"}})]),
        (HELLO, [OTHER] * PAGE_SIZE),
        (Wanted(LONG, [], ""), [seen(commentary="One two")]),
        (Wanted(LONG, [], ""), [seen(commentary=LONG.replace(" twelve", "!"))]),
        (Wanted("Hello", ["i1"], ""), [seen(commentary="?", content={"media": {"id": "i1"}})]),
    ],
    ids=["two alike", "failed", "an hour later", "with media", "a full page", "cut", "changed", "its image"],
)
async def test_lost_post_stays_unknown_when_something_there_may_be_it(
    network: respx.MockRouter, wanted: Wanted, posts: list[dict[str, Any]]
) -> None:
    assert await look(network, wanted, *posts) is NotFound.unknown


async def test_look_that_is_refused_says_nothing_about_the_post(network: respx.MockRouter) -> None:
    network.get(f"{API}/posts").mock(return_value=httpx.Response(403, json={"code": "ACCESS_DENIED"}))
    assert await _finder(MemoryRun(), PAGE, HELLO)(Sent(SENT_AT)) is NotFound.unknown


async def test_rate_limit_on_a_look_is_passed_on(network: respx.MockRouter) -> None:
    network.get(f"{API}/posts").mock(return_value=httpx.Response(429, json={}))
    with pytest.raises(RateLimited):
        await _finder(MemoryRun(), PAGE, HELLO)(Sent(SENT_AT))

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import Profile, PublishJob
from dravo.platforms.errors import Rejected, Unsettled
from dravo.platforms.x import PLATFORM
from dravo.platforms.x.options import XOptions
from platforms.memory_run import MemoryRun
from platforms.x.media import medium

POSTS = "https://api.x.com/2/tweets"
UPLOADS = "https://api.x.com/2/media/upload"
TIMELINE = "https://api.x.com/2/users/42/tweets"


@pytest.fixture
def network() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


def job(text: str = "Hello", media: int = 0, **options: Any) -> PublishJob[XOptions]:
    profile = Profile("42", "dravo")
    return PublishJob(text, [medium(index=i) for i in range(media)], XOptions.model_validate(options), profile)


def created(post_id: str) -> httpx.Response:
    return httpx.Response(201, json={"data": {"id": post_id, "text": "…"}})


def seen(post_id: str = "189", text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"id": post_id, "text": text, "created_at": datetime.now(UTC).isoformat(), **more}


async def published_after_a_lost_answer(
    network: respx.MockRouter, wanted: PublishJob[XOptions], *posts: dict[str, Any]
) -> str | None:
    network.post(UPLOADS).mock(return_value=httpx.Response(200, json={"data": {"id": "7"}}))
    network.post(POSTS).mock(return_value=httpx.Response(503))
    network.get(TIMELINE).mock(return_value=httpx.Response(200, json={"data": list(posts), "meta": {}}))
    return (await PLATFORM.adapter.publish(wanted, MemoryRun())).platform_post_id


async def test_text_is_published_with_one_call(network: respx.MockRouter) -> None:
    route = network.post(POSTS).mock(return_value=created("189"))
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(), run)
    assert route.call_count == 1
    assert (published.platform_post_id, published.platform_post_url) == ("189", "https://x.com/dravo/status/189")
    assert published.raw == {"id": "189", "text": "…"}
    assert (run.names, run.warnings) == (["publish"], [])


async def test_images_are_uploaded_first_and_named_in_order(network: respx.MockRouter) -> None:
    ids = iter(["71", "72", "73", "74"])
    network.post(UPLOADS).mock(side_effect=lambda _: httpx.Response(200, json={"data": {"id": next(ids)}}))
    posts = network.post(POSTS).mock(return_value=created("189"))
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(media=4), run)
    assert run.names == ["upload-0", "upload-1", "upload-2", "upload-3", "publish"]
    assert json.loads(posts.calls.last.request.content)["media"] == {"media_ids": ["71", "72", "73", "74"]}


async def test_first_comment_replies_to_the_post(network: respx.MockRouter) -> None:
    ids = iter(["189", "190"])
    posts = network.post(POSTS).mock(side_effect=lambda _: created(next(ids)))
    run = MemoryRun()
    published = await PLATFORM.adapter.publish(job(first_comment="More"), run)
    assert published.platform_post_id == "189"
    assert json.loads(posts.calls.last.request.content) == {
        "text": "More",
        "reply": {"in_reply_to_tweet_id": "189"},
    }
    assert run.names == ["publish", "first_comment"]


async def test_blank_first_comment_is_not_sent(network: respx.MockRouter) -> None:
    posts = network.post(POSTS).mock(return_value=created("189"))
    await PLATFORM.adapter.publish(job(first_comment="  "), MemoryRun())
    assert posts.call_count == 1


async def test_refused_first_comment_is_a_warning(network: respx.MockRouter) -> None:
    network.post(POSTS).mock(side_effect=[created("189"), httpx.Response(403, json={"detail": "No."})])
    run = MemoryRun()
    assert (await PLATFORM.adapter.publish(job(first_comment="More"), run)).platform_post_id == "189"
    assert [code for code, _ in run.warnings] == ["first_comment_failed"]


async def test_lost_first_comment_is_a_warning_when_it_is_not_seen(network: respx.MockRouter) -> None:
    network.post(POSTS).mock(side_effect=[created("189"), httpx.Response(503)])
    network.get(TIMELINE).mock(return_value=httpx.Response(200, json={"data": [seen("190", "More")], "meta": {}}))
    run = MemoryRun()
    assert (await PLATFORM.adapter.publish(job(first_comment="More"), run)).platform_post_id == "189"
    assert [code for code, _ in run.warnings] == ["first_comment_unconfirmed"]


async def test_lost_first_comment_is_found_under_its_post(network: respx.MockRouter) -> None:
    network.post(POSTS).mock(side_effect=[created("189"), httpx.Response(503)])
    comment = seen("190", "More", referenced_tweets=[{"type": "replied_to", "id": "189"}])
    network.get(TIMELINE).mock(return_value=httpx.Response(200, json={"data": [comment], "meta": {}}))
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(first_comment="More"), run)
    assert run.warnings == []


async def test_refused_post_is_rejected_and_not_looked_for(network: respx.MockRouter) -> None:
    body = {"detail": "You are not allowed to create a Tweet with duplicate content."}
    network.post(POSTS).mock(return_value=httpx.Response(403, json=body))
    timeline = network.get(TIMELINE)
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(job(), MemoryRun())
    assert caught.value.code == "duplicate_content"
    assert not timeline.called


async def test_lost_post_is_found_by_its_text(network: respx.MockRouter) -> None:
    assert await published_after_a_lost_answer(network, job(), seen("188", "Other"), seen("189")) == "189"


async def test_lost_post_is_read_as_a_person_reads_it(network: respx.MockRouter) -> None:
    wanted = job("R&D <3 cafe\u0301 dravo.dev and https://e.com/?a=1&copy=2 ", media=1)
    links = [
        {"url": "https://t.co/aaaa", "expanded_url": "http://dravo.dev"},
        {"url": "https://t.co/bbbb", "expanded_url": "https://e.com/?a=1&copy=2"},
        {"url": "https://t.co/cccc", "expanded_url": "https://x.com/dravo/status/189/photo/1", "media_key": "3_7"},
    ]
    text = "R&amp;D &lt;3 café https://t.co/aaaa and https://t.co/bbbb https://t.co/cccc"
    post = seen(text=text, entities={"urls": links}, attachments={"media_keys": ["3_7"]})
    assert await published_after_a_lost_answer(network, wanted, post) == "189"


@pytest.mark.parametrize(
    ("note", "references"), [("note_tweet", "referenced_tweets"), ("note_post", "referenced_posts")]
)
async def test_both_spellings_of_the_answer_are_read(network: respx.MockRouter, note: str, references: str) -> None:
    text = "word " * 100
    more: dict[str, Any] = {note: {"text": text.strip()}, references: [{"type": "replied_to", "id": "17"}]}
    post = seen(text=text[:270] + "… https://t.co/aaaa", **more)
    assert await published_after_a_lost_answer(network, job(text, reply_to="17"), post) == "189"


async def test_long_text_is_found_by_its_beginning_when_there_is_no_note(network: respx.MockRouter) -> None:
    text = "word " * 100
    links = [{"url": "https://t.co/aaaa", "expanded_url": "https://x.com/i/web/status/189"}]
    post = seen(text=text[:274] + "… https://t.co/aaaa", entities={"urls": links})
    assert await published_after_a_lost_answer(network, job(text), post) == "189"


async def test_names_that_x_puts_before_a_reply_are_no_difference(network: respx.MockRouter) -> None:
    post = seen(text="@a @b Hello", referenced_tweets=[{"type": "replied_to", "id": "17"}])
    assert await published_after_a_lost_answer(network, job(reply_to="17"), post) == "189"


NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    "posts",
    [
        [],
        [seen(text="Hello!")],
        [seen(text="Hello…")],
        [seen("189"), seen("190")],
        [seen(attachments={"media_keys": ["3_7"]})],
        [seen(referenced_tweets=[{"type": "replied_to", "id": "17"}])],
        [seen() | {"created_at": (NOW + timedelta(hours=1)).isoformat()}],
    ],
    ids=["none", "other text", "cut", "two alike", "with media", "a reply", "an hour later"],
)
async def test_lost_post_without_exactly_one_match_stays_unknown(
    network: respx.MockRouter, posts: list[dict[str, Any]]
) -> None:
    with pytest.raises(Unsettled):
        await published_after_a_lost_answer(network, job(), *posts)


@pytest.mark.parametrize("status", [401, 402, 403, 404])
async def test_look_that_is_refused_says_nothing_about_the_post(network: respx.MockRouter, status: int) -> None:
    network.post(POSTS).mock(return_value=httpx.Response(500))
    network.get(TIMELINE).mock(return_value=httpx.Response(status, json={}))
    with pytest.raises(Unsettled):
        await PLATFORM.adapter.publish(job(), MemoryRun())

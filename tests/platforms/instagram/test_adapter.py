from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.errors import Rejected, StepsExpired, Transient, Unsettled
from dravo.platforms.instagram import PLATFORM
from platforms.instagram.material import (
    BASE,
    FACEBOOK,
    LookingRun,
    film,
    forms,
    job,
    ok,
    page,
    picture,
    publish_to_the_end,
    refused,
    seen,
    state,
    willing,
)
from platforms.memory_run import KeepingRun, MemoryRun

publish = PLATFORM.adapter.publish


async def test_an_image_is_prepared_waited_for_and_published(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.get(f"{BASE}/c1").mock(side_effect=[state("IN_PROGRESS"), refused(100, 33), state("FINISHED")])
    run = MemoryRun()
    published = await publish(job(first_comment="First"), run)
    assert published.platform_post_id == "m1"
    assert published.platform_post_url == "https://www.instagram.com/p/x/"
    assert published.raw == {"id": "m1", "container_id": "c1"}
    names = [name for name in run.names if "hidden" not in name]
    assert names == ["quota", "round", "container", "ready", "publishing-c1-1", "publish", "first_comment"]
    assert run.warnings == []


async def test_a_carousel_waits_for_every_child_before_its_parent(meta: respx.MockRouter) -> None:
    willing(meta)
    run = MemoryRun()
    await publish(job([picture(0), film(1)]), run)
    assert run.names[2:8] == ["child-0", "child-1", "child-0-ready", "child-1-ready", "container", "ready"]


@pytest.mark.parametrize("media", [[picture()], [film()], [picture(0), film(1)]])
@pytest.mark.parametrize(
    ("traits", "base"),
    [
        ({}, BASE),
        ({"login": "instagram"}, BASE),
        ({"login": "facebook"}, FACEBOOK),
    ],
)
async def test_each_login_has_its_host_for_every_call(
    meta: respx.MockRouter, traits: dict[str, str], base: str, media: list[Any]
) -> None:
    willing(meta, base)
    published = await publish(job(media, traits=traits, first_comment="First"), MemoryRun())
    assert published.platform_post_id == "m1"
    assert {call.request.url.host for call in meta.calls} == {base.split("/")[2]}


async def test_every_call_names_the_version_that_is_set(meta: respx.MockRouter) -> None:
    willing(meta, "https://graph.instagram.com/v25.0")
    await publish(job(config={"version": "v25.0"}, first_comment="First"), MemoryRun())
    assert {call.request.url.path.split("/")[1] for call in meta.calls} == {"v25.0"}


async def test_the_account_is_a_trait_or_the_account_itself(meta: respx.MockRouter) -> None:
    willing(meta)
    post = job(traits={"ig_user_id": "17"})
    assert (await publish(post, MemoryRun())).platform_post_id == "m1"


async def test_a_story_takes_no_comment(meta: respx.MockRouter) -> None:
    willing(meta)
    for media in ([picture()], [film()]):
        run = MemoryRun()
        await publish(job(media, story=True, first_comment="First"), run)
        assert "publish" in run.names
        assert "first_comment" not in run.names


async def test_a_blank_comment_is_not_sent(meta: respx.MockRouter) -> None:
    willing(meta)
    run = MemoryRun()
    await publish(job(first_comment=" "), run)
    assert "first_comment" not in run.names


async def test_a_permalink_that_cannot_be_read_costs_nothing_else(meta: respx.MockRouter) -> None:
    for failing in (refused(100, 33), refused(190), httpx.Response(502)):
        willing(meta)
        meta.get(f"{BASE}/m1").mock(return_value=failing)
        published = await publish(job(), MemoryRun())
        assert (published.platform_post_id, published.platform_post_url) == ("m1", None)


async def test_a_container_that_expired_before_publishing_is_made_anew(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.post(f"{BASE}/17/media_publish").mock(return_value=refused(-2, 2207020))
    with pytest.raises(StepsExpired):
        await publish(job(), MemoryRun())


async def test_children_that_expired_before_their_parent_are_made_anew(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.post(f"{BASE}/17/media").mock(side_effect=[ok(id="c1"), ok(id="c2"), refused(-2, 2207020)])
    with pytest.raises(StepsExpired):
        await publish(job([picture(0), picture(1)]), MemoryRun())


async def test_publishing_too_early_waits_and_is_no_failure(meta: respx.MockRouter) -> None:
    willing(meta)
    publishing = meta.post(f"{BASE}/17/media_publish").mock(
        side_effect=[refused(9007, 2207027), refused(9007, 2207027), ok(id="m1")]
    )
    published, pauses = await publish_to_the_end(job(), KeepingRun())
    assert published.platform_post_id == "m1"
    assert [(pause.name, pause.after.total_seconds()) for pause in pauses] == [("round", 10), ("round", 20)]
    assert forms(publishing) == [{"creation_id": "c1"}] * 3


async def test_what_instagram_has_lost_is_prepared_once_more(meta: respx.MockRouter) -> None:
    made = willing(meta)
    publishing = meta.post(f"{BASE}/17/media_publish").mock(side_effect=[refused(24, 2207006), ok(id="m1")])
    run = MemoryRun()
    published = await publish(job([picture(0), picture(1)]), run)
    assert published.raw == {"id": "m1", "container_id": "c6"}
    assert made.call_count == 6
    assert forms(publishing) == [{"creation_id": "c3"}, {"creation_id": "c6"}]
    assert "again-child-0" in run.names


async def test_what_is_lost_twice_is_refused(meta: respx.MockRouter) -> None:
    willing(meta)
    publishing = meta.post(f"{BASE}/17/media_publish").mock(return_value=refused(24, 2207006))
    with pytest.raises(Rejected) as raised:
        await publish(job(), MemoryRun())
    assert raised.value.code == "container_not_found"
    assert publishing.call_count == 2


async def test_a_lost_answer_of_the_second_round_is_looked_for_by_its_own_container(meta: respx.MockRouter) -> None:
    willing(meta)
    publishing = meta.post(f"{BASE}/17/media_publish").mock(side_effect=[refused(24, 2207006), httpx.Response(500)])
    first = meta.get(f"{BASE}/c1").mock(return_value=state("FINISHED"))
    meta.get(f"{BASE}/c2").mock(side_effect=[state("FINISHED"), httpx.Response(502), state("PUBLISHED")])
    meta.get(f"{BASE}/17/media").mock(return_value=page([seen("m1")]))
    run = LookingRun()
    with pytest.raises(Transient):
        await publish(job(), run)
    published = await publish(job(), run)
    assert published.raw == {"id": "m1", "container_id": "c2"}
    assert publishing.call_count == 2
    assert first.call_count == 1


async def test_a_block_that_published_all_the_same_is_found(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.get(f"{BASE}/c1").mock(side_effect=[state("FINISHED"), state("PUBLISHED")])
    publishing = meta.post(f"{BASE}/17/media_publish").mock(return_value=refused(4, 2207051))
    meta.get(f"{BASE}/17/media").mock(
        return_value=page([seen("m9", caption="Other"), seen("m1"), seen("m0", ago=3600)])
    )
    published = await publish(job(), MemoryRun())
    assert published.platform_post_id == "m1"
    assert publishing.call_count == 1


@pytest.mark.parametrize("comment", [None, "First"])
async def test_a_published_post_without_a_unique_match_has_no_id_and_no_comment(
    meta: respx.MockRouter, comment: str | None
) -> None:
    willing(meta)
    meta.get(f"{BASE}/c1").mock(side_effect=[state("FINISHED"), state("PUBLISHED")])
    meta.post(f"{BASE}/17/media_publish").mock(return_value=httpx.Response(500))
    meta.get(f"{BASE}/17/media").mock(return_value=page([seen("m1"), seen("m2")]))
    run = MemoryRun()
    published = await publish(job(first_comment=comment), run)
    assert (published.platform_post_id, published.platform_post_url) == (None, None)
    assert published.raw == {"id": None, "container_id": "c1"}
    assert [code for code, _ in run.warnings] == ["post_id_unknown", *(["first_comment_failed"] if comment else [])]


LOST = [
    refused(4, 2207051),
    refused(24, 2207008),
    refused(-1, 2207001),
    refused(100, 33),
    refused(2, status=500),
]
LOST += [ok(success=True), httpx.Response(502, text="<html>")]


@pytest.mark.parametrize("lost", LOST)
async def test_a_lost_answer_is_no_refusal_and_nothing_is_sent_twice(
    meta: respx.MockRouter, lost: httpx.Response
) -> None:
    willing(meta)
    publishing = meta.post(f"{BASE}/17/media_publish").mock(return_value=lost)
    with pytest.raises(Unsettled, match="absent"):
        await publish_to_the_end(job(), LookingRun())
    assert publishing.call_count == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused(10), "first_comment_forbidden"),
        (refused(200, status=403), "first_comment_forbidden"),
        (refused(283), "first_comment_forbidden"),
        (refused(100), "first_comment_failed"),
        (refused(190), "first_comment_failed"),
        (refused(2, status=500), "first_comment_unconfirmed"),
    ],
)
@pytest.mark.parametrize(
    ("login", "base", "scope"),
    [
        ("instagram", BASE, "instagram_business_manage_comments"),
        ("facebook", FACEBOOK, "instagram_manage_comments"),
    ],
)
async def test_a_failed_first_comment_is_a_warning(
    meta: respx.MockRouter, login: str, base: str, scope: str, answer: httpx.Response, code: str
) -> None:
    willing(meta, base)
    meta.post(f"{base}/m1/comments").mock(return_value=answer)
    meta.get(f"{base}/m1/comments").mock(return_value=ok(data=[]))
    run = MemoryRun()
    published = await publish(job(traits={"login": login}, first_comment="First"), run)
    assert published.platform_post_id == "m1"
    ((warned, words),) = run.warnings
    assert warned == code
    assert (f"grant {scope}." in words) == (code == "first_comment_forbidden")


async def test_containers_are_kept_for_less_than_they_live(meta: respx.MockRouter) -> None:
    willing(meta)
    run = KeepingRun()
    await publish_to_the_end(job([picture(0), film(1)]), run)
    assert {run.spans[name] for name in ("child-0", "child-1", "container")} == {timedelta(hours=23)}


def test_the_whole_network_is_described() -> None:
    assert PLATFORM.hosts == {"graph.instagram.com", "graph.facebook.com"}
    assert PLATFORM.config().model_dump() == {"version": "v26.0"}
    assert PLATFORM.renew_before == timedelta(days=30)

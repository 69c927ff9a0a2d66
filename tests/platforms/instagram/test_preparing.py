from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.errors import CredentialsExpired, Rejected, StepsExpired, Transient
from dravo.platforms.instagram import PLATFORM
from dravo.platforms.instagram.client import ContainerStatus
from dravo.platforms.instagram.waiting import PICTURE_PAUSES, VIDEO_PAUSES, failure_of
from dravo.platforms.media import Medium
from platforms.instagram.material import (
    BASE,
    FACEBOOK,
    film,
    forms,
    job,
    ok,
    picture,
    publish_to_the_end,
    refused,
    state,
    willing,
)
from platforms.memory_run import KeepingRun, MemoryRun

publish = PLATFORM.adapter.publish


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("Error: Media upload has failed with error code 2207082", "media_invalid"),
        ("Error: Media upload has failed with error code 2207009", "aspect_ratio_not_supported"),
        ("Error: something new, 2207099", "media_processing_failed"),
        (None, "media_processing_failed"),
    ],
)
def test_a_containers_words_tell_what_is_wrong_with_its_medium(status: str | None, code: str) -> None:
    failure = failure_of(ContainerStatus(status_code="ERROR", status=status), "/media_urls/3")
    assert isinstance(failure, Rejected)
    assert (failure.code, failure.pointer) == (code, "/media_urls/3")
    assert (status or "Instagram could not process the medium") in failure.message


@pytest.mark.parametrize("number", [2207001, 2207003, 2207032, 2207052, 2207053, 2207077])
def test_a_containers_words_tell_what_may_pass(number: int) -> None:
    status = ContainerStatus(status_code="ERROR", status=f"Error: Media upload has failed with error code {number}")
    assert isinstance(failure_of(status, "/media_urls/0"), Transient)


@pytest.mark.parametrize(
    ("media", "failed", "pointer"),
    [
        ([picture()], "c1", "/media_urls/0"),
        ([film()], "c1", "/media_urls/0"),
        ([picture(0), film(1)], "c2", "/media_urls/1"),
        ([picture(0), film(1)], "c3", "/media_urls"),
    ],
)
async def test_a_medium_that_instagram_cannot_take_is_named(
    meta: respx.MockRouter, media: Sequence[Medium], failed: str, pointer: str
) -> None:
    willing(meta)
    meta.get(f"{BASE}/{failed}").mock(return_value=state("ERROR", 2207085))
    with pytest.raises(Rejected) as raised:
        await publish(job(media), MemoryRun())
    assert (raised.value.code, raised.value.pointer) == ("media_invalid", pointer)


async def test_only_the_container_that_failed_is_made_anew(meta: respx.MockRouter) -> None:
    made = willing(meta)
    meta.get(f"{BASE}/c2").mock(return_value=state("ERROR", 2207003))
    run = KeepingRun()
    published, pauses = await publish_to_the_end(job([picture(0), film(1)]), run)
    assert published.platform_post_id == "m1"
    assert [(pause.name, pause.after) for pause in pauses] == [("child-1-failed", timedelta(minutes=1))]
    assert forms(made)[3]["children"] == "c1,c3"
    assert forms(made)[1] == forms(made)[2]


async def test_a_container_that_always_fails_is_given_up(meta: respx.MockRouter) -> None:
    made = willing(meta)
    for number in range(1, 10):
        meta.get(f"{BASE}/c{number}").mock(return_value=state("ERROR", 2207052))
    run = KeepingRun()
    with pytest.raises(Rejected) as raised:
        await publish_to_the_end(job([film()]), run)
    assert (raised.value.code, raised.value.pointer) == ("media_unreachable", "/media_urls/0")
    assert "3 times" in raised.value.message
    assert "DRAVO_PUBLIC_URL" in raised.value.message
    assert made.call_count == 3


async def test_a_container_that_expired_is_made_anew_with_all_others(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.get(f"{BASE}/c1").mock(return_value=state("EXPIRED"))
    with pytest.raises(StepsExpired):
        await publish(job(), MemoryRun())


@pytest.mark.parametrize(("media", "expected"), [([picture()], PICTURE_PAUSES), ([film()], VIDEO_PAUSES)])
async def test_a_container_is_asked_for_ever_more_slowly(
    meta: respx.MockRouter, media: Sequence[Medium], expected: Sequence[timedelta]
) -> None:
    willing(meta)
    slow = [state("IN_PROGRESS"), refused(100, 33)] * 3
    meta.get(f"{BASE}/c1").mock(side_effect=[*slow, state("FINISHED")])
    _, pauses = await publish_to_the_end(job(media), KeepingRun())
    assert [pause.after for pause in pauses] == [*expected, expected[-1]]
    assert {pause.name for pause in pauses} == {"ready"}


@pytest.mark.parametrize(
    ("answer", "code", "pointer"),
    [
        (refused(36003, 2207009), "aspect_ratio_not_supported", "/media_urls/1"),
        (refused(36001, 2207005), "media_type_not_supported", "/media_urls/1"),
        (refused(36000, 2207004), "media_too_large", "/media_urls/1"),
        (refused(352, 2207026), "media_type_not_supported", "/media_urls/1"),
        (refused(1, 2207082), "media_invalid", "/media_urls/1"),
        (refused(100), "invalid_parameter", None),
        (refused(36004, 2207010), "text_too_long", "/text"),
        (refused(100, 2207040), "too_many_tags", "/platform_options/instagram/user_tags"),
    ],
)
async def test_a_refused_container_leads_to_what_is_wrong(
    meta: respx.MockRouter, answer: httpx.Response, code: str, pointer: str | None
) -> None:
    willing(meta)
    meta.post(f"{BASE}/17/media").mock(side_effect=[ok(id="c1"), answer])
    with pytest.raises(Rejected) as raised:
        await publish(job([picture(0), picture(1)]), MemoryRun())
    assert (raised.value.code, raised.value.pointer) == (code, pointer)


NO_PLACE = "INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID"


@pytest.mark.parametrize("media", [[picture()], [film()], [picture(0), film(1)]])
@pytest.mark.parametrize(
    "said",
    [
        refused(100, message=f"(#100) {NO_PLACE}"),
        refused(100, error_user_msg=f"{NO_PLACE}: no place"),
        refused(987654, message=NO_PLACE),
        refused(100, message=NO_PLACE, error_user_msg="No place"),
    ],
)
async def test_a_place_that_instagram_does_not_know_leads_to_its_option(
    meta: respx.MockRouter, media: list[Medium], said: httpx.Response
) -> None:
    willing(meta)
    children = [ok(id=f"c{number}") for number in (1, 2)] if len(media) > 1 else []
    meta.post(f"{BASE}/17/media").mock(side_effect=[*children, said])
    with pytest.raises(Rejected, match="Facebook Page that has a place") as raised:
        await publish(job(media, location_id="5"), MemoryRun())
    pointer = "/platform_options/instagram/location_id"
    assert (raised.value.code, raised.value.pointer) == ("location_invalid", pointer)
    assert NO_PLACE in str(raised.value.raw)


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"user_tags": "a"}, "/platform_options/instagram/user_tags"),
        ({"collaborators": "a"}, "/platform_options/instagram/collaborators"),
        ({"user_tags": "a", "collaborators": "a"}, None),
    ],
)
async def test_an_unknown_name_leads_to_its_option(
    meta: respx.MockRouter, options: dict[str, Any], pointer: str | None
) -> None:
    willing(meta)
    meta.post(f"{BASE}/17/media").mock(return_value=refused(110, 2207018))
    with pytest.raises(Rejected) as raised:
        await publish(job(**options), MemoryRun())
    assert (raised.value.code, raised.value.pointer) == ("username_unknown", pointer)


async def test_a_medium_that_instagram_cannot_fetch_is_tried_three_times(meta: respx.MockRouter) -> None:
    made = willing(meta)
    made.mock(return_value=refused(9004, 2207052))
    run = KeepingRun()
    for _ in range(2):
        with pytest.raises(Transient):
            await publish(job(), run)
    with pytest.raises(Rejected) as raised:
        await publish(job(), run)
    assert (raised.value.code, raised.value.pointer) == ("media_unreachable", "/media_urls/0")
    assert made.call_count == 3


async def test_a_container_that_cannot_be_made_at_the_moment_is_tried_as_long_as_any_call(
    meta: respx.MockRouter,
) -> None:
    willing(meta).mock(return_value=refused(-1, 2207032))
    run = KeepingRun()
    for _ in range(5):
        with pytest.raises(Transient):
            await publish(job(), run)


async def test_children_that_the_parent_does_not_know_are_made_once_more(meta: respx.MockRouter) -> None:
    willing(meta)
    meta.post(f"{BASE}/17/media").mock(
        side_effect=[
            *(ok(id="c1"), ok(id="c2"), refused(24, 2207006)),
            *(ok(id="c3"), ok(id="c4"), ok(id="c5")),
        ]
    )
    published = await publish(job([picture(0), picture(1)]), MemoryRun())
    assert published.raw["container_id"] == "c5"


async def test_children_that_the_parent_does_not_find_yet_are_waited_for_and_then_made_once_more(
    meta: respx.MockRouter,
) -> None:
    willing(meta)
    missing = refused(24, 2207008)
    meta.post(f"{BASE}/17/media").mock(
        side_effect=[ok(id="c1"), ok(id="c2"), missing, missing, missing, ok(id="c3"), ok(id="c4"), ok(id="c5")]
    )
    run = KeepingRun()
    for _ in range(2):
        with pytest.raises(Transient) as passing:
            await publish(job([picture(0), picture(1)]), run)
        assert passing.value.retry_after == timedelta(minutes=1)
    published = await publish(job([picture(0), picture(1)]), run)
    assert published.raw["container_id"] == "c5"


@pytest.mark.parametrize(
    ("login", "base", "scope"),
    [
        ("instagram", BASE, "instagram_business_content_publish"),
        ("facebook", FACEBOOK, "instagram_content_publish"),
    ],
)
@pytest.mark.parametrize("code", [10, 200, 283, 299])
async def test_a_missing_permission_is_named_as_the_login_calls_it(
    meta: respx.MockRouter, login: str, base: str, scope: str, code: int
) -> None:
    willing(meta, base).mock(return_value=refused(code))
    with pytest.raises(CredentialsExpired) as raised:
        await publish(job(traits={"login": login}), MemoryRun())
    assert (raised.value.code, raised.value.renewable) == ("permission_missing", False)
    assert f"grant {scope}." in raised.value.message


@pytest.mark.parametrize(("code", "subcode"), [(190, None), (190, 460), (190, 463), (25, 2207050)])
async def test_a_refused_token_is_not_renewed(meta: respx.MockRouter, code: int, subcode: int | None) -> None:
    willing(meta).mock(return_value=refused(code, subcode))
    with pytest.raises(CredentialsExpired) as raised:
        await publish(job(), MemoryRun())
    assert not raised.value.renewable
    assert raised.value.code != "permission_missing"

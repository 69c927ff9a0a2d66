from urllib.parse import parse_qs

import httpx
import pytest
import respx

from dravo.platforms.errors import CredentialsExpired, PlatformError, RateLimited, Rejected, Transient
from platforms.facebook.material import EDGE, GRAPH, job, ok, photo, publish, refused, takes_photos
from platforms.memory_run import KeepingRun, MemoryRun

LINKED = "Read https://example.com/a, it is good."


def sent(route: respx.Route) -> list[dict[str, list[str]]]:
    return [parse_qs(call.request.content.decode()) for call in route.calls]


async def test_text_is_one_call(network: respx.MockRouter) -> None:
    network.post(f"{EDGE}/feed").mock(return_value=ok())
    run = MemoryRun()
    published = await publish(job(), run)
    assert (published.platform_post_id, published.platform_post_url) == ("77_1", "https://www.facebook.com/77_1")
    assert (run.names, run.warnings) == (["publish"], [])


async def test_the_configured_version_is_spoken(network: respx.MockRouter) -> None:
    feed = network.post("https://graph.facebook.com/v31.0/77/feed").mock(return_value=ok())
    await publish(job(config={"version": "v31.0"}), MemoryRun())
    assert feed.called


# -- photos ------------------------------------------------------------------------------------------------------------


async def test_photos_are_handed_over_before_the_post(network: respx.MockRouter) -> None:
    takes_photos(network)
    feed = network.post(f"{EDGE}/feed").mock(return_value=ok())
    run = MemoryRun()
    published = await publish(job([photo(0), photo(1)]), run)
    assert run.names == ["photo-0", "photo-1", "publish"]
    assert sent(feed)[0]["attached_media[1]"] == ['{"media_fbid":"p1"}']
    assert published.raw == {"id": "77_1", "photo_ids": ["p0", "p1"]}


async def test_a_run_that_died_goes_on_with_the_photo_it_died_in(network: respx.MockRouter) -> None:
    photos = network.post(f"{EDGE}/photos").mock(side_effect=[ok("p0"), httpx.Response(502), ok("p1")])
    network.post(f"{EDGE}/feed").mock(return_value=ok())
    run = KeepingRun()
    with pytest.raises(Transient):
        await publish(job([photo(0), photo(1)]), run)
    published = await publish(job([photo(0), photo(1)]), run.next_run())
    assert published.raw["photo_ids"] == ["p0", "p1"]
    assert photos.call_count == 3


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (refused(324), "media_invalid"),
        (refused(100, 1366046), "media_invalid"),
        (refused(389), "media_unreachable"),
        (refused(100), "invalid_parameter"),
    ],
)
async def test_a_photo_that_is_refused_is_named(network: respx.MockRouter, refusal: httpx.Response, code: str) -> None:
    network.post(f"{EDGE}/photos").mock(side_effect=[ok("p0"), refusal])
    feed = network.post(f"{EDGE}/feed").mock(return_value=ok())
    with pytest.raises(Rejected) as raised:
        await publish(job([photo(0), photo(1)]), MemoryRun())
    assert (raised.value.code, raised.value.pointer) == (code, "/media_urls/1")
    assert not feed.called


async def test_a_photo_that_cannot_be_fetched_is_tried_four_times(network: respx.MockRouter) -> None:
    photos = network.post(f"{EDGE}/photos").mock(return_value=refused(9004, 2207052))
    run = KeepingRun()
    ends: list[PlatformError] = []
    for _ in range(4):
        with pytest.raises(PlatformError) as raised:
            await publish(job([photo(0)]), run)
        ends.append(raised.value)
        run = run.next_run()
    assert [type(end) for end in ends] == [Transient] * 3 + [Rejected]
    assert [end.code for end in ends] == ["media_unreachable"] * 4
    assert isinstance(ends[-1], Rejected)
    assert ends[-1].pointer == "/media_urls/0"
    assert photos.call_count == 4


async def test_a_photo_that_facebook_calls_no_image_is_tried_three_times(network: respx.MockRouter) -> None:
    no_image = refused(324, 2069019, error_user_msg="Invalid image file.")
    photos = network.post(f"{EDGE}/photos").mock(side_effect=[ok("p0"), *[no_image] * 3])
    run = KeepingRun()
    ends: list[PlatformError] = []
    for _ in range(3):
        with pytest.raises(PlatformError) as raised:
            await publish(job([photo(0), photo(1)]), run)
        ends.append(raised.value)
        run = run.next_run()
    assert [type(end) for end in ends] == [Transient, Transient, Rejected]
    assert [end.code for end in ends] == ["media_invalid"] * 3
    assert isinstance(ends[-1], Rejected)
    assert ends[-1].pointer == "/media_urls/1"
    for words in ("could not fetch it", "DRAVO_PUBLIC_URL", "medium_pulled", "Meta says: Invalid image file."):
        assert words in ends[-1].message
    assert photos.call_count == 4


@pytest.mark.parametrize("refusal", [refused(9004, 2207052), refused(324, 2069019)])
async def test_a_photo_that_is_fetched_at_the_second_try_is_published(
    network: respx.MockRouter, refusal: httpx.Response
) -> None:
    network.post(f"{EDGE}/photos").mock(side_effect=[refusal, ok("p0")])
    network.post(f"{EDGE}/feed").mock(return_value=ok())
    run = KeepingRun()
    with pytest.raises(Transient):
        await publish(job([photo(0)]), run)
    assert (await publish(job([photo(0)]), run.next_run())).platform_post_id == "77_1"


@pytest.mark.parametrize(
    ("words", "pointer"), [("Photo p1 is gone", "/media_urls/1"), ("Photo p11 is gone", None), ("p0 and p1", None)]
)
async def test_a_post_that_is_refused_for_one_photo_names_it(
    network: respx.MockRouter, words: str, pointer: str | None
) -> None:
    takes_photos(network)
    network.post(f"{EDGE}/feed").mock(return_value=refused(100, message=words))
    with pytest.raises(Rejected) as raised:
        await publish(job([photo(0), photo(1)]), MemoryRun())
    assert raised.value.pointer == pointer


async def test_beside_photos_there_is_no_card(network: respx.MockRouter) -> None:
    takes_photos(network)
    feed = network.post(f"{EDGE}/feed").mock(return_value=ok())
    await publish(job([photo(0)], text=LINKED), MemoryRun())
    assert set(sent(feed)[0]) == {"message", "attached_media[0]"}


# -- tokens and comments -----------------------------------------------------------------------------------------------


async def test_a_dead_token_is_not_the_posts_fault(network: respx.MockRouter) -> None:
    network.post(f"{EDGE}/feed").mock(side_effect=[refused(190, 463), refused(200), refused(80001)])
    with pytest.raises(CredentialsExpired) as dead:
        await publish(job(), MemoryRun())
    assert dead.value.renewable
    with pytest.raises(CredentialsExpired) as forbidden:
        await publish(job(), MemoryRun())
    assert (forbidden.value.renewable, forbidden.value.code) == (False, "permission_missing")
    with pytest.raises(RateLimited):
        await publish(job(), MemoryRun())


async def test_a_first_comment_follows_and_a_blank_one_does_not(network: respx.MockRouter) -> None:
    network.post(f"{EDGE}/feed").mock(return_value=ok())
    comments = network.post(f"{GRAPH}/77_1/comments").mock(return_value=ok("c"))
    run = MemoryRun()
    await publish(job(first_comment="First"), run)
    assert run.names == ["publish", "first_comment"]
    await publish(job(first_comment="  "), MemoryRun())
    assert comments.call_count == 1


@pytest.mark.parametrize(
    ("refusal", "code", "words"),
    [
        (refused(200, status=403), "first_comment_forbidden", "pages_manage_engagement"),
        (refused(10), "first_comment_forbidden", "pages_manage_engagement"),
        (refused(1, 1404006), "first_comment_forbidden", "pages_manage_engagement"),
        (refused(1, 2853006), "first_comment_forbidden", "no role on the Page"),
        (refused(1, 2853006, message="(#1) No task."), "first_comment_forbidden", "Meta says: (#1) No task."),
        (refused(190), "first_comment_failed", "token"),
        (refused(1, 1404112), "first_comment_failed", "limits"),
        (refused(100), "first_comment_failed", "parameter"),
    ],
)
async def test_a_refused_comment_is_a_warning_that_says_why(
    network: respx.MockRouter, refusal: httpx.Response, code: str, words: str
) -> None:
    network.post(f"{EDGE}/feed").mock(return_value=ok())
    network.post(f"{GRAPH}/77_1/comments").mock(return_value=refusal)
    run = MemoryRun()
    published = await publish(job(first_comment="First"), run)
    assert published.platform_post_id == "77_1"
    assert [name for name, _ in run.warnings] == [code]
    assert words in run.warnings[0][1]

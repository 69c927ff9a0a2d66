"""Facts that Meta leaves open about Pages and the Graph API: whatever turns out to be true, posts go out whole and once."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from conformance.cases import CASES
from conformance.house import WORDS, House, codes
from conformance.samples import Sample, picture, tall_film
from conformance.test_promises import lose_the_answer
from conformance.test_readings import Reading, ends, goes_out_whole, noise

BY_NAME = {case.name: case for case in CASES}
FILMS = ("facebook-video", "facebook-reel")


def webp() -> Sample:
    return picture(40, "WEBP")


UPRIGHT = replace(BY_NAME["facebook-reel"], options={"as_reel": False})

WHOLE: list[tuple[str, Reading]] = [
    ("facebook-text", {"graph_newest_version": "v27.0"}),
    ("facebook-text", {"strict_parameters": False}),
    *((name, {"facebook_phase_done": "completed"}) for name in FILMS),
    *((name, {"facebook_bytes_name": "bytes_transfered"}) for name in FILMS),
    *((name, {"facebook_permalinks": "absolute"}) for name in FILMS),
    *((name, {"facebook_publishing_seconds": 120.0}) for name in FILMS),
    ("facebook-video", {"facebook_range_bytes": 300_000}),
    ("facebook-video", {"facebook_range_bytes": 2**30}),
    ("facebook-reel", {"facebook_post_id_in_finish": True}),
    ("facebook-reel", {"facebook_reel_checks": "at_finish"}),
    ("facebook-reel", {"facebook_vertical_videos": "publish"}),
]


@pytest.mark.parametrize(("name", "reading"), WHOLE, ids=str)
async def test_a_post_goes_out_whole_under_every_reading(house: House, name: str, reading: Reading) -> None:
    await house.control.settings(**reading)
    address = await goes_out_whole(house, name, WORDS)
    assert address.startswith("https://www.facebook.com/")


@pytest.mark.parametrize("second", ["same", "refuse", "duplicate"])
@pytest.mark.parametrize("action", ["drop_after", "drop_before"])
async def test_a_reel_is_finished_once_whatever_a_second_finish_does(house: House, second: str, action: str) -> None:
    await house.control.settings(facebook_second_finish=second)
    case = BY_NAME["facebook-reel"]
    posted = await house.post(case, comment=False)
    wire = await lose_the_answer(house, case, "publishes", action)
    delivery = await house.until_final(posted, wire)
    assert delivery.status == "published"
    assert await house.effects(posted) == (1, 0)
    sends = ["confirmed"] if action == "drop_after" else ["refused", "confirmed"]
    assert [commit.state for commit in await house.book.commits(posted.key)] == sends


@pytest.mark.parametrize("lag", [3.0, 3600.0])
@pytest.mark.parametrize("name", ["facebook-text", "facebook", *FILMS])
async def test_lists_that_lag_never_lead_to_a_second_post(house: House, name: str, lag: float) -> None:
    """A video is asked for by its id; a list is not believed to lack a post before it has had an hour."""
    await house.control.settings(facebook_list_lag_seconds=lag)
    posted = await house.post(BY_NAME[name], comment=False)
    delivery = await house.until_final(posted, await lose_the_answer(house, posted.case, "publishes"))
    assert delivery.status == "published"
    assert await house.effects(posted) == (1, 0)


@pytest.mark.parametrize("most", [4_000_000, 10 * 1024 * 1024])
async def test_a_large_picture_fits_the_smallest_limit_that_is_told(house: House, most: int) -> None:
    await house.control.settings(facebook_photo_bytes=most)
    posted = await house.post(replace(BY_NAME["facebook"], media=(noise,)), comment=False)
    await ends(house, posted, None, 1)
    assert codes(await house.book.delivery(posted.key)) == ("media_converted",)


@pytest.mark.parametrize("taken", ["refuse", "accept"])
async def test_a_webp_is_converted_whether_facebook_would_take_it_or_not(house: House, taken: str) -> None:
    await house.control.settings(facebook_webp=taken)
    posted = await house.post(replace(BY_NAME["facebook"], media=(webp,)), comment=False)
    await ends(house, posted, None, 1)
    assert codes(await house.book.delivery(posted.key)) == ("media_converted",)
    (post,) = await house.control.effects(posted.profile)
    assert [medium["content_type"] for medium in post["media"]] == ["image/jpeg"]


async def test_an_upright_video_is_sent_as_a_reel_so_that_it_is_no_draft(house: House) -> None:
    posted = await house.post(replace(UPRIGHT, options={}), comment=False)
    await ends(house, posted, None, 1)
    assert codes(await house.book.delivery(posted.key)) == ("published_as_reel",)
    (post,) = await house.control.effects(posted.profile)
    assert post["options"]["edge"] == "video_reels"


@pytest.mark.parametrize(("kept", "code"), [("draft", "left_as_draft"), ("publish", None)])
async def test_an_upright_video_that_must_be_no_reel_may_stay_a_draft_and_then_says_so(
    house: House, kept: str, code: str | None
) -> None:
    await house.control.settings(facebook_vertical_videos=kept)
    posted = await house.post(UPRIGHT, comment=False)
    await ends(house, posted, code, 0 if code else 1)
    assert codes(await house.book.delivery(posted.key)) == ("may_stay_draft",)


@pytest.mark.parametrize("spelled", ["errors", "error"])
async def test_why_a_video_failed_is_said_however_it_is_spelled(house: House, spelled: str) -> None:
    await house.control.settings(facebook_errors_name=spelled)
    posted = await house.post(BY_NAME["facebook-reel"], comment=False)
    await house.control.fault("facebook", "fail", reason="The film is torn")
    await ends(house, posted, "media_processing_failed", 0)
    assert "The film is torn" in str((await house.book.delivery(posted.key)).error_message)


LINKED = f"{WORDS} https://shop.example.com/a?b=c"


@pytest.mark.parametrize(("hosts", "warnings"), [([], ()), (["shop.example.com"], ("link_card_left_out",))])
async def test_a_link_that_facebook_cannot_read_costs_its_card_and_not_the_post(
    house: House, hosts: list[str], warnings: tuple[str, ...]
) -> None:
    await house.control.settings(facebook_unreadable_hosts=hosts)
    posted = await house.post(BY_NAME["facebook-text"], words=LINKED)
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", warnings)
    (post,) = await house.control.effects(posted.profile)
    assert post["text"] == LINKED
    assert ("link" in post["options"]) == (not hosts)


@pytest.mark.parametrize(("seconds", "status", "posts"), [(3600.0, "unconfirmed", 1), (0.0, "published", 2)])
async def test_the_same_words_again_are_a_post_or_are_never_taken_for_the_first(
    house: House, seconds: float, status: str, posts: int
) -> None:
    """Facebook's 506 may follow a post of ours that went live, so it is looked for: what is found is the first one's."""
    await house.control.settings(refuse_duplicates=True, facebook_duplicate_seconds=seconds)
    first = await house.post(BY_NAME["facebook-text"], comment=False)
    await ends(house, first, None, 1)
    second = await house.post_again(first)
    delivery = await house.until_final(second)
    assert delivery.status == status
    assert (await house.effects(first))[0] == posts
    assert delivery.platform_post_id != (await house.book.delivery(first.key)).platform_post_id


async def test_texts_beyond_what_facebook_takes_are_refused_in_words(house: House) -> None:
    await house.control.settings(facebook_text_length=10)
    posted = await house.post(BY_NAME["facebook-text"], comment=False)
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_class) == ("failed", "rejected")
    await house.control.settings(facebook_text_length=63_206, facebook_comment_length=10)
    posted = await house.post(BY_NAME["facebook-text"])
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ("first_comment_failed",))


async def test_a_page_that_has_made_its_reels_of_the_day_waits(house: House) -> None:
    house.resources.settings.__dict__["late_after"] = timedelta(days=3)
    await house.control.settings(rate_limits=True, facebook_reels_per_day=1)
    first = await house.post(BY_NAME["facebook-reel"], comment=False)
    await ends(house, first, None, 1)
    second = await house.post_again(first)
    while (delivery := await house.run(second)).waiting_for != "rate_limit":
        pass
    assert (delivery.status, delivery.error_class) == ("queued", "rate_limited")
    await house.time.move(timedelta(days=1))
    await house.until_final(second)
    assert (await house.effects(first))[0] == 2


@pytest.mark.parametrize("switch", ["graph_app_usage", "graph_account_usage"])
@pytest.mark.parametrize("name", ["facebook", "instagram"])
async def test_an_account_rests_before_meta_refuses_it(house: House, name: str, switch: str) -> None:
    await house.control.settings(rate_limits=True, **{switch: 96})
    posted = await house.post(BY_NAME[name], comment=False)
    await ends(house, posted, None, 1)
    paused = (await house.book.account_of(posted.key)).paused_until
    assert paused is not None
    assert timedelta(minutes=4) < paused - await house.book.now() <= timedelta(minutes=5)


@pytest.mark.parametrize("switch", ["graph_app_usage", "graph_account_usage"])
async def test_a_throttled_account_waits_the_minutes_that_meta_tells(house: House, switch: str) -> None:
    await house.control.settings(rate_limits=True, graph_regain_minutes=42, **{switch: 100})
    posted = await house.post(BY_NAME["facebook"], comment=False)
    delivery = await house.run(posted)
    assert (delivery.waiting_for, delivery.error_code, delivery.attempts) == ("rate_limit", "rate_limited", 0)
    paused = (await house.book.account_of(posted.key)).paused_until
    assert paused is not None
    expected = 42 if switch == "graph_account_usage" else 60
    assert timedelta(minutes=expected - 1) < paused - await house.book.now() <= timedelta(minutes=expected)
    await house.control.settings(**{switch: 1}, graph_regain_minutes=0)
    await ends(house, posted, None, 1)


@pytest.mark.parametrize("code", ["account", 4, 17, 32, 341, 613])
async def test_every_code_of_a_throttle_is_waited_out(house: House, code: str | int) -> None:
    await house.control.settings(graph_throttle_code=code)
    posted = await house.post(BY_NAME["facebook"], comment=False)
    await house.control.fault("facebook", "throttle", seconds=600)
    delivery = await house.run(posted)
    assert (delivery.waiting_for, delivery.attempts) == ("rate_limit", 0)
    await ends(house, posted, None, 1)


async def test_several_photos_are_one_post_in_their_order(house: House) -> None:
    shades = [partial(picture, 20 * shade) for shade in range(10)]
    posted = await house.post(replace(BY_NAME["facebook-photos"], media=tuple(shades)), comment=False)
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    assert len({medium["sha256"] for medium in post["media"]}) == 10


async def test_a_reel_is_sent_byte_for_byte(house: House) -> None:
    posted = await house.post(BY_NAME["facebook-reel"], comment=False)
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    assert post["media"][0]["size_bytes"] == len(tall_film().content)

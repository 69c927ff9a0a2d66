"""Facts that Meta leaves open about Instagram and its tokens: whatever turns out to be true, posts go out whole and once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conformance.cases import CASES
from conformance.house import WORDS, House, codes
from conformance.samples import Sample, film, made_film, picture, tall_film
from conformance.test_promises import lose_the_answer
from conformance.test_readings import Reading, ends, goes_out_whole, noise
from dravo.accounts.simulate import simulate
from dravo.platforms.base import App, Consent, Profile, Tokens
from dravo.platforms.registry import PLATFORMS

BY_NAME = {case.name: case for case in CASES}
IMAGE, REEL, CAROUSEL, STORY = (BY_NAME[f"instagram{kind}"] for kind in ("", "-reel", "-carousel", "-story"))
TAGGED = {"user_tags": [{"username": "dravo", "x": 0.25, "y": 0.75}]}


def png() -> Sample:
    return picture(40, "PNG")


WHOLE: list[tuple[str, Reading]] = [
    *(
        (name, reading)
        for name in ("instagram", "instagram-reel", "instagram-carousel")
        for reading in ({"instagram_fetch": "at_create"}, {"strict_parameters": False})
    ),
    ("instagram", {"meta_redirects": "follow"}),
    ("instagram", {"instagram_comment_rules": "legacy"}),
    ("instagram-carousel", {"instagram_caption_on_children": "error"}),
    ("instagram-carousel", {"instagram_caption_on_children": "ignored"}),
    ("instagram-by-facebook", {"graph_newest_version": "v27.0"}),
]


@pytest.mark.parametrize(("name", "reading"), WHOLE, ids=str)
async def test_a_post_goes_out_whole_under_every_reading(house: House, name: str, reading: Reading) -> None:
    await house.control.settings(**reading)
    address = await goes_out_whole(house, name, WORDS)
    assert address.startswith("https://www.instagram.com/")


OPTIONS: list[tuple[str, dict[str, Any], Reading, tuple[str, ...]]] = [
    *(
        ("instagram-reel", TAGGED, {"instagram_reel_tag_positions": taken}, ("option_without_effect",))
        for taken in ("refuse", "accept")
    ),
    *(("instagram-carousel", TAGGED, {"instagram_tags_on_child_videos": taken}, ()) for taken in ("refuse", "accept")),
    *(
        (
            "instagram-carousel",
            {"thumb_offset": 900},
            {"instagram_thumb_offset_on_child_videos": taken},
            ("option_without_effect",),
        )
        for taken in ("refuse", "accept")
    ),
    *(
        (
            "instagram-story",
            {"story": True, "thumb_offset": 900},
            {"instagram_thumb_offset_on_stories": taken},
            ("text_without_effect", "option_without_effect"),
        )
        for taken in ("refuse", "accept")
    ),
]


@pytest.mark.parametrize(("name", "options", "reading", "warnings"), OPTIONS, ids=str)
async def test_an_option_of_doubtful_effect_never_fails_a_post(
    house: House, name: str, options: dict[str, Any], reading: Reading, warnings: tuple[str, ...]
) -> None:
    await house.control.settings(**reading)
    posted = await house.post(replace(BY_NAME[name], options=options), comment=False)
    await ends(house, posted, None, 1)
    assert codes(await house.book.delivery(posted.key)) == warnings


EMOJI = "👍🏽" * 540
"""540 characters as people see them, 1080 code points, 2160 units of UTF-16."""


@pytest.mark.parametrize("unit", ["utf16", "code_points", "graphemes"])
@pytest.mark.parametrize("more", [0, 30])
async def test_a_caption_of_emoji_is_taken_or_refused_in_words(house: House, unit: str, more: int) -> None:
    """What one way of counting allows and another does not is sent with a warning, and nothing is lost without a word."""
    await house.control.settings(instagram_length_unit=unit)
    posted = await house.post(IMAGE, words=EMOJI + "👍🏽" * more, comment=False)
    taken = not more or unit != "utf16"
    await ends(house, posted, None if taken else "text_too_long", int(taken))
    assert codes(await house.book.delivery(posted.key)) == (("text_near_limit",) if more else ())


def long_film() -> Sample:
    return made_film(seconds=61)


@pytest.mark.parametrize(("most", "taken"), [(60, False), (900, True)])
async def test_a_long_film_in_a_carousel_is_taken_or_refused_in_words(house: House, most: int, *, taken: bool) -> None:
    await house.control.settings(instagram_carousel_video_seconds=most)
    posted = await house.post(replace(CAROUSEL, media=(picture, long_film)), comment=False)
    delivery = await house.until_final(posted)
    assert delivery.status == ("published" if taken else "failed")
    assert codes(delivery) == ("may_be_refused",)
    assert taken or "media_urls[1]" in str(delivery.error_message)
    assert await house.effects(posted) == (int(taken), 0)


@pytest.mark.parametrize("second", ["error", "same_id", "duplicate"])
@pytest.mark.parametrize("action", ["drop_after", "drop_before"])
@pytest.mark.parametrize("case", [IMAGE, REEL, CAROUSEL, STORY], ids=lambda case: case.name)
async def test_a_container_is_published_once_whatever_a_second_publish_does(
    house: House, case: Any, action: str, second: str
) -> None:
    await house.control.settings(second_publish=second)
    posted = await house.post(case, comment=False)
    delivery = await house.until_final(posted, await lose_the_answer(house, case, "publishes", action))
    assert delivery.status == "published"
    assert await house.effects(posted) == (1, 0)
    sends = ["confirmed"] if action == "drop_after" else ["refused", "confirmed"]
    assert [commit.state for commit in await house.book.commits(posted.key)] == sends


@pytest.mark.parametrize("lag", [3.0, 150.0, 3600.0])
async def test_a_list_that_lags_for_long_costs_the_id_and_not_the_post(house: House, lag: float) -> None:
    await house.control.settings(instagram_list_lag_seconds=lag)
    posted = await house.post(IMAGE)
    delivery = await house.until_final(posted, await lose_the_answer(house, IMAGE, "publishes"))
    (post,) = await house.control.effects(posted.profile)
    assert delivery.status == "published"
    if lag > 200:
        assert (delivery.platform_post_id, codes(delivery)) == (None, ("post_id_unknown", "first_comment_failed"))
    else:
        assert (delivery.platform_post_id, codes(delivery)) == (post["id"], ())


@pytest.mark.parametrize("case", [IMAGE, REEL, CAROUSEL], ids=lambda case: case.name)
async def test_a_block_that_is_said_of_a_post_that_went_live_is_no_failure(house: House, case: Any) -> None:
    await house.control.settings(instagram_false_block=True)
    posted = await house.post(case)
    delivery = await house.until_final(posted)
    (post,) = await house.control.effects(posted.profile)
    assert (delivery.status, delivery.platform_post_id) == ("published", post["id"])
    assert await house.effects(posted) == (1, 1)


@pytest.mark.parametrize("case", [IMAGE, REEL, CAROUSEL, STORY], ids=lambda case: case.name)
async def test_containers_that_meta_hides_for_days_are_published_all_the_same(house: House, case: Any) -> None:
    """100/33 to every reading of a container or a medium, while publishing works."""
    await house.control.settings(instagram_hidden_reads=True)
    posted = await house.post(case)
    delivery = await house.until_final(posted, runs=40)
    assert delivery.status == "published"
    assert (await house.effects(posted))[0] == 1


async def test_a_lost_answer_is_settled_by_the_list_while_containers_are_hidden(house: House) -> None:
    await house.control.settings(instagram_hidden_reads=True)
    posted = await house.post(IMAGE, comment=False)
    delivery = await house.until_final(posted, await lose_the_answer(house, IMAGE, "publishes"), runs=40)
    (post,) = await house.control.effects(posted.profile)
    assert (delivery.status, delivery.platform_post_id) == ("published", post["id"])


@pytest.mark.parametrize("most", [8_000_000, 8 * 1024 * 1024])
async def test_a_large_picture_fits_either_reading_of_megabytes(house: House, most: int) -> None:
    await house.control.settings(instagram_image_bytes=most)
    posted = await house.post(replace(IMAGE, media=(noise,)), comment=False)
    await ends(house, posted, None, 1)
    assert codes(await house.book.delivery(posted.key)) == ("media_converted",)


@pytest.mark.parametrize("taken", ["refuse", "accept"])
async def test_a_png_is_converted_whether_instagram_would_take_it_or_not(house: House, taken: str) -> None:
    await house.control.settings(instagram_other_images=taken)
    posted = await house.post(replace(IMAGE, media=(png,)), comment=False)
    await ends(house, posted, None, 1)
    assert codes(await house.book.delivery(posted.key)) == ("media_converted",)
    (post,) = await house.control.effects(posted.profile)
    assert [medium["content_type"] for medium in post["media"]] == ["image/jpeg"]


@pytest.mark.parametrize(("places", "posts"), [(None, 1), (["17841400000000000"], 1), ([], 0)])
async def test_a_place_is_sent_or_refused_in_words(house: House, places: list[str] | None, posts: int) -> None:
    await house.control.settings(instagram_locations=places)
    posted = await house.post(replace(IMAGE, options={"location_id": "17841400000000000"}), comment=False)
    delivery = await house.until_final(posted)
    assert delivery.status == ("published" if posts else "failed")
    assert await house.effects(posted) == (posts, 0)
    assert posts or "LOCATION" in str(delivery.error_message).upper()


@pytest.mark.parametrize(("taken", "posts"), [("accept", 1), ("refuse", 0)])
async def test_a_creators_story_is_published_or_refused_in_words(house: House, taken: str, posts: int) -> None:
    await house.control.settings(instagram_creator_stories=taken)
    posted = await house.post(replace(STORY, attributes={"account_type": "MEDIA_CREATOR"}), comment=False)
    delivery = await house.until_final(posted)
    assert (delivery.status, bool(delivery.error_message)) == ("published" if posts else "failed", not posts)
    assert await house.effects(posted) == (posts, 0)


async def test_a_quota_that_is_used_up_is_waited_for_before_anything_is_made(house: House) -> None:
    house.resources.settings.__dict__["late_after"] = timedelta(days=3)
    await house.control.settings(rate_limits=True, instagram_quota_total=1)
    first = await house.post(IMAGE, comment=False)
    await ends(house, first, None, 1)
    made = sum(call["path"].endswith("/media") for call in await house.control.calls("instagram"))
    second = await house.post_again(first)
    delivery = await house.run(second)
    assert (delivery.waiting_for, delivery.error_code, delivery.attempts) == ("rate_limit", "daily_quota_used", 0)
    assert "1" in str(delivery.error_message)
    assert sum(call["path"].endswith("/media") for call in await house.control.calls("instagram")) == made
    await house.time.move(timedelta(days=1))
    await house.until_final(second)
    assert (await house.effects(first))[0] == 2


@pytest.mark.parametrize("rules", ["none", "legacy"])
async def test_a_comment_that_the_older_rules_refuse_is_at_most_a_warning(house: House, rules: str) -> None:
    await house.control.settings(instagram_comment_rules=rules)
    posted = await house.post(IMAGE, comment_words="#a #b #c #d #e")
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", () if rules == "none" else ("first_comment_failed",))


async def test_children_of_two_kinds_keep_their_order(house: House) -> None:
    media = (film, picture, lambda: picture(200), tall_film)
    posted = await house.post(replace(CAROUSEL, media=media, options={"alt_text": "Seen"} | TAGGED), comment=False)
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    assert [medium["kind"] for medium in post["media"]] == ["video", "image", "image", "video"]
    assert [medium.get("alt_text") for medium in post["media"]] == [None, "Seen", "Seen", None]
    assert [bool(medium.get("user_tags")) for medium in post["media"]] == [False, True, False, False]


async def renewed(house: House, login: str, kind: str = "user") -> tuple[dict[str, Any], Tokens | None]:
    """An account as the simulator hands it out, and what the network's own call for a new token brings a day later."""
    attributes = {"login": login} | ({"token_kind": kind} if login == "facebook" else {})
    given = await house.control.account("instagram", "ada", attributes)
    await house.time.move(timedelta(days=2))
    app = App("1000000000000001", "simulated-facebook-secret") if login == "facebook" else None
    profile = Profile(given["platform_account_id"], "ada", given["extras"])
    call = PLATFORMS["instagram"].refresh(Consent(profile, given["access_token"], None, app))
    return given, None if call is None else call.read(await house.network.send(call.request, token=""))


@pytest.mark.parametrize("brings", ["new", "same"])
async def test_instagrams_own_token_renews_itself(house: House, brings: str) -> None:
    await house.control.settings(instagram_refresh=brings)
    given, tokens = await renewed(house, "instagram")
    assert tokens is not None
    assert (tokens.access_token == given["access_token"]) == (brings == "same")
    assert tokens.expires_in == pytest.approx(60 * 86400, abs=86400)


@pytest.mark.parametrize("brings", ["new", "same"])
async def test_a_users_token_is_exchanged_for_another(house: House, brings: str) -> None:
    await house.control.settings(facebook_second_exchange=brings)
    _, tokens = await renewed(house, "facebook")
    assert tokens is not None
    assert tokens.access_token


async def test_an_account_by_facebook_posts_with_a_persons_token_too(house: House) -> None:
    attributes = {"login": "facebook", "token_kind": "user"}
    posted = await house.post(replace(BY_NAME["instagram-by-facebook"], attributes=attributes))
    await ends(house, posted, None, 2)


async def test_data_access_that_has_ended_asks_for_reconnecting(house: House) -> None:
    await house.control.settings(facebook_data_access="enforced")
    posted = await house.post(BY_NAME["instagram-by-facebook"], comment=False)
    await house.control.http.post("/_control/clock", json={"advance_seconds": 91 * 86400})
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_class) == ("failed", "reauth")
    assert await simulate(house.resources, house.book.workspace_id, "instagram", "another")

"""Facts that X and LinkedIn leave open: whatever turns out to be true, posts go out whole and once."""

import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conformance.cases import CASES, Case
from conformance.house import COMMENT, House, Posted, codes
from conformance.samples import Sample, _sample, large_video
from conformance.test_promises import lose_the_answer
from dravo_simulator.settings import Settings

BY_NAME = {case.name: case for case in CASES}
TEXT = replace(BY_NAME["linkedin-member"], media=())
Reading = dict[str, Any]
WORDS = "Reading (the docs) [twice] *is* ~fun_ny @ #noon\nhttps://example.com/a_b~c*d?(e)=[f] {ok} <b> \\o/ | a#b"
"""Everything that LinkedIn's little text gives a meaning to, in words, in a link and beside it."""

X_READINGS: list[tuple[str, Reading]] = [
    ("x", {"x_simple_upload": "2.159"}),
    ("x", {"x_partial_errors": True}),
    ("x-gif", {"x_gif_processing": False}),
    ("x-video", {"x_segment_bytes": 4 * 1024 * 1024, "x_segment_refusal": 431}),
    ("x-poll", {"x_duplicate_compares": "everything", "refuse_duplicates": True}),
]

LINKEDIN_READINGS: list[tuple[str, Reading]] = [
    ("linkedin-member", {"linkedin_parentheses_reserved": False}),
    ("linkedin-member", {"linkedin_links_cut": True}),
    ("linkedin-member", {"linkedin_bad_text": "refuse", "linkedin_links_cut": True}),
    ("linkedin-member", {"linkedin_escapes_count": True}),
    ("linkedin-member", {"linkedin_length_unit": "graphemes"}),
    ("linkedin-member", {"linkedin_duplicate_by": "text", "refuse_duplicates": True}),
    ("linkedin-member", {"linkedin_activity_lag_seconds": 15.0}),
    ("linkedin-organization", {"linkedin_comments_per_minute": 1, "rate_limits": True}),
    ("linkedin-video", {"linkedin_missing_field_status": 422}),
]


@pytest.mark.parametrize(
    ("name", "reading"),
    X_READINGS + LINKEDIN_READINGS,
    ids=lambda value: value if isinstance(value, str) else str(value),
)
async def test_a_post_goes_out_whole_under_every_reading(house: House, name: str, reading: Reading) -> None:
    await house.control.settings(**reading)
    await goes_out_whole(house, name, WORDS if name.startswith("linkedin") else "Words")


async def goes_out_whole(house: House, name: str, words: str) -> str:
    """Publish that case with its comment, and find both as they were written; the post's address."""
    posted = await house.post(BY_NAME[name], words=words)
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ())
    (post,) = await house.control.effects(posted.profile)
    (comment,) = await house.control.effects(posted.profile, "comment")
    assert (post["text"], comment["text"]) == (words, COMMENT)
    return str(delivery.platform_post_url)


@pytest.mark.parametrize("written", ["little", "plain"])
async def test_a_comment_is_whole_however_comments_are_read(house: House, written: str) -> None:
    """Here the deployment has to know: both ways of reading the same text cannot be met."""
    await house.control.settings(linkedin_comment_text=written)
    house.resources.settings.__dict__["linkedin_comment_text"] = written
    posted = await house.post(BY_NAME["linkedin-member"], comment_words=WORDS)
    assert codes(await house.until_final(posted)) == ()
    (comment,) = await house.control.effects(posted.profile, "comment")
    assert comment["text"] == WORDS


@pytest.mark.parametrize("names", ["tweet", "post", "both"])
@pytest.mark.parametrize("name", ["x", "x-video", "x-poll"])
async def test_a_lost_post_is_found_under_both_spellings(house: House, name: str, names: str) -> None:
    await house.control.settings(x_names=names)
    case: Case = BY_NAME[name]
    posted = await house.post(case)
    delivery = await house.until_final(posted, await lose_the_answer(house, case, "publishes"))
    assert delivery.status == "published"
    assert await house.effects(posted) == (1, 1)


async def test_a_comment_that_is_not_permitted_is_a_warning(house: House) -> None:
    await house.control.settings(linkedin_comment_permission="feed")
    posted = await house.post(BY_NAME["linkedin-member"])
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ("first_comment_forbidden",))
    assert "w_member_social_feed" in delivery.warnings[0]["message"]
    assert await house.effects(posted) == (1, 0)


@pytest.mark.parametrize(
    ("where", "code"), [("at_post", "media_refused"), ("at_processing", "media_processing_failed")]
)
async def test_a_video_that_x_cannot_use_is_refused_wherever_x_finds_out(house: House, where: str, code: str) -> None:
    """A deployment that trusts X with more pixels than its documentation does, and is wrong."""
    await house.control.settings(x_bad_media=where)
    house.resources.settings.__dict__.update(x_video_long_side=1920, x_video_short_side=1080)
    posted = await house.post(replace(BY_NAME["x-video"], media=(large_video,)))
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_code) == ("failed", code)
    assert await house.effects(posted) == (0, 0)


async def test_a_video_beyond_the_documentation_is_refused_before_anything_is_sent(house: House) -> None:
    posted = await house.post(replace(BY_NAME["x-video"], media=(large_video,)))
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_code) == ("failed", "resolution_not_supported")
    assert "1920x1080" in str(delivery.error_message)
    assert await house.control.calls("x") == []


async def ends(house: House, posted: Posted, code: str | None, posts: int) -> None:
    """Published when there is no code, else refused with it; then the account has so many posts, replies included."""
    delivery = await house.until_final(posted)
    expected = "published" if code is None else "failed"
    assert (delivery.status, delivery.error_code) == (expected, code), delivery.error_message
    assert sum(await house.effects(posted)) == posts


@pytest.mark.parametrize("answer", ["cut", "whole"])
@pytest.mark.parametrize(("tiers", "code"), [(["Premium"], None), ([], "not_permitted")])
async def test_a_long_text_goes_out_whole_or_not_at_all(
    house: House, tiers: list[str], answer: str, code: str | None
) -> None:
    await house.control.settings(x_long_post_tiers=tiers, x_long_text_in_answer=answer)
    words = " ".join(["long"] * 120)
    case = replace(BY_NAME["x"], media=(), attributes={"premium": True})
    posted = await house.post(case, words=words, comment=False)
    await ends(house, posted, code, 0 if code else 1)
    assert [post["text"] for post in await house.control.effects(posted.profile)] == ([] if code else [words])


@pytest.mark.parametrize(("lag", "status"), [(3.0, "published"), (3600.0, "published"), (30_000.0, "unconfirmed")])
async def test_a_timeline_that_lags_never_leads_to_a_second_post(house: House, lag: float, status: str) -> None:
    await house.control.settings(x_timeline_lag_seconds=lag)
    posted = await house.post(BY_NAME["x"], comment=False)
    wire = await lose_the_answer(house, posted.case, "publishes")
    assert (await house.until_final(posted, wire)).status == status
    assert await house.effects(posted) == (1, 0)


@pytest.mark.parametrize("twice", ["same", "refuse"])
@pytest.mark.parametrize("name", ["x-gif", "x-video"])
async def test_a_lost_answer_to_finalize_loses_no_upload(house: House, name: str, twice: str) -> None:
    await house.control.settings(x_finalize_twice=twice)
    posted = await house.post(BY_NAME[name], comment=False)
    await house.control.fault("x", "drop_after", path="/2/media/upload/*/finalize")
    await ends(house, posted, None, 1)
    assert sum(call["path"].endswith("/initialize") for call in await house.control.calls("x")) == 1


@cache
def noise() -> Sample:
    """A PNG of more than 5 MB that is shorter as a JPEG."""
    out = io.BytesIO()
    Image.merge("RGB", [Image.effect_noise((1700, 1700), 30 + band) for band in range(3)]).save(out, "PNG")
    assert len(out.getvalue()) > 5_000_000
    return _sample(out.getvalue())


async def test_a_large_picture_fits_the_smallest_limit_of_bytes_that_is_told_of_linkedin(house: House) -> None:
    await house.control.settings(linkedin_image_bytes=5_000_000)
    posted = await house.post(replace(BY_NAME["linkedin-member"], media=(noise,)), comment=False)
    await ends(house, posted, None, 1)
    assert codes(await house.book.delivery(posted.key)) == ("media_converted",)


NOT_MET = {
    "x_command_form": "the adapter speaks the newer form only",
    "linkedin_members_read_posts": "no post is read by its URN",
    "linkedin_acl_field": "pages are read when an account is connected, not by the adapter",
    "linkedin_acl_decorated": "the same",
    "linkedin_localhost_redirects": "consents are asked for when an account is connected, not by the adapter",
    "facebook_page_story_id": "posts are known by the photos that they show, not photos by their post",
    "facebook_hosted_upload": "the bytes of a reel are sent, no address",
    "instagram_code_reply": "consents are asked for when an account is connected, not by the adapter",
    "instagram_permissions": "the same",
    "instagram_scoped_ids": "posts are sent to the account's own id",
    "instagram_code_user_id": "the same",
    "tiktok_pkce": "the same",
    "tiktok_webhooks_twice": "TikTok is asked, not listened to",
}
"""Switches of the simulator that no adapter meets, and why."""


def test_every_switch_of_the_simulator_is_tried_or_not_met() -> None:
    files = Path(__file__).parent.glob("test_[fr]*.py")
    written = "".join(file.read_text().partition("\nNOT_MET = {")[0] for file in files)
    networks = ("x", "linkedin", "graph", "facebook", "instagram", "meta", "tiktok")
    tried = set(re.findall(rf"\b(?:{'|'.join(networks)})_[a-z0-9_]+", written))
    switches = {name for name in Settings.model_fields if name.startswith(tuple(f"{network}_" for network in networks))}
    assert switches - tried == set(NOT_MET)

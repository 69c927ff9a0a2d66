"""Flows of TikTok beyond one post: parts and crashes, old uploads, failures after it was taken, budgets, creators and audits."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from conformance.cases import Case
from conformance.house import House, codes
from conformance.samples import Sample, _sample, film, picture
from conformance.test_promises import not_sent
from conformance.test_readings import ends
from conformance.test_readings_of_tiktok import IN_PARTS, PHOTO, PHOTOS_DRAFT, VIDEO, VIDEO_DRAFT, parts, until_it_waits
from dravo.lifecycle.states import FINAL
from support.media import written
from support.tampering import Tampered, die

KINDS = pytest.mark.parametrize("case", [PHOTO, PHOTOS_DRAFT, VIDEO, VIDEO_DRAFT], ids=lambda case: case.name)


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_at_any_part_of_a_video_goes_on_where_tiktok_is(house: House, when: Any, at: int) -> None:
    posted = await house.post(IN_PARTS, comment=False)
    wire = Tampered(house.network, at=at, **{when: die})
    assert await house.run_or_die(posted, wire)  # creator, init, three parts, status
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    assert post["media"][0]["size_bytes"] == len(parts().content)
    calls = [call for call in await house.control.calls("tiktok") if call["method"] == "PUT"]
    assert len(calls) <= 4  # three parts, and at most one of them twice


async def test_an_upload_that_is_too_old_begins_anew_and_posts_once(house: House) -> None:
    posted = await house.post(IN_PARTS, comment=False)
    assert await house.run_or_die(posted, Tampered(house.network, at=3, after=die))
    await house.time.move(timedelta(hours=2))
    await ends(house, posted, None, 1)
    assert (await house.book.delivery(posted.key)).generation == 2


@pytest.mark.parametrize("case", [VIDEO, VIDEO_DRAFT], ids=lambda case: case.name)
async def test_an_upload_whose_last_part_came_too_late_begins_anew_and_posts_once(house: House, case: Case) -> None:
    """The part was never taken, because the upload's hour was over when it came."""
    posted = await house.post(case, comment=False)
    wire = await not_sent(case, house)
    while (await house.run(posted, wire)).waiting_for != "retry":
        pass
    await house.book.run("UPDATE steps SET kept_until = kept_until + interval '1 day' WHERE kept_until IS NOT NULL")
    await house.time.move(timedelta(hours=2))
    await ends(house, posted, None, 1)


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("times", [1, 3])
async def test_a_part_that_tiktok_refuses_begins_the_upload_anew_twice_at_most(
    house: House, status: int, times: int
) -> None:
    posted = await house.post(IN_PARTS, comment=False)
    for _ in range(times):
        await house.control.fault("tiktok", "status", status=status, body="", method="PUT")
        assert (await house.run(posted)).error_code == "upload_failed"
    await ends(house, posted, None if times == 1 else "upload_failed", int(times == 1))
    assert (await house.book.delivery(posted.key)).generation == 1
    calls = await house.control.calls("tiktok")
    assert sum(call["path"].endswith("/video/init/") for call in calls) == min(times + 1, 3)


WHY: list[tuple[str, str, str]] = [
    ("file_format_check_failed", "rejected", "media_type_not_supported"),
    ("duration_check_failed", "rejected", "duration_not_supported"),
    ("frame_rate_check_failed", "rejected", "frame_rate_not_supported"),
    ("picture_size_check_failed", "rejected", "resolution_not_supported"),
    ("publish_cancelled", "rejected", "publish_canceled"),
    ("auth_removed", "reauth", "account_needs_reconnect"),
    ("spam_risk_user_banned_from_posting", "rejected", "account_banned"),
    ("spam_risk_text", "rejected", "spam_risk"),
    ("spam_risk", "rejected", "spam_risk"),
    ("of_next_year", "rejected", "publish_failed"),
    ("internal", "rejected", "network_error"),
    ("video_pull_failed", "rejected", "media_unreachable"),
    ("photo_pull_failed", "rejected", "media_unreachable"),
]


@pytest.mark.parametrize(("reason", "kind", "code"), WHY, ids=[row[0] for row in WHY])
@pytest.mark.parametrize("case", [PHOTO, VIDEO], ids=lambda case: case.name)
async def test_a_post_that_tiktok_fails_after_it_was_taken_ends_with_the_reason(
    house: House, case: Case, reason: str, kind: str, code: str
) -> None:
    await house.control.settings(tiktok_fail_reason=reason)
    posted = await house.post(case, comment=False)
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_class, delivery.error_code) == ("failed", kind, code)
    assert delivery.publish_state == "refuted"
    assert await house.effects(posted) == (0, 0)
    states = await house.book.commit_states(posted.key)
    assert set(states) == {("publish", "refuted")}
    assert len(states) == (4 if reason in {"internal", "video_pull_failed", "photo_pull_failed"} else 1)


@KINDS
@pytest.mark.parametrize("reason", ["internal", "photo_pull_failed"])
async def test_a_failure_that_may_pass_is_begun_anew_and_posts_once(house: House, case: Case, reason: str) -> None:
    posted = await house.post(case, comment=False)
    await house.control.fault("tiktok", "fail", reason=reason)
    await ends(house, posted, None, 1)
    assert (await house.book.delivery(posted.key)).generation == 2
    assert await house.book.commit_states(posted.key) == [("publish", "refuted"), ("publish", "confirmed")]


async def test_a_creator_whose_day_is_full_at_the_end_waits_for_the_next(house: House) -> None:
    posted = await house.post(VIDEO, comment=False)
    await house.control.fault("tiktok", "fail", reason="spam_risk_too_many_posts")
    delivery = await until_it_waits(house, posted, "rate_limit")
    assert (delivery.error_code, delivery.publish_state) == ("daily_posts_used", "refuted")


@KINDS
async def test_a_post_that_never_ends_is_unconfirmed_and_not_sent_again(house: House, case: Case) -> None:
    await house.control.settings(tiktok_stuck=True)
    posted = await house.post(case, comment=False)
    wire = Tampered(house.network)
    for _ in range(8):
        assert (await house.run(posted, wire)).status not in FINAL
    await house.book.run("UPDATE steps SET started_at = started_at - interval '6 hours' WHERE name = 'processed'")
    delivery = await house.run(posted, wire)
    assert (delivery.status, delivery.error_class) == ("unconfirmed", "unknown_outcome")
    assert sum(map(case.publishes, wire.sent)) == 1


async def test_of_more_posts_than_a_minute_takes_each_one_over_waits_for_itself_and_none_is_lost(house: House) -> None:
    """TikTok takes six inits a minute: what is over rests alone, and what was taken is asked about meanwhile."""
    await house.control.settings(rate_limits=True, processing_seconds=5.0)
    first = await house.post(PHOTO, comment=False)
    every = [first, *[await house.post_again(first) for _ in range(8)]]
    waits = [(await house.run(posted)).waiting_for for posted in every]
    assert waits == ["processed"] * 6 + ["rate_limit"] * 3
    assert (await house.book.account_of(first.key)).paused_until is None
    begun = await house.book.now()
    for posted in every:
        assert (await house.until_final(posted)).status == "published"
        if posted is every[5]:
            assert await house.book.now() - begun < timedelta(seconds=59)
    refused = [call["path"] for call in await house.control.calls("tiktok") if call["status"] == 429]
    assert refused == [], "kept back by a budget, so that TikTok need not refuse them"
    for posted in every:
        delivery = await house.book.delivery(posted.key)
        assert (delivery.status, delivery.attempts) == ("published", 1)
    assert await house.effects(first) == (9, 0)


@pytest.mark.parametrize("case", [PHOTO, VIDEO], ids=lambda case: case.name)
async def test_an_app_that_is_not_audited_holds_a_public_creator_and_names_both_ways_out(
    house: House, case: Case
) -> None:
    public = replace(case, attributes={"private": False, "audited": False}, options={})
    posted = await house.post(public, comment=False)
    delivery = await until_it_waits(house, posted, "configuration")
    assert delivery.error_code == "app_not_audited"
    assert "private" in str(delivery.error_message)
    assert "audit" in str(delivery.error_message)
    account = await house.book.account_of(posted.key)
    await house.control.account("tiktok", account.handle, {"private": True})
    await ends(house, posted, None, 1)


@pytest.mark.parametrize(
    ("attributes", "options", "code"),
    [
        ({"private": True, "audited": True}, {"privacy_level": "PUBLIC_TO_EVERYONE"}, "privacy_level_not_allowed"),
        ({"private": False, "audited": True}, {"privacy_level": "FOLLOWER_OF_CREATOR"}, "privacy_level_not_allowed"),
        ({"max_video_post_duration_sec": 3}, {}, "duration_not_supported"),
        ({"banned": True}, {}, "account_banned"),
    ],
    ids=str,
)
async def test_what_the_creator_may_not_do_is_refused_before_anything_is_uploaded(
    house: House, attributes: dict[str, Any], options: dict[str, Any], code: str
) -> None:
    posted = await house.post(replace(VIDEO, attributes=attributes, options=options), comment=False)
    await ends(house, posted, code, 0)
    (call,) = await house.control.calls("tiktok")
    assert call["path"].endswith("/creator_info/query/")


async def test_a_creator_with_an_old_app_takes_no_photos_as_drafts(house: House) -> None:
    posted = await house.post(replace(PHOTOS_DRAFT, attributes={"old_app": True}), comment=False)
    await ends(house, posted, "app_version_too_old", 0)


async def test_what_a_creator_has_switched_off_stays_off_and_is_told(house: House) -> None:
    attributes = VIDEO.attributes | {"comment_disabled": True, "duet_disabled": True, "stitch_disabled": True}
    wishes = {"disable_comment": False, "disable_duet": False, "disable_stitch": False}
    posted = await house.post(replace(VIDEO, attributes=attributes, options=wishes), comment=False)
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ("option_without_effect",) * 3)


async def test_a_cover_behind_the_end_of_a_video_is_told_and_the_first_frame_taken(house: House) -> None:
    posted = await house.post(replace(VIDEO, options={"video_cover_timestamp_ms": 60_000}), comment=False)
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ("option_without_effect",))


def png() -> Sample:
    return picture(40, "PNG")


def large() -> Sample:
    from PIL import Image

    return _sample(written(Image.new("RGB", (2400, 1600), (9, 90, 160)), "JPEG"))


async def test_photos_are_brought_into_the_form_that_tiktok_takes(house: House) -> None:
    posted = await house.post(replace(PHOTO, media=(png, large, picture)), comment=False)
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ("media_converted",) * 2)
    (post,) = await house.control.effects(posted.profile)
    shown = [(medium["content_type"], medium["width"], medium["height"]) for medium in post["media"]]
    assert shown == [("image/jpeg", 400, 400), ("image/jpeg", 1620, 1080), ("image/jpeg", 400, 400)]


async def test_a_video_is_sent_byte_for_byte_and_photos_are_pulled_from_addresses_of_one_attempt(house: House) -> None:
    posted = await house.post(VIDEO, comment=False)
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    assert "url" not in post["media"][0]
    posted = await house.post(PHOTOS_DRAFT, comment=False)
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    async with httpx.AsyncClient(trust_env=False) as anybody:
        for medium in post["media"]:
            assert medium["url"].startswith(f"{house.resources.settings.public_url}/u/{posted.key.id}-1-media_")
            assert (await anybody.get(medium["url"])).status_code == 404


@pytest.mark.parametrize("case", [PHOTO, VIDEO, IN_PARTS], ids=["photo", "video", "parts"])
async def test_a_token_that_dies_while_tiktok_works_makes_no_second_post(house: House, case: Case) -> None:
    await house.control.settings(processing_seconds=30.0)
    posted = await house.post(case, comment=False)
    await until_it_waits(house, posted, "processed")
    await house.control.fault("tiktok", "expire_token", method="POST")
    await ends(house, posted, None, 1)
    assert (await house.book.account_of(posted.key)).token_version == 2


async def test_a_film_of_the_wrong_measures_is_refused_before_anything_is_sent(house: House) -> None:
    def narrow() -> Sample:
        return replace(film(), width=352, height=640)

    posted = await house.post(replace(VIDEO, media=(narrow,)), comment=False)
    await ends(house, posted, "resolution_not_supported", 0)
    assert await house.control.calls("tiktok") == []

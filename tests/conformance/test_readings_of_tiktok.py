"""Facts that TikTok leaves open: whatever turns out to be true, posts go out whole and once."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from conformance.cases import CASES, Case
from conformance.house import WORDS, House, Posted, codes, id_of
from conformance.samples import Sample, _sample, film
from conformance.test_promises import lose_the_answer
from conformance.test_readings import Reading, ends
from dravo.accounts.credentials import open_credentials, seal_credentials
from dravo.models import Delivery
from support.tampering import Tampered, die

BY_NAME = {case.name: case for case in CASES}
PHOTO, PHOTOS_DRAFT, VIDEO, VIDEO_DRAFT = (
    BY_NAME[f"tiktok{kind}"] for kind in ("", "-photos-draft", "-video", "-video-draft")
)
LISTED = BY_NAME["tiktok-photos-listed"]
"""Public photos of a creator who has granted the scope by which they are listed."""

WHOLE: list[tuple[Case, Reading]] = [
    *((case, {"rate_limits": True, "tiktok_minute": "fixed"}) for case in (PHOTO, PHOTOS_DRAFT, VIDEO, VIDEO_DRAFT)),
    *((case, {"tiktok_upload_host": "upload.us.tiktokapis.com"}) for case in (VIDEO, VIDEO_DRAFT)),
    *((case, {"tiktok_megabyte": 1_048_576}) for case in (VIDEO, VIDEO_DRAFT)),
    *((case, {"tiktok_brand_toggles": "optional"}) for case in (PHOTO, VIDEO)),
    (VIDEO_DRAFT, {"tiktok_inbox_post_info": "refuse"}),
    *((case, {"tiktok_draft_posted_seconds": 0.0}) for case in (PHOTOS_DRAFT, VIDEO_DRAFT)),
    *((case, {"tiktok_no_public_ids": "empty"}) for case in (PHOTO, PHOTOS_DRAFT)),
]


@pytest.mark.parametrize(
    ("case", "reading"), WHOLE, ids=lambda value: value.name if isinstance(value, Case) else str(value)
)
async def test_a_post_goes_out_whole_under_every_reading(house: House, case: Case, reading: Reading) -> None:
    await house.control.settings(**reading)
    posted = await house.post(case)
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    assert post["text"] == (WORDS if case.shows_text else "")
    assert codes(await house.book.delivery(posted.key)) == case.warnings


@cache
def parts() -> Sample:
    """A film of three chunks, the last of which is the longest: its end is padding that players skip."""
    content = film().content
    padding = 16_000_001 - len(content)
    return _sample(content + padding.to_bytes(4, "big") + b"free" + bytes(padding - 8))


IN_PARTS = replace(VIDEO, media=(parts,))


@pytest.mark.parametrize("second", [416, 206])
@pytest.mark.parametrize("uploaded", ["count", "last", "none"])
async def test_a_lost_answer_to_a_part_is_followed_from_where_tiktok_is(
    house: House, uploaded: str, second: int
) -> None:
    await house.control.settings(tiktok_uploaded=uploaded, tiktok_second_put=second)
    posted = await house.post(IN_PARTS, comment=False)
    wire = Tampered(house.network, at=3, after=die)  # creator, init, first part, second part
    assert await house.run_or_die(posted, wire)
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    assert post["media"][0]["size_bytes"] == len(parts().content)
    assert (await house.book.delivery(posted.key)).generation == 1
    calls = await house.control.calls("tiktok")
    assert sum(call["path"].endswith("/init/") for call in calls) == 1


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        ({"tiktok_public_id_seconds": 30.0}, True),
        ({"tiktok_public_id_seconds": 7200.0}, False),
        ({"tiktok_public_id_seconds": None}, False),
        ({"tiktok_public_id_seconds": None, "tiktok_no_public_ids": "empty"}, False),
        ({"tiktok_taken_down_seconds": 0.0}, False),
    ],
    ids=str,
)
@pytest.mark.parametrize("case", [VIDEO, LISTED], ids=["video", "photo"])
async def test_a_public_id_may_come_late_or_never(house: House, case: Case, reading: Reading, *, told: bool) -> None:
    await house.control.settings(**reading)
    posted = await house.post(case, comment=False)
    await ends(house, posted, None, 1)
    delivery = await house.book.delivery(posted.key)
    assert (delivery.platform_post_id is not None) == told
    assert (delivery.platform_post_url is not None) == told
    assert codes(delivery) == ()


async def test_of_several_public_ids_one_is_told_and_all_are_kept(house: House) -> None:
    await house.control.settings(tiktok_public_ids=3)
    posted = await house.post(VIDEO, comment=False)
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    delivery = await house.book.delivery(posted.key)
    assert delivery.platform_post_id == id_of(post)
    ids = [str(each) for each in post["options"]["publicaly_available_post_id"]]
    assert len(ids) == 3
    assert delivery.raw_response["publicaly_available_post_id"] == ids


async def until_it_waits(house: House, posted: Posted, what_for: str, wire: Tampered | None = None) -> Delivery:
    for _ in range(10):
        delivery = await house.run(posted, wire)
        if delivery.waiting_for == what_for:
            return delivery
    raise AssertionError(f"{delivery.status}, waits for {delivery.waiting_for}: {delivery.error_message}")


@pytest.mark.parametrize(
    ("reading", "status"),
    [
        ({}, "published"),
        ({"tiktok_list_text_length": None}, "published"),
        ({"tiktok_list_text_unit": "code_points"}, "published"),
        ({"tiktok_list_text_end": "..."}, "published"),
        ({"tiktok_list_text_end": "…"}, "published"),
        ({"tiktok_list_lag_seconds": 3600.0}, "published"),
        ({"tiktok_list_lag_seconds": 30_000.0}, "unconfirmed"),
        ({"tiktok_list_photos": False}, "unconfirmed"),
        ({"tiktok_public_id_seconds": None}, "unconfirmed"),
    ],
    ids=str,
)
@pytest.mark.parametrize("words", [WORDS, "Many words 👍🏽 " * 40], ids=["short", "long"])
async def test_photos_whose_answer_was_lost_are_found_among_the_creators_videos(
    house: House, words: str, reading: Reading, status: str
) -> None:
    await house.control.settings(**reading)
    posted = await house.post(LISTED, comment=False, words=words)
    wire = await lose_the_answer(house, LISTED, "publishes")
    delivery = await house.until_final(posted, wire)
    assert delivery.status == status
    (post,) = await house.control.effects(posted.profile)
    assert delivery.platform_post_id == (id_of(post) if status == "published" else None)
    assert sum(map(LISTED.publishes, wire.sent)) == 1


@pytest.mark.parametrize("branded", ["refuse", "accept"])
async def test_a_paid_partnership_never_goes_out_to_its_creator_alone(house: House, branded: str) -> None:
    await house.control.settings(tiktok_branded_private=branded)
    private = replace(VIDEO, options={"privacy_level": "SELF_ONLY", "brand_content_toggle": True})
    await ends(house, await house.post(private, comment=False), "brand_content_is_private", 0)
    friends = replace(VIDEO, options={"privacy_level": "MUTUAL_FOLLOW_FRIENDS", "brand_content_toggle": True})
    await ends(house, await house.post(friends, comment=False), None, 1)


@pytest.mark.parametrize("answer", ["refuse", "accept"])
async def test_a_cover_that_no_photo_is_never_goes_out(house: House, answer: str) -> None:
    await house.control.settings(tiktok_cover_out_of_range=answer)
    wrong = replace(PHOTO, options={"photo_cover_index": 1})
    await ends(house, await house.post(wrong, comment=False), "photo_cover_index_out_of_range", 0)


@pytest.mark.parametrize("spelled", ["invalid_param", "invalid_params"])
async def test_a_bad_body_is_known_under_both_spellings(house: House, spelled: str) -> None:
    await house.control.settings(tiktok_invalid_param=spelled)
    posted = await house.post(PHOTO, comment=False)

    async def spoil(request: Any) -> None:
        if PHOTO.publishes(request):
            request.json["post_info"]["of_next_year"] = True

    delivery = await house.until_final(posted, Tampered(house.network, before=spoil))
    assert (delivery.status, delivery.error_code) == ("failed", "invalid_parameter")
    assert await house.effects(posted) == (0, 0)


@pytest.mark.parametrize(
    ("case", "reading", "code"),
    [
        (PHOTO, {"tiktok_posts_per_day": 1}, "daily_posts_used"),
        (VIDEO, {"tiktok_posts_per_day": 1}, "daily_posts_used"),
        (PHOTOS_DRAFT, {"tiktok_pending_drafts": 1}, "too_many_drafts"),
        (VIDEO_DRAFT, {"tiktok_pending_drafts": 1, "tiktok_orphans_are_pending": True}, "too_many_drafts"),
        (VIDEO_DRAFT, {"tiktok_pending_drafts": 1, "tiktok_orphans_are_pending": False}, "too_many_drafts"),
    ],
    ids=lambda value: value.name if isinstance(value, Case) else str(value),
)
async def test_what_is_over_the_day_waits_for_the_next(house: House, case: Case, reading: Reading, code: str) -> None:
    await house.control.settings(**reading, rate_limits=True)
    first = await house.post(case, comment=False)
    await ends(house, first, None, 1)
    second = await house.post_again(first)
    delivery = await until_it_waits(house, second, "rate_limit")
    assert (delivery.error_code, delivery.attempts) == (code, 0)
    assert timedelta(hours=23) < delivery.due_at - await house.book.now() <= timedelta(hours=25)
    assert (await house.book.account_of(second.key)).paused_until is None
    await ends(house, second, None, 2)


async def test_creators_beyond_those_of_an_app_that_is_not_audited_wait(house: House) -> None:
    await house.control.settings(tiktok_active_users=1, rate_limits=True)
    await ends(house, await house.post(PHOTO, comment=False), None, 1)
    second = await house.post(PHOTO, comment=False)
    delivery = await until_it_waits(house, second, "rate_limit")
    assert delivery.error_code == "daily_users_used"


@pytest.mark.parametrize("case", [PHOTO, VIDEO], ids=lambda case: case.name)
async def test_a_post_that_tiktok_no_longer_knows_is_not_sent_again(house: House, case: Case) -> None:
    await house.control.settings(tiktok_publish_id_seconds=1.0, tiktok_stuck=True)
    posted = await house.post(case, comment=False)
    wire = Tampered(house.network)
    for _ in range(8):
        await house.run(posted, wire)
    await house.book.run("UPDATE steps SET started_at = started_at - interval '6 hours' WHERE name = 'processed'")
    delivery = await house.run(posted, wire)
    assert (delivery.status, delivery.publish_state) == ("unconfirmed", "confirmed")
    assert sum(map(case.publishes, wire.sent)) == 1


async def test_a_host_that_tiktok_has_not_verified_holds_photos_until_it_has(house: House) -> None:
    house.resources.settings.__dict__["public_url"] = "https://media.example.com"
    posted = await house.post(PHOTO, comment=False)
    delivery = await until_it_waits(house, posted, "configuration")
    assert delivery.error_code == "media_host_not_verified"
    assert "media.example.com" in str(delivery.error_message) or "DRAVO_PUBLIC_URL" in str(delivery.error_message)
    await house.control.settings(tiktok_verified_hosts=["example.com"])
    delivery = await house.until_final(posted, runs=60)
    # Verified now, and leading nowhere: TikTok says that it could not pull.
    assert (delivery.status, delivery.error_code) == ("failed", "media_unreachable")
    assert await house.effects(posted) == (0, 0)


@pytest.mark.parametrize("grant", [400, 200])
@pytest.mark.parametrize("lives", ["2h", "24h"])
async def test_tokens_are_renewed_under_either_page_and_die_under_either_status(
    house: House, lives: str, grant: int
) -> None:
    await house.control.settings(tiktok_tokens=lives, tiktok_invalid_grant_status=grant)
    posted = await house.post(VIDEO, comment=False)
    await house.control.fault("tiktok", "expire_token", method="POST")
    await ends(house, posted, None, 1)
    account = await house.book.account_of(posted.key)
    kept = open_credentials(house.resources.cipher, account.id, account.credentials)
    assert kept["access_token"] != posted.token
    seconds = 7200 if lives == "2h" else 86400
    assert account.token_expires_at is not None
    assert abs((account.token_expires_at - await house.book.now()).total_seconds() - seconds) < 60
    await house.book.run("UPDATE accounts SET token_since = token_since - interval '1 hour'")
    dead = kept | {"access_token": "dead", "refresh_token": "dead"}
    sealed = seal_credentials(house.resources.cipher, account.id, dead)
    await house.book.run("UPDATE accounts SET credentials = :sealed WHERE id = :id", sealed=sealed, id=account.id)
    delivery = await house.until_final(await house.post_again(posted))
    assert (delivery.status, delivery.error_class) == ("failed", "reauth")

"""The ends of TikTok's posts that are hard to know: refused last bytes, late counts, lost answers beside others, rests of a day."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conformance.cases import Case
from conformance.house import House, id_of
from conformance.test_promises import lose_the_answer
from conformance.test_readings import Reading, ends
from conformance.test_readings_of_tiktok import (
    LISTED,
    PHOTO,
    PHOTOS_DRAFT,
    VIDEO,
    VIDEO_DRAFT,
    until_it_waits,
)
from dravo.kit.http import Request
from dravo.lifecycle.states import FINAL
from support.tampering import Tampered

COUNTS: list[Reading] = [{"tiktok_uploaded_bytes_seconds": seconds} for seconds in (0.0, 30.0, None)]


def answered(house: House, case: Case, action: str, status: int) -> Tampered:
    """A transport on which the first call that publishes is answered by that status, after its effect or in its place."""
    hit = False

    async def disturb(request: Request) -> None:
        nonlocal hit
        if not hit and case.publishes(request):
            hit = True
            await house.control.fault("tiktok", action, status=status, body="", method="PUT")

    return Tampered(house.network, before=disturb)


@pytest.mark.parametrize("status", [400, 403, 404, 416, 206])
@pytest.mark.parametrize("reading", COUNTS, ids=str)
@pytest.mark.parametrize("case", [VIDEO, VIDEO_DRAFT], ids=lambda case: case.name)
async def test_a_refusal_of_bytes_that_arrived_makes_no_second_post(
    house: House, case: Case, reading: Reading, status: int
) -> None:
    """A gateway's answer, or that of a task which is over: TikTok has the video, whatever the status of the answer says."""
    await house.control.settings(**reading, processing_seconds=30.0)
    posted = await house.post(case, comment=False)
    delivery = await house.until_final(posted, answered(house, case, "status_after", status))
    assert (delivery.status, delivery.generation) == ("published", 1)
    assert await house.effects(posted) == (1, 0)


@pytest.mark.parametrize("status", [403, 404])
async def test_a_refusal_of_bytes_that_did_not_arrive_begins_anew_once_tiktok_says_so(
    house: House, status: int
) -> None:
    posted = await house.post(VIDEO, comment=False)
    begun = await house.book.now()
    delivery = await house.until_final(posted, answered(house, VIDEO, "status", status))
    assert (delivery.status, delivery.generation) == ("published", 2)
    assert await house.effects(posted) == (1, 0)
    assert await house.book.now() - begun > timedelta(minutes=1)


async def test_a_refusal_of_bytes_that_nobody_counts_ends_unconfirmed_and_not_twice(house: House) -> None:
    await house.control.settings(tiktok_uploaded_bytes_seconds=None, tiktok_stuck=True)
    posted = await house.post(VIDEO, comment=False)
    wire = answered(house, VIDEO, "status", 404)
    for _ in range(10):
        assert (await house.run(posted, wire)).status not in FINAL
    await house.book.run("UPDATE steps SET started_at = started_at - interval '6 hours' WHERE name = 'processed'")
    assert (await house.run(posted, wire)).status == "unconfirmed"
    assert sum(map(VIDEO.publishes, wire.sent)) == 1


@pytest.mark.parametrize("finished", [404, 403])
@pytest.mark.parametrize("reading", COUNTS, ids=str)
async def test_an_upload_that_is_over_when_its_end_comes_again_has_posted_once(
    house: House, reading: Reading, finished: int
) -> None:
    await house.control.settings(**reading, tiktok_finished_put=finished, processing_seconds=30.0)
    posted = await house.post(VIDEO, comment=False)
    delivery = await house.until_final(posted, await lose_the_answer(house, VIDEO, "publishes"))
    assert (delivery.status, delivery.generation) == ("published", 1)
    assert await house.effects(posted) == (1, 0)


async def test_last_bytes_that_were_lost_for_longer_than_their_upload_lives_are_sent_anew(house: House) -> None:
    posted = await house.post(VIDEO, comment=False)
    wire = await lose_the_answer(house, VIDEO, "publishes", "drop_before")
    await until_it_waits(house, posted, "look", wire)
    await house.time.move(timedelta(hours=2))
    delivery = await house.until_final(posted, wire)
    assert (delivery.status, delivery.generation) == ("published", 2)
    assert await house.effects(posted) == (1, 0)


async def test_a_lost_post_is_not_found_in_another_that_has_no_id_yet(house: House) -> None:
    """The same words twice: the first waits for moderation while the second never arrives."""
    await house.control.settings(tiktok_public_id_seconds=1800.0)
    first = await house.post(LISTED, comment=False)
    second = await house.post_again(first)
    await until_it_waits(house, first, "public-id")
    wire = await lose_the_answer(house, LISTED, "publishes", "drop_before")
    await until_it_waits(house, second, "look", wire)
    await house.time.move(timedelta(hours=1))
    delivery = await house.until_final(second, wire)
    assert (delivery.status, delivery.platform_post_id) == ("unconfirmed", None)
    assert await house.effects(first) == (1, 0)


async def test_a_public_post_stays_published_when_a_day_lies_between_the_questions_for_its_id(house: House) -> None:
    await house.control.settings(tiktok_public_id_seconds=None)
    posted = await house.post(VIDEO, comment=False)
    await until_it_waits(house, posted, "public-id")
    await house.time.move(timedelta(hours=25))
    await ends(house, posted, None, 1)


@pytest.mark.parametrize("trouble", [500, 429, 401, 403], ids=str)
async def test_a_public_post_stays_published_whatever_is_answered_to_a_question_for_its_id(
    house: House, trouble: int
) -> None:
    await house.control.settings(tiktok_public_id_seconds=None)
    posted = await house.post(VIDEO, comment=False)
    house.resources.settings.__dict__["late_after"] = timedelta(hours=1)
    await until_it_waits(house, posted, "public-id")
    await house.time.move(timedelta(hours=2))
    codes: dict[int, Any] = {
        500: "internal_error",
        429: "rate_limit_exceeded",
        401: "scope_not_authorized",
        403: "url_ownership_unverified",
    }
    body = {"data": {}, "error": {"code": codes[trouble], "message": "No", "log_id": "2026"}}
    await house.control.fault("tiktok", "status", status=trouble, body=body, method="POST")
    await ends(house, posted, None, 1)


async def test_a_full_inbox_holds_no_direct_post_and_a_full_day_no_draft(house: House) -> None:
    await house.control.settings(tiktok_pending_drafts=1, tiktok_posts_per_day=1, rate_limits=True)
    draft = await house.post(PHOTOS_DRAFT, comment=False)
    await ends(house, draft, None, 1)
    over = await house.post_again(draft)
    assert (await until_it_waits(house, over, "rate_limit")).error_code == "too_many_drafts"
    assert (await house.book.account_of(draft.key)).paused_until is None
    direct = replace(draft, case=replace(PHOTO, options={}))
    published = await house.post_again(direct)
    await ends(house, published, None, 2)
    assert (await until_it_waits(house, await house.post_again(direct), "rate_limit")).error_code == "daily_posts_used"
    assert (await house.book.account_of(draft.key)).paused_until is None


async def test_a_full_day_does_not_keep_a_post_that_was_taken_from_its_end(house: House) -> None:
    await house.control.settings(tiktok_posts_per_day=1, rate_limits=True, processing_seconds=60.0)
    taken = await house.post(VIDEO, comment=False)
    await until_it_waits(house, taken, "processed")
    assert (await until_it_waits(house, await house.post_again(taken), "rate_limit")).error_code == "daily_posts_used"
    begun = await house.book.now()
    delivery = await house.until_final(taken)
    (post,) = await house.control.effects(taken.profile)
    assert (delivery.status, delivery.platform_post_id) == ("published", id_of(post))
    assert await house.book.now() - begun < timedelta(minutes=10)

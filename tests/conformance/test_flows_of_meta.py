"""Flows of Facebook and Instagram beyond one post: tokens of Pages, containers that grow old, pulled media, processing, covers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from conformance.cases import CASES
from conformance.house import House, codes
from conformance.samples import Sample, film, picture, tall_film
from conformance.test_promises import not_sent
from conformance.test_readings import ends
from dravo.accounts.credentials import open_credentials
from support.tampering import Tampered, die

BY_NAME = {case.name: case for case in CASES}


def webp() -> Sample:
    return picture(90, "WEBP")


IMAGE, REEL, CAROUSEL, STORY = (BY_NAME[f"instagram{kind}"] for kind in ("", "-reel", "-carousel", "-story"))
PULLED = [IMAGE, REEL, CAROUSEL, STORY, BY_NAME["facebook"], BY_NAME["facebook-photos"]]


@pytest.mark.parametrize("young", [True, False])
async def test_an_account_with_a_persons_token_gets_its_pages_and_posts(house: House, *, young: bool) -> None:
    case = replace(BY_NAME["facebook"], attributes={"token_kind": "user"})
    posted = await house.post(case)
    if young:
        await house.book.run("UPDATE accounts SET token_since = dravo_now()")
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ())
    account = await house.book.account_of(posted.key)
    kept = open_credentials(house.resources.cipher, account.id, account.credentials)
    assert kept["access_token"] != posted.token == kept["refresh_token"]
    assert account.reconnect_reason is None


@pytest.mark.parametrize("name", ["facebook", "facebook-reel"])
async def test_a_page_whose_token_died_is_given_another_by_its_person(house: House, name: str) -> None:
    posted = await house.post(replace(BY_NAME[name], attributes={"token_kind": "user"}), comment=False)
    await ends(house, posted, None, 1)
    await house.book.run("UPDATE accounts SET token_since = token_since - interval '1 hour'")
    await house.control.fault("facebook", "expire_token", method="POST")
    await house.until_final(await house.post_again(posted))
    assert await house.effects(posted) == (2, 1)
    assert (await house.book.account_of(posted.key)).token_version == 3


@pytest.mark.parametrize("case", PULLED, ids=lambda case: case.name)
async def test_media_are_pulled_from_addresses_that_die_with_their_attempt(house: House, case: Any) -> None:
    posted = await house.post(case, comment=False)
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    urls = [medium["url"] for medium in post["media"]]
    assert len(set(urls)) == len(case.media)
    async with httpx.AsyncClient(trust_env=False) as anybody:
        for url in urls:
            assert url.startswith(f"{house.resources.settings.public_url}/u/{posted.key.id}-1-media_")
            assert (await anybody.get(url)).status_code == 404
        robots = (await anybody.get(f"{house.resources.settings.public_url}/robots.txt")).text
    assert "Disallow: /v1/" in robots


@pytest.mark.parametrize("case", [IMAGE, REEL, CAROUSEL, STORY], ids=lambda case: case.name)
async def test_containers_of_yesterday_are_made_anew_from_new_addresses(house: House, case: Any) -> None:
    house.resources.settings.__dict__["late_after"] = timedelta(days=3)
    posted = await house.post(case, comment=False)
    wire = await not_sent(case, house)
    while (await house.run(posted, wire)).waiting_for != "retry":
        pass
    await house.time.move(timedelta(hours=25))
    delivery = await house.until_final(posted, wire)
    assert (delivery.status, delivery.generation) == ("published", 2)
    (post,) = await house.control.effects(posted.profile)
    assert all(f"/{posted.key.id}-2-" in medium["url"] for medium in post["media"])
    assert sum(map(case.publishes, wire.sent)) == 2  # the first one never left


async def test_a_container_that_expires_while_it_waits_begins_a_new_generation(house: House) -> None:
    house.resources.settings.__dict__["late_after"] = timedelta(days=3)
    await house.control.settings(processing_seconds=60.0)
    posted = await house.post(REEL, comment=False)
    while (delivery := await house.run(posted)).waiting_for != "ready":
        pass
    await house.time.move(timedelta(hours=25))
    await house.control.settings(processing_seconds=0.0)
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.generation) == ("published", 2)
    (post,) = await house.control.effects(posted.profile)
    assert f"{posted.key.id}-2-" in post["media"][0]["url"]


@pytest.mark.parametrize(
    ("name", "reason", "code"),
    [
        ("facebook-video", "The film is torn", "media_processing_failed"),
        ("facebook-reel", "The film is torn", "media_processing_failed"),
        ("instagram-reel", "Media upload has failed with error code 2207082", "media_invalid"),
        ("instagram-reel", "Something that nobody knows", "media_processing_failed"),
    ],
)
async def test_failed_processing_refuses_the_post_in_metas_words(
    house: House, name: str, reason: str, code: str
) -> None:
    case = BY_NAME[name]
    posted = await house.post(case)
    await house.control.fault(case.platform, "fail", reason=reason)
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_code) == ("failed", code)
    assert reason in str(delivery.error_message)
    assert "media_urls[0]" in str(delivery.error_message)
    assert await house.effects(posted) == (0, 0)


async def test_a_failure_that_may_pass_makes_the_container_anew(house: House) -> None:
    posted = await house.post(REEL, comment=False)
    await house.control.fault("instagram", "fail", reason="Media upload has failed with error code 2207053")
    await ends(house, posted, None, 1)
    made = [call for call in await house.control.calls("instagram") if call["path"].endswith("/media")]
    assert sum(call["method"] == "POST" for call in made) == 2


@pytest.mark.parametrize("name", ["facebook", "instagram"])
async def test_a_host_that_is_not_reachable_is_named_as_such_and_nothing_is_published(house: House, name: str) -> None:
    """DRAVO_PUBLIC_URL leads nowhere: Meta cannot fetch, and the refusal says what to look at."""
    house.resources.settings.__dict__["public_url"] = "http://127.0.0.1:9"
    posted = await house.post(BY_NAME[name], comment=False)
    delivery = await house.until_final(posted, runs=60)
    assert (delivery.status, delivery.error_class) == ("failed", "rejected")
    assert await house.effects(posted) == (0, 0)
    if name == "instagram":
        assert "DRAVO_PUBLIC_URL" in str(delivery.error_message)


async def test_a_crash_between_the_parts_of_a_video_sends_no_part_twice(house: House) -> None:
    await house.control.settings(facebook_range_bytes=200_000)
    case = BY_NAME["facebook-video"]
    posted = await house.post(case, comment=False)
    parts = -(-len(film().content) // 200_000)
    died = await house.run_or_die(posted, Tampered(house.network, at=3, after=die))
    assert died
    await ends(house, posted, None, 1)
    (post,) = await house.control.effects(posted.profile)
    assert post["media"][0]["size_bytes"] == len(film().content)
    calls = await house.control.calls("facebook")
    assert parts <= sum("graph-video" in str(call) for call in calls) - 2 <= parts + 1


async def test_a_cover_that_cannot_be_had_leaves_a_reel_with_its_frame(house: House) -> None:
    options = {"cover_url": "http://127.0.0.1:9/nothing.jpg", "thumb_offset": 1200}
    posted = await house.post(replace(REEL, options=options), comment=False)
    delivery = await house.until_final(posted)
    assert delivery.status == "published"
    assert "attachment_left_out" in codes(delivery)
    (post,) = await house.control.effects(posted.profile)
    assert post["options"]["thumb_offset"] == 1200
    assert "cover" not in post["options"]


async def test_films_are_pulled_and_sent_byte_for_byte(house: House) -> None:
    for name, sample in (("instagram-reel", tall_film), ("facebook-video", film), ("facebook-reel", tall_film)):
        posted = await house.post(BY_NAME[name], comment=False)
        await ends(house, posted, None, 1)
        (post,) = await house.control.effects(posted.profile)
        (medium,) = post["media"]
        assert (medium["kind"], medium["size_bytes"]) == ("video", len(sample().content))


async def test_a_picture_is_turned_into_a_jpeg_that_both_take(house: House) -> None:
    for name in ("facebook", "instagram", "instagram-carousel"):
        case = BY_NAME[name]
        media = tuple(webp if each is picture else each for each in case.media)
        posted = await house.post(replace(case, media=media), comment=False)
        delivery = await house.until_final(posted)
        assert (delivery.status, codes(delivery)) == ("published", ("media_converted",))

"""Flows that go beyond one post: renewed tokens, retired versions, probes, processing, pictures of options."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conformance.cases import CASES, Case
from conformance.house import House, codes
from conformance.samples import Sample, picture, video
from conformance.test_promises import lose_the_answer
from dravo.accounts.credentials import open_credentials
from dravo.deliveries import runner
from dravo.kit.http import Request
from support.tampering import Tampered, die

BY_NAME = {case.name: case for case in CASES}


def calls_to(calls: list[dict[str, Any]], end: str) -> int:
    return sum(call["path"].endswith(end) for call in calls)


@pytest.mark.parametrize("method_and_path", [("POST", "/2/media/upload"), ("POST", "/2/tweets")])
async def test_an_expired_token_is_renewed_and_the_post_goes_on(house: House, method_and_path: tuple[str, str]) -> None:
    method, path = method_and_path
    posted = await house.post(BY_NAME["x"])
    await house.control.fault("x", "expire_token", method=method, path=path)
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ())
    assert await house.effects(posted) == (1, 1)
    assert calls_to(await house.control.calls("x"), "/2/oauth2/token") == 1
    account = await house.book.account_of(posted.key)
    renewed = open_credentials(house.resources.cipher, account.id, account.credentials)
    assert renewed["access_token"] != posted.token
    assert account.token_expires_at is not None
    assert (account.token_expires_at - account.token_since).total_seconds() == pytest.approx(7200, abs=1)


async def test_posts_to_one_account_with_an_expired_token_renew_it_once(house: House) -> None:
    first = await house.post(BY_NAME["x-poll"])
    more = [await house.post_again(first) for _ in range(5)]
    await house.control.fault("x", "expire_token", method="POST", path="/2/tweets")
    for posted in [first, *more]:
        assert (await house.until_final(posted)).status == "published"
    assert calls_to(await house.control.calls("x"), "/2/oauth2/token") == 1
    assert (await house.effects(first))[0] == 6


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_in_a_renewal_publishes_nothing_twice(house: House, when: str) -> None:
    """Before it is asked nothing is lost. After it was answered the refresh token is used up, and only its owner can help."""
    posted = await house.post(BY_NAME["x"])
    await house.control.fault("x", "expire_token", method="POST", path="/2/tweets")

    async def die_in_the_renewal(request: Request) -> None:
        if request.path == "/2/oauth2/token":
            await die(request)

    if when == "before":
        wire = Tampered(house.network, before=die_in_the_renewal)
    else:
        wire = Tampered(house.network, after=die_in_the_renewal)
    assert await house.run_or_die(posted, wire)
    delivery = await house.until_final(posted)
    if when == "before":
        assert (delivery.status, codes(delivery)) == ("published", ())
        assert await house.effects(posted) == (1, 1)
    else:
        assert (delivery.status, delivery.error_class) == ("failed", "reauth")
        assert (await house.book.account_of(posted.key)).reconnect_reason
        assert await house.effects(posted) == (0, 0)


async def test_a_consent_that_is_taken_back_disconnects_the_account(house: House) -> None:
    posted = await house.post(BY_NAME["x"])
    await house.control.fault("x", "revoke_token", method="POST", path="/2/tweets")
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_class) == ("failed", "reauth")
    assert (await house.book.account_of(posted.key)).reconnect_reason
    assert await house.effects(posted) == (0, 0)


async def test_a_retired_version_holds_linkedin_and_burns_no_post(house: House) -> None:
    first, second = await house.post(BY_NAME["linkedin-member"]), await house.post(BY_NAME["linkedin-organization"])
    await house.control.settings(linkedin_active_versions=["202701"])
    held = await house.run(first)
    assert (held.status, held.waiting_for, held.error_code) == ("queued", "configuration", "api_version_retired")
    asked = len(await house.control.calls("linkedin"))
    kept_back = await house.book.delivery(second.key)
    assert (kept_back.waiting_for, kept_back.attempts) == ("configuration", 0)
    await house.time.move(timedelta(minutes=20))
    assert (await house.run(first)).error_code == "api_version_retired"
    await runner.deliver(house.resources, second.key)
    assert len(await house.control.calls("linkedin")) == asked + 1, "one canary tries"
    house.resources.settings.__dict__["linkedin_version"] = "202701"
    for posted in (first, second):
        assert (await house.until_final(posted)).status == "published"
        assert await house.effects(posted) == (1, 1)


LOOKS = {"x": "/2/users", "linkedin-organization": "/rest/posts"}


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize(
    "trouble",
    [
        {"action": "status", "status": 503},
        {"action": "drop_before"},
        {"action": "garbage"},
        {"action": "status", "status": 429},
    ],
    ids=lambda trouble: " ".join(map(str, trouble.values())),
)
async def test_a_look_that_fails_for_the_moment_is_made_again(house: House, name: str, trouble: dict[str, Any]) -> None:
    case = BY_NAME[name]
    posted = await house.post(case)
    wire = await lose_the_answer(house, case, "publishes")
    looked = False

    async def disturb(request: Request) -> None:
        nonlocal looked
        if not looked and request.method == "GET" and request.path.startswith(LOOKS[name]):
            looked = True
            await house.control.fault(
                case.platform, str(trouble["action"]), **{k: v for k, v in trouble.items() if k != "action"}
            )

    delivery = await house.until_final(posted, Tampered(wire, before=disturb))
    assert looked
    assert delivery.status == "published"
    assert await house.effects(posted) == (1, 1)
    said = [entry.reason for entry in await house.book.timeline(posted.key) if entry.kind == "look" and entry.reason]
    assert "The network shows it." in said


@pytest.mark.parametrize("action", ["drop_after", "drop_before"])
async def test_the_probe_settles_a_members_lost_post_and_makes_no_second(house: House, action: str) -> None:
    house.resources.settings.__dict__["linkedin_probe"] = True
    await house.control.settings(refuse_duplicates=True)
    case = BY_NAME["linkedin-member"]
    posted = await house.post(case)
    wire = await lose_the_answer(house, case, "publishes", action)
    delivery = await house.until_final(posted, wire)
    (post,) = await house.control.effects(posted.profile)
    assert (delivery.status, delivery.platform_post_id) == ("published", post["id"])
    assert sum(map(case.publishes, wire.sent)) == 2
    assert "probe" in {entry.kind for entry in await house.book.timeline(posted.key)}


async def test_without_the_switch_a_members_lost_post_is_never_sent_again(house: House) -> None:
    await house.control.settings(refuse_duplicates=True)
    case = BY_NAME["linkedin-member"]
    posted = await house.post(case)
    wire = await lose_the_answer(house, case, "publishes")
    assert (await house.until_final(posted, wire)).status == "unconfirmed"
    assert sum(map(case.publishes, wire.sent)) == 1


@pytest.mark.parametrize(
    "name",
    [
        "x-gif",
        "x-video",
        "linkedin-video",
        "linkedin-organization",
        "facebook-video",
        "facebook-reel",
        "instagram-reel",
        "instagram-carousel",
    ],
)
async def test_slow_processing_is_waited_for_without_a_worker(house: House, name: str) -> None:
    case = BY_NAME[name]
    posted = await house.post(case)
    await house.control.fault(case.platform, "slow", seconds=300)
    seen = set()
    for _ in range(40):
        delivery = await house.run(posted)
        if delivery.status == "published":
            break
        seen.add((delivery.status, delivery.lease_token))
    assert delivery.status == "published"
    assert seen == {("queued", None)}
    assert await house.effects(posted) == (1, 1)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("x-gif", {"reason": "InvalidMedia: bad frames"}),
        ("x-video", {"reason": "UnsupportedMedia: too long"}),
        ("x-video", {"reason": "UnsupportedMedia: too long", "while_in_progress": True}),
        ("linkedin-video", {"reason": "TRANSCODING_FAILED"}),
    ],
    ids=str,
)
async def test_failed_processing_refuses_the_post_in_the_networks_words(
    house: House, name: str, fault: dict[str, Any]
) -> None:
    case = BY_NAME[name]
    posted = await house.post(case)
    await house.control.fault(case.platform, "fail", **fault)
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_code) == ("failed", "media_processing_failed")
    assert fault["reason"].rpartition(": ")[2] in str(delivery.error_message)
    assert await house.effects(posted) == (0, 0)


WEBP: Callable[[], Sample] = lambda: picture(40, "WEBP")  # noqa: E731 - a sample, as the cases name theirs


async def test_a_picture_that_linkedin_does_not_take_is_converted_with_a_warning(house: House) -> None:
    posted = await house.post(replace(BY_NAME["linkedin-member"], media=(WEBP,)))
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ("media_converted",))
    assert "type is image/webp" in delivery.warnings[0]["message"]
    (post,) = await house.control.effects(posted.profile)
    assert [medium["content_type"] for medium in post["media"]] == ["image/jpeg"]


async def test_a_conversion_is_the_same_after_a_crash(house: House) -> None:
    case: Case = replace(BY_NAME["linkedin-organization"], media=(WEBP,))
    posted = await house.post(case)
    await house.control.fault("linkedin", "status", method="PUT", path="/dms-uploads", status=500)
    assert (await house.run(posted)).waiting_for == "retry"
    assert (await house.until_final(posted)).status == "published"
    calls = await house.control.calls("linkedin")
    assert sum(call["query"] == {"action": "initializeUpload"} for call in calls if "query" in call) <= 1


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/nothing.jpg", "https://nobody.invalid/nothing.jpg"])
async def test_a_card_whose_picture_cannot_be_had_goes_out_without_it(house: House, address: str) -> None:
    options = {"article": {"source": "https://example.com/a", "title": "A", "thumbnail": address}}
    posted = await house.post(replace(BY_NAME["linkedin-card"], options=options))
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ("attachment_left_out",))
    (post,) = await house.control.effects(posted.profile)
    assert post["media"] == []
    assert post["options"]["article"]["title"] == "A"


async def test_videos_are_sent_byte_for_byte(house: House) -> None:
    for name in ("x-video", "linkedin-video"):
        posted = await house.post(BY_NAME[name])
        assert codes(await house.until_final(posted)) == ()
        (post,) = await house.control.effects(posted.profile)
        (medium,) = post["media"]
        assert (medium["kind"], medium["size_bytes"]) == ("video", len(video().content))
        assert (medium["width"], medium["height"], medium["duration_ms"]) == (640, 360, 4000)

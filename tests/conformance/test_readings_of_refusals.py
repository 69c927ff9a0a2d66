"""Facts that X and LinkedIn leave open about what they refuse: options, budgets, duplicates, tokens, sizes."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote

import pytest

from conformance.house import House, Posted, codes
from conformance.test_promises import lose_the_answer
from conformance.test_readings import BY_NAME, TEXT, Reading, ends
from dravo.platforms.base import App, Consent, Profile, Tokens
from dravo.platforms.errors import CredentialsExpired
from dravo.platforms.registry import PLATFORMS


async def again(house: House, first: Posted) -> Posted:
    """The same post to the same account, without a first comment."""
    return await house._post(
        first.case, (await house.book.account_of(first.key)).id, first.profile, first.token, comment=None
    )


STRANGERS = "a stranger's post"


@pytest.mark.parametrize(
    ("reading", "options", "code"),
    [
        ({"x_plan": "self_serve"}, {"reply_to": STRANGERS}, "reply_not_allowed"),
        ({"x_plan": "enterprise"}, {"reply_to": STRANGERS}, None),
        (
            {"x_plan": "enterprise", "x_reply_settings_on_replies": "refuse"},
            {"reply_to": STRANGERS, "reply_settings": "following"},
            "invalid_request",
        ),
        ({"x_plan": "enterprise"}, {"reply_to": STRANGERS, "reply_settings": "following"}, None),
        ({"x_ai_without_media": "refuse"}, {"made_with_ai": True}, "invalid_request"),
        ({"x_ai_without_media": "accept"}, {"made_with_ai": True}, None),
        (
            {"x_blank_poll_options": "refuse"},
            {"poll": {"options": ["Yes", " "], "duration_minutes": 60}},
            "invalid_request",
        ),
        ({"x_blank_poll_options": "accept"}, {"poll": {"options": ["Yes", " "], "duration_minutes": 60}}, None),
        (
            {"x_equal_poll_options": "refuse"},
            {"poll": {"options": ["Yes", "Yes"], "duration_minutes": 60}},
            "invalid_request",
        ),
        ({"x_equal_poll_options": "accept"}, {"poll": {"options": ["Yes", "Yes"], "duration_minutes": 60}}, None),
        ({"x_subscribers_only_refusal": 400}, {"for_super_followers_only": True}, "invalid_request"),
        ({"x_subscribers_only_refusal": 403}, {"for_super_followers_only": True}, "not_permitted"),
    ],
    ids=str,
)
async def test_an_option_of_x_is_sent_or_refused_in_words(
    house: House, reading: Reading, options: dict[str, Any], code: str | None
) -> None:
    stranger = await house.post(BY_NAME["x-poll"], comment=False)
    known = options | {"reply_to": (await house.until_final(stranger)).platform_post_id}
    await house.control.settings(**reading)
    case = replace(BY_NAME["x"], media=(), options={name: known[name] for name in options})
    await ends(house, await house.post(case, comment=False), code, 0 if code else 1)


@pytest.mark.parametrize("counted", ["all", "distinct"])
async def test_a_cashtag_that_comes_twice_is_refused_before_x_is_asked(house: House, counted: str) -> None:
    await house.control.settings(x_cashtags_count=counted)
    await ends(house, await house.post(BY_NAME["x"], words="$A and $A", comment=False), "too_many_cashtags", 0)
    assert await house.control.calls("x") == []


@pytest.mark.parametrize("blank", ["refuse", "accept"])
async def test_a_card_goes_out_without_its_blank_texts(house: House, blank: str) -> None:
    await house.control.settings(linkedin_blank_article_text=blank)
    card = {"source": "https://example.com/a", "title": " ", "description": "\n"}
    posted = await house.post(replace(TEXT, options={"article": card}), comment=False)
    await ends(house, posted, None, 1)
    assert codes(await house.book.delivery(posted.key)) == ("option_without_effect",) * 2


@pytest.mark.parametrize(
    ("name", "reading", "code", "most"),
    [
        ("x-poll", {"x_posts_per_window": 1}, "rate_limited", timedelta(minutes=15)),
        ("x-poll", {"x_posts_per_window": 1, "x_429_shape": "legacy"}, "rate_limited", timedelta(minutes=15)),
        ("x-poll", {"x_posts_per_day": 1}, "rate_limited", timedelta(days=1)),
        ("x-poll", {"x_update_limit": 1, "x_update_limit_status": 403}, "rate_limited", timedelta(minutes=15)),
        ("x-poll", {"x_update_limit": 1, "x_update_limit_status": 429}, "rate_limited", timedelta(minutes=15)),
        ("x-poll", {"x_usage_capped": "Daily"}, "usage_capped", timedelta(days=1)),
        ("x-poll", {"x_usage_capped": "Monthly", "x_problem_host": "api.x.com"}, "usage_capped", timedelta(days=1)),
        ("linkedin-text", {"linkedin_member_calls": 1}, "rate_limited", timedelta(days=1)),
        ("linkedin-text", {"linkedin_app_calls": 1}, "rate_limited", timedelta(days=1)),
        (
            "linkedin-text",
            {"linkedin_member_calls": 1, "linkedin_retry_after": True},
            "rate_limited",
            timedelta(days=1),
        ),
    ],
    ids=str,
)
async def test_a_budget_that_is_used_up_is_waited_for(
    house: House, name: str, reading: Reading, code: str, most: timedelta
) -> None:
    house.resources.settings.__dict__["late_after"] = timedelta(days=3)
    await house.control.settings(rate_limits=True, **reading if "x_usage_capped" not in reading else {})
    first = await house.post(TEXT if name == "linkedin-text" else BY_NAME[name], comment=False)
    await house.until_final(first)
    await house.control.settings(**reading)
    second = await again(house, first)
    delivery = await house.run(second)
    assert (delivery.waiting_for, delivery.error_code, delivery.attempts) == ("rate_limit", code, 0)
    paused = (await house.book.account_of(second.key)).paused_until
    assert paused is not None
    assert timedelta() < paused - await house.book.now() <= most + timedelta(seconds=2)
    await house.control.settings(x_update_limit=None, x_usage_capped=None)
    await ends(house, second, None, 2)


@pytest.mark.parametrize(
    ("name", "reading", "mended", "code"),
    [
        ("x", {"x_credits_depleted": True}, {"x_credits_depleted": False}, "credits_depleted"),
        (
            "linkedin-member",
            {"linkedin_active_versions": ["202701"]},
            {"linkedin_active_versions": None},
            "api_version_retired",
        ),
    ],
    ids=str,
)
async def test_what_is_wrong_with_the_app_burns_no_post(
    house: House, name: str, reading: Reading, mended: Reading, code: str
) -> None:
    await house.control.settings(**reading)
    posted = await house.post(BY_NAME[name], comment=False)
    delivery = await house.run(posted)
    assert (delivery.waiting_for, delivery.error_code) == ("configuration", code)
    await house.control.settings(**mended)
    await ends(house, posted, None, 1)


@pytest.mark.parametrize(
    ("name", "reading", "code"),
    [
        ("x", {"x_duplicate_compares": "text"}, "duplicate_content"),
        ("x", {"x_duplicate_compares": "everything"}, "duplicate_content"),
        ("x", {"x_duplicate_seconds": 0.0}, None),
        ("linkedin-member", {"linkedin_duplicate_by": "text"}, "duplicate_content"),
        ("linkedin-member", {"linkedin_duplicate_by": "everything"}, None),
        ("linkedin-member", {"linkedin_duplicate_by": "text", "linkedin_duplicate_seconds": 0.0}, None),
    ],
    ids=str,
)
async def test_the_same_again_is_a_post_or_a_refusal_and_never_the_first_one(
    house: House, name: str, reading: Reading, code: str | None
) -> None:
    await house.control.settings(refuse_duplicates=True, **reading)
    first = await house.post(BY_NAME[name], comment=False)
    await ends(house, first, None, 1)
    await ends(house, await again(house, first), code, 1 if code else 2)


@pytest.mark.parametrize(("status", "code"), [(413, "media_too_large"), (431, "refused_by_network")])
async def test_parts_that_x_finds_too_large_end_the_post_alone(house: House, status: int, code: str) -> None:
    await house.control.settings(x_segment_bytes=1024, x_segment_refusal=status)
    await ends(house, await house.post(BY_NAME["x-video"]), code, 0)
    await ends(house, await house.post(BY_NAME["x"], comment=False), None, 1)


async def renewed(house: House, platform: Literal["x", "linkedin"], token: str) -> Tokens:
    """What the network's own call for new tokens brings, for the app that the simulator has from the start."""
    app = App(f"simulated-{platform}-app", f"simulated-{platform}-secret")
    call = PLATFORMS[platform].refresh(Consent(Profile("1", "ada"), "an access token", token, app))
    assert call is not None
    return call.read(await house.network.send(call.request, token=""))


async def test_a_refresh_token_of_x_lives_as_long_as_x_says(house: House) -> None:
    given = (await house.control.account("x", "ada", {}))["refresh_token"]
    await house.control.settings(x_refresh_token_seconds=None)
    second = (await renewed(house, "x", given)).refresh_token
    await house.control.settings(x_refresh_token_seconds=0.0)
    third = (await renewed(house, "x", second or "")).refresh_token
    with pytest.raises(CredentialsExpired):
        await renewed(house, "x", third or "")


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request"])
async def test_a_dead_refresh_token_of_linkedin_means_a_new_consent_however_it_is_called(
    house: House, error: str
) -> None:
    await house.control.settings(linkedin_refresh_error=error)
    with pytest.raises(CredentialsExpired):
        await renewed(house, "linkedin", "never-issued")


@pytest.mark.parametrize("separator", [",", " "])
async def test_scopes_are_read_whatever_stands_between_them(house: House, separator: str) -> None:
    await house.control.settings(linkedin_scope_separator=separator)
    order = {"network": "linkedin", "handle": "ada", "refreshable": True}
    given = (await house.control._order("/_control/accounts", **order)).json()
    tokens = await renewed(house, "linkedin", given["refresh_token"])
    assert re.split("[ ,]", tokens.scope or "") == given["scopes"]


async def test_a_token_that_linkedin_does_not_know_yet_is_tried_again(house: House) -> None:
    await house.control.settings(linkedin_token_lag_seconds=8.0)
    posted = await house.post(BY_NAME["linkedin-member"], comment=False)
    await house.book.run("UPDATE accounts SET token_since = token_since + interval '1 hour'")
    delivery = await house.run(posted)
    assert (delivery.waiting_for, delivery.error_code) == ("retry", "token_not_live_yet")
    await ends(house, posted, None, 1)
    assert (await house.book.account_of(posted.key)).reconnect_reason is None


async def test_a_picture_that_linkedin_finds_too_large_is_refused_in_words(house: House) -> None:
    await house.control.settings(linkedin_image_bytes=1000)
    await ends(house, await house.post(BY_NAME["linkedin-member"]), "media_too_large", 0)


@pytest.mark.parametrize(
    ("ghost", "status"), [("off", "published"), ("deleted", "unconfirmed"), ("invented", "unconfirmed")]
)
async def test_a_probe_takes_no_ghost_for_the_lost_post(house: House, ghost: str, status: str) -> None:
    """The same text was posted and deleted before; the second post never arrives, and LinkedIn calls it a duplicate."""
    house.resources.settings.__dict__["linkedin_probe"] = True
    await house.control.settings(refuse_duplicates=True, linkedin_ghost_duplicate=ghost)
    first = await house.post(TEXT, comment=False)
    urn = str((await house.until_final(first)).platform_post_id)
    headers = {"linkedin-version": "202609", "x-restli-protocol-version": "2.0.0", "x-restli-method": "DELETE"}
    address = f"/api.linkedin.com/rest/posts/{quote(urn, safe='')}"
    gone = await house.control.http.delete(address, headers=headers | {"authorization": f"Bearer {first.token}"})
    assert gone.status_code == 204
    await house.time.move(timedelta(minutes=2))
    second = await again(house, first)
    delivery = await house.until_final(second, await lose_the_answer(house, TEXT, "publishes", "drop_before"))
    assert delivery.status == status
    assert len(await house.control.effects(first.profile)) == (2 if ghost == "off" else 1)

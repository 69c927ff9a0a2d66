"""What TikTok's codes mean for a delivery: those of calls, and the reasons of what it failed later."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from dravo.kit.http import Reply
from dravo.platforms.base import Call
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Transient,
)
from dravo.platforms.tiktok.creator import creator_info
from dravo.platforms.tiktok.error_table import CALL_ERRORS, FAILURES, UNKNOWN_FAILURE
from dravo.platforms.tiktok.options import TikTokOptions
from dravo.platforms.tiktok.photos import publish_photos
from dravo.platforms.tiktok.statuses import Status, failure, status
from dravo.platforms.tiktok.videos import start_upload
from platforms.tiktok.material import OK, film, photo


def init(**options: Any) -> Call[Any]:
    return publish_photos("Hi 😀", [photo(0), photo(1)], TikTokOptions.model_validate(options))


def refuse(call: Call[Any], status: int, code: str | None = None) -> PlatformError:
    body = (
        b"<html>" if code is None else json.dumps({"data": {}, "error": OK | {"code": code, "message": "no"}}).encode()
    )
    with pytest.raises(PlatformError) as raised:
        call.read(Reply(status, {}, body))
    return raised.value


@pytest.mark.parametrize(
    ("status", "code", "kind", "ours"),
    [
        (400, "invalid_param", Rejected, "invalid_parameter"),
        (400, "invalid_params", Rejected, "invalid_parameter"),
        (400, "invalid_file_upload", Rejected, "media_invalid"),
        (400, "app_version_check_failed", Rejected, "app_version_too_old"),
        (400, "scope_permission_missed", CredentialsExpired, "permission_missing"),
        (401, "access_token_invalid", CredentialsExpired, "account_needs_reconnect"),
        (401, "scope_not_authorized", CredentialsExpired, "permission_missing"),
        (401, "brand_new", CredentialsExpired, "account_needs_reconnect"),
        (403, "spam_risk_too_many_posts", RateLimited, "daily_posts_used"),
        (403, "spam_risk_too_many_pending_share", RateLimited, "too_many_drafts"),
        (403, "reached_active_user_cap", RateLimited, "daily_users_used"),
        (403, "spam_risk_user_banned_from_posting", Rejected, "account_banned"),
        (403, "spam_risk", Rejected, "spam_risk"),
        (403, "unaudited_client_can_only_post_to_private_accounts", Misconfigured, "app_not_audited"),
        (403, "url_ownership_unverified", Misconfigured, "media_host_not_verified"),
        (403, "privacy_level_option_mismatch", Rejected, "privacy_level_not_allowed"),
        (429, "rate_limit_exceeded", RateLimited, "rate_limited"),
        (429, None, RateLimited, "rate_limited"),
        (400, "brand_new", OutcomeUnknown, "outcome_unknown"),
        (500, "internal_error", OutcomeUnknown, "outcome_unknown"),
        (502, None, OutcomeUnknown, "outcome_unknown"),
        (200, None, OutcomeUnknown, "outcome_unknown"),
    ],
)
def test_what_an_error_means_on_the_call_that_publishes(
    status: int, code: str | None, kind: type[PlatformError], ours: str
) -> None:
    verdict = refuse(init(), status, code)
    assert (type(verdict), verdict.code) == (kind, ours)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (200, "spam_risk_too_many_posts", RateLimited),
        (200, "spam_risk_user_banned_from_posting", Rejected),
        (200, "reached_active_user_cap", RateLimited),
        (401, "access_token_invalid", CredentialsExpired),
        (429, "rate_limit_exceeded", RateLimited),
        (500, "internal_error", Transient),
        (503, None, Transient),
        (200, None, Transient),
        (404, None, Transient),
        (400, "brand_new", Rejected),
    ],
)
def test_what_an_error_means_on_a_call_that_asks(status: int, code: str | None, kind: type[PlatformError]) -> None:
    assert type(refuse(creator_info(), status, code)) is kind


@pytest.mark.parametrize("code", ["invalid_publish_id", "token_not_authorized_for_specified_publish_id"])
def test_a_publish_id_that_tiktok_does_not_know(code: str) -> None:
    assert refuse(status("p"), 400, code).code == "publish_id_unknown"


def test_tiktok_is_waited_for_by_the_minute_or_by_the_day() -> None:
    for minute in (refuse(init(), 429, "rate_limit_exceeded"), refuse(init(), 429)):
        assert isinstance(minute, RateLimited)
        assert (minute.wait, minute.scope) == (timedelta(minutes=1), "post")
    day = refuse(init(), 403, "reached_active_user_cap")
    assert isinstance(day, RateLimited)
    assert (day.wait, day.scope) == (timedelta(hours=24), "app")


@pytest.mark.parametrize("code", ["spam_risk_too_many_posts", "spam_risk_too_many_pending_share"])
def test_a_day_that_is_full_of_posts_or_of_drafts_rests_the_one_post(code: str) -> None:
    verdict = refuse(init(), 403, code)
    assert isinstance(verdict, RateLimited)
    assert (verdict.wait, verdict.scope) == (timedelta(hours=24), "post")


def test_an_ok_without_an_id_is_unknown_where_it_publishes() -> None:
    answer = Reply(200, {}, json.dumps({"data": {}, "error": OK}).encode())
    with pytest.raises(OutcomeUnknown):
        init().read(answer)
    with pytest.raises(ValidationError):
        status("p").read(answer)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("file_format_check_failed", Rejected),
        ("duration_check_failed", Rejected),
        ("frame_rate_check_failed", Rejected),
        ("picture_size_check_failed", Rejected),
        ("internal", Transient),
        ("video_pull_failed", Transient),
        ("photo_pull_failed", Transient),
        ("publish_cancelled", Rejected),
        ("auth_removed", CredentialsExpired),
        ("spam_risk_too_many_posts", RateLimited),
        ("spam_risk_user_banned_from_posting", Rejected),
        ("spam_risk_text", Rejected),
        ("spam_risk", Rejected),
        ("brand_new", Rejected),
        (None, Rejected),
    ],
)
def test_what_a_reason_of_failure_means(reason: str | None, kind: type[PlatformError]) -> None:
    verdict = failure("p1", Status(status="FAILED", fail_reason=reason), "/media_urls/0", 0)
    assert type(verdict) is kind
    assert verdict.raw["publish_id"] == "p1"
    assert verdict.raw.get("fail_reason") == reason


@pytest.mark.parametrize(("earlier", "minutes"), [(0, 1), (1, 15), (2, 60)])
def test_what_tiktok_dropped_is_made_anew_after_a_longer_pause_each_time(earlier: int, minutes: int) -> None:
    verdict = failure("p1", Status(status="FAILED", fail_reason="internal"), "/media_urls", earlier)
    assert isinstance(verdict, Transient)
    assert verdict.retry_after == timedelta(minutes=minutes)


@pytest.mark.parametrize("reason", ["internal", "video_pull_failed", "photo_pull_failed"])
def test_what_tiktok_drops_a_fourth_time_is_refused_with_the_same_code(reason: str) -> None:
    status = Status(status="FAILED", fail_reason=reason)
    verdict = failure("p1", status, "/media_urls", 3)
    assert isinstance(verdict, Rejected)
    assert verdict.code == failure("p1", status, "/media_urls", 0).code
    assert "4 times" in verdict.message


@pytest.mark.parametrize(
    ("reason", "pointer"),
    [
        ("file_format_check_failed", "/media_urls/0"),
        ("duration_check_failed", "/media_urls/0"),
        ("frame_rate_check_failed", "/media_urls/0"),
        ("picture_size_check_failed", "/media_urls/0"),
        ("spam_risk_text", "/text"),
        ("brand_new", None),
    ],
)
def test_a_failure_leads_to_what_it_is_for(reason: str, pointer: str | None) -> None:
    verdict = failure("p1", Status(status="FAILED", fail_reason=reason), "/media_urls/0", 0)
    assert isinstance(verdict, Rejected)
    assert verdict.pointer == pointer
    assert ("brand_new" in verdict.message) == (reason == "brand_new")


def test_a_missing_permission_is_not_renewed() -> None:
    verdict = refuse(init(), 401, "scope_not_authorized")
    assert isinstance(verdict, CredentialsExpired)
    assert not verdict.renewable
    assert "video.publish" in verdict.message


UNAUDITED = "unaudited_client_can_only_post_to_private_accounts"


@pytest.mark.parametrize("said", [{}, {"post_mode": "MEDIA_UPLOAD", "privacy_level": "PUBLIC_TO_EVERYONE"}], ids=str)
def test_an_app_without_an_audit_is_held_and_told_both_ways_out(said: dict[str, Any]) -> None:
    options = TikTokOptions.model_validate(said)
    for call in (init(**said), start_upload("Hi", film(), options)):
        verdict = refuse(call, 403, UNAUDITED)
        assert isinstance(verdict, Misconfigured)
        assert "private" in verdict.message
        assert "audited" in verdict.message


def test_an_app_without_an_audit_is_no_reason_to_hold_a_post_for_more_people_than_its_creator() -> None:
    options = TikTokOptions(privacy_level="MUTUAL_FOLLOW_FRIENDS")
    for call in (init(privacy_level="PUBLIC_TO_EVERYONE"), start_upload("Hi", film(), options)):
        verdict = refuse(call, 403, UNAUDITED)
        assert isinstance(verdict, Rejected)
        assert (verdict.code, verdict.pointer) == ("app_not_audited", "/platform_options/tiktok/privacy_level")
        assert "SELF_ONLY" in verdict.message
        assert "audited" in verdict.message
        assert isinstance(refuse(call, 403, "url_ownership_unverified"), Misconfigured)


def test_whatever_is_refused_for_good_names_a_way_out() -> None:
    rows = [row for row in [*CALL_ERRORS.values(), *FAILURES.values(), UNKNOWN_FAILURE] if row.kind == "rejected"]
    silent = {
        "invalid_parameter",
        "publish_id_unknown",
        "app_version_too_old",
    }  # TikTok's words follow, or nobody sees it
    assert {row.code for row in rows if ";" not in row.message} <= silent

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
from dravo.platforms.tiktok.creator import CreatorInfo, creator_info
from dravo.platforms.tiktok.listing import PostList, posts
from dravo.platforms.tiktok.options import TikTokOptions
from dravo.platforms.tiktok.photos import publish_photos
from dravo.platforms.tiktok.statuses import Status, failure, status
from platforms.memory_run import TOKEN
from platforms.tiktok.material import API, LIST, OK, photo, wire


def init(**options: Any) -> Call[Any]:
    return publish_photos("Hi 😀", [photo(0), photo(1)], TikTokOptions.model_validate(options))


async def test_creator_info() -> None:
    call = creator_info()
    assert not call.effect
    said = {"duet_disabled": True, "max_video_post_duration_sec": 60}
    request, read = await wire(
        call, {"privacy_level_options": ["SELF_ONLY"], "creator_username": "acme", "new": 1} | said
    )
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "application/json; charset=UTF-8"
    assert (str(request.url), request.content) == (f"{API}/creator_info/query/", b"{}")
    assert read.model_dump() == {
        "creator_username": "acme",
        "privacy_level_options": ["SELF_ONLY"],
        "comment_disabled": False,
        "duet_disabled": True,
        "stitch_disabled": False,
        "max_video_post_duration_sec": 60,
    }


async def test_a_direct_post_with_nothing_said() -> None:
    call = init()
    assert call.effect
    request, read = await wire(call, {"publish_id": "p_pub_url~v2.1"})
    assert str(request.url) == f"{API}/content/init/"
    assert request.content.decode() == (
        '{"media_type":"PHOTO","post_mode":"DIRECT_POST","post_info":{"description":"Hi 😀","privacy_level":"SELF_ONLY",'
        '"brand_content_toggle":false,"brand_organic_toggle":false},"source_info":{"source":"PULL_FROM_URL",'
        '"photo_images":["https://m.dravo.dev/0.jpg","https://m.dravo.dev/1.jpg"],"photo_cover_index":0}}'
    )
    assert read.model_dump() == {"publish_id": "p_pub_url~v2.1", "post_id": None}


async def test_a_direct_post_with_everything_said() -> None:
    call = init(
        privacy_level="PUBLIC_TO_EVERYONE",
        disable_comment=True,
        auto_add_music=False,
        brand_content_toggle=True,
        brand_organic_toggle=True,
        photo_cover_index=1,
        disable_duet=True,
        disable_stitch=True,
        is_aigc=True,
        video_cover_timestamp_ms=5,
        first_comment="x",
    )
    request, _ = await wire(call, {"publish_id": "p"})
    sent = json.loads(request.content)
    assert sent["post_info"] == {
        "description": "Hi 😀",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "brand_content_toggle": True,
        "brand_organic_toggle": True,
        "disable_comment": True,
        "auto_add_music": False,
    }
    assert sent["source_info"]["photo_cover_index"] == 1


async def test_a_draft_carries_text_and_cover_only() -> None:
    call = init(post_mode="MEDIA_UPLOAD", privacy_level="SELF_ONLY", disable_comment=True, photo_cover_index=1)
    request, _ = await wire(call, {"publish_id": "p"})
    sent = json.loads(request.content)
    assert sent["post_mode"] == "MEDIA_UPLOAD"
    assert sent["post_info"] == {"description": "Hi 😀"}
    assert sent["source_info"]["photo_cover_index"] == 1


async def test_status_keeps_64_bit_ids_whole() -> None:
    call = status("p_pub_url~v2.1")
    assert not call.effect
    request, read = await wire(
        call, {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": [7_420_000_000_000_000_001]}
    )
    assert (str(request.url), request.content) == (f"{API}/status/fetch/", b'{"publish_id":"p_pub_url~v2.1"}')
    assert isinstance(read, Status)
    assert read.public_id == "7420000000000000001"
    assert Status(status="PUBLISH_COMPLETE", publicaly_available_post_id=["1", "2"]).public_id == "1"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({"publicaly_available_post_id": [None, 7, True, "8", 1.5, ""]}, ["7", "8"]),
        ({"publicaly_available_post_id": 7}, None),
        ({"fail_reason": [], "uploaded_bytes": -1}, None),
        ({"fail_reason": 5, "uploaded_bytes": "9" * 5000}, None),
    ],
)
def test_a_status_is_read_whatever_is_told_beside_it(told: dict[str, Any], read: list[str] | None) -> None:
    seen = Status.model_validate({"status": "PUBLISH_COMPLETE"} | told)
    assert (seen.publicaly_available_post_id, seen.fail_reason, seen.uploaded_bytes) == (read, None, None)


def test_a_creator_is_read_whatever_is_told_beside_what_is_allowed() -> None:
    told: dict[str, Any] = {
        "comment_disabled": None,
        "duet_disabled": "x",
        "creator_username": 5,
        "max_video_post_duration_sec": [],
    }
    creator = CreatorInfo.model_validate({"privacy_level_options": [None, "SELF_ONLY"]} | told)
    assert creator == CreatorInfo(privacy_level_options=["SELF_ONLY"])
    with pytest.raises(ValidationError):
        CreatorInfo.model_validate({"privacy_level_options": None})


def test_posts_that_cannot_be_read_are_left_out_of_a_list() -> None:
    odd = [None, {"id": "1"}, *({"id": "1", "create_time": each} for each in (-1, None, "x", 10**15))]
    plain = {"id": "2", "create_time": 5, "title": None}
    listed = PostList.model_validate({"videos": [*odd, plain], "cursor": "x", "has_more": None})
    assert [each.id for each in listed.videos] == ["2"]
    assert (listed.cursor, listed.has_more) == (None, False)
    assert PostList.model_validate({"videos": None}).videos == []


async def test_a_list_is_asked_for_by_cursor() -> None:
    request, read = await wire(posts(), {"videos": [{"id": 7, "create_time": 5}], "cursor": 9, "has_more": True})
    assert str(request.url) == f"{LIST}?fields=id%2Ctitle%2Cvideo_description%2Ccreate_time"
    assert request.content == b'{"max_count":20}'
    assert isinstance(read, PostList)
    assert (read.videos[0].id, read.cursor, read.has_more) == ("7", 9, True)
    assert posts(9).request.json == {"max_count": 20, "cursor": 9}


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
    minute, day = refuse(init(), 429, "rate_limit_exceeded"), refuse(init(), 403, "reached_active_user_cap")
    assert isinstance(minute, RateLimited)
    assert (minute.wait, minute.scope) == (timedelta(minutes=1), "account")
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


def test_an_app_without_an_audit_is_told_both_ways_out() -> None:
    message = refuse(init(), 403, "unaudited_client_can_only_post_to_private_accounts").message
    assert "private" in message
    assert "audited" in message

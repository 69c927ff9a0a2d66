"""What TikTok refuses, code by code, on a call that prepares and on the call that publishes.

Its answers may refuse with HTTP 200, and once it has taken a post it says later that nothing came of it.
"""

from typing import Any, Literal

import pytest

from conformance.cases import CASES
from conformance.house import House
from conformance.test_refusals import HTML, Row, refused, verdict_of

BY_NAME = {case.name: case for case in CASES}


def tiktok(code: str) -> dict[str, Any]:
    return {"data": {}, "error": {"code": code, "message": "No", "log_id": "2026"}}


BOTH = [
    Row("400 invalid_param", 400, tiktok("invalid_param"), "rejected", "rejected", "invalid_parameter"),
    Row("400 invalid_params", 400, tiktok("invalid_params"), "rejected", "rejected", "invalid_parameter"),
    Row("400 scope_permission_missed", 400, tiktok("scope_permission_missed"), "reauth", "reauth"),
    Row("401 access_token_invalid once", 401, tiktok("access_token_invalid"), "published", "published"),
    Row("401 scope_not_authorized", 401, tiktok("scope_not_authorized"), "reauth", "reauth"),
    Row("403 too many posts", 403, tiktok("spam_risk_too_many_posts"), "limited", "limited", "daily_posts_used"),
    Row("200 too many posts", 200, tiktok("spam_risk_too_many_posts"), "limited", "limited", "daily_posts_used"),
    Row("200 too many users", 200, tiktok("reached_active_user_cap"), "limited", "limited", "daily_users_used"),
    Row("200 banned", 200, tiktok("spam_risk_user_banned_from_posting"), "rejected", "rejected", "account_banned"),
    Row("429", 429, tiktok("rate_limit_exceeded"), "limited", "limited", "rate_limited"),
    Row("500 internal_error", 500, tiktok("internal_error"), "retried", "looked for"),
    Row("503 without a body", 503, "", "retried", "looked for"),
    Row("502 html", 502, HTML, "retried", "looked for"),
    Row("200 html", 200, HTML, "retried", "looked for"),
    Row("200 without what was asked for", 200, tiktok("ok"), "retried", "looked for"),
    Row("an unknown code", 400, tiktok("of_next_year"), "rejected", "looked for"),
]

ON_THE_POST = [
    Row("400 app too old", 400, tiktok("app_version_check_failed"), None, "rejected", "app_version_too_old"),
    Row("400 bad file", 400, tiktok("invalid_file_upload"), None, "rejected", "media_invalid"),
    Row("403 not audited", 403, tiktok("unaudited_client_can_only_post_to_private_accounts"), None, "held"),
    Row("403 not verified", 403, tiktok("url_ownership_unverified"), None, "held", "media_host_not_verified"),
    Row("403 privacy", 403, tiktok("privacy_level_option_mismatch"), None, "rejected", "privacy_level_not_allowed"),
    Row("403 drafts", 403, tiktok("spam_risk_too_many_pending_share"), None, "limited", "too_many_drafts"),
]

FOR_MORE_PEOPLE = Row(
    "403 not audited for more people",
    403,
    tiktok("unaudited_client_can_only_post_to_private_accounts"),
    "rejected",
    "rejected",
    "app_not_audited",
    at="/video/init/",
)

TABLE = [
    ("tiktok-video", FOR_MORE_PEOPLE, "step"),
    ("tiktok-photos-listed", FOR_MORE_PEOPLE, "commit"),
    *(
        (name, row, on)
        for name, rows in (("tiktok", BOTH + ON_THE_POST), ("tiktok-photos-draft", ON_THE_POST))
        for row in rows
        for on in ("step", "commit")
        if getattr(row, on) is not None
    ),
]


@pytest.mark.parametrize(("name", "row", "on"), TABLE, ids=[f"{name}-{row.name}-{on}" for name, row, on in TABLE])
async def test_a_code_has_its_verdict_and_nothing_follows_a_refusal(
    house: House, name: str, row: Row, on: Literal["step", "commit"]
) -> None:
    case = BY_NAME[name]
    posted, wire, delivery = await refused(house, case, row, on)
    expected = getattr(row, on)
    assert verdict_of(delivery) == expected, (delivery.status, delivery.error_code, delivery.error_message)
    assert row.code in {"", delivery.error_code}
    assert bool(delivery.error_message) == (expected != "published")
    assert sum(map(case.publishes, wire.sent)) == (on == "commit") + (expected == "published")
    if expected == "looked for":
        assert (await house.until_final(posted, wire)).status == "unconfirmed"
        assert sum(map(case.publishes, wire.sent)) == 1
    if expected == "retried":
        assert (await house.until_final(posted, wire)).status == "published"

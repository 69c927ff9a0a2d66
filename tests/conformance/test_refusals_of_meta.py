"""What Facebook and Instagram refuse, code by code, on a call that prepares and on the call that publishes.

`tests/platforms/graph` walks the whole table; here is one row of each kind, sent over real sockets by the simulated network.
"""

from datetime import timedelta
from typing import Any, Literal

import pytest

from conformance.cases import CASES
from conformance.house import House, codes
from conformance.test_refusals import HTML, Row, refused, verdict_of
from dravo.kit.http import Request
from support.tampering import Tampered

BY_NAME = {case.name: case for case in CASES}


def meta(code: int, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    error = {"message": f"(#{code}) No", "type": "OAuthException", "code": code, "fbtrace_id": "AbC"} | more
    return {"error": error | ({} if subcode is None else {"error_subcode": subcode})}


BOTH = [
    Row("1", 500, meta(1), "retried", "looked for"),
    Row("2", 500, meta(2, is_transient=True), "retried", "looked for"),
    Row("3", 400, meta(3), "held", "held", "capability_missing"),
    Row("4", 400, meta(4), "limited", "limited", "rate_limited"),
    Row("10", 400, meta(10), "reauth", "reauth"),
    Row("32", 400, meta(32), "limited", "limited", "rate_limited"),
    Row("100", 400, meta(100), "rejected", "rejected", "invalid_parameter"),
    Row("100/33", 400, meta(100, 33), None, "looked for"),
    Row("200", 403, meta(200), "reauth", "reauth"),
    Row("368/1390008", 400, meta(368, 1390008), "limited", "limited", "posting_too_fast"),
    Row("613", 400, meta(613), "limited", "limited"),
    Row("2500", 400, meta(2500), "held", "held", "api_path_unknown"),
    Row("an unknown code", 400, meta(987654), "rejected", "looked for"),
    Row("an unknown code that passes", 400, meta(987654, is_transient=True), "retried", "looked for"),
    Row("502 html", 502, HTML, "retried", "looked for"),
    Row("200 html", 200, HTML, "retried", "looked for"),
    Row("200 without an id", 200, {}, "retried", "looked for"),
]

FACEBOOK = [
    Row("190 once", 400, meta(190), "published", "published"),  # the Page gives another token
    Row("190/460 once", 400, meta(190, 460), "published", "published"),
    Row("80001", 400, meta(80001), "limited", "limited", "rate_limited"),
    Row("506", 400, meta(506), None, "looked for"),
    Row("1366051", 400, meta(1, 1366051), None, "looked for"),
    Row("1404078", 400, meta(1, 1404078), "reauth", "reauth", "account_check_needed"),
    Row("1346003", 400, meta(1, 1346003), "rejected", "rejected", "content_abusive"),
    Row("324", 400, meta(324), "rejected", None, "media_invalid"),
]

INSTAGRAM = [
    Row("190", 400, meta(190), "reauth", "reauth"),
    Row("190/460", 400, meta(190, 460), "reauth", "reauth"),
    Row("80002", 400, meta(80002), "limited", "limited", "rate_limited"),
    Row("4/2207051", 400, meta(4, 2207051), "limited", "looked for"),
    Row("9/2207042", 400, meta(9, 2207042), None, "limited", "daily_quota_used"),
    Row("25/2207050", 400, meta(25, 2207050), "reauth", "reauth", "account_restricted"),
    Row("-1/2207001", 400, meta(-1, 2207001), "retried", "looked for"),
    Row("-1/2207032", 400, meta(-1, 2207032), "retried", None, "container_failed"),
    Row("36003/2207009", 400, meta(36003, 2207009), "rejected", None, "aspect_ratio_not_supported"),
    Row("110/2207018", 400, meta(110, 2207018), "rejected", None, "username_unknown"),
]

TABLE = [
    (case, row, on)
    for case, rows in (("facebook", BOTH + FACEBOOK), ("instagram", BOTH + INSTAGRAM))
    for row in rows
    for on in ("step", "commit")
    if getattr(row, on) is not None
]


@pytest.mark.parametrize(("name", "row", "on"), TABLE, ids=[f"{name}-{row.name}-{on}" for name, row, on in TABLE])
async def test_a_code_has_its_verdict_and_nothing_follows_a_refusal(
    house: House, name: str, row: Row, on: Literal["step", "commit"]
) -> None:
    case = BY_NAME[name]
    _, wire, delivery = await refused(house, case, row, on, method="POST")
    expected = getattr(row, on)
    assert verdict_of(delivery) == expected, (delivery.status, delivery.error_code, delivery.error_message)
    assert row.code in {"", delivery.error_code}
    assert bool(delivery.error_message) == (expected != "published")
    assert sum(map(case.publishes, wire.sent)) == (on == "commit") + (expected == "published")


@pytest.mark.parametrize("name", ["facebook", "instagram"])
async def test_what_is_limited_waits_as_long_as_meta_says(house: House, name: str) -> None:
    case = BY_NAME[name]
    posted = await house.post(case, comment=False)
    usage = '{"1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 90}]}'
    await house.control.fault(
        case.platform,
        "status",
        status=400,
        body=meta(32),
        headers={"x-business-use-case-usage": usage},
        method="POST",
    )
    while (delivery := await house.run(posted)).waiting_for != "rate_limit":
        pass
    paused = (await house.book.account_of(posted.key)).paused_until
    assert paused is not None
    assert timedelta(minutes=89) < paused - await house.book.now() <= timedelta(minutes=90)
    assert delivery.attempts == 0
    assert (await house.until_final(posted)).status == "published"


FORBIDDEN = ("first_comment_forbidden",)
COMMENTS: list[tuple[str, int, Any, tuple[str, ...]]] = [
    ("facebook", 403, meta(200), FORBIDDEN),
    ("facebook-reel", 403, meta(200), FORBIDDEN),
    ("facebook", 400, meta(100), ("first_comment_failed",)),
    ("facebook", 400, meta(1, 1404006), FORBIDDEN),
    ("facebook", 500, meta(2), ("first_comment_unconfirmed",)),
    ("instagram", 400, meta(10), FORBIDDEN),
    ("instagram-by-facebook", 403, meta(200), FORBIDDEN),
    ("instagram", 400, meta(100), ("first_comment_failed",)),
    ("instagram", 500, meta(2), ("first_comment_unconfirmed",)),
]


@pytest.mark.parametrize(("name", "status", "body", "warnings"), COMMENTS, ids=str)
async def test_a_refused_first_comment_is_a_warning_and_the_post_stands(
    house: House, name: str, status: int, body: Any, warnings: tuple[str, ...]
) -> None:
    case = BY_NAME[name]
    posted = await house.post(case)
    hit = False

    async def disturb(request: Request) -> None:
        nonlocal hit
        if not hit and case.comments(request):
            hit = True
            await house.control.fault(case.platform, "status", status=status, body=body)

    delivery = await house.until_final(posted, Tampered(house.network, before=disturb))
    assert (delivery.status, codes(delivery)) == ("published", warnings)
    assert await house.effects(posted) == (1, 0)
    assert (await house.book.account_of(posted.key)).reconnect_reason is None


WITH_THE_EFFECT: list[tuple[str, int, Any]] = [
    *((name, 500, meta(2, is_transient=True)) for name in ("facebook", "facebook-video", "facebook-reel", "instagram")),
    *((name, 400, meta(4, 2207051)) for name in ("instagram", "instagram-reel", "instagram-carousel")),
    ("instagram", 400, meta(4)),  # Meta leaves subcodes out at times
    ("instagram", 500, meta(-1, 2207053)),
    ("instagram", 500, meta(4)),
    ("instagram-carousel", 500, meta(9004, 2207052)),
    ("facebook-text", 500, meta(2, 1363047)),
    ("facebook-text", 400, meta(2, 1363047)),
    ("facebook-text", 503, meta(100)),
    ("facebook-text", 500, meta(1, 1346003)),
    ("facebook-text", 500, meta(190)),
    ("facebook", 500, meta(1, 1609010)),
    ("facebook-video", 500, meta(6001)),
    ("facebook", 502, HTML),
    ("instagram-reel", 502, HTML),
]


@pytest.mark.parametrize(("name", "status", "body"), WITH_THE_EFFECT, ids=str)
async def test_an_error_that_comes_with_the_effect_makes_no_second_post(
    house: House, name: str, status: int, body: Any
) -> None:
    """Facebook's 500 and code 2 and Instagram's 4/2207051 are known from posts that went live; no 5xx proves a refusal."""
    await house.control.settings(second_publish="duplicate")
    case = BY_NAME[name]
    posted = await house.post(case, comment=False)
    hit = False

    async def disturb(request: Request) -> None:
        nonlocal hit
        if not hit and case.publishes(request):
            hit = True
            await house.control.fault(case.platform, "status_after", status=status, body=body)

    wire = Tampered(house.network, before=disturb)
    delivery = await house.until_final(posted, wire)
    assert delivery.status == "published"
    assert await house.effects(posted) == (1, 0)
    assert sum(map(case.publishes, wire.sent)) == 1

"""What X and LinkedIn refuse, row by row of their documentation, on a call that prepares and on the call that publishes.

The rows are what the networks send; the words on the right are what must become of the delivery. Nothing may be sent after
a refusal, and what was not proven refused is never sent again.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pytest

from conformance.cases import CASES, Case
from conformance.house import House, Posted, codes
from dravo.accounts.credentials import open_credentials, seal_credentials
from dravo.kit.http import Request
from dravo.models import Delivery
from support.tampering import Tampered

Verdict = Literal["rejected", "reauth", "held", "limited", "retried", "looked for", "published"]
X_PROBLEMS = "https://api.twitter.com/2/problems/"
HTML = "<html><body>Bad gateway</body></html>"


@dataclass(frozen=True)
class Row:
    """One answer of a network. None: that call never gets it. `at` is a part of the address of the step that gets it."""

    name: str
    status: int
    body: Any
    step: Verdict | None
    commit: Verdict | None
    code: str = ""
    at: str = ""


def problem(status: int, detail: str, kind: str = "about:blank", **more: Any) -> dict[str, Any]:
    return {"title": "Refused", "detail": detail, "type": kind, "status": status} | more


def envelope(status: int, code: str, message: str = "Refused", service: int | None = None) -> dict[str, Any]:
    return {"status": status, "code": code, "message": message} | (
        {} if service is None else {"serviceErrorCode": service}
    )


DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_PERMITTED = "You are not permitted to perform this action."
LOCKED = "To protect our users from spam, this account is temporarily locked. Please log in to unlock your account."
RESTRICTED = "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged."
OVER_THE_DAY = "User is over daily status update limit."
SUMMONED = "You can only reply to or quote posts where you are mentioned or are the author."
INVALID = {
    "errors": [{"parameters": {"text": ["x"]}, "message": "text is wrong"}],
    "title": "Invalid Request",
    "detail": "One or more parameters to your request was invalid.",
    "type": X_PROBLEMS + "invalid-request",
}
REPLY_INVALID = INVALID | {"errors": [{"parameters": {}, "message": "Your reply tweet ID is invalid."}]}
MEDIA_INVALID = INVALID | {"errors": [{"parameters": {}, "message": "Your media IDs are invalid."}]}

X = [
    Row("400", 400, INVALID, "rejected", "rejected"),
    Row("400 reply", 400, REPLY_INVALID, None, "rejected"),
    Row("400 media once", 400, MEDIA_INVALID, None, "published"),
    Row("401 once", 401, problem(401, "Unauthorized"), "published", "published"),  # the token is renewed
    Row("402", 402, problem(402, "no credits", X_PROBLEMS + "credits"), "held", "held"),
    Row("403 duplicate", 403, problem(403, DUPLICATE), None, "rejected"),
    Row("403 not permitted", 403, problem(403, NOT_PERMITTED), "rejected", "rejected"),
    Row("403 summoned", 403, problem(403, SUMMONED, X_PROBLEMS + "not-authorized-for-resource"), None, "rejected"),
    Row("403 not enrolled", 403, problem(403, "x", X_PROBLEMS + "client-forbidden"), "held", "held"),
    Row("403 app only", 403, problem(403, "x", X_PROBLEMS + "unsupported-authentication"), "reauth", "reauth"),
    Row("403 bare", 403, problem(403, "Forbidden"), "reauth", "rejected"),
    Row("403 suspended", 403, problem(403, "Your account is suspended."), "rejected", "rejected"),
    Row("403 locked", 403, problem(403, LOCKED), "rejected", "rejected", "account_locked"),
    Row("403 reply restricted", 403, problem(403, RESTRICTED), None, "rejected", "reply_not_allowed"),
    Row("403 cashtag", 403, problem(403, "More than one cashtag."), None, "rejected", "too_many_cashtags"),
    Row("403 link", 403, problem(403, "The Tweet contains an invalid URL."), None, "rejected", "invalid_link"),
    Row(
        "403 long video", 403, problem(403, "Video longer than 2 minutes."), None, "rejected", "duration_not_supported"
    ),
    Row("403 over the day", 403, problem(403, OVER_THE_DAY), "limited", "limited", "rate_limited"),
    Row("429 over the day", 429, problem(429, OVER_THE_DAY), "limited", "limited", "rate_limited"),
    Row("404", 404, problem(404, "x", X_PROBLEMS + "resource-not-found"), "rejected", "rejected"),
    Row("429", 429, problem(429, "Too Many Requests"), "limited", "limited"),
    Row("429 legacy", 429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, "limited", "limited"),
    Row("429 capped", 429, problem(429, "x", X_PROBLEMS + "usage-capped", period="Daily"), "limited", "limited"),
    *(Row(str(status), status, problem(status, "x"), "retried", "looked for") for status in (500, 502, 503, 504)),
    Row("502 html", 502, HTML, "retried", "looked for"),
    Row("200 html", 200, HTML, "retried", "looked for"),
    Row("201 without id", 201, {"data": {}}, "retried", "looked for"),
]

X_PARTS = [
    Row("413 to a part", 413, problem(413, "x"), "rejected", None, "media_too_large", at="/append"),
    Row("431 to a part", 431, problem(431, "x"), "rejected", None, "refused_by_network", at="/append"),
    Row("500 to a part", 500, problem(500, "x"), "retried", None, at="/append"),
    Row("500 to finalize", 500, problem(500, "x"), "retried", None, at="/finalize"),
]

RAW_422 = {
    "errorDetailType": "com.linkedin.common.error.BadRequest",
    "message": "com.x.BadRequestResponseException: Content is a duplicate of urn:li:share:7141000000000000000",
    "errorDetails": {"inputErrors": [{"description": "Duplicate", "input": {}, "code": "DUPLICATE_POST"}]},
    "status": 422,
}
OF_A_PERSON = RAW_422 | {"message": "Content is a duplicate of urn:li:person:abc"}
THROTTLE = "Resource level throttle limit for calls to this resource is reached."

DENIED = envelope(403, "ACCESS_DENIED", "Not enough permissions to access: posts.CREATE", service=100)

LINKEDIN = [
    Row("400 version missing", 400, envelope(400, "VERSION_MISSING"), "held", "held"),
    Row("426", 426, envelope(426, "NONEXISTENT_VERSION"), "held", "held"),
    Row("400 field", 400, envelope(400, "MISSING_FIELD"), "rejected", "rejected"),
    Row("400 length", 400, envelope(400, "FIELD_LENGTH_TOO_LONG"), None, "rejected"),
    Row("400 urn", 400, envelope(400, "INVALID_URN_ID"), "rejected", "rejected"),
    Row("400 processing failed", 400, envelope(400, "MEDIA_ASSET_PROCESSING_FAILED"), "rejected", "rejected"),
    Row("400 waiting for upload", 400, envelope(400, "MEDIA_ASSET_WAITING_UPLOAD"), None, "retried"),
    Row("400 upload lapsed", 400, envelope(400, "EXPIRED_UPLOAD_URL"), "retried", None),
    Row("401 invalid", 401, envelope(401, "INVALID_ACCESS_TOKEN", service=65600), "reauth", "reauth"),
    Row("401 revoked", 401, envelope(401, "REVOKED_ACCESS_TOKEN", service=65601), "reauth", "reauth"),
    Row("401 expired", 401, envelope(401, "EXPIRED_ACCESS_TOKEN", service=65602), "reauth", "reauth"),
    Row("403", 403, DENIED, "reauth", "reauth", "permission_missing"),
    Row("403 html", 403, HTML, "held", "held"),
    Row("404", 404, envelope(404, "NOT_FOUND"), "rejected", "rejected"),
    Row("409", 409, envelope(409, "CONFLICT"), "retried", "retried"),
    Row("422 duplicate", 422, RAW_422, None, "rejected"),
    Row("422 of a person", 422, OF_A_PERSON, None, "rejected", "invalid_request"),
    Row("422", 422, envelope(422, "INVALID_VALUE_FOR_FIELD"), "rejected", "rejected"),
    Row("429 of the day", 429, envelope(429, "TOO_MANY_REQUESTS", THROTTLE), "limited", "limited"),
    Row("429", 429, envelope(429, "TOO_MANY_REQUESTS"), "limited", "limited"),
    *(Row(str(status), status, envelope(status, "X"), "retried", "looked for") for status in (500, 502, 503, 504)),
    Row("502 html", 502, HTML, "retried", "looked for"),
    Row("200 html", 200, HTML, "retried", "looked for"),
    Row("201 without id", 201, None, None, "looked for"),
    Row("413 to bytes", 413, None, "rejected", None, "media_too_large", at="/dms-uploads/"),
    Row("415 to bytes", 415, None, "rejected", None, "media_refused", at="/dms-uploads/"),
    Row("403 to bytes", 403, HTML, "retried", None, "steps_expired", at="/dms-uploads/"),
    Row("200 to bytes", 200, HTML, "retried", None, at="/dms-uploads/"),
]
LINKEDIN_PAGE = [
    Row("403 scopes held", 403, DENIED, "rejected", "rejected", "no_page_role"),
    Row("403 html", 403, HTML, "held", "held"),
]

BY_NAME = {case.name: case for case in CASES}
TABLES = [
    (BY_NAME["x"], X),
    (BY_NAME["x-video"], X_PARTS),
    (BY_NAME["linkedin-member"], LINKEDIN),
    (BY_NAME["linkedin-organization"], LINKEDIN_PAGE),
]
each_row = pytest.mark.parametrize(
    ("case", "row", "on"),
    [(case, row, on) for case, rows in TABLES for row in rows for on in ("step", "commit") if getattr(row, on)],
    ids=lambda value: getattr(value, "name", value),
)


def verdict_of(delivery: Delivery) -> Verdict | None:
    """What became of it, in the words of the tables."""
    match (delivery.status, delivery.error_class, delivery.waiting_for):
        case ("failed", "rejected", _):
            return "rejected"
        case ("failed", "reauth", _):
            return "reauth"
        case ("queued", "misconfigured", "configuration"):
            return "held"
        case ("queued", "rate_limited", "rate_limit"):
            return "limited"
        case ("queued", "transient", "retry"):
            return "retried"
        case ("queued", "unknown_outcome", "look"):
            return "looked for"
        case ("published", _, _):
            return "published"
    return None


async def refused(house: House, case: Case, row: Row, on: str, method: str = "") -> tuple[Posted, Tampered, Delivery]:
    """Run a post whose first call of that kind (and method) is answered by the row, up to what the answer led to."""
    posted = await house.post(case, comment=False)
    hit = False

    async def disturb(request: Request) -> None:
        nonlocal hit
        meant = case.is_step(request) and row.at in request.path + request.url and method in request.method
        if not hit and (meant if on == "step" else case.publishes(request)):
            hit = True
            await house.control.fault(case.platform, "status", status=row.status, body=row.body)

    wire = Tampered(house.network, before=disturb)
    for _ in range(6):
        delivery = await house.run(posted, wire)
        if hit and verdict_of(delivery) is not None:
            break
    return posted, wire, delivery


@each_row
async def test_an_answer_has_its_verdict_and_nothing_follows_a_refusal(
    house: House, case: Case, row: Row, on: Literal["step", "commit"]
) -> None:
    posted, wire, delivery = await refused(house, case, row, on)
    expected = getattr(row, on)
    assert verdict_of(delivery) == expected, (delivery.status, delivery.error_code, delivery.error_message)
    assert row.code in {"", delivery.error_code}
    assert delivery.error_message if expected != "published" else not delivery.error_message
    published = sum(map(case.publishes, wire.sent))
    if expected in {"rejected", "reauth"}:
        sent = len(wire.sent)
        await house.time.move(timedelta(days=2))
        await house.run(posted, wire)
        assert len(wire.sent) == sent
        assert published == (on == "commit")
    if expected == "looked for":
        settled = await house.until_final(posted, wire)
        assert settled.status == "unconfirmed"
        assert sum(map(case.publishes, wire.sent)) == 1
    if expected in {"limited", "retried"}:
        assert (await house.until_final(posted, wire)).status == "published"


@pytest.mark.parametrize(
    ("scopes", "verdict", "code"),
    [
        (["openid", "w_member_social"], "reauth", "permission_missing"),
        (["openid", "w_organization_social"], "rejected", "no_page_role"),
    ],
)
async def test_a_page_that_linkedin_refuses_lacks_a_scope_or_a_role(
    house: House, scopes: list[str], verdict: Verdict, code: str
) -> None:
    case = BY_NAME["linkedin-organization"]
    posted = await house.post(case, comment=False)
    account = await house.book.account_of(posted.key)
    known = open_credentials(house.resources.cipher, account.id, account.credentials) | {"scopes": scopes}
    sealed = seal_credentials(house.resources.cipher, account.id, known)
    await house.book.run("UPDATE accounts SET credentials = :sealed WHERE id = :id", sealed=sealed, id=account.id)
    await house.control.fault("linkedin", "status", status=403, body=DENIED)
    delivery = await house.until_final(posted)
    assert (verdict_of(delivery), delivery.error_code) == (verdict, code)
    assert bool((await house.book.account_of(posted.key)).reconnect_reason) == (verdict == "reauth")


async def test_linkedins_wish_for_patience_is_granted(house: House) -> None:
    case = BY_NAME["linkedin-member"]
    posted = await house.post(case, comment=False)
    body, headers = envelope(429, "TOO_MANY_REQUESTS"), {"retry-after": "7200"}
    await house.control.fault("linkedin", "status", status=429, body=body, headers=headers, path="/rest/posts")
    while (delivery := await house.run(posted)).waiting_for != "rate_limit":
        pass
    paused = (await house.book.account_of(posted.key)).paused_until
    assert paused is not None
    assert 7190 <= (paused - await house.book.now()).total_seconds() <= 7200
    assert delivery.due_at >= paused
    assert (await house.until_final(posted)).status == "published"


@dataclass(frozen=True)
class CommentRow:
    """One answer to a first comment, after its effect or before. `tries`: how often it is sent in all; `there`: comments."""

    case: str
    name: str
    status: int
    body: Any
    warnings: tuple[str, ...]
    tries: int = 1
    there: int = 0
    action: Literal["status", "status_after"] = "status"


FAILED, UNCONFIRMED = ("first_comment_failed",), ("first_comment_unconfirmed",)
EARLY = envelope(400, "X", "Unable to obtain activity")
COMMENTS = [
    CommentRow("x", "403 duplicate", 403, problem(403, DUPLICATE), FAILED),
    CommentRow("x", "429", 429, problem(429, "Too Many Requests"), (), tries=2, there=1),
    CommentRow("x", "500", 500, problem(500, "x"), UNCONFIRMED),
    CommentRow("x", "500 after", 500, problem(500, "x"), (), there=1, action="status_after"),
    CommentRow("linkedin-member", "403", 403, DENIED, ("first_comment_forbidden",)),
    CommentRow("linkedin-organization", "403", 403, DENIED, ("first_comment_forbidden",)),
    CommentRow("linkedin-member", "404", 404, envelope(404, "NOT_FOUND"), FAILED),
    CommentRow("linkedin-member", "400 too early", 400, EARLY, (), tries=2, there=1),
    CommentRow("linkedin-member", "409", 409, envelope(409, "CONFLICT"), (), tries=2, there=1),
    CommentRow("linkedin-member", "429", 429, envelope(429, "X", "Comment create throttled"), (), tries=2, there=1),
    CommentRow("linkedin-member", "429 of the day", 429, envelope(429, "X", THROTTLE), FAILED),
    CommentRow("linkedin-member", "500", 500, envelope(500, "X"), UNCONFIRMED),
    CommentRow("linkedin-organization", "500", 500, envelope(500, "X"), UNCONFIRMED),
    CommentRow("linkedin-organization", "500 after", 500, None, (), there=1, action="status_after"),
]


@pytest.mark.parametrize("row", COMMENTS, ids=lambda row: f"{row.case} {row.name}")
async def test_a_refused_first_comment_is_a_warning_and_the_post_stands(house: House, row: CommentRow) -> None:
    case = BY_NAME[row.case]
    posted = await house.post(case)
    hit = False

    async def disturb(request: Request) -> None:
        nonlocal hit
        if not hit and case.comments(request):
            hit = True
            await house.control.fault(case.platform, row.action, status=row.status, body=row.body)

    wire = Tampered(house.network, before=disturb)
    delivery = await house.until_final(posted, wire)
    assert (delivery.status, codes(delivery)) == ("published", row.warnings)
    assert await house.effects(posted) == (1, row.there)
    assert sum(map(case.comments, wire.sent)) == row.tries

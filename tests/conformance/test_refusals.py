"""What X and LinkedIn refuse, row by row of their documentation, on a call that prepares and on the call that publishes.

The rows are what the networks send; the words on the right are what must become of the delivery. Nothing may be sent after
a refusal, and what was not proven refused is never sent again.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

import pytest

from conformance.cases import CASES, Case
from conformance.house import House, Posted
from dravo.kit.http import Request
from dravo.models import Delivery
from support.tampering import Tampered

Verdict = Literal["rejected", "reauth", "held", "limited", "retried", "looked for", "published"]
X_PROBLEMS = "https://api.twitter.com/2/problems/"
HTML = "<html><body>Bad gateway</body></html>"


@dataclass(frozen=True)
class Row:
    """One answer of a network. None: that call never gets it."""

    name: str
    status: int
    body: Any
    step: Verdict | None
    commit: Verdict | None


def problem(status: int, detail: str, kind: str = "about:blank", **more: Any) -> dict[str, Any]:
    return {"title": "Refused", "detail": detail, "type": kind, "status": status} | more


def envelope(status: int, code: str, message: str = "Refused", service: int | None = None) -> dict[str, Any]:
    return {"status": status, "code": code, "message": message} | (
        {} if service is None else {"serviceErrorCode": service}
    )


DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_PERMITTED = "You are not permitted to perform this action."
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
    Row("403 app only", 403, problem(403, "x", X_PROBLEMS + "unsupported-authentication"), "held", "held"),
    Row("403 bare", 403, problem(403, "Forbidden"), "held", "rejected"),
    Row("403 suspended", 403, problem(403, "Your account is suspended."), "rejected", "rejected"),
    Row("404", 404, problem(404, "x", X_PROBLEMS + "resource-not-found"), "rejected", "rejected"),
    Row("429", 429, problem(429, "Too Many Requests"), "limited", "limited"),
    Row("429 legacy", 429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, "limited", "limited"),
    Row("429 capped", 429, problem(429, "x", X_PROBLEMS + "usage-capped", period="Daily"), "limited", "limited"),
    *(Row(str(status), status, problem(status, "x"), "retried", "looked for") for status in (500, 502, 503, 504)),
    Row("502 html", 502, HTML, "retried", "looked for"),
    Row("200 html", 200, HTML, "retried", "looked for"),
    Row("201 without id", 201, {"data": {}}, "retried", "looked for"),
]

RAW_422 = {
    "errorDetailType": "com.linkedin.common.error.BadRequest",
    "message": "com.x.BadRequestResponseException: Content is a duplicate of urn:li:share:7141000000000000000",
    "errorDetails": {"inputErrors": [{"description": "Duplicate", "input": {}, "code": "DUPLICATE_POST"}]},
    "status": 422,
}
THROTTLE = "Resource level throttle limit for calls to this resource is reached."

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
    Row("403", 403, envelope(403, "ACCESS_DENIED", service=100), "held", "held"),
    Row("404", 404, envelope(404, "NOT_FOUND"), "rejected", "rejected"),
    Row("409", 409, envelope(409, "CONFLICT"), "retried", "retried"),
    Row("422 duplicate", 422, RAW_422, None, "rejected"),
    Row("422", 422, envelope(422, "INVALID_VALUE_FOR_FIELD"), "rejected", "rejected"),
    Row("429 of the day", 429, envelope(429, "TOO_MANY_REQUESTS", THROTTLE), "limited", "limited"),
    Row("429", 429, envelope(429, "TOO_MANY_REQUESTS"), "limited", "limited"),
    *(Row(str(status), status, envelope(status, "X"), "retried", "looked for") for status in (500, 502, 503, 504)),
    Row("502 html", 502, HTML, "retried", "looked for"),
    Row("200 html", 200, HTML, "retried", "looked for"),
    Row("201 without id", 201, None, None, "looked for"),
]

BY_NAME = {case.name: case for case in CASES}
TABLES = [(BY_NAME["x"], X), (replace(BY_NAME["linkedin-member"], has_comments=False), LINKEDIN)]
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


async def refused(house: House, case: Case, row: Row, on: str) -> tuple[Posted, Tampered, Delivery]:
    """Run a post whose first call of that kind is answered by the row, up to what the answer led to."""
    posted = await house.post(case, comment=False)
    hit = False

    async def disturb(request: Request) -> None:
        nonlocal hit
        if not hit and case.is_step(request) == (on == "step"):
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

"""A token that was issued is seen by its network and by nobody else: no log line, no row, no answer."""

import json
import logging

import pytest

from conformance.cases import Case, each
from conformance.house import House
from dravo.deliveries import timeline
from dravo.kit.http import Reply, Request
from support.tampering import Tampered


@each
async def test_no_token_is_seen_anywhere(
    house: House, case: Case, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    posted = await house.post(case)
    refused = await house.post(case)

    async def quote(request: Request) -> Reply | None:
        """A network that repeats the token in its refusal, in every place where we read words."""
        if not case.publishes(request):
            return None
        said = f"Bearer {refused.token} is bad"
        error = {"message": said, "error_user_msg": said, "code": 352, "error_subcode": 2207026, "type": said}
        body: dict[str, object] = {"error": error, "title": said, "detail": said, "message": said, "status": 400}
        if case.platform == "tiktok":
            body = {"data": {}, "error": {"code": "invalid_params", "message": said, "log_id": said}}
        return Reply(400, {}, json.dumps(body).encode())

    assert (await house.until_final(posted)).status == "published"
    assert (await house.until_final(refused, Tampered(house.network, before=quote))).status == "failed"
    out, err = capfd.readouterr()
    stored = await house.book.everything()
    async with house.resources.db.transaction() as session:
        shown = await timeline.of_post(session, house.book.key((await house.book.delivery(refused.key)).post_id))
    assert "[hidden]" in str([entry.answer for _, entry in shown if entry is not None])
    for token in (posted.token, refused.token):
        assert token not in caplog.text
        assert token not in out + err
        assert token not in stored

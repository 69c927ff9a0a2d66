from datetime import timedelta
from typing import Any

import pytest

from conformance.cases import CASES
from conformance.house import House, codes
from conformance.test_refusals_of_meta import meta
from dravo.kit.http import Request
from support.tampering import Tampered

BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize("second", ["duplicate", "error", "same_id"])
@pytest.mark.parametrize("action", ["status_after", "status"])
@pytest.mark.parametrize("name", ["instagram", "instagram-reel", "instagram-carousel", "instagram-story"])
@pytest.mark.parametrize("body", [meta(80002), meta(2500)], ids=["80002", "2500"])
async def test_tmp(house: House, name: str, second: str, action: str, body: Any) -> None:
    await house.control.settings(second_publish=second)
    case = BY_NAME[name]
    posted = await house.post(case)
    hit = False

    async def disturb(request: Request) -> None:
        nonlocal hit
        if not hit and case.publishes(request):
            hit = True
            await house.control.fault(case.platform, action, status=400, body=body)

    wire = Tampered(house.network, before=disturb)
    delivery = await house.until_final(posted, wire)
    assert delivery.status == "published", delivery.error_message
    (post,) = await house.control.effects(posted.profile)
    assert sum(map(case.publishes, wire.sent)) == (1 if action == "status_after" else 2)
    if name != "instagram-story":
        assert delivery.platform_post_id == post["id"]
        assert await house.effects(posted) == (1, 1)
        assert codes(delivery) == ()

"""An order to publish that Instagram refuses for a reason that passes, carried out or not: the post is there once, and found."""

import pytest

from conformance.cases import CASES, Case
from conformance.house import House, Posted, codes
from conformance.test_refusals_of_meta import meta
from dravo.kit.http import Request
from dravo.models import Delivery
from support.tampering import Tampered

KINDS = ("instagram", "instagram-reel", "instagram-carousel", "instagram-story")
each = pytest.mark.parametrize("case", [case for case in CASES if case.name in KINDS], ids=lambda case: case.name)


async def refused_once(house: House, case: Case, action: str) -> tuple[Posted, Delivery, int]:
    """A delivery whose first order to publish is refused, and how many orders it gave."""
    posted = await house.post(case)
    hit = False

    async def disturb(request: Request) -> None:
        nonlocal hit
        if not hit and case.publishes(request):
            hit = True
            await house.control.fault(case.platform, action, status=400, body=meta(80002))

    wire = Tampered(house.network, before=disturb)
    delivery = await house.until_final(posted, wire)
    return posted, delivery, sum(map(case.publishes, wire.sent))


@pytest.mark.parametrize("second", ["duplicate", "error", "same_id"])
@each
async def test_an_order_that_was_carried_out_and_refused_is_not_given_again(
    house: House, case: Case, second: str
) -> None:
    await house.control.settings(second_publish=second)
    posted, delivery, orders = await refused_once(house, case, "status_after")
    assert (delivery.status, orders) == ("published", 1)
    (post,) = await house.control.effects(posted.profile)
    if case.name == "instagram-story":  # it has no words to be known by among those of a day
        assert (delivery.platform_post_id, codes(delivery)) == (None, (*case.warnings, "post_id_unknown"))
    else:
        assert (delivery.platform_post_id, codes(delivery)) == (post["id"], case.warnings)
    assert await house.effects(posted) == (1, int(case.has_comments))


@each
async def test_an_order_that_was_refused_in_truth_is_given_again(house: House, case: Case) -> None:
    posted, delivery, orders = await refused_once(house, case, "status")
    (post,) = await house.control.effects(posted.profile)
    assert (delivery.status, delivery.platform_post_id, orders) == ("published", post["id"], 2)
    assert codes(delivery) == case.warnings
    assert await house.effects(posted) == (1, int(case.has_comments))

"""How many calls a day LinkedIn takes for one member.

Source: LinkedIn docs `share-on-linkedin` (read 2026-11-23): 150 a day for a member, counted anew from midnight UTC. Pages post by
another product, whose standard tier has no limit, so an account that is a page is not counted; nor are the bytes that are sent to
upload addresses. The app's 100,000 a day are left to LinkedIn, which says when they are used up (`rate_limits.py`).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dravo.kit.http import Request
from dravo.platforms.base import Profile
from dravo.platforms.budgets import Budget
from dravo.platforms.linkedin.authors import is_organization, own_urn
from dravo.platforms.linkedin.config import LinkedInConfig

A_MEMBERS_CALLS = 150


def _to_the_api(request: Request, _effect: bool) -> bool:
    return not request.url


def _calls_of(platform_account_id: str, traits: Mapping[str, Any], config: Mapping[str, Any]) -> int | None:
    if is_organization(own_urn(Profile(platform_account_id, "", traits))):
        return None
    return LinkedInConfig.of(config).member_calls_per_day or None


BUDGETS = (Budget("calls_per_day", "calls", A_MEMBERS_CALLS, timedelta(days=1), "account", _to_the_api, _calls_of),)

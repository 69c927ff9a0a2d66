"""The posts that an account may make within 24 hours: asked for before anything is prepared.

Instagram itself looks at them when a container is published (page `ig-user/media_publish`, read 2026-09-11). By then ten
containers may have been made for nothing, of which an account has 400 a day.
"""

from datetime import timedelta

from dravo.platforms.base import Run
from dravo.platforms.errors import CredentialsExpired, Misconfigured, RateLimited, Rejected, Transient
from dravo.platforms.instagram import client
from dravo.platforms.instagram.client import Account, Quota
from dravo.platforms.instagram.permissions import PERMISSION_MISSING

REST = timedelta(hours=1)
"""The 24 hours roll on, so that there may be room any time; Instagram does not tell when."""


async def wait_for_room(run: Run, account: Account) -> None:
    """Return when there is room for a post, as far as is known, or when it was sent. The answer is kept.

    Raises RateLimited where there is none. A question that cannot be answered holds no post back.
    """

    async def ready() -> Quota:
        try:
            known = await run.look(client.quota(account))
        except (Transient, Rejected, Misconfigured):
            return Quota()
        except CredentialsExpired as refused:
            if refused.code != PERMISSION_MISSING:
                raise
            return Quota()
        if known.used_up:
            used, total = known.used_up
            raise RateLimited(
                f"Instagram lets this account make {total} posts within 24 hours and it has made {used}; the post waits.",
                code="daily_quota_used",
                wait=REST,
                raw=known.model_dump(),
            )
        return known

    if not run.sent:
        await run.wait("quota", ready, answer=Quota, every=[REST], at_most=REST)

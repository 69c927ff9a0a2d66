"""New tokens in the middle of a delivery: once in a claim, and never for a token that is too young to be known everywhere."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dravo.accounts import refresh
from dravo.deliveries.sending import Sender
from dravo.models import Account
from dravo.platforms.base import Platform
from dravo.platforms.errors import CredentialsExpired, PlatformError, Transient
from dravo.resources import Resources

TOO_YOUNG = timedelta(seconds=10)
"""A network may need so long to know a new token everywhere (seen on LinkedIn: 401 for seconds after its issue)."""

RENEWED_AGAIN = timedelta(days=1)
"""A network may not renew tokens that are younger (Instagram's, page `refresh_access_token` of 2025-07-17)."""

STILL_NEW = timedelta(minutes=5)
"""A token that we got by renewing and that is refused at this age, but no longer too young, was never good: another one would not
be better. The age of the first one, which came with the account, nobody knows.
"""

FIRST = 1
"""The version of the tokens that an account was connected with."""

AT_ITS_END = timedelta(seconds=60)
"""A token that ends within this span is as good as ended: the network would only refuse it."""


@dataclass(slots=True)
class Renewal:
    """The account's tokens as they were at the claim, and the way to newer ones. `version` is the one in use."""

    resources: Resources
    platform: Platform
    account: Account
    version: int = field(init=False)
    done: bool = False

    def __post_init__(self) -> None:
        self.version = self.account.token_version

    async def ahead(self, sender: Sender, now: datetime, *, published: bool, fresh: bool) -> None:
        """Renew tokens that are known to end. Raises what `accounts.refresh` raises, once they are as good as ended.

        Nothing is raised for a post that is `published`, where whatever is left to do meets the refusal itself. Tokens that
        are good for a while are renewed at the beginning of a delivery only (`fresh`), and once a day at most: a network may
        refuse it, or bring nothing better.
        """
        ends = self.account.token_expires_at
        if ends is None or ends > now + self.platform.renew_before or not self._is_possible():
            return
        ended = ends <= now + AT_ITS_END
        if not ended and not (fresh and now - self.account.token_since >= RENEWED_AGAIN):
            return
        try:
            await self._renew(sender)
        except PlatformError:
            if ended and not published:
                raise

    async def after(self, refusal: CredentialsExpired, sender: Sender, now: datetime) -> None:
        """Get newer tokens after a refusal. Raises the refusal where there are none, Transient where it may pass."""
        newer = None if self.done else await refresh.newer_than(self.resources, self.account)
        if newer is not None:
            self._use(newer, sender)
            return
        if refusal.at_once:
            if self.done or not self._is_possible():
                raise refusal
            await self._renew(sender)
            return
        age = now - self.account.token_since
        if (self.done and refusal.renewable) or age < TOO_YOUNG:
            raise Transient(
                "token_not_live_yet",
                "The network refuses a token that it gave seconds ago; it is tried again.",
                raw=refusal.raw,
                retry_after=TOO_YOUNG,
            ) from refusal
        was_never_good = age < STILL_NEW and self.account.token_version > FIRST
        if not refusal.renewable or was_never_good or not self._is_possible():
            raise refusal
        await self._renew(sender)

    def _is_possible(self) -> bool:
        return refresh.is_possible(self.resources, self.platform, self.account)

    async def _renew(self, sender: Sender) -> None:
        self._use(await refresh.refreshed(self.resources, self.platform, self.account), sender)

    def _use(self, tokens: refresh.Secrets, sender: Sender) -> None:
        self.done, self.version = True, tokens.version
        sender.use(tokens.values)

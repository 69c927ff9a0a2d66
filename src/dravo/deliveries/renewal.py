"""New tokens in the middle of a delivery: once in a claim, and never for a token that is too young to be known everywhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dravo.accounts import refresh
from dravo.deliveries.sending import Sender
from dravo.models import Account
from dravo.platforms.base import Platform
from dravo.platforms.errors import CredentialsExpired, Transient
from dravo.resources import Resources

TOO_YOUNG = timedelta(seconds=10)
"""A network may need so long to know a new token everywhere (seen on LinkedIn: 401 for seconds after its issue)."""

BEFORE_ITS_END = timedelta(seconds=60)
"""A token that ends within this span is renewed first: the network would only refuse it."""


@dataclass(slots=True)
class Renewal:
    """The account's tokens as they were at the claim, and the way to newer ones."""

    resources: Resources
    platform: Platform
    account: Account
    done: bool = False

    async def ahead(self, sender: Sender, now: datetime) -> None:
        """Renew tokens that are known to end. Raises what `accounts.refresh` raises."""
        ends = self.account.token_expires_at
        if (
            ends is not None
            and ends <= now + BEFORE_ITS_END
            and refresh.is_possible(self.resources, self.platform, self.account)
        ):
            await self._renew(sender)

    async def after(self, refusal: CredentialsExpired, sender: Sender, now: datetime) -> None:
        """Renew tokens that the network refused. Raises the refusal when they were renewed already or cannot be."""
        if now - self.account.token_since < TOO_YOUNG:
            raise Transient(
                "token_not_live_yet",
                "The network refuses a token that it gave seconds ago; it is tried again.",
                raw=refusal.raw,
                retry_after=TOO_YOUNG,
            ) from refusal
        if self.done or not refresh.is_possible(self.resources, self.platform, self.account):
            raise refusal
        await self._renew(sender)

    async def _renew(self, sender: Sender) -> None:
        self.done = True
        secrets = await refresh.refreshed(self.resources, self.platform, self.account)
        sender.use(secrets)

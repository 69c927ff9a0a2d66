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

STILL_NEW = timedelta(minutes=5)
"""A token that is refused at this age, but no longer too young, was never good: another one would not be better."""


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

    async def ahead(self, sender: Sender, now: datetime, *, published: bool) -> None:
        """Renew tokens that are known to end. Raises what `accounts.refresh` raises.

        Nothing is raised for a post that is `published`, where whatever is left to do meets the refusal itself, nor while
        the tokens are still good for a while.
        """
        ends = self.account.token_expires_at
        if ends is None or ends > now + self.platform.renew_before or not self._is_possible():
            return
        try:
            await self._renew(sender)
        except PlatformError:
            if not published and ends <= now + AT_ITS_END:
                raise

    async def after(self, refusal: CredentialsExpired, sender: Sender, now: datetime) -> None:
        """Get newer tokens after a refusal. Raises the refusal where there are none, Transient where it may pass."""
        if not refusal.renewable:
            raise refusal
        age = now - self.account.token_since
        if self.done or (age < TOO_YOUNG and not refusal.at_once):
            raise Transient(
                "token_not_live_yet",
                "The network refuses a token that it gave seconds ago; it is tried again.",
                raw=refusal.raw,
                retry_after=TOO_YOUNG,
            ) from refusal
        newer = await refresh.newer_than(self.resources, self.account)
        if newer is not None:
            self._use(newer, sender)
        elif (age < STILL_NEW and not refusal.at_once) or not self._is_possible():
            raise refusal
        else:
            await self._renew(sender)

    def _is_possible(self) -> bool:
        return refresh.is_possible(self.resources, self.platform, self.account)

    async def _renew(self, sender: Sender) -> None:
        self._use(await refresh.refreshed(self.resources, self.platform, self.account), sender)

    def _use(self, tokens: refresh.Secrets, sender: Sender) -> None:
        self.done, self.version = True, tokens.version
        sender.use(tokens.values)

"""When a network is asked about a call whose answer was lost, and what its answers are worth.

Pure: what is known of the commit goes in, what follows comes out. The network's word that nothing came of a call is worth
something only when the call cannot arrive any more, and when it is said twice with time between: lists lag.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from dravo.models import Commit
from dravo.platforms.base import NotFound
from dravo.platforms.errors import OutcomeUnknown
from dravo.settings import Settings

SHOWN_AFTER = 3
"""After so many fruitless looks the delivery shows as unconfirmed, while the looks go on."""

SENT_AGAIN = 3
"""How often a call that the network proved absent is sent again; a network that is wrong about it so often is not believed."""


class StillUnknown(OutcomeUnknown):
    """A look settled nothing, and there is another at `look_at`. `shown`: it is time to tell the user that it is not known."""

    def __init__(self, message: str, *, look_at: datetime, shown: bool) -> None:
        super().__init__(message)
        self.look_at = look_at
        self.shown = shown


@dataclass(frozen=True, slots=True)
class Looks:
    """`after`: when to look, counted from the intent. `call`: the longest call. `quarantine` and `list_quarantine`: see the
    settings of these names.
    """

    after: tuple[timedelta, ...] = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600, 21600))
    quarantine: timedelta = timedelta(seconds=60)
    list_quarantine: timedelta = timedelta(hours=1)
    call: timedelta = timedelta(seconds=30)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        factor = settings.patience_factor
        return cls(
            tuple(timedelta(seconds=seconds) * factor for seconds in settings.look_seconds),
            timedelta(seconds=settings.quarantine_seconds) * factor,
            timedelta(seconds=settings.list_quarantine_seconds) * factor,
            timedelta(seconds=settings.commit_seconds),
        )

    def next_one(self, commit: Commit, now: datetime) -> datetime | None:
        """When to look again after `commit.looks` fruitless looks; None when that was the last."""
        if commit.looks >= len(self.after):
            return None
        return max(commit.opened_at + self.after[commit.looks], now + self.after[0])

    def absence_counts_from(self, commit: Commit, found: NotFound) -> datetime:
        """The call can have left until `send_before`, and has then had its time to arrive, and to be listed."""
        lag = self.list_quarantine if found is NotFound.unlisted else self.quarantine
        return commit.send_before + self.call + lag

    def is_second(self, commit: Commit, now: datetime) -> bool:
        """Whether the network says so for the second time, far enough from the first. `now` is before it was asked."""
        return commit.absent_at is not None and now - commit.absent_at >= self.quarantine

"""What follows from a failure. Pure functions: a situation in, a decision out; nothing is done here."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from dravo.deliveries.looks import StillUnknown
from dravo.lifecycle.states import Status
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Scope,
    StepsExpired,
    Transient,
    Unsettled,
)

HOLD = timedelta(minutes=16)
"""A delivery that meets a misconfigured app, account or deployment tries again about then; its hold decides (`holds.place`)."""

COMMENT_TRIES = 3
"""A first comment is not worth holding a published post back: after so many refusals it becomes a warning."""

COMMENT_PATIENCE = timedelta(minutes=2)

MOST_SPREAD = timedelta(minutes=1)
"""By how much deliveries that wait for the same moment are spread; after a whole day no more than after a few minutes."""

Random = Callable[[], float]
"""A number in [0, 1), injected."""


class Suspended(BaseException):
    """The delivery waits for its network. Not an Exception, so that no adapter catches it by accident."""

    def __init__(self, waiting_for: str, after: timedelta) -> None:
        super().__init__(waiting_for)
        self.waiting_for = waiting_for
        self.after = after


@dataclass(frozen=True, slots=True)
class Patience:
    """The settings that a decision depends on."""

    retry_base: timedelta
    retry_cap: timedelta
    look_after: timedelta

    @classmethod
    def of(cls, retry_base_seconds: float, retry_cap_seconds: float, look_after_seconds: float) -> Self:
        return cls(
            timedelta(seconds=retry_base_seconds),
            timedelta(seconds=retry_cap_seconds),
            timedelta(seconds=look_after_seconds),
        )


@dataclass(frozen=True, slots=True)
class Situation:
    """The delivery at the moment of the failure. `now` is the database's clock, `late` means past its due time for good."""

    attempts: int
    publish_state: Literal["open", "confirmed", "refused", "refuted"] | None
    late: bool
    now: datetime

    @property
    def sent(self) -> bool:
        return self.publish_state in {"open", "confirmed"}

    @property
    def refuted(self) -> bool:
        """The network took it and dropped it: whatever comes next begins with new steps."""
        return self.publish_state == "refuted"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the delivery: a final status, or `queued` again at `due_at`."""

    status: Status
    due_at: datetime | None = None
    waiting_for: str | None = None
    counts: bool = True
    new_generation: bool = False
    error_code: str | None = None
    error_class: str | None = None
    error_message: str | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    pause_account_until: datetime | None = None
    pause_scope: Scope = "account"
    reconnect_account: str | None = None
    hold: Scope | None = None


def decide(failure: BaseException, at: Situation, patience: Patience, random: Random) -> Decision:
    """The one table from failures to decisions."""
    match failure:
        case Suspended():
            return Decision(Status.queued, due_at=at.now + failure.after, waiting_for=failure.waiting_for, counts=False)
        case StepsExpired():
            return _restart(at, patience, random)
        case RateLimited():
            return _rate_limited(failure, at, random)
        case Misconfigured():
            held = Decision(
                Status.queued,
                due_at=at.now + HOLD,
                waiting_for="configuration",
                counts=False,
                new_generation=at.refuted,
                # What is wrong with the account, its app or the deployment is wrong for all that is still to be sent there.
                hold=failure.scope,
            )
            return _because(held, failure, "misconfigured")
        case CredentialsExpired():
            return _because(replace(_end(at), reconnect_account=failure.message), failure, "reauth")
        case Rejected():
            return _because(_end(at), failure, "rejected")
        case OutcomeUnknown():
            return _because(_looked_for(failure, at, patience), failure, "unknown_outcome")
        case Unsettled():
            return _because(Decision(Status.unconfirmed), failure, "unknown_outcome")
        case Transient():
            return _because(_again(at, patience, random, at_least=failure.retry_after), failure, "transient")
        case _:
            # A fault of ours: the post is not to blame. It is tried like a transient failure, and logged as an alert.
            mine = Transient("internal_error", "Something failed inside Dravo; the delivery is tried again.")
            return _because(_again(at, patience, random), mine, "transient")


def _looked_for(failure: OutcomeUnknown, at: Situation, patience: Patience) -> Decision:
    """The first look is one of the attempts; those after it are only more of the same."""
    if not isinstance(failure, StillUnknown):
        return Decision(Status.queued, due_at=at.now + patience.look_after, waiting_for="look")
    status = Status.unconfirmed if failure.shown else Status.queued
    return Decision(status, due_at=failure.look_at, waiting_for="look", counts=False)


def backoff(attempts: int, patience: Patience, random: Random) -> timedelta:
    """Full jitter: anything up to base · 2ⁿ, capped; so that many deliveries do not come back at once."""
    bound: timedelta = min(patience.retry_cap, patience.retry_base * (2 ** min(attempts, 20)))
    return bound * random()


def _again(at: Situation, patience: Patience, random: Random, *, at_least: timedelta | None = None) -> Decision:
    if at.late:
        return _end(at)
    pause = max(backoff(at.attempts, patience, random), at_least or timedelta())
    return Decision(Status.queued, due_at=at.now + pause, waiting_for="retry", new_generation=at.refuted)


def _restart(at: Situation, patience: Patience, random: Random) -> Decision:
    """Kept answers died. Nothing may begin anew while something was sent."""
    expired = Transient("steps_expired", "What was prepared at the network has lapsed; it is prepared again.")
    if at.sent:
        return _because(Decision(Status.unconfirmed), expired, "unknown_outcome")
    return _because(replace(_again(at, patience, random), new_generation=True), expired, "transient")


def _rate_limited(failure: RateLimited, at: Situation, random: Random) -> Decision:
    """Due again when the network says so and a little later, and no attempt is counted; the account waits with it, or not."""
    until = failure.until or at.now + (failure.wait or timedelta(minutes=1))
    wait = max(until - at.now, timedelta(seconds=1))
    due_at = at.now + wait + min(wait * 0.05, MOST_SPREAD) * random()
    waiting = Decision(
        Status.queued,
        due_at=due_at,
        waiting_for="rate_limit",
        counts=False,
        new_generation=at.refuted,
        pause_account_until=None if failure.scope == "post" else at.now + wait,
        pause_scope="account" if failure.scope == "post" else failure.scope,
    )
    return _because(waiting, failure, "rate_limited")


def _end(at: Situation) -> Decision:
    """The end: failed where nothing was sent; where something was, only `unconfirmed` is honest."""
    return Decision(Status.unconfirmed if at.sent else Status.failed)


def _because(decision: Decision, failure: PlatformError, error_class: str) -> Decision:
    return replace(
        decision,
        error_code=failure.code,
        error_class=error_class,
        error_message=failure.message,
        raw=failure.raw,
    )


def comment_verdict(failure: PlatformError, refusals: int, now: datetime, *, late: bool) -> PlatformError:
    """A first comment's failure: itself while it is worth another try, a final refusal when it is not.

    `refusals` counts the tries before this one. When the delivery is `late`, there is no other try.
    """
    worth_it = not late and refusals + 1 < COMMENT_TRIES
    match failure:
        case Transient() if worth_it:
            return failure
        case RateLimited() if worth_it:
            until = failure.until or now + (failure.wait or timedelta(minutes=1))
            return failure if until - now <= COMMENT_PATIENCE else _comment_refused(failure)
        case Transient() | RateLimited():
            return _comment_refused(failure)
        case _:
            return failure


def _comment_refused(failure: PlatformError) -> Rejected:
    return Rejected(failure.code, failure.message, raw=failure.raw)

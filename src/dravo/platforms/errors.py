"""What can become of a call to a network, in the words that the engine decides by.

    PlatformError
    ├── Transient            nothing happened; try again
    ├── RateLimited          try again then; the account, the app or the deployment waits too
    ├── CredentialsExpired   the network refused the token
    ├── Rejected             the network refused the content; final
    ├── Misconfigured        our app, scope or API version is wrong; hold, never burn the post
    ├── OutcomeUnknown       a call that publishes was sent and its answer lost
    └── Unsettled            … and looking at the network did not settle it

`StepsExpired` is no verdict: kept answers have died, and a new generation of steps begins.
A client raises these from the network's tables; the engine alone decides what follows.
"""

from datetime import datetime, timedelta
from typing import Any, Literal

from dravo.kit.http import Reply, UnreadableAnswer

Scope = Literal["account", "app", "deployment"]


class PlatformError(Exception):
    """A classified failure: a stable code of ours, a sentence for the user, and the network's own words beside it."""

    def __init__(self, code: str, message: str, *, raw: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.raw = raw or {}


class Transient(PlatformError):
    """Nothing happened. `retry_after` is the network's wish, when it said one."""

    def __init__(
        self, code: str, message: str, *, raw: dict[str, Any] | None = None, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(code, message, raw=raw)
        self.retry_after = retry_after


class RateLimited(PlatformError):
    """Nothing happened, and nothing will until `until` (aware) or, where the network speaks in spans, for `wait`.

    `scope` is what rests: this post alone, or all of its account.
    """

    def __init__(
        self,
        message: str,
        *,
        until: datetime | None = None,
        wait: timedelta | None = None,
        scope: Literal["post"] | Scope = "account",
        raw: dict[str, Any] | None = None,
        code: str = "rate_limited",
    ) -> None:
        super().__init__(code, message, raw=raw)
        self.until = until
        self.wait = wait
        self.scope = scope


class CredentialsExpired(PlatformError):
    """A proven refusal of the token: nothing happened. Not `renewable`: a newer token of the same consent lacks the same.

    `at_once`: the token is of the wrong kind, so that another one helps however young this one is.
    """

    def __init__(
        self,
        message: str,
        *,
        raw: dict[str, Any] | None = None,
        code: str = "account_needs_reconnect",
        renewable: bool = True,
        at_once: bool = False,
    ) -> None:
        super().__init__(code, message, raw=raw)
        self.renewable = renewable
        self.at_once = at_once


class Rejected(PlatformError):
    """The network refused the content for good. `pointer` names the field of the request, when it is known."""

    def __init__(
        self, code: str, message: str, *, raw: dict[str, Any] | None = None, pointer: str | None = None
    ) -> None:
        super().__init__(code, message, raw=raw)
        self.pointer = pointer


class Misconfigured(PlatformError):
    """The deployment, the app or the account's permissions are wrong; the post is not to blame and waits."""

    def __init__(self, code: str, message: str, *, scope: Scope, raw: dict[str, Any] | None = None) -> None:
        super().__init__(code, message, raw=raw)
        self.scope = scope


class OutcomeUnknown(PlatformError):
    """A call with an effect was sent and what became of it is not known. It is looked for, never sent again."""

    def __init__(self, message: str, *, raw: dict[str, Any] | None = None) -> None:
        super().__init__("outcome_unknown", message, raw=raw)


class Unsettled(PlatformError):
    """The effect was looked for and neither found nor ruled out. Only a person, or a later look, can say."""

    def __init__(self, message: str, *, raw: dict[str, Any] | None = None) -> None:
        super().__init__("outcome_unknown", message, raw=raw)


class StepsExpired(Exception):
    """A kept answer can no longer be used (a container of yesterday): begin a new generation of steps."""


def object_of(reply: Reply) -> dict[str, Any] | None:
    """An answer's body where it is a JSON object, as errors of the networks are; pages of their edges are none."""
    try:
        body = reply.json()
    except UnreadableAnswer:
        return None
    return body if isinstance(body, dict) else None

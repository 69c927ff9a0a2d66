"""What can be ordered to go wrong, and which call it hits."""

import fnmatch
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request

from dravo_simulator.addressed import networks_addressed
from dravo_simulator.hosts import split
from dravo_simulator.sentences import looking_like
from dravo_simulator.world import MOST_SECONDS

Action = Literal[
    "status",
    "status_after",
    "drop_before",
    "drop_after",
    "delay",
    "garbage",
    "throttle",
    "expire_token",
    "revoke_token",
    "slow",
    "stuck",
    "fail",
]
PROCESSING = {"slow", "stuck", "fail"}
"""These do not disturb the call itself but what the network does afterwards with what it was given."""
FIELDS_OF: dict[str, set[str]] = {
    "status": {"status", "body", "headers"},
    "status_after": {"status", "body", "headers"},
    "delay": {"seconds"},
    "throttle": {"seconds", "until", "remaining"},
    "slow": {"seconds", "polls"},
    "fail": {"reason", "while_in_progress"},
    "revoke_token": {"reason"},
}
"""What an action knows beside network, method, path and count."""
REVOCATIONS = {"password_changed", "checkpointed", "unconfirmed", "invalidated", "role_lost"}
"""What ends a token of Meta but its owner's will to remove the app."""
EVERY = {"network", "method", "path", "count", "action"}


class Fault(BaseModel):
    """One order: the next ``count`` calls that match are disturbed; ``throttle`` disturbs all of them until its end."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    network: Literal["x", "linkedin", "facebook", "instagram", "tiktok"]
    method: Annotated[str, looking_like("[A-Z]+", "be a method in capital letters, such as POST")] | None = None
    path: Annotated[str, looking_like("[/*].*", "begin with / or *")] | None = None
    """Beginning of the path after the host; ``*`` stands for anything."""
    count: int = Field(default=1, ge=1)
    action: Action
    status: int = Field(default=500, ge=200, le=599)
    body: Any = None
    """A text is sent as it is, anything else as JSON."""
    headers: dict[str, str] = Field(default_factory=dict)
    seconds: float | None = Field(default=None, ge=0, le=MOST_SECONDS)
    """Of ``delay`` (real seconds, 1 without it), ``throttle`` and ``slow`` (seconds of the simulator's clock)."""
    until: AwareDatetime | None = Field(default=None, strict=False)
    """The other way to say when ``throttle`` ends."""
    remaining: int = Field(default=0, ge=0)
    """Calls that the rate headers claim to be left, though the answer is 429."""
    polls: int | None = Field(default=None, ge=1)
    """How often the caller must ask before ``slow`` processing ends."""
    reason: str | None = Field(default=None, min_length=1)
    """Of ``fail`` in the network's words; of ``revoke_token`` on Facebook and Instagram, what ended the token."""
    while_in_progress: bool = False
    """X only: ``fail`` shows its error while the state still says in_progress at 99 %."""

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        unfit = sorted(self.model_fields_set - EVERY - FIELDS_OF.get(self.action, set()))
        if unfit:
            raise ValueError(f"{unfit[0]} means nothing to {self.action}")
        if self.action == "throttle" and (self.seconds is None) == (self.until is None):
            raise ValueError("throttle needs either seconds or until")
        if self.action == "throttle" and "count" in self.model_fields_set:
            raise ValueError("throttle ends by time; count means nothing to it")
        if self.action == "slow" and self.seconds is None and self.polls is None:
            raise ValueError("slow needs seconds, polls or both")
        if self.action == "revoke_token" and self.reason is not None and not self._ends_a_token():
            raise ValueError(f"{self.reason} ends no token of {self.network}")
        if self.while_in_progress and self.network != "x":
            raise ValueError("while_in_progress is a habit of X")
        return self

    def _ends_a_token(self) -> bool:
        return self.network in {"facebook", "instagram"} and self.reason in REVOCATIONS

    def matches(self, method: str, path: str, networks: list[str]) -> bool:
        """Whether a call is meant. ``path`` begins with the host, as it does here; ``networks`` are those it may be about."""
        return (
            self.network in networks
            and self.method in {None, method}
            and fnmatch.fnmatchcase(split(path)[1], (self.path or "") + "*")
        )


class Orders:
    """The faults that are still armed, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault, now: float) -> Fault:
        """Arms a fault; the seconds of a throttle begin now."""
        if fault.action == "throttle" and fault.seconds is not None:
            fault = fault.model_copy(update={"until": datetime.fromtimestamp(now + fault.seconds).astimezone()})
        self._faults.append(fault)
        return fault

    def armed(self, now: float) -> list[Fault]:
        self._forget_throttles_before(now)
        return list(self._faults)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, method: str, path: str, networks: list[str], now: float, *, has_token: bool) -> Fault | None:
        """The fault that this call meets. One about the token waits for a call that carries one."""
        self._forget_throttles_before(now)
        for fault in self._faults:
            needs_token = fault.action in {"expire_token", "revoke_token"}
            if (
                fault.action not in PROCESSING
                and (has_token or not needs_token)
                and fault.matches(method, path, networks)
            ):
                return self._count(fault)
        return None

    def take_processing(self, method: str, path: str, networks: list[str]) -> Fault | None:
        """The fault that hits what this call makes the network process."""
        for fault in self._faults:
            if fault.action in PROCESSING and fault.matches(method, path, networks):
                return self._count(fault)
        return None

    def _count(self, fault: Fault) -> Fault:
        if fault.action != "throttle":
            fault.count -= 1
            if fault.count == 0:
                self._faults.remove(fault)
        return fault

    def _forget_throttles_before(self, now: float) -> None:
        self._faults = [fault for fault in self._faults if fault.until is None or fault.until.timestamp() > now]


def processing_fault(request: Request) -> Fault | None:
    """For a network that begins to process something: the order about it, which is used up by asking."""
    orders: Orders = request.app.state.faults
    path = request.scope["path"]
    return orders.take_processing(request.method, path, networks_addressed(request.app.state.world, path))

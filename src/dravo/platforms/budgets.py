"""What a network allows in a window of time, declared so that the engine can keep to it before a call is made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from dravo.kit.http import Request


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `limit` of the calls that `counts` names, in any `window`, for one account or for all accounts of an app.

    `name` is shown to callers, and is the key under which is written down what was taken: renaming one forgets that.
    `title` says in the plural what is counted. `counts` is told a call and whether it has an effect. `limit_of` tells the limit
    where it is another for an account (its id at the network, its traits) under the network's settings; None: it has none.
    """

    name: str
    title: str
    limit: int
    window: timedelta
    scope: Literal["account", "app"]
    counts: Callable[[Request, bool], bool]
    limit_of: Callable[[str, Mapping[str, Any], Mapping[str, Any]], int | None] | None = None

    def left(self, taken: Sequence[datetime], at: datetime) -> int:
        """How many may still be taken at `at`, when those were taken before."""
        return max(0, self.limit - len(self._counting(taken, at)))

    def free_at(self, taken: Sequence[datetime], at: datetime) -> datetime | None:
        """When more of it is left than now; None while nothing is taken."""
        counting = self._counting(taken, at)
        # More than the limit may be taken where the limit was higher before.
        return counting[max(0, len(counting) - self.limit)] + self.window if counting else None

    def _counting(self, taken: Sequence[datetime], at: datetime) -> list[datetime]:
        return sorted(time for time in taken if time > at - self.window)


def calls_of(method: str, path: str) -> Callable[[Request, bool], bool]:
    """Every call to one address, whatever it does."""
    return lambda request, _effect: (request.method, request.path) == (method, path)


def orders_at(end: str) -> Callable[[Request, bool], bool]:
    """Calls with an effect to the addresses that end so."""
    return lambda request, effect: effect and request.path.endswith(end)

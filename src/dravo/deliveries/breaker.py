"""Networks that do not answer: after so many failures in a row everything for the network waits, instead of failing one by one.

Counted in this process alone and never stored: each worker sees for itself, the hold that follows is everybody's. It delays
and never fails anything.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from dravo.deliveries.retry import Decision
from dravo.kit.http import NetworkHttp
from dravo.models import Delivery

IN_A_ROW = 5
"""Deliveries, not tries: one that comes again and again counts once."""

ACCOUNTS = 2
"""Of so many accounts at least: a single one may have trouble that is its own."""

WITHIN = timedelta(minutes=1)

CODE = "network_unreachable"
REASON = "The network does not answer. What is due for it waits, and goes out as soon as it answers again."

SILENCE = frozenset({"network_unreachable", "network_unavailable", "network_error"})
"""Codes of adapters for a network that cannot be reached, or says no more than that its servers have failed."""


@dataclass(slots=True)
class Breaker:
    """The failures of each network since it last answered: when, and of which account, by delivery."""

    _failures: dict[str, dict[str, tuple[datetime, str]]] = field(default_factory=dict)

    def failed(self, delivery: Delivery, at: datetime) -> bool:
        """Count a failure; whether the network is taken for silent now. The count begins anew then."""
        lately = {
            delivery_id: failure
            for delivery_id, failure in self._failures.get(delivery.platform, {}).items()
            if at - failure[0] < WITHIN
        }
        lately[delivery.id] = (at, delivery.account_id)
        silent = len(lately) >= IN_A_ROW and len({account for _, account in lately.values()}) >= ACCOUNTS
        self._failures[delivery.platform] = {} if silent else lately
        return silent

    def answered(self, delivery: Delivery) -> None:
        """The network is there."""
        self._failures.pop(delivery.platform, None)


_breakers: WeakKeyDictionary[NetworkHttp, Breaker] = WeakKeyDictionary()


def of(http: NetworkHttp) -> Breaker:
    """The breaker of a transport, of which a process has one for each environment."""
    return _breakers.setdefault(http, Breaker())


def is_silence(decision: Decision | None) -> bool:
    """Whether the run ended because the network did not answer, or only with a failure of its servers."""
    return decision is not None and decision.error_class == "transient" and decision.error_code in SILENCE


def is_answer(decision: Decision | None) -> bool:
    """Whether the run ended with a refusal in the network's own words: it is there, though it did not do as asked."""
    refusals = {"rejected", "rate_limited", "reauth", "misconfigured"}
    return decision is not None and decision.error_class in refusals and bool(decision.raw)

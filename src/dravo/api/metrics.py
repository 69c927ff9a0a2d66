"""`/metrics`: what wants a person, in the words of Prometheus, read from the book at the moment of asking."""

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.auth.dependencies import ResourcesDep
from dravo.deliveries import invariants
from dravo.kit import log
from dravo.kit.db import Database
from dravo.kit.errors import Problem
from dravo.models.base import ENVIRONMENTS
from dravo.resources import Resources
from dravo.settings import Settings

T = TypeVar("T")
Rows = list[dict[str, Any]]

router = APIRouter(tags=["operations"], include_in_schema=False)

STATEMENT_MS = 1000
"""The longest that one question to the book may take; what takes longer is left out and named in dravo_scrape_failed."""

UNKNOWNS_OF = timedelta(days=7)
"""How far back lost answers are counted."""

_TIMED_OUT = "57014"
_OF_TENANTS = "workspaces w CROSS JOIN (VALUES ('live'), ('test')) AS e (environment) CROSS JOIN LATERAL"

QUEUE = """
SELECT environment, platform, status, count(*) AS number,
       coalesce(extract(epoch FROM dravo_now() - min(due_at) FILTER (WHERE due_at <= dravo_now())), 0) AS age
FROM deliveries WHERE status = 'queued' GROUP BY environment, platform, status
UNION ALL
SELECT environment, platform, status, count(*), 0
FROM deliveries WHERE lease_token IS NOT NULL AND status = 'processing' GROUP BY environment, platform, status
"""
SCHEDULED = """
SELECT count(*) AS number,
       greatest(coalesce(extract(epoch FROM dravo_now() - min(scheduled_at)), 0), 0) AS age
FROM posts WHERE status = 'scheduled'
"""
UNCONFIRMED = """
SELECT environment, platform, count(*) AS number,
       count(*) FILTER (WHERE next_look_at IS NULL AND lease_token IS NULL) AS waiting
FROM deliveries WHERE status = 'unconfirmed' GROUP BY environment, platform
"""
HOLDS = "SELECT environment, count(*) AS number FROM holds GROUP BY environment"
DISCONNECTED = """
SELECT environment, count(*) AS number FROM accounts WHERE reconnect_reason IS NOT NULL GROUP BY environment
"""
# What a fruitful look settles has counted no fruitless one, but its timeline has no answer to the call. Only those are
# asked for theirs that were settled as late as a first look settles them.
UNKNOWNS = f"""
SELECT c.environment, c.name, c.state, count(*) AS number
FROM {_OF_TENANTS} (
    SELECT c.environment, c.name, c.state FROM commits c
    WHERE c.workspace_id = w.id AND c.environment = e.environment AND c.id >= :first_commit
      AND (c.looks > 0 OR c.absent_at IS NOT NULL
        OR (c.state IN ('confirmed', 'refuted') AND c.settled_at >= c.opened_at + CAST(:first_look AS interval)
          AND NOT EXISTS (
            SELECT FROM timeline_entries t
            WHERE t.workspace_id = c.workspace_id AND t.environment = c.environment AND t.delivery_id = c.delivery_id
              AND t.name = c.name AND t.kind = 'commit' AND t.outcome = 'done')))) AS c
GROUP BY c.environment, c.name, c.state
"""
SHOWN_AS_UNCONFIRMED = f"""
SELECT v.environment, count(DISTINCT (v.workspace_id, v.post_id)) AS number
FROM {_OF_TENANTS} (
    SELECT workspace_id, environment, data ->> 'id' AS post_id FROM webhook_events
    WHERE workspace_id = w.id AND environment = e.environment AND id >= :first_event
      AND event_type = 'post.unconfirmed') AS v
GROUP BY v.environment
"""

_log = log.get(__name__)


@router.api_route("/metrics", methods=["GET", "HEAD"])
async def metrics(request: Request, resources: ResourcesDep) -> Response:
    """Everything of this page, for whoever shows DRAVO_METRICS_TOKEN. Raises Problem 401."""
    _let_in(request, resources.settings)
    registry = CollectorRegistry()
    registry.register(_Scrape(await read(resources)))
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _let_in(request: Request, settings: Settings) -> None:
    shown = request.headers.getlist("authorization")
    scheme, _, credential = (shown[0] if len(shown) == 1 else "").partition(" ")
    assert settings.metrics_token is not None, "without a token the route is not there"
    token = settings.metrics_token.get_secret_value().encode()
    is_right = hmac.compare_digest(credential.strip(" ").encode("latin-1"), token)
    if scheme.lower() != "bearer" or not is_right:
        raise Problem(
            401,
            "invalid_credentials",
            "The credential is not valid",
            "Send 'Authorization: Bearer <token>' with the token that DRAVO_METRICS_TOKEN holds.",
            headers={"WWW-Authenticate": "Bearer"},
        )


class _Scrape(Collector):
    """What was read, in the form that the library asks for."""

    def __init__(self, families: Sequence[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families


async def read(resources: Resources) -> list[GaugeMetricFamily]:
    """Every metric as it is now. Raises DatabaseUnavailable."""
    book = _Book(resources.db)
    families = [family async for family in _all(book, resources.settings)]
    failed = GaugeMetricFamily("dravo_scrape_failed", "1: this part took too long and is left out.", labels=["part"])
    for part, has_failed in book.parts.items():
        failed.add_metric([part], has_failed)
    return [*families, failed]


async def _all(book: "_Book", settings: Settings) -> AsyncIterator[GaugeMetricFamily]:
    alerts = GaugeMetricFamily("dravo_alert", "How many things want a person.", labels=["name", "environment"])
    queue, unconfirmed = await book.ask("queue", QUEUE), await book.ask("unconfirmed", UNCONFIRMED)
    yield _gauge(
        "dravo_deliveries",
        "Deliveries that are not at their end, and unconfirmed ones.",
        ("environment", "platform", "status"),
        [*(queue or []), *({**row, "status": "unconfirmed"} for row in unconfirmed or [])],
    )
    waiting = [row for row in queue or [] if row["status"] == "queued"]
    yield _gauge(
        "dravo_oldest_due_seconds",
        "For how long the oldest due delivery has been due; 0: none is.",
        ("environment", "platform"),
        waiting,
        value="age",
    )
    scheduled = await book.ask("scheduled", SCHEDULED)
    yield _gauge("dravo_scheduled_posts", "Posts whose time has not come.", (), scheduled)
    yield _gauge("dravo_overdue_post_seconds", "How late the latest scheduled post is.", (), scheduled, value="age")
    _add_alert(alerts, "unconfirmed_waiting", unconfirmed, value="waiting")
    _add_alert(alerts, "held", await book.ask("holds", HOLDS))
    _add_alert(alerts, "needs_reconnect", await book.ask("accounts", DISCONNECTED))
    yield _gauge(
        "dravo_unknown_outcomes",
        "Calls of the last 7 days whose answer was lost and that were looked for, by what came of them.",
        ("environment", "name", "state"),
        await book.ask(
            "unknowns",
            UNKNOWNS,
            first_commit=invariants.first_id("cmt", UNKNOWNS_OF),
            first_look=_first_look(settings),
        ),
    )
    yield _gauge(
        "dravo_posts_unconfirmed",
        "Posts that showed as unconfirmed in the last 7 days, settled or not.",
        ("environment",),
        await book.ask("events", SHOWN_AS_UNCONFIRMED, first_event=invariants.first_id("evt", UNKNOWNS_OF)),
    )
    broken = [{"invariant": name, "number": await book.violations(name, settings)} for name in invariants.QUESTIONS]
    known = [row for row in broken if row["number"] is not None]
    yield _gauge("dravo_invariant_violations", "How often a promise is broken now.", ("invariant",), known)
    if known:
        alerts.add_metric(["invariant_violated", ""], sum(float(row["number"] or 0) for row in known))
    yield alerts


def _first_look(settings: Settings) -> timedelta:
    """The soonest after its intent that a call can be looked for: after its loss, or after a dead worker's lease."""
    return timedelta(seconds=min(settings.look_seconds[0] * settings.patience_factor, settings.commit_seconds))


def _gauge(
    name: str, meaning: str, labels: Sequence[str], rows: Rows | None, *, value: str = "number"
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=list(labels))
    for row in rows or ():
        family.add_metric([row[label] for label in labels], float(row[value]))
    return family


def _add_alert(alerts: GaugeMetricFamily, name: str, rows: Rows | None, *, value: str = "number") -> None:
    """One number for each environment, 0 included: an alert that was never seen cannot be told from one that is broken."""
    if rows is None:
        return
    for environment in ENVIRONMENTS:
        alerts.add_metric([name, environment], sum(row[value] for row in rows if row["environment"] == environment))


class _Book:
    """Asks the book, each question for a bounded time. `parts`: which questions were asked, and whether in vain."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.parts: dict[str, bool] = {}

    async def ask(self, part: str, question: str, **values: str | timedelta) -> Rows | None:
        """The rows; None when it took too long."""

        async def asked(session: AsyncSession) -> Rows:
            return [dict(row) for row in (await session.execute(text(question), values)).mappings()]

        return await self._bounded(part, asked)

    async def violations(self, invariant: str, settings: Settings) -> int | None:
        """See `dravo.deliveries.invariants`; None when it took too long."""
        return await self._bounded(
            f"invariant_{invariant}", lambda session: invariants.violations(session, invariant, settings)
        )

    async def _bounded(self, part: str, asked: Callable[[AsyncSession], Awaitable[T]]) -> T | None:
        try:
            async with self._db.transaction() as session:
                await session.execute(text(f"SET LOCAL statement_timeout = {STATEMENT_MS}"))
                found = await asked(session)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _TIMED_OUT:
                raise
            _log.warning("metric_left_out", step=part, reason="the question to the database took too long")
            self.parts[part] = True
            return None
        self.parts[part] = False
        return found

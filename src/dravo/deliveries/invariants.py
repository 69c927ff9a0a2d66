"""Four promises that the book itself can be asked about while it is in use: how often is each of them broken?

The answers are zero; anything else is a fault of ours or of the database's, and wants a person. What would cost a walk through
everything that was ever delivered is asked of what was made lately: ids begin with the time, so that is a piece of each key's index.
"""

import time
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.settings import Settings

RECENT = timedelta(days=2)
"""How far back posts, deliveries and commits are asked about where no index tells the unfinished ones."""

OVERDUE = timedelta(minutes=5)
"""A lease that is over is taken back within seconds, where any worker runs."""

LONGEST_WAIT = timedelta(days=32)
"""No limit of a network lasts longer than a month."""

_SLACK = timedelta(hours=1)
"""Ids have the time of the process that gave them: another one's clock may be wrong by so much."""

_TENANTS = "workspaces w CROSS JOIN (VALUES ('live'), ('test')) AS e (environment)"

_INDEX_IS_GONE = """
    (SELECT count(*) FROM (VALUES ('{index}')) AS held (name) WHERE NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indexrelid = to_regclass(held.name) AND i.indisunique AND i.indisvalid))
"""
"""One, where the unique index that keeps the promise is not there, or not valid."""

QUESTIONS: dict[str, str] = {
    # Every delivery is final, or due, or waits or is leased within bounds.
    "2": f"""
        SELECT (SELECT count(*) FROM deliveries WHERE lease_token IS NOT NULL
                AND lease_until NOT BETWEEN dravo_now() - CAST(:overdue AS interval)
                    AND dravo_now() + CAST(:longest_lease AS interval))
             + (SELECT count(*) FROM deliveries WHERE status = 'queued'
                AND due_at > dravo_now() + CAST(:longest_wait AS interval))
             + (SELECT count(*) FROM deliveries WHERE next_look_at IS NOT NULL
                AND next_look_at > dravo_now() + CAST(:longest_wait AS interval))
             + (SELECT count(*) FROM {_TENANTS} CROSS JOIN LATERAL (
                    SELECT FROM deliveries d
                    JOIN posts p ON p.workspace_id = d.workspace_id AND p.environment = d.environment AND p.id = d.post_id
                    WHERE d.workspace_id = w.id AND d.environment = e.environment AND d.id >= :first_delivery
                      AND d.status = 'scheduled' AND p.status <> 'scheduled') AS forgotten)
    """,
    # One live commit per delivery and name.
    "6": f"""
        SELECT (SELECT coalesce(sum(doubled.live - 1), 0) FROM (
                    SELECT count(*) AS live FROM {_TENANTS} CROSS JOIN LATERAL (
                        SELECT c.workspace_id, c.environment, c.delivery_id, c.name FROM commits c
                        WHERE c.workspace_id = w.id AND c.environment = e.environment AND c.id >= :first_commit
                          AND c.state IN ('open', 'confirmed')) AS c
                    GROUP BY c.workspace_id, c.environment, c.delivery_id, c.name) AS doubled)
             + {_INDEX_IS_GONE.format(index="uq_commits_one_live")}
    """,
    # One lease per account.
    "8": f"""
        SELECT (SELECT coalesce(sum(leases - 1), 0) FROM (
                    SELECT count(*) AS leases FROM deliveries WHERE lease_token IS NOT NULL
                    GROUP BY workspace_id, environment, account_id) AS accounts)
             + {_INDEX_IS_GONE.format(index="uq_deliveries_one_lease_per_account")}
    """,
    # An event tells of every end.
    "12": f"""
        WITH told AS MATERIALIZED (
            SELECT v.* FROM {_TENANTS} CROSS JOIN LATERAL (
                SELECT v.workspace_id, v.environment, v.event_type, v.data ->> 'id' AS post_id FROM webhook_events v
                WHERE v.workspace_id = w.id AND v.environment = e.environment AND v.id >= :first_event) AS v),
        ended AS MATERIALIZED (
            SELECT p.* FROM {_TENANTS} CROSS JOIN LATERAL (
                SELECT p.workspace_id, p.environment, p.id,
                       'post.' || CASE p.status WHEN 'partial' THEN 'published' ELSE p.status END AS event_type
                FROM posts p
                WHERE p.workspace_id = w.id AND p.environment = e.environment AND p.id >= :first_post
                  AND p.status IN ('published', 'partial', 'failed', 'canceled', 'unconfirmed')) AS p)
        SELECT count(*) FROM ended p WHERE NOT EXISTS (
            SELECT FROM told v WHERE v.workspace_id = p.workspace_id AND v.environment = p.environment
              AND v.post_id = p.id AND v.event_type = p.event_type)
    """,
}
"""By the number of the invariant: a statement that answers how many times it is broken."""


async def violations(session: AsyncSession, invariant: str, settings: Settings) -> int:
    """How often an invariant of QUESTIONS is broken now."""
    seconds = max(settings.lease_seconds, settings.commit_seconds + settings.commit_margin_seconds)
    values = {
        "overdue": OVERDUE,
        "longest_lease": timedelta(seconds=seconds) + OVERDUE,
        "longest_wait": LONGEST_WAIT,
        "first_delivery": first_id("del", RECENT),
        "first_commit": first_id("cmt", RECENT),
        "first_post": first_id("post", RECENT),
        "first_event": first_id("evt", RECENT + _SLACK),
    }
    statement = text(QUESTIONS[invariant])
    asked = {name: value for name, value in values.items() if name in statement.compile().params}
    return int(await session.scalar(statement, asked) or 0)


def first_id(prefix: str, age: timedelta) -> str:
    """What no id is smaller than that was given within the last `age`; see `dravo.kit.ids`."""
    milliseconds = int((time.time() - age.total_seconds()) * 1000)
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    return f"{prefix}_" + "".join(alphabet[(milliseconds >> shift) & 31] for shift in range(45, -1, -5))

"""Deliveries (one post to one account) and their journal."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dravo.models.base import ENVIRONMENTS, Base, Tenant, of_workspace, one_of, within_tenant

DELIVERY_STATUSES = ("scheduled", "queued", "processing", "published", "failed", "canceled", "unconfirmed")
COMMIT_NAMES = ("publish", "first_comment")
"""Closed: renaming one in a deploy would publish twice."""
COMMIT_STATES = ("open", "confirmed", "refused", "refuted")
HOLD_SCOPES = ("account", "app", "deployment", "network")
ERROR_CLASSES = ("transient", "rate_limited", "reauth", "rejected", "misconfigured", "unknown_outcome")


class Delivery(Tenant, Base):
    """One post to one account.

    `due_at` is when it wants attention next, `due_since` when it first could have gone out; `wake` numbers the rings.
    `publish_state` repeats the state of its newest `publish` commit, so that constraints can hold the promise.
    `first_generation` is where its present life begins, the first one or the newest manual retry. While it is unconfirmed the
    network is asked again at `next_look_at`. `crashes` counts workers that died, one after the other, at `crashed_at_step`.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        within_tenant("post_id", "posts"),
        within_tenant("account_id", "accounts", cascade=False),
        UniqueConstraint("workspace_id", "environment", "post_id", "account_id", name="uq_deliveries_account"),
        one_of("environment", ENVIRONMENTS),
        one_of("status", DELIVERY_STATUSES),
        one_of("publish_state", COMMIT_STATES),
        one_of("error_class", ERROR_CLASSES),
        CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name="lease_is_whole"),
        # A look at an unconfirmed delivery holds a lease, too; what the world sees of it stays as it is meanwhile.
        CheckConstraint(
            "CASE WHEN lease_token IS NULL THEN status <> 'processing' ELSE status IN ('processing', 'unconfirmed') END",
            name="processing_is_leased",
        ),
        CheckConstraint("next_look_at IS NULL OR status = 'unconfirmed'", name="looked_at_while_unconfirmed"),
        # coalesce: a comparison with NULL would let a row pass
        CheckConstraint(
            "status <> 'published' OR coalesce(publish_state, '') = 'confirmed'", name="published_is_confirmed"
        ),
        CheckConstraint(
            "status NOT IN ('failed', 'canceled') OR publish_state IS NULL OR publish_state IN ('refused', 'refuted')",
            name="nothing_sent_when_failed_or_canceled",
        ),
        CheckConstraint(
            # Under a look it may just have been ruled out.
            "status <> 'unconfirmed' OR coalesce(publish_state, '') IN ('open', 'confirmed') OR lease_token IS NOT NULL",
            name="unconfirmed_was_sent",
        ),
        # Unfinished rows only: a million scheduled or finished ones cost the dispatch loop nothing.
        Index("ix_deliveries_due", "due_at", postgresql_where=text("status = 'queued'")),
        Index("ix_deliveries_looks", "next_look_at", postgresql_where=text("next_look_at IS NOT NULL")),
        Index("ix_deliveries_leased", "lease_until", postgresql_where=text("lease_token IS NOT NULL")),
        Index(
            "uq_deliveries_one_lease_per_account",
            "workspace_id",
            "environment",
            "account_id",
            unique=True,
            postgresql_where=text("lease_token IS NOT NULL"),
        ),
        Index(
            "ix_deliveries_bound",
            "workspace_id",
            "environment",
            "platform",
            "created_at",
            postgresql_where=text("platform_post_id IS NOT NULL"),
        ),
        Index(
            "uq_deliveries_platform_post",
            "workspace_id",
            "environment",
            "platform",
            "platform_post_id",
            unique=True,
            postgresql_where=text("platform_post_id IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str]
    account_id: Mapped[str]
    platform: Mapped[str]
    position: Mapped[int]
    status: Mapped[str]
    publish_state: Mapped[str | None]
    due_at: Mapped[datetime]
    due_since: Mapped[datetime]
    waiting_for: Mapped[str | None]
    generation: Mapped[int]
    first_generation: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int]
    wake: Mapped[int]
    rung_at: Mapped[datetime | None]
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]
    crashes: Mapped[int] = mapped_column(default=0)
    crashed_at_step: Mapped[str | None]
    platform_post_id: Mapped[str | None]
    platform_post_url: Mapped[str | None]
    warnings: Mapped[list[Any]]
    error_code: Mapped[str | None]
    error_class: Mapped[str | None]
    error_message: Mapped[str | None]
    raw_response: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class Step(Tenant, Base):
    """A kept answer, or a wait that has begun (`answer` still null). Answers with secrets are in `sealed`."""

    __tablename__ = "steps"
    __table_args__ = (within_tenant("delivery_id", "deliveries"),)

    delivery_id: Mapped[str] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    answer: Mapped[dict[str, Any] | None]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    questions: Mapped[int]
    started_at: Mapped[datetime]
    kept_until: Mapped[datetime | None]


class Commit(Tenant, Base):
    """A call that may happen once: its intent is here before it is sent, its answer after.

    `looks` counts the fruitless ones after a lost answer; `absent_at` is when the network first said, late enough to count,
    that nothing came of it.
    """

    __tablename__ = "commits"
    __table_args__ = (
        within_tenant("delivery_id", "deliveries"),
        one_of("name", COMMIT_NAMES),
        one_of("state", COMMIT_STATES),
        Index(
            "uq_commits_one_live",
            "workspace_id",
            "environment",
            "delivery_id",
            "name",
            unique=True,
            postgresql_where=text("state IN ('open', 'confirmed')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    generation: Mapped[int]
    lease_token: Mapped[str]
    request_hash: Mapped[str]
    send_before: Mapped[datetime]
    opened_at: Mapped[datetime]
    looks: Mapped[int]
    probed_at: Mapped[datetime | None]
    absent_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None]
    evidence: Mapped[dict[str, Any] | None]
    settled_at: Mapped[datetime | None]


class Hold(Base):
    """What nothing is sent to, or for, because every delivery would meet the same refusal.

    `scope` and `scope_id`: a whole network for this deployment ("deployment", ""), the same because it does not answer
    ("network", ""), all accounts of one workspace's app ("app", workspace and app), or one account ("account", its id). From
    `canary_at` on one delivery may try. `config` is what the deployment had set about the network then.
    """

    __tablename__ = "holds"
    __table_args__ = (one_of("environment", ENVIRONMENTS), one_of("scope", HOLD_SCOPES))

    environment: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True, default="deployment")
    scope_id: Mapped[str] = mapped_column(primary_key=True, default="")
    code: Mapped[str]
    reason: Mapped[str]
    config: Mapped[dict[str, Any]]
    since: Mapped[datetime]
    canary_at: Mapped[datetime]


class Budget(Tenant, Base):
    """The times at which something was taken of what a network allows in a window, for an account or an app (its client id)."""

    __tablename__ = "budgets"
    __table_args__ = (
        of_workspace(),
        one_of("environment", ENVIRONMENTS),
        one_of("scope", ("account", "app")),
    )

    platform: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    scope_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    taken: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))


class TimelineEntry(Tenant, Base):
    """What happened, for people: a step, a look or the end of an attempt, with the redacted exchange."""

    __tablename__ = "timeline_entries"
    __table_args__ = (
        within_tenant("delivery_id", "deliveries"),
        Index("ix_timeline_entries_delivery", "workspace_id", "environment", "delivery_id", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    attempt: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    outcome: Mapped[str]
    request: Mapped[dict[str, Any] | None]
    answer: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    next_attempt_at: Mapped[datetime | None]

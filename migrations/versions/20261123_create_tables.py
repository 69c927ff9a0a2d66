"""Create every table of the first release, and the clock that decides."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261123_create_tables"
down_revision = None
branch_labels = None
depends_on = None


# The only clock that decides; STABLE, so that an index can be searched by it. Tests replace it by a shifted one.
CLOCK = "CREATE FUNCTION dravo_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT clock_timestamp()'"


def upgrade() -> None:
    op.execute(CLOCK)
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "accounts",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("platform_account_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("connection_type", sa.Text(), nullable=False),
        sa.Column("traits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("credentials", sa.LargeBinary(), nullable=False),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconnect_reason", sa.Text(), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "connection_type IN ('oauth', 'manual', 'simulated')", name=op.f("ck_accounts_connection_type")
        ),
        sa.CheckConstraint("environment IN ('live', 'test')", name=op.f("ck_accounts_environment")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_accounts_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint(
            "workspace_id", "environment", "platform", "platform_account_id", name="uq_accounts_profile"
        ),
    )
    op.create_table(
        "api_keys",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("environment IN ('live', 'test')", name=op.f("ck_api_keys_environment")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_api_keys_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    op.create_table(
        "media_assets",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("environment IN ('live', 'test')", name=op.f("ck_media_assets_environment")),
        sa.CheckConstraint("kind IN ('image', 'video')", name=op.f("ck_media_assets_kind")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_media_assets_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "id", name=op.f("pk_media_assets")),
    )
    op.create_index("uq_media_assets_id", "media_assets", ["id"], unique=True)
    op.create_table(
        "posts",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media_urls", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("platform_options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("account_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("environment IN ('live', 'test')", name=op.f("ck_posts_environment")),
        sa.CheckConstraint(
            "status IN ('scheduled', 'queued', 'processing', 'published', 'partial', 'failed', 'canceled', 'unconfirmed')",
            name=op.f("ck_posts_status"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_posts_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "id", name=op.f("pk_posts")),
    )
    op.create_index(
        "ix_posts_due", "posts", ["scheduled_at"], unique=False, postgresql_where=sa.text("status = 'scheduled'")
    )
    op.create_table(
        "webhook_events",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("environment IN ('live', 'test')", name=op.f("ck_webhook_events_environment")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_webhook_events_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "id", name=op.f("pk_webhook_events")),
    )
    op.create_table(
        "deliveries",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("publish_state", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_for", sa.Text(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("wake", sa.Integer(), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform_post_id", sa.Text(), nullable=True),
        sa.Column("platform_post_url", sa.Text(), nullable=True),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_class", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("raw_response", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'processing') = (lease_token IS NOT NULL)", name=op.f("ck_deliveries_processing_is_leased")
        ),
        sa.CheckConstraint("environment IN ('live', 'test')", name=op.f("ck_deliveries_environment")),
        sa.CheckConstraint(
            "error_class IN ('transient', 'rate_limited', 'reauth', 'rejected', 'misconfigured', 'unknown_outcome')",
            name=op.f("ck_deliveries_error_class"),
        ),
        sa.CheckConstraint(
            "publish_state IN ('open', 'confirmed', 'refused', 'refuted')", name=op.f("ck_deliveries_publish_state")
        ),
        sa.CheckConstraint(
            "status <> 'published' OR coalesce(publish_state, '') = 'confirmed'",
            name=op.f("ck_deliveries_published_is_confirmed"),
        ),
        sa.CheckConstraint(
            "status <> 'unconfirmed' OR coalesce(publish_state, '') IN ('open', 'confirmed')",
            name=op.f("ck_deliveries_unconfirmed_was_sent"),
        ),
        sa.CheckConstraint(
            "status IN ('scheduled', 'queued', 'processing', 'published', 'failed', 'canceled', 'unconfirmed')",
            name=op.f("ck_deliveries_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('failed', 'canceled') OR publish_state IS NULL OR publish_state IN ('refused', 'refuted')",
            name=op.f("ck_deliveries_nothing_sent_when_failed_or_canceled"),
        ),
        sa.CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name=op.f("ck_deliveries_lease_is_whole")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "environment", "account_id"],
            ["accounts.workspace_id", "accounts.environment", "accounts.id"],
            name=op.f("fk_deliveries_accounts"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "environment", "post_id"],
            ["posts.workspace_id", "posts.environment", "posts.id"],
            name=op.f("fk_deliveries_posts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("workspace_id", "environment", "post_id", "account_id", name="uq_deliveries_account"),
    )
    op.create_index(
        "ix_deliveries_due", "deliveries", ["due_at"], unique=False, postgresql_where=sa.text("status = 'queued'")
    )
    op.create_index(
        "ix_deliveries_leased",
        "deliveries",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("lease_token IS NOT NULL"),
    )
    op.create_index(
        "uq_deliveries_one_lease_per_account",
        "deliveries",
        ["workspace_id", "environment", "account_id"],
        unique=True,
        postgresql_where=sa.text("lease_token IS NOT NULL"),
    )
    op.create_index(
        "uq_deliveries_platform_post",
        "deliveries",
        ["workspace_id", "environment", "account_id", "platform_post_id"],
        unique=True,
        postgresql_where=sa.text("platform_post_id IS NOT NULL"),
    )
    op.create_table(
        "idempotency_records",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "environment", "post_id"],
            ["posts.workspace_id", "posts.environment", "posts.id"],
            name=op.f("fk_idempotency_records_posts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "key", name=op.f("pk_idempotency_records")),
    )
    op.create_table(
        "post_media",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "environment", "asset_id"],
            ["media_assets.workspace_id", "media_assets.environment", "media_assets.id"],
            name=op.f("fk_post_media_media_assets"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "environment", "post_id"],
            ["posts.workspace_id", "posts.environment", "posts.id"],
            name=op.f("fk_post_media_posts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "post_id", "position", name=op.f("pk_post_media")),
    )
    op.create_table(
        "commits",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("send_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name IN ('publish', 'first_comment')", name=op.f("ck_commits_name")),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'refused', 'refuted')", name=op.f("ck_commits_state")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "environment", "delivery_id"],
            ["deliveries.workspace_id", "deliveries.environment", "deliveries.id"],
            name=op.f("fk_commits_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "id", name=op.f("pk_commits")),
    )
    op.create_index(
        "uq_commits_one_live",
        "commits",
        ["workspace_id", "environment", "delivery_id", "name"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'confirmed')"),
    )
    op.create_table(
        "steps",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "environment", "delivery_id"],
            ["deliveries.workspace_id", "deliveries.environment", "deliveries.id"],
            name=op.f("fk_steps_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "environment", "delivery_id", "generation", "name", name=op.f("pk_steps")
        ),
    )
    op.create_table(
        "timeline_entries",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "environment", "delivery_id"],
            ["deliveries.workspace_id", "deliveries.environment", "deliveries.id"],
            name=op.f("fk_timeline_entries_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "id", name=op.f("pk_timeline_entries")),
    )
    op.create_index(
        "ix_timeline_entries_delivery",
        "timeline_entries",
        ["workspace_id", "environment", "delivery_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_timeline_entries_delivery", table_name="timeline_entries")
    op.drop_table("timeline_entries")
    op.drop_table("steps")
    op.drop_index(
        "uq_commits_one_live", table_name="commits", postgresql_where=sa.text("state IN ('open', 'confirmed')")
    )
    op.drop_table("commits")
    op.drop_table("post_media")
    op.drop_table("idempotency_records")
    op.drop_index(
        "uq_deliveries_platform_post", table_name="deliveries", postgresql_where=sa.text("platform_post_id IS NOT NULL")
    )
    op.drop_index(
        "uq_deliveries_one_lease_per_account",
        table_name="deliveries",
        postgresql_where=sa.text("lease_token IS NOT NULL"),
    )
    op.drop_index("ix_deliveries_leased", table_name="deliveries", postgresql_where=sa.text("lease_token IS NOT NULL"))
    op.drop_index("ix_deliveries_due", table_name="deliveries", postgresql_where=sa.text("status = 'queued'"))
    op.drop_table("deliveries")
    op.drop_table("webhook_events")
    op.drop_index("ix_posts_due", table_name="posts", postgresql_where=sa.text("status = 'scheduled'"))
    op.drop_table("posts")
    op.drop_index("uq_media_assets_id", table_name="media_assets")
    op.drop_table("media_assets")
    op.drop_table("api_keys")
    op.drop_table("accounts")
    op.drop_table("workspaces")
    op.execute("DROP FUNCTION dravo_now()")

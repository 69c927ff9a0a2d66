"""Know more of media, make renditions and attachments of them; renew tokens; probe and hold; bind a post once.

What is known of a medium was size and length; a medium from before keeps empty details and is judged without them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261124_media_tokens_holds"
down_revision = "20261123_create_tables"
branch_labels = None
depends_on = None


ONE_EACH = """
UPDATE deliveries AS later SET platform_post_id = NULL
WHERE EXISTS (
    SELECT FROM deliveries AS first
    WHERE first.workspace_id = later.workspace_id AND first.environment = later.environment
      AND first.platform = later.platform AND first.platform_post_id = later.platform_post_id
      AND (first.created_at, first.id) < (later.created_at, later.id)
)
"""


def upgrade() -> None:
    op.add_column(
        "media_assets",
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}"),
    )
    op.add_column("accounts", sa.Column("token_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "accounts",
        sa.Column("token_since", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("dravo_now()")),
    )
    op.add_column("accounts", sa.Column("refreshing_until", sa.DateTime(timezone=True), nullable=True))
    # The defaults stay for this release: processes of the last one still write rows while a deployment is rolled over.
    op.add_column("commits", sa.Column("probed_at", sa.DateTime(timezone=True), nullable=True))
    # Two accounts may post for one page: a network's post is bound once, whatever the account.
    op.execute(ONE_EACH)
    _bind("platform")
    op.create_index(
        "ix_deliveries_bound",
        "deliveries",
        ["workspace_id", "environment", "platform", "created_at"],
        postgresql_where=sa.text("platform_post_id IS NOT NULL"),
    )
    op.create_table(
        "renditions",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        _of_tenant("fk_renditions_media_assets", "source_id", "media_assets", cascade=True),
        _of_tenant("fk_renditions_made", "asset_id", "media_assets", cascade=False),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "source_id", "form", name=op.f("pk_renditions")),
    )
    op.create_table(
        "post_attachments",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        _of_tenant("fk_post_attachments_posts", "post_id", "posts", cascade=True),
        _of_tenant("fk_post_attachments_media_assets", "asset_id", "media_assets", cascade=False),
        sa.PrimaryKeyConstraint("workspace_id", "environment", "post_id", "name", name=op.f("pk_post_attachments")),
    )
    op.create_table(
        "holds",
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canary_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("environment IN ('live', 'test')", name=op.f("ck_holds_environment")),
        sa.PrimaryKeyConstraint("environment", "platform", name=op.f("pk_holds")),
    )


def _of_tenant(name: str, column: str, target: str, *, cascade: bool) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", "environment", column],
        [f"{target}.workspace_id", f"{target}.environment", f"{target}.id"],
        name=op.f(name),
        ondelete="CASCADE" if cascade else None,
        deferrable=None if cascade else True,
        initially=None if cascade else "DEFERRED",
    )


def _bind(column: str) -> None:
    op.drop_index("uq_deliveries_platform_post", table_name="deliveries")
    op.create_index(
        "uq_deliveries_platform_post",
        "deliveries",
        ["workspace_id", "environment", column, "platform_post_id"],
        unique=True,
        postgresql_where=sa.text("platform_post_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_deliveries_bound", table_name="deliveries", postgresql_where=sa.text("platform_post_id IS NOT NULL")
    )
    _bind("account_id")
    op.drop_table("holds")
    op.drop_table("post_attachments")
    op.drop_table("renditions")
    op.drop_column("commits", "probed_at")
    op.drop_column("accounts", "refreshing_until")
    op.drop_column("accounts", "token_since")
    op.drop_column("accounts", "token_version")
    op.drop_column("media_assets", "details")

"""Look again and again, settle by hand, count crashes and budgets, hold by account and app.

What stands in the journal of an older release means the same; open commits are looked at by the new rules.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_guarantees"
down_revision = "20261124_media_tokens_holds"
branch_labels = None
depends_on = None

LEASED = "(status = 'processing') = (lease_token IS NOT NULL)"
LEASED_OR_LOOKED_AT = (
    "CASE WHEN lease_token IS NULL THEN status <> 'processing' ELSE status IN ('processing', 'unconfirmed') END"
)
WAS_SENT = "status <> 'unconfirmed' OR coalesce(publish_state, '') IN ('open', 'confirmed')"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("app_id", sa.Text(), nullable=True))
    # The defaults stay for this release: processes of the last one still write rows while a deployment is rolled over.
    op.add_column("deliveries", sa.Column("first_generation", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("deliveries", sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("crashes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("crashed_at_step", sa.Text(), nullable=True))
    op.add_column("commits", sa.Column("absent_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("ck_deliveries_processing_is_leased", "deliveries")
    op.create_check_constraint(op.f("ck_deliveries_processing_is_leased"), "deliveries", LEASED_OR_LOOKED_AT)
    op.drop_constraint("ck_deliveries_unconfirmed_was_sent", "deliveries")
    op.create_check_constraint(
        op.f("ck_deliveries_unconfirmed_was_sent"), "deliveries", f"{WAS_SENT} OR lease_token IS NOT NULL"
    )
    op.create_check_constraint(
        op.f("ck_deliveries_looked_at_while_unconfirmed"),
        "deliveries",
        "next_look_at IS NULL OR status = 'unconfirmed'",
    )
    op.create_index(
        "ix_deliveries_looks",
        "deliveries",
        ["next_look_at"],
        postgresql_where=sa.text("next_look_at IS NOT NULL"),
    )
    op.add_column("holds", sa.Column("scope", sa.Text(), nullable=False, server_default="deployment"))
    op.add_column("holds", sa.Column("scope_id", sa.Text(), nullable=False, server_default=""))
    op.drop_constraint("pk_holds", "holds", type_="primary")
    op.create_primary_key("pk_holds", "holds", ["environment", "platform", "scope", "scope_id"])
    op.create_check_constraint(op.f("ck_holds_scope"), "holds", "scope IN ('account', 'app', 'deployment', 'network')")
    op.create_table(
        "budgets",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("taken", postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.CheckConstraint("environment IN ('live', 'test')", name=op.f("ck_budgets_environment")),
        sa.CheckConstraint("scope IN ('account', 'app')", name=op.f("ck_budgets_scope")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_budgets_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "environment", "platform", "scope", "scope_id", "name", name=op.f("pk_budgets")
        ),
    )


def downgrade() -> None:
    op.drop_table("budgets")
    op.execute("DELETE FROM holds WHERE scope <> 'deployment'")
    op.drop_constraint(op.f("ck_holds_scope"), "holds")
    op.drop_constraint("pk_holds", "holds", type_="primary")
    op.create_primary_key("pk_holds", "holds", ["environment", "platform"])
    op.drop_column("holds", "scope_id")
    op.drop_column("holds", "scope")
    op.drop_index("ix_deliveries_looks", table_name="deliveries")
    op.execute("UPDATE deliveries SET lease_token = NULL, lease_until = NULL WHERE status = 'unconfirmed'")
    op.drop_constraint(op.f("ck_deliveries_unconfirmed_was_sent"), "deliveries")
    op.create_check_constraint(op.f("ck_deliveries_unconfirmed_was_sent"), "deliveries", WAS_SENT)
    op.drop_constraint(op.f("ck_deliveries_looked_at_while_unconfirmed"), "deliveries")
    op.drop_constraint(op.f("ck_deliveries_processing_is_leased"), "deliveries")
    op.create_check_constraint(op.f("ck_deliveries_processing_is_leased"), "deliveries", LEASED)
    op.drop_column("commits", "absent_at")
    op.drop_column("deliveries", "crashed_at_step")
    op.drop_column("deliveries", "crashes")
    op.drop_column("deliveries", "next_look_at")
    op.drop_column("deliveries", "first_generation")
    op.drop_column("accounts", "app_id")

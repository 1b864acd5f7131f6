"""The way a conversation took through its scenario; whether a visit is the patient's first."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("path", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("visits", sa.Column("first_visit", sa.Boolean))

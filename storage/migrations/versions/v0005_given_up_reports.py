"""Why the CRM has not taken a result, and since when it is no longer tried."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("report_problem", sa.Text))
    op.add_column("visits", sa.Column("report_given_up_at", sa.DateTime(timezone=True)))

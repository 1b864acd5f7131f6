"""What an answer's delay was spent on, and the times of the patient's words."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARTS = ("endpointing_s", "recognition_s", "decision_s", "line_s")


def upgrade() -> None:
    op.add_column("turns", sa.Column("words", sa.JSON, nullable=False, server_default="[]"))
    for part in PARTS:
        op.add_column("turns", sa.Column(part, sa.Float))
    # Delays were stored whole until now. Nearly all of each was endpointing, so there the totals are kept.
    op.execute(
        "UPDATE turns SET endpointing_s = answer_delay_s, recognition_s = 0, decision_s = 0, line_s = 0"
        " WHERE answer_delay_s IS NOT NULL"
    )
    op.drop_column("turns", "answer_delay_s")

"""Campaigns, reminders with their visits, attempts with their turns, opt-outs and tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
WORD = sa.String(32)
REMINDER = "reminders.key"


def upgrade() -> None:
    _create_campaigns()
    _create_visits()
    _create_attempts()
    _create_people()


def _create_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_campaigns"),
    )
    op.create_table(
        "reminders",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("campaign", sa.String(200), nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("next_at", TIME),
        sa.Column("outcome", WORD),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("key", name="pk_reminders"),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.key"], name="fk_reminders_campaign"),
    )
    op.create_index("ix_reminders_campaign", "reminders", ["campaign"])


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("reminder", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("appointment", sa.String(200), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("patient", sa.String(200), nullable=False),
        sa.Column("patient_name", sa.Text, nullable=False),
        sa.Column("patient_phone", sa.Text, nullable=False),
        sa.Column("patient_sex", WORD),
        sa.Column("patient_born", sa.Date),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("zone", sa.String(64)),
        sa.Column("wish", WORD, nullable=False),
        sa.Column("doctor", sa.Text, nullable=False),
        sa.Column("speciality", sa.Text, nullable=False),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("preparation", sa.Text, nullable=False),
        sa.Column("reported_at", TIME),
        sa.Column("report_refused", sa.Text),
        sa.Column("report_tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("report_after", TIME),
        sa.PrimaryKeyConstraint("reminder", "position", name="pk_visits"),
        sa.ForeignKeyConstraint(["reminder"], [REMINDER], name="fk_visits_reminder", ondelete="CASCADE"),
        sa.UniqueConstraint("reminder", "appointment", name="uq_visits_reminder_appointment"),
    )


def _create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(220), nullable=False),
        sa.Column("reminder", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("outcome", WORD),
        sa.Column("fate_unknown", sa.Boolean, nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("moved_at", TIME, nullable=False),
        sa.Column("answered_at", TIME),
        sa.Column("ended_at", TIME),
        sa.Column("sip_code", sa.Integer),
        sa.Column("q850_cause", sa.Integer),
        sa.Column("recording", sa.Text, nullable=False),
        sa.Column("results", sa.JSON, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
        sa.ForeignKeyConstraint(["reminder"], [REMINDER], name="fk_attempts_reminder", ondelete="CASCADE"),
        sa.UniqueConstraint("reminder", "number", name="uq_attempts_reminder_number"),
        sa.CheckConstraint("number > 0", name="ck_attempts_numbered_from_one"),
    )
    op.create_index("ix_attempts_state", "attempts", ["state"])
    op.create_table(
        "turns",
        sa.Column("attempt", sa.String(220), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("speaker", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("start_s", sa.Float, nullable=False),
        sa.Column("end_s", sa.Float, nullable=False),
        sa.Column("meaning", sa.Text, nullable=False),
        sa.Column("answer_delay_s", sa.Float),
        sa.PrimaryKeyConstraint("attempt", "position", name="pk_turns"),
        sa.ForeignKeyConstraint(["attempt"], ["attempts.key"], name="fk_turns_attempt", ondelete="CASCADE"),
    )


def _create_people() -> None:
    op.create_table(
        "opt_outs",
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("phone", name="pk_opt_outs"),
    )
    op.create_table(
        "tasks",
        sa.Column("key", sa.String(260), nullable=False),
        sa.Column("reminder", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("closed_at", TIME),
        sa.PrimaryKeyConstraint("key", name="pk_tasks"),
        sa.ForeignKeyConstraint(["reminder"], [REMINDER], name="fk_tasks_reminder", ondelete="CASCADE"),
    )
    op.create_index("ix_tasks_reminder", "tasks", ["reminder"])

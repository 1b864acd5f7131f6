"""The tables after the last migration. Columns with names, phones or speech have `Personal…` types."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from calls.appointment import ContactWish, Sex
from calls.machine import CallState
from calls.outcome import Outcome
from storage.columns import PersonalDate, PersonalJson, PersonalText, UtcDateTime, Word
from storage.records import CampaignState

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("name", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", Word(CampaignState), nullable=False),
)

reminders = Table(
    "reminders",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("campaign", ForeignKey("campaigns.key"), nullable=False, index=True),
    Column("scenario", Text, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("outcome", Word(Outcome)),
    Column("ended_at", UtcDateTime),
)

visits = Table(
    "visits",
    metadata,
    Column("reminder", ForeignKey("reminders.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("appointment", String(200), nullable=False),
    Column("version", Text, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("patient", String(200), nullable=False),
    Column("patient_name", PersonalText, nullable=False),
    Column("patient_phone", PersonalText, nullable=False),
    Column("patient_sex", Word(Sex)),
    Column("patient_born", PersonalDate),
    Column("language", String(35), nullable=False),
    Column("zone", String(64)),
    Column("wish", Word(ContactWish), nullable=False),
    Column("doctor", PersonalText, nullable=False),
    Column("speciality", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("service", PersonalText, nullable=False),
    Column("preparation", PersonalText, nullable=False),
    Column("first_visit", Boolean),
    Column("reported_at", UtcDateTime),
    Column("report_refused", Text),
    Column("report_tries", Integer, nullable=False, server_default="0"),
    Column("report_after", UtcDateTime),
    Column("report_problem", Text),
    Column("report_given_up_at", UtcDateTime),
    UniqueConstraint("reminder", "appointment"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", String(220), primary_key=True),
    Column("reminder", ForeignKey("reminders.key", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("owner", String(200), nullable=False),
    Column("state", Word(CallState), nullable=False),
    Column("outcome", Word(Outcome)),
    Column("fate_unknown", Boolean, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("sip_code", Integer),
    Column("q850_cause", Integer),
    Column("recording", Text, nullable=False),
    Column("results", PersonalJson, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("task", PersonalText, nullable=False),
    Column("path", JSON, nullable=False, server_default="[]"),
    UniqueConstraint("reminder", "number"),
    CheckConstraint("number > 0", name="numbered_from_one"),
)
Index("ix_attempts_state", attempts.c.state)

turns = Table(
    "turns",
    metadata,
    Column("attempt", ForeignKey("attempts.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("speaker", String(32), nullable=False),
    Column("text", PersonalText, nullable=False),
    Column("start_s", Float, nullable=False),
    Column("end_s", Float, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("words", PersonalJson, nullable=False, server_default="[]"),
    Column("endpointing_s", Float),
    Column("recognition_s", Float),
    Column("decision_s", Float),
    Column("line_s", Float),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("phone", PersonalText, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("key", String(260), primary_key=True),
    Column("reminder", ForeignKey("reminders.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(64), nullable=False),
    Column("text", PersonalText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
)

keys = Table(
    "keys",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

"""Where a database takes results and offers free times."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Setting

from calls.outcome import Group, Outcome
from crm_sync.columns import Field
from crm_sync.settings import Headers


class ResultField(StrEnum):
    """What may be written back."""

    APPOINTMENT = "appointment"
    REMINDER = "reminder"
    OUTCOME = "outcome"
    GROUP = "group"
    NOTE = "note"
    FINISHED_AT = "finished_at"
    ATTEMPTS = "attempts"
    RECORDING = "recording"
    TRANSCRIPT = "transcript"
    RESULTS = "results"


class ResultSettings(BaseModel):
    """Where results go. `upsert`: a row per visit in a table of results; `update`: the visit's own row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    mode: Literal["upsert", "update"] = "upsert"
    columns: dict[ResultField, str] = Setting(
        default_factory=dict, description="Your column of each value; without it, the one of the same name"
    )
    outcomes: dict[Outcome, str] = Setting(default_factory=dict, description="Your codes of the outcomes")
    groups: dict[Group, str] = Setting(default_factory=dict, description="Your codes of the groups")


class SlotSettings(BaseModel):
    """The table of free times: reference, start, taken (empty or the visit that has it), doctor, branch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    columns: dict[Field, Headers] = Setting(default_factory=dict)

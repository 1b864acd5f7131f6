"""Settings that connectors of tables share."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from crm_sync.columns import Field as Column
from crm_sync.visits import Reading

CANCELLED = ("отменен", "отменена", "отменено", "отмена", "удален", "удалена", "cancelled", "canceled")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Headers = Annotated[list[str], BeforeValidator(_listed)]


class TableSettings(BaseModel):
    """How the rows of a table become appointments."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[Column, Headers] = Field(
        default_factory=dict, description="Your header for each field, where it is not a usual one"
    )
    region: str = Field(default="RU", pattern=r"^[A-Z]{2}$", description="Country of numbers without +")
    branch_zones: dict[str, str] = Field(
        default_factory=dict, description="IANA time zone of each branch that lies in another one"
    )
    cancelled: list[str] = Field(default=list(CANCELLED), description="Statuses of visits that are off")

    @field_validator("branch_zones")
    @classmethod
    def _known_zones(cls, zones: dict[str, str]) -> dict[str, str]:
        for name in zones.values():
            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError) as error:
                raise ValueError(f"неизвестный часовой пояс «{name}»; пример: Asia/Omsk") from error
        return zones

    def reading(self, zone: ZoneInfo) -> Reading:
        return Reading(
            zone=zone,
            branch_zones={branch: ZoneInfo(name) for branch, name in self.branch_zones.items()},
            region=self.region,
            cancelled=frozenset(word.strip().lower().replace("ё", "е") for word in self.cancelled),
        )

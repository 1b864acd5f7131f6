"""What a check has found in a scenario file, with its place, for people."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the scenario from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. Lines and columns count from 1; 0 means the whole file."""

    file: str
    line: int
    column: int
    severity: Severity
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        word = "ошибка" if self.severity is Severity.ERROR else "предупреждение"
        return f"{place}: {word}: {self.message}" + (f"\n    {self.hint}" if self.hint else "")

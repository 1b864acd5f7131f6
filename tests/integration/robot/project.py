"""A clinic's folder for tests of the command line, and the command itself."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CSV = """Номер записи;Дата;Время;Телефон;Пациент;Врач
1;03.03.2099;09:30;+7 900 000-00-01;Иванова Анна Петровна;Петров Сергей Иванович
"""
YAML = """\
clinic:
  name: Ромашка
  zone: Europe/Moscow

crm:
  kind: csv
  path: appointments.csv
  results: results.csv

line:
  kind: fake

asr: {kind: fake}
tts: {kind: fake}

scenario: confirm-visit
database: sqlite:///zvonar.sqlite

calling:
  windows: ["09:00-20:00"]
  holidays: RU
  lead_time: 2h
"""
DATE = ("--date", "2099-03-03")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


class Project:
    """A folder with a sound configuration, to be spoilt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.yaml, self.csv = folder / "zvonar.yaml", folder / "appointments.csv"
        folder.mkdir()
        self.yaml.write_text(YAML, encoding="utf-8")
        self.csv.write_text(CSV, encoding="utf-8")

    def change(self, old: str, new: str) -> None:
        """Replace words of the configuration."""
        text = self.yaml.read_text(encoding="utf-8")
        assert old in text
        self.yaml.write_text(text.replace(old, new), encoding="utf-8")

    def place(self, words: str) -> str:
        """`zvonar.yaml:LINE:` of the first line with these words."""
        lines = self.yaml.read_text(encoding="utf-8").splitlines()
        number = next(number for number, line in enumerate(lines, 1) if words in line)
        return f"zvonar.yaml:{number}:"

    def files(self) -> dict[str, bytes]:
        """Everything a clinic would mind losing."""
        kept = (self.yaml, self.csv, self.folder / "results.csv")
        return {path.name: path.read_bytes() for path in kept if path.is_file()}


def zvonar(*arguments: str, folder: Path, environment: dict[str, str] | None = None) -> Answer:
    """Run the real command in a process of its own, its output a pipe."""
    done = subprocess.run(
        [sys.executable, "-c", "from robot.cli import main; main()", *arguments, "--config", str(folder)],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        env=environment,
    )
    return Answer(done.returncode, done.stdout, done.stderr)

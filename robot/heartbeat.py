"""A file that the service touches, so that Docker and systemd see whether it lives."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

FILE_NAME = ".zvonar-alive"
BEAT_S = 10.0
STALE_AFTER = timedelta(seconds=60)


class Heartbeat:
    """Lives in the folder of the configuration."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME

    def beat(self, now: datetime) -> None:
        self._file.write_text(now.astimezone(UTC).isoformat(), encoding="ascii")

    def is_fresh(self, now: datetime) -> bool:
        """Whether the last beat is less than a minute old."""
        try:
            last = datetime.fromisoformat(self._file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return False
        return timedelta(0) <= now - last < STALE_AFTER

    def stop(self) -> None:
        self._file.unlink(missing_ok=True)

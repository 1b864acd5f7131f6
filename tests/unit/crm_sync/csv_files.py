"""CSV files to try the connector on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from calls.clock import ManualClock
from crm_sync.connectors.csv import Settings, build
from crm_sync.port import CrmConnector, Pull

ZONE = ZoneInfo("Asia/Yekaterinburg")
NOW = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
EVER = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
HEADER = "Дата;Время;Телефон;Пациент;Врач"
GOOD = "03.03.2027;9:05;89161234567;Черных Анна Петровна;Ким О. Ю."


def connector(path: Path, **options: Any) -> CrmConnector:
    return build(Settings(path=path, **options), ZONE, ManualClock(NOW))


async def pulled(path: Path, content: str | bytes, written_in: str = "utf-8", **options: Any) -> Pull:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(written_in))
    return await connector(path, **options).upcoming(*EVER)

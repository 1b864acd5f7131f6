"""The patient's sex, where the CRM does not say it: Russian names tell."""

import logging
from functools import cache
from typing import Any

from calls.appointment import Sex
from calls.errors import MissingDependency


def guess(name: str) -> Sex | None:
    """From «Фамилия Имя Отчество»; none when the name does not tell."""
    parts = [part for part in name.split() if not part.endswith(".")]
    named = dict(zip(("lastname", "firstname"), parts[:2], strict=False))
    if len(parts) > 2:
        named["middlename"] = " ".join(parts[2:])
    if not named:
        return None
    return {"male": Sex.MALE, "female": Sex.FEMALE}.get(_detector().detect(**named).name.lower())


@cache
def _detector() -> Any:
    try:
        from pytrovich.detector import PetrovichGenderDetector
    except ModuleNotFoundError as error:
        raise MissingDependency(
            "Библиотека pytrovich не установлена.", hint="pip install pytrovich"
        ) from error
    # The library writes the names that it doubts into its log.
    logging.getLogger("pytrovich.detector").disabled = True
    return PetrovichGenderDetector()

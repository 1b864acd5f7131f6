"""The kinds of steps, one module each: the module's name is the step's key in the file.

A module offers `Step`, a model with a field of that name. Adding a kind is adding a file.
"""

import importlib
import pkgutil
from functools import cache

from scenarios.schema import StepBase


@cache
def kinds() -> dict[str, type[StepBase]]:
    """Every kind of step by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").Step for name in names}

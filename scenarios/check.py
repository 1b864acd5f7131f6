"""Check a scenario before it rings anybody: shape, flow, answers, safety, texts, spelling."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from calls.errors import BadInput
from scenarios.checks import answers, flow, safety, spelling, texts
from scenarios.document import Document
from scenarios.findings import Finding, Severity
from scenarios.loader import Loaded, path_of, read, read_string, ready_made
from scenarios.schema import Scenario

Check = Callable[[Scenario, Document], Iterable[Finding]]
VITAL: tuple[Check, ...] = (flow.check, answers.check, safety.check, texts.check)
CHECKS: tuple[Check, ...] = (*VITAL, spelling.check)


def check_file(path: str | Path, supplied: frozenset[str] | None = None) -> list[Finding]:
    """Everything found in a file, or in a ready-made scenario given by name, errors first.

    `supplied` names the slots that the CRM and the clinic's settings fill; without it that is not looked at.
    """
    return _check(read(path_of(str(path))), supplied)


def check_text(text: str, file: str = "<text>", supplied: frozenset[str] | None = None) -> list[Finding]:
    """The same for a scenario given as text."""
    return _check(read_string(text, file), supplied)


def load_checked(name: str | Path) -> Scenario:
    """Load a ready-made scenario by name or any by path; BadInput tells every error found."""
    loaded = read(path_of(str(name)))
    found = list(loaded.findings)
    if loaded.scenario is not None and loaded.document is not None:
        for check in VITAL:
            found.extend(check(loaded.scenario, loaded.document))
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if loaded.scenario is None or errors:
        raise BadInput(
            "\n".join(str(finding) for finding in errors),
            hint=f"Готовые сценарии: {', '.join(ready_made())}. Проверка: zvonar scenario check ФАЙЛ",
        )
    return loaded.scenario


def _check(loaded: Loaded, supplied: frozenset[str] | None) -> list[Finding]:
    found = list(loaded.findings)
    if loaded.scenario is not None and loaded.document is not None:
        for check in CHECKS:
            found.extend(check(loaded.scenario, loaded.document))
        if supplied is not None:
            found.extend(texts.check_supply(loaded.scenario, loaded.document, supplied))
    return sorted(_once(found), key=lambda finding: (finding.severity is not Severity.ERROR, finding.line))


def _once(found: Iterable[Finding]) -> Iterator[Finding]:
    seen: set[Finding] = set()
    for finding in found:
        bare = replace(finding, hint="")
        if bare not in seen:
            seen.add(bare)
            yield finding

"""The design's rules, read from the code: who imports whom, how long things are, what is never written.

Every `import` counts, also one inside a function or under `TYPE_CHECKING`: a lazy import is a dependency too.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 60
REASON = re.compile(r"# long: \S+ \S+")  # a reason is more than one word

# A port is its protocols and its errors. The spoken forms of dates and names are pure, and the scenarios'
# facts are spoken by them: they belong to what `tts` shows.
SPEECH_PORTS = {"asr.port", "asr.errors", "tts.port", "tts.errors", "tts.spoken"}
PORTS = SPEECH_PORTS | {"dialer.port", "dialer.errors", "crm_sync.port", "crm_sync.errors"}
EVERYTHING = {"*"}

# Who may import what of ours. The longest matching name on the left decides; a name on the right admits
# everything below it. Everybody may import from the own top-level package, where SIBLINGS does not forbid it.
MAY_IMPORT: dict[str, set[str]] = {
    "calls": set(),
    "workers": {"calls"},
    "storage": {"calls"},
    "asr": {"calls", "workers"},
    "tts": {"calls", "workers"},
    "scenarios": {"calls"} | SPEECH_PORTS,
    "dialer": {"calls", "workers", "scenarios"} | SPEECH_PORTS,
    "dialer.backends": {"calls", "workers"},
    "crm_sync": {"calls"},
    "campaigns": {"calls", "storage"} | PORTS,
    "robot": EVERYTHING,
    "demo": EVERYTHING,
    "bench": EVERYTHING,
    "tests": EVERYTHING,
}

# Nobody imports these, but the packages on the right.
CLOSED: dict[str, set[str]] = {
    "robot": {"robot", "demo", "bench", "tests"},
    "demo": {"robot", "demo", "bench", "tests"},
    "bench": {"bench", "tests"},
    "tests": {"tests"},
    "asr.training": {"asr.training", "bench", "tests"},
}

# One file (or folder) per engine, backend, connector, step: none of them knows another one.
SIBLINGS = {"asr.engines", "tts.engines", "dialer.backends", "crm_sync.connectors"}

# Vendor libraries and the only places that know them.
HOMES: dict[str, set[str]] = {
    "pjsua2": {"dialer.backends", "robot", "demo", "bench"},
    "vosk": {"asr.engines", "bench", "asr.training"},
    "onnxruntime": {"asr"},
    "torch": {"tts.engines", "asr.training"},
    "rhvoice_wrapper": {"tts.engines", "asr.training"},
    "sqlalchemy": {"storage", "crm_sync.connectors", "crm_sync.sql_tables"},
    "alembic": {"storage"},
    "dbos": {"campaigns", "robot"},
    "apscheduler": {"campaigns", "robot"},
    "openpyxl": {"crm_sync.connectors"},
    "typer": {"robot", "demo", "bench"},
}

# Missing one of these breaks only its user: never imported when a module of ours is.
LAZY = {"pjsua2", "vosk", "onnxruntime", "torch", "rhvoice_wrapper", "openpyxl"}

FORBIDDEN_MODULE_NAMES = {"common", "helpers", "misc", "util", "utils"}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, with where it stands; `lazy` when that is inside a function."""

    importer: str
    imported: str
    where: str
    lazy: bool


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed file of ours under its dotted name."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def where(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


def packages() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"tests"}


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for package in sorted(packages()):
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            found.append(Module(dotted(path), path, text, ast.parse(text, str(path))))
    return tuple(found)


def imports_of(module: Module) -> Iterator[Import]:
    """Every import of the module; `from a.b import c` counts as `a.b.c` where that is a module of ours."""
    pending: list[tuple[ast.AST, bool]] = [(module.tree, False)]
    while pending:
        node, lazy = pending.pop()
        for name in imported_names(node):
            yield Import(module.name, name, module.where(getattr(node, "lineno", 1)), lazy)
        inside = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        pending.extend((child, inside) for child in ast.iter_child_nodes(node))


def imported_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        below = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if name in names_of_modules() else node.module for name in below]
    return []


@cache
def names_of_modules() -> frozenset[str]:
    return frozenset(module.name for module in modules())


@cache
def all_imports() -> tuple[Import, ...]:
    return tuple(found for module in modules() for found in imports_of(module))


def top(name: str) -> str:
    return name.partition(".")[0]


def is_below(name: str, above: str) -> bool:
    return name == above or name.startswith(above + ".")


def allowed_for(importer: str) -> set[str]:
    rules = [rule for rule in MAY_IMPORT if is_below(importer, rule)]
    return MAY_IMPORT[max(rules, key=len)]


def complaints(found: list[str]) -> str:
    return "\n" + "\n".join(sorted(set(found)))


def test_every_package_stands_in_the_table_and_is_distributed() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    distributed = {name.rstrip("*") for name in setuptools["packages"]["find"]["include"]}
    described = {top(rule) for rule in MAY_IMPORT}
    assert packages() <= described, "a package without import rules"
    assert packages() - {"tests"} <= distributed, "a package that pyproject.toml leaves out"


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {module.path.parent for module in modules() if top(module.name) != "tests"}
    missing = [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()]
    assert not missing, f"no __init__.py: {missing}"


def test_imports_follow_the_design() -> None:
    found = []
    for one in all_imports():
        allowed = allowed_for(one.importer)
        if top(one.imported) not in packages() - {top(one.importer)} or allowed == EVERYTHING:
            continue
        if not any(is_below(one.imported, name) for name in allowed):
            found.append(f"{one.where}: {one.importer} must not import {one.imported}")
    assert not found, complaints(found)


def test_closed_packages_stay_closed() -> None:
    found = [
        f"{one.where}: {one.importer} must not import {one.imported}"
        for one in all_imports()
        for closed, admitted in CLOSED.items()
        if is_below(one.imported, closed) and not any(is_below(one.importer, name) for name in admitted)
    ]
    assert not found, complaints(found)


@pytest.mark.parametrize("family", sorted(SIBLINGS))
def test_siblings_do_not_know_each_other(family: str) -> None:
    found = [
        f"{one.where}: {one.importer} must not import {one.imported}"
        for one in all_imports()
        if one.importer.startswith(family + ".") and one.imported.startswith(family + ".")
        if member(family, one.importer) != member(family, one.imported)
    ]
    assert not found, complaints(found)


def member(family: str, name: str) -> str:
    """Which of the siblings a module belongs to: `pjsua2_child` is a part of `pjsua2`."""
    stem = name.removeprefix(family + ".").partition(".")[0]
    stems = [other.removeprefix(family + ".").partition(".")[0] for other in names_of_modules()]
    return min((other for other in stems if stem == other or stem.startswith(other + "_")), key=len)


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    found = [
        f"{one.where}: {one.imported}"
        for one in all_imports()
        if top(one.importer) == "calls" and top(one.imported) not in sys.stdlib_module_names | {"calls"}
    ]
    assert not found, complaints(found)


def test_vendor_libraries_stay_at_home() -> None:
    found = [
        f"{one.where}: {one.imported} is known only to {', '.join(sorted(HOMES[top(one.imported)]))}"
        for one in all_imports()
        if top(one.imported) in HOMES and top(one.importer) != "tests"
        if not any(is_below(one.importer, home) for home in HOMES[top(one.imported)])
    ]
    assert not found, complaints(found)


def test_heavy_vendor_libraries_are_imported_when_they_are_used() -> None:
    """A module that only a child process loads may import its vendor library at the top."""
    found = [
        f"{one.where}: import {one.imported} inside the function that needs it"
        for one in all_imports()
        if top(one.imported) in LAZY and not one.lazy and top(one.importer) not in {"tests", "bench"}
        if not is_below(one.importer, "asr.training")
        if not any(is_below(one.importer, family) for family in SIBLINGS)
    ]
    assert not found, complaints(found)


def test_nothing_loads_a_heavy_vendor_library_by_the_way() -> None:
    heavy = {one.importer for one in all_imports() if top(one.imported) in LAZY and not one.lazy}
    found = [
        f"{one.where}: importing {one.imported} loads a vendor library into whoever imports {one.importer}"
        for one in all_imports()
        if one.imported in heavy and one.importer not in heavy and not one.lazy
        if not any(is_below(one.importer, name) for name in ("tests", "bench", "asr.training"))
    ]
    assert not found, complaints(found)


def test_modules_are_short_or_say_why_not() -> None:
    found = []
    for module in modules():
        lines = module.text.splitlines()
        if len(lines) > MOST_LINES_OF_A_MODULE and not any(REASON.match(line) for line in lines[:5]):
            found.append(f"{module.where(1)}: {len(lines)} lines and no '# long: reason' in the first five")
    assert not found, complaints(found)


def test_functions_fit_a_screen_or_say_why_not() -> None:
    found = []
    for module in modules():
        lines = module.text.splitlines()
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            beside = lines[max(node.lineno - 2, 0) : node.body[0].lineno]
            if length > MOST_LINES_OF_A_FUNCTION and not any(REASON.search(line) for line in beside):
                found.append(f"{module.where(node.lineno)}: {node.name}: {length} lines, no '# long: reason'")
    assert not found, complaints(found)


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = [module.name for module in modules() if module.path.stem in FORBIDDEN_MODULE_NAMES]
    assert not drawers


# What a published file never holds: a registry's address, a developer's folder, a note to oneself. The words
# are put together here, so that this file does not hold them either.
BANNED_WORDS = (
    "py" + "pi.org",
    "python" + "hosted",
    "/opt" + "/wheels",
    "/opt" + "/pypi",
    "/work" + "/main",
    "/work" + "/shared",
    "/tmp" + "/brief",
    "/root" + "/",
    "TO" + "DO",
    "FIX" + "ME",
)
TEXT_SUFFIXES = {".cfg", ".csv", ".html", ".j2", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml", ""}


def published_files() -> Iterator[Path]:
    roots = [*sorted(packages()), "docs", "locks", "scripts", ".ci"]
    yield from (path for path in sorted(ROOT.iterdir()) if path.is_file() and path.suffix in TEXT_SUFFIXES)
    for folder in roots:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in TEXT_SUFFIXES and "__pycache__" not in path.parts:
                yield path


@pytest.mark.parametrize("word", BANNED_WORDS)
def test_published_files_name_no_private_place(word: str) -> None:
    pattern = re.compile(rf"(?<![\w/]){re.escape(word)}" if word[0] == "/" else rf"\b{re.escape(word)}")
    found: list[str] = []
    for path in published_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not a text after all
        found.extend(
            f"{path.relative_to(ROOT)}:{number}: {word}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        )
    assert not found, complaints(found)

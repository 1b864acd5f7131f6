"""Reads rule files: sections of patterns under `[sign yes]`, `[meaning callback]`, `[topic price]`,
`[hint price]`, `[macro coming]`."""

import re
from collections.abc import Iterable
from importlib.resources import files

from scenarios.understanding.meaning import Meaning, Topic
from scenarios.understanding.signs import AnySign, Hint, Sign

_HEADING = re.compile(r"\[(sign|meaning|topic|hint|macro) (\w+)\]")
Rules = dict[AnySign, str]


def read_rules(package: str, names: Iterable[str]) -> tuple[dict[str, str], Rules]:
    """The macros and the rules of a language's rule files, which lie beside its modules."""
    macros: dict[str, str] = {}
    rules: Rules = {}
    for name in names:
        parts = _HEADING.split(files(package).joinpath(name).read_text("utf-8"))
        for kind, key, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            if kind == "macro":
                macros[key] = text.strip()
            else:
                sign = _sign(kind, key)
                rules[sign] = rules.get(sign, "") + text
    return macros, rules


def _sign(kind: str, key: str) -> AnySign:
    if kind == "sign":
        return Sign[key.upper()]
    if kind == "meaning":
        return Meaning(key)
    return Topic(key) if kind == "topic" else Hint(key)

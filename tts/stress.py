"""Stress marks: ours is U+0301 after the vowel; `+` before it is taken too. Engines want either, or none."""

import re

ACUTE = "\u0301"
_VOWELS = "аеёиоуыэюяАЕЁИОУЫЭЮЯ"
_PLUS = re.compile(rf"\+([{_VOWELS}])")
_MARKED = re.compile(rf"([{_VOWELS}]){ACUTE}")


def with_acute(text: str) -> str:
    """`зам+ок` → `замо́к`."""
    return _PLUS.sub(rf"\1{ACUTE}", text).replace("+", "")


def with_plus(text: str) -> str:
    """`замо́к` → `зам+ок`."""
    return _MARKED.sub(r"+\1", with_acute(text)).replace(ACUTE, "")


def without_stress(text: str) -> str:
    """The text without any mark."""
    return text.replace(ACUTE, "").replace("+", "")

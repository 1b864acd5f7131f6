"""The few shapes of SVG that the pictures need, as text."""

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

FONT = "DejaVu Sans, Liberation Sans, Noto Sans, Arial, sans-serif"
# Shares of the font's size, about those of DejaVu Sans.
WIDE, LETTER, NARROW = 0.85, 0.62, 0.38
WIDE_LETTERS = frozenset("жмфшщыюм—ЖМФШЩЫЮДО«»")
NARROW_LETTERS = frozenset(" .,:;!?()‹›iljI")


def text_width(text: str, size: float) -> float:
    """About how wide a text is drawn."""
    wide = sum(letter in WIDE_LETTERS for letter in text)
    narrow = sum(letter in NARROW_LETTERS for letter in text)
    return size * (wide * WIDE + narrow * NARROW + (len(text) - wide - narrow) * LETTER)


def element(name: str, content: str, attributes: Mapping[str, str | float]) -> str:
    """One element; `_` in a name stands for `-`, numbers are rounded to a tenth."""
    given = "".join(
        f" {key.replace('_', '-')}={quoteattr(_number(value))}" for key, value in attributes.items()
    )
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def rect(x: float, y: float, width: float, height: float, fill: str, **more: str | float) -> str:
    return element("rect", "", {"x": x, "y": y, "width": width, "height": height, "fill": fill, **more})


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, **more: str | float) -> str:
    return element("line", "", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": stroke, **more})


def text(x: float, y: float, words: str, size: float, fill: str, **more: str | float) -> str:
    return element("text", escape(words), {"x": x, "y": y, "font_size": size, "fill": fill, **more})


def strokes(path: str, colour: str) -> str:
    """Thin lines along a path."""
    return element("path", "", {"d": path, "stroke": colour, "stroke_width": 1, "fill": "none"})


def document(width: float, height: float, shapes: Iterable[str]) -> str:
    """The whole picture, on white."""
    body = "\n".join((rect(0, 0, width, height, "#ffffff"), *shapes))
    frame: dict[str, str | float] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": width,
        "height": height,
        "font_family": FONT,
    }
    return element("svg", f"\n{body}\n", {**frame, "viewBox": f"0 0 {_number(width)} {_number(height)}"})


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")

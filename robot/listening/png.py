"""An SVG as a PNG, drawn with the machine's own fonts."""

from pathlib import Path

from calls.errors import MissingDependency

FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".fonts",
    Path.home() / ".local/share/fonts",
)


def png_of(svg: str, font_folders: tuple[Path, ...] = FONT_FOLDERS) -> bytes:
    """The picture's pixels; MissingDependency without the library or without a single font for the words."""
    try:
        import resvg_py
    except ImportError as error:
        raise MissingDependency(
            "библиотека resvg-py не установлена", hint="Выполните scripts/setup. Картинка SVG уже записана."
        ) from error
    if not any(_has_fonts(folder) for folder in font_folders):
        raise MissingDependency(
            "шрифтов нет: в PNG не будет слов", hint="Поставьте пакет fonts-dejavu-core. SVG уже записан."
        )
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, sans_serif_family="DejaVu Sans"))


def _has_fonts(folder: Path) -> bool:
    return any(next(folder.rglob(pattern), None) for pattern in ("*.ttf", "*.otf", "*.ttc"))

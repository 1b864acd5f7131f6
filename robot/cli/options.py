"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ConfigurationFile = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        envvar="ZVONAR_CONFIG",
        help="Файл настроек или папка, где лежит zvonar.yaml.",
        show_default="./zvonar.yaml",
    ),
]
HERE = Path(".")

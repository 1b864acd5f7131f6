"""Plays a WAV file with whatever player the machine has."""

import shutil
import subprocess
from pathlib import Path

from calls.errors import BadInput, MissingDependency

PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("pw-play",),
    ("afplay",),
    ("ffplay", "-v", "error", "-nodisp", "-autoexit"),
)


def play(path: Path) -> None:
    """Play to the end; MissingDependency when there is no player, BadInput when it cannot play."""
    command = next((command for command in PLAYERS if shutil.which(command[0])), None)
    if command is None:
        names = ", ".join(player for player, *_ in PLAYERS)
        raise MissingDependency(f"проигрывателя нет ({names})", hint=f"Откройте файл сами: {path}")
    if subprocess.run([*command, str(path)], check=False).returncode:
        raise BadInput(f"{command[0]} не смог проиграть запись", hint=f"Откройте файл сами: {path}")

"""`zvonar scenario …`: check, try, draw and test the scripts that the robot speaks."""

import typer

app = typer.Typer(help="Сценарии разговора.", no_args_is_help=True)

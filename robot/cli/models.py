"""`zvonar models …`: which models and voices there are, how to get them, whether they are sound."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from calls.errors import BadInput
from robot.configuration_file import load
from robot.models.catalogue import Catalogue, Entry
from robot.models.installed import opened_store
from robot.models.pulling import Puller
from robot.models.store import Acceptance, ModelStore
from robot.wiring import SystemClock

app = typer.Typer(help="Модели распознавания и голоса: скачать, проверить, найти.", no_args_is_help=True)

EXIT_BAD = 2
KINDS = {"vosk": "слух", "sherpa": "слух", "silero": "голос"}
SETTINGS = {"vosk": ("asr", "model"), "sherpa": ("asr", "model"), "silero": ("tts", "weights")}
OptionalConfiguration = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        envvar="ZVONAR_CONFIG",
        help="Настройки, где ключ models называет папку моделей. Без них её называет ZVONAR_MODELS.",
        show_default=False,
    ),
]
Name = Annotated[str, typer.Argument(help="Имя из zvonar models list.")]


@app.command("list")
def list_models(config: OptionalConfiguration = None) -> None:
    """Перечислить модели: что скачано, сколько весит, на каких условиях.

    Пример:  zvonar models list
    """
    store, catalogue = _opened(config)
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("имя", no_wrap=True)
    table.add_column("что это")
    table.add_column("МБ", justify="right", no_wrap=True)
    table.add_column("лицензия")
    table.add_column("состояние")
    for entry in catalogue.entries:
        about = f"{KINDS[entry.kind]}: {entry.title}"
        table.add_row(entry.name, about, str(entry.megabytes), _licence(entry), _state(store, entry))
    console.print(table)
    console.print(f"Папка моделей: {store.folder}", markup=False, soft_wrap=True)


@app.command()
def pull(
    name: Name,
    source: Annotated[
        Path | None, typer.Option("--from", help="Взять из файла или папки на этом компьютере, без сети.")
    ] = None,
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="Лицензия прочитана и принята: не спрашивать.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Установить заново, даже если уже есть.")] = False,
    config: OptionalConfiguration = None,
) -> None:
    """Скачать модель, проверить и установить. Прерванное скачивание продолжается с того же места.

    Примеры:  zvonar models pull t-one   ·   zvonar models pull t-one --from /mnt/flash/t-one.tar.bz2
    """
    store, catalogue = _opened(config)
    entry = catalogue[name]
    console = Console(highlight=False, soft_wrap=True)
    if store.is_installed(name) and not again:
        console.print(f"Уже установлена: {store.path(entry)}", markup=False)
        return
    acceptance = _accepted(console, entry, accept_licence)
    if entry.sha256 is None or (source and source.is_dir()):
        console.print(
            "Внимание: контрольная сумма этого файла не опубликована, подлинность не проверяется.",
            style="yellow",
        )
    clock = SystemClock()
    with _progress() as progress:
        task = progress.add_task(entry.name, total=None, visible=source is None)

        def show(have: int, total: int | None) -> None:
            progress.update(task, completed=have, total=total)

        puller = Puller(store, clock, show)
        if source is None:
            path = puller.from_network(entry, acceptance)
        else:
            path = puller.from_disk(source, entry, acceptance)
    console.print(f"Готово: {path}", markup=False)
    section, key = SETTINGS[entry.kind]
    console.print(
        f"В zvonar.yaml:  {section}: {{kind: {entry.kind}, engine: {{{key}: {entry.name}}}}}", markup=False
    )


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Имена; без них — все установленные.")] = None,
    config: OptionalConfiguration = None,
) -> None:
    """Проверить, что файлы моделей целы. Статус 2, если что-то испорчено.

    Пример:  zvonar models check
    """
    store, catalogue = _opened(config)
    console = Console(highlight=False, soft_wrap=True)
    chosen = names or [entry.name for entry in catalogue.entries if store.is_installed(entry.name)]
    if not chosen:
        console.print("Ни одной модели не установлено. Что есть: zvonar models list")
    fine = True
    for name in chosen:
        store.path(catalogue[name])
        troubles = store.damage(name)
        fine = fine and not troubles
        verified = "" if store.manifest(name).verified else " (подлинность не подтверждена: нет суммы)"
        if not troubles:
            console.print(f"[green]✓[/] {name}: файлы целы{verified}")
        for trouble in troubles:
            console.print(f"[red]✗[/] {name}: {trouble}")
    if not fine:
        console.print("Установить заново: zvonar models pull ИМЯ --again")
        raise typer.Exit(EXIT_BAD)


@app.command()
def path(name: Name, config: OptionalConfiguration = None) -> None:
    """Напечатать, где лежит модель: эту папку или файл называют в настройках.

    Пример:  zvonar models path t-one
    """
    store, catalogue = _opened(config)
    print(store.path(catalogue[name]))


def _opened(config: Path | None) -> tuple[ModelStore, Catalogue]:
    store = opened_store(load(config) if config else None)
    return store, Catalogue.read(store.folder)


def _accepted(console: Console, entry: Entry, already: bool) -> Acceptance:
    """Show the licence and have it accepted; BadInput when nobody can be asked."""
    licence = entry.licence
    console.print(f"{entry.title}, {entry.megabytes} МБ, {entry.url}", markup=False)
    console.print(f"Лицензия: {licence.name} — {licence.url}", markup=False)
    if not licence.commercial:
        console.print(
            "Только для некоммерческого использования: платной клинике нужна договорённость с автором.",
            style="bold yellow",
        )
    if not already:
        if not sys.stdin.isatty():
            raise BadInput(
                "лицензия не принята, а спросить некого",
                hint="Прочитайте её и повторите команду с --accept-licence.",
            )
        if not typer.confirm("Принимаете условия?", default=False):
            raise BadInput("лицензия не принята, ничего не скачано")
    return Acceptance(licence.name, SystemClock().now())


def _state(store: ModelStore, entry: Entry) -> str:
    if store.is_installed(entry.name):
        return "[green]установлена[/]"
    part = store.part(entry)
    if part.exists():
        return f"[yellow]скачано {part.stat().st_size / 1_000_000:.0f} МБ[/]"
    return "" if entry.sha256 else "[dim]без суммы[/]"


def _licence(entry: Entry) -> str:
    return entry.licence.name if entry.licence.commercial else f"{entry.licence.name} (некоммерч.)"


def _progress() -> Progress:
    return Progress(
        "{task.description}",
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )

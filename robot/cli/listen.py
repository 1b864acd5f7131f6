"""`zvonar listen`: a call's recording, and a picture of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from asr.hearing import Settings as EarsSettings
from calls.errors import BadInput, MissingDependency
from calls.reminder import AttemptResult
from robot.cli.options import HERE, ConfigurationFile
from robot.configuration_file import FILE_NAME, load
from robot.listening.hearing import Listening, hear
from robot.listening.picture import picture
from robot.listening.player import play
from robot.listening.png import png_of
from robot.listening.sheet import CallSheet, sheet_of, sheet_of_recording
from robot.listening.sound import read_tracks
from robot.live_table import OUTCOMES
from robot.models.installed import ears_settings
from robot.summary import transcript_text
from robot.wiring import SystemClock, anchored_url
from scenarios.understanding import Question, understander
from storage.store import Store

WAV = ".wav"
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class _Call:
    """What is listened to: a stored call with its recording, or a recording alone."""

    name: str
    recording: Path
    zone: ZoneInfo
    ears: EarsSettings
    result: AttemptResult | None = None


def listen(
    call: Annotated[
        str, typer.Argument(help="Ключ попытки, номер записи на приём (последний звонок) или файл WAV.")
    ],
    config: ConfigurationFile = HERE,
    to: Annotated[Path, typer.Option("--to", "-o", help="Папка для WAV и картинки.")] = Path("."),
    aloud: Annotated[bool, typer.Option("--play", help="И проиграть запись.")] = False,
) -> None:
    """Сохранить запись звонка (WAV: слева робот, справа пациент) и её картинку (SVG и PNG).

    На картинке — оба голоса, слова под своим временем, концы реплик, перебивания и задержки ответов.

    Примеры:  zvonar listen З-1001   ·   zvonar listen 2027-03-03-confirm-visit-19c0:1 --to разбор --play
    """
    console = Console(highlight=False, soft_wrap=True)
    chosen = _call(call, config)
    tracks = _stereo(read_tracks(chosen.recording))
    if chosen.result:
        sheet = sheet_of(chosen.result, *tracks, chosen.zone)
        console.print(transcript_text(chosen.result), markup=False)
    else:
        with console.status("Слушаю запись…"):
            sheet = _heard(chosen, tracks)
    wav = _write(to, chosen, picture(sheet), console)
    if aloud:
        play(wav)


def _call(call: str, config: Path) -> _Call:
    path = Path(call)
    if path.suffix.lower() == WAV:
        if not path.is_file():
            raise BadInput(f"{path}: такого файла нет")
        return _alone(path, config)
    loaded = load(config)
    with Store.open(anchored_url(loaded.configuration.database, loaded.folder)) as store:
        result = _result(store, call)
    if not result.recording or not Path(result.recording).is_file():
        raise BadInput(
            f"записи этого звонка нет: {OUTCOMES[result.outcome]}",
            hint="Записывается только разговор, и только если в настройках задано recordings.",
        )
    zone, name = ZoneInfo(loaded.configuration.clinic.zone), result.attempt.replace(":", "-")
    return _Call(name, Path(result.recording), zone, loaded.configuration.asr, result)


def _alone(path: Path, config: Path) -> _Call:
    """A file needs no configuration, but where there is one, its recogniser is used."""
    if not config.is_file() and not (config / FILE_NAME).is_file():
        return _Call(path.stem, path, UTC, EarsSettings())
    loaded = load(config)
    return _Call(path.stem, path, ZoneInfo(loaded.configuration.clinic.zone), ears_settings(loaded))


def _result(store: Store, call: str) -> AttemptResult:
    result = store.attempt_result(call)
    if result is None and (last := store.last_attempt_of(call)):
        result = store.attempt_result(last.key)
        if result is None:
            raise BadInput("звонок об этой записи ещё идёт", hint="Дождитесь его конца.")
    if result is None:
        raise BadInput(
            "звонка с таким ключом и записи на приём с таким номером нет",
            hint="Ключи попыток показывает zvonar report --transcripts.",
        )
    return result


def _stereo(tracks: tuple[bytes, ...]) -> tuple[bytes, bytes]:
    """Robot and patient; a recording with one channel is the patient's."""
    return (tracks[0], tracks[1]) if len(tracks) > 1 else (b"", tracks[0])


def _heard(call: _Call, tracks: tuple[bytes, bytes]) -> CallSheet:
    """A recording that nothing is known about: what the robot would hear in the patient's track."""
    robot, patient = tracks
    now = SystemClock().now()
    listening = Listening(call.ears, understander("ru"), Question.CONFIRM_VISIT, now, call.zone)
    return sheet_of_recording(call.name, robot or None, patient, hear(patient, listening))


def _write(folder: Path, call: _Call, svg: str, console: Console) -> Path:
    """A stored call's recording is copied beside its picture; a file that was named stays where it is."""
    wav, drawing = folder / f"{call.name}.wav", folder / f"{call.name}.svg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if call.result is None:
            wav = call.recording
        elif wav.resolve() != call.recording.resolve():
            shutil.copyfile(call.recording, wav)
        drawing.write_text(svg, encoding="utf-8")
        written = [wav, drawing, *_png(drawing, svg, console)]
    except OSError as error:
        raise BadInput(f"{folder}: запись невозможна ({error.strerror})") from error
    console.print(f"Готово: {', '.join(str(path) for path in written)}")
    return wav


def _png(drawing: Path, svg: str, console: Console) -> list[Path]:
    path = drawing.with_suffix(".png")
    try:
        path.write_bytes(png_of(svg))
    except MissingDependency as error:
        console.print(f"PNG не сделан: {error}. {error.hint}", style="yellow")
        return []
    return [path]

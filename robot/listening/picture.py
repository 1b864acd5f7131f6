"""A call as a picture (SVG): rows of ten seconds, robot above, patient below, words at their times."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from calls.transcript import Word
from robot.listening.sheet import CallSheet, Reply, Utterance
from robot.listening.svg import document, line, rect, strokes, text, text_width
from robot.listening.waveform import columns, peak
from robot.summary import DELAY_PARTS

WIDTH, LEFT, RIGHT = 1200, 84, 16
ROW_S = 10.0
PX_PER_S = (WIDTH - LEFT - RIGHT) / ROW_S
HEAD, LEGEND = 76, 44
LANE, LANE_WORDS, WORD_LINE, ROW_GAP, ROW_TOP = 56, 34, 14, 26, 22
WORD_SIZE, SMALL, TITLE = 12, 11, 17
QUIETEST_FULL_SCALE = 0.1
DOUBTFUL = 0.6
DRIFT = 22  # how far, in pixels, a word may be pushed on by the one before it

NOTE = "Слова робота расставлены примерно, слова пациента — по распознаванию."
LEGEND_SIZE = 10
LEGEND_DELAY = "Задержка ответа:"
LEGEND_TURN_END = "робот решил, что пациент договорил"
LEGEND_CUT = "пациент перебил робота"

INK, FAINT, GRID = "#1f2933", "#7b8794", "#e4e7eb"
ROBOT, ROBOT_PAPER, PATIENT, PATIENT_PAPER = "#2f6fb5", "#eaf2fb", "#23855f", "#e6f5ee"
CUT, DELAY_PAPER, TURN_END = "#c81e4a", "#fff4d6", "#8a5a00"
PART_COLOURS = dict(zip(DELAY_PARTS, ("#e8a317", "#7c4dbc", "#d9480f", "#52606d"), strict=True))


@dataclass(frozen=True, slots=True)
class _Row:
    """One stretch of ten seconds, its top edge at `top`."""

    start_s: float
    top: float
    has_robot: bool

    @property
    def end_s(self) -> float:
        return self.start_s + ROW_S

    @property
    def robot_top(self) -> float:
        return self.top + ROW_TOP

    @property
    def patient_top(self) -> float:
        return self.robot_top + (LANE + LANE_WORDS if self.has_robot else 0)

    @property
    def bottom(self) -> float:
        return self.patient_top + LANE

    def holds(self, at_s: float) -> bool:
        return self.start_s <= at_s < self.end_s

    def x(self, at_s: float) -> float:
        return LEFT + (min(max(at_s, self.start_s), self.end_s) - self.start_s) * PX_PER_S


def picture(sheet: CallSheet) -> str:
    """The SVG's text, 1200 px wide and as high as the call is long."""
    count = max(1, math.ceil(sheet.duration_s / ROW_S))
    has_robot = sheet.robot_pcm is not None
    row_height = ROW_TOP + (1 + has_robot) * (LANE + LANE_WORDS) + WORD_LINE + ROW_GAP
    rows = [_Row(index * ROW_S, HEAD + index * row_height, has_robot) for index in range(count)]
    height = HEAD + count * row_height + LEGEND
    drawn = (shape for row in rows for shape in _row(sheet, row))
    return document(WIDTH, height, [*_head(sheet), *drawn, *_legend(sheet, height - LEGEND)])


def _head(sheet: CallSheet) -> Iterator[str]:
    length = f"{sheet.duration_s:.1f}".replace(".", ",")
    yield text(RIGHT, 26, f"{sheet.title} · {length} с", TITLE, INK, font_weight="bold")
    for index, subtitle in enumerate(sheet.subtitles):
        yield text(RIGHT, 46 + 15 * index, subtitle, SMALL, FAINT)


def _row(sheet: CallSheet, row: _Row) -> Iterator[str]:
    yield from _paper(sheet, row)
    yield from _grid(row)
    if sheet.robot_pcm is not None:
        yield from _lane(row, row.robot_top, "Робот", sheet.robot_pcm, ROBOT)
        yield from _words(row, row.robot_top + LANE, [word for said in sheet.robot for word in said.words], 2)
    name = "Пациент" if row.has_robot else "Запись"
    yield from _lane(row, row.patient_top, name, sheet.patient_pcm, PATIENT)
    spoken = [word for said in sheet.patient if not said.key for word in said.words]
    yield from _words(row, row.bottom, spoken, 2)
    yield from _marks(sheet, row)


def _paper(sheet: CallSheet, row: _Row) -> Iterator[str]:
    """What lies behind the waveforms: who is speaking, and the time that a reply took."""
    for reply in sheet.replies:
        yield from _stretch(
            row, reply.speech_ended_s, reply.started_s, row.robot_top, row.bottom, DELAY_PAPER
        )
    for said in sheet.robot:
        yield from _stretch(row, said.start_s, said.end_s, row.robot_top, row.robot_top + LANE, ROBOT_PAPER)
    for said in sheet.patient:
        yield from _stretch(row, said.start_s, said.end_s, row.patient_top, row.bottom, PATIENT_PAPER)


def _stretch(row: _Row, start_s: float, end_s: float, top: float, bottom: float, fill: str) -> Iterator[str]:
    if start_s < row.end_s and end_s > row.start_s:
        yield rect(row.x(start_s), top, row.x(end_s) - row.x(start_s), bottom - top, fill)


def _grid(row: _Row) -> Iterator[str]:
    bottom = row.bottom + LANE_WORDS + WORD_LINE
    for second in range(math.ceil(row.start_s), math.floor(row.end_s) + 1):
        x = row.x(second)
        yield line(x, row.robot_top, x, row.bottom, GRID)
        if row.holds(second):
            yield text(x + 2, bottom + 10, f"{second // 60}:{second % 60:02}", 9, FAINT)


def _lane(row: _Row, top: float, name: str, pcm: bytes, colour: str) -> Iterator[str]:
    middle = top + LANE / 2
    yield text(RIGHT, middle + 4, name, 13, colour, font_weight="bold")
    yield line(LEFT, middle, WIDTH - RIGHT, middle, GRID)
    scale = (LANE / 2 - 2) / max(peak(pcm), QUIETEST_FULL_SCALE)
    drawn = columns(pcm, row.start_s, row.end_s, WIDTH - LEFT - RIGHT)
    bars = [
        f"M{LEFT + index + 0.5} {middle - high * scale:.1f}V{middle - low * scale + 0.6:.1f}"
        for index, (low, high) in enumerate(drawn)
        if high - low > 0.002
    ]
    if bars:
        yield strokes("".join(bars), colour)


def _words(row: _Row, top: float, words: Iterable[Word], lines: int) -> Iterator[str]:
    """Each word at its time, or a little later, on the first line where there is room for it."""
    free = [float(LEFT)] * lines
    for word in sorted(words, key=lambda word: word.start_s):
        if not row.holds(word.start_s):
            continue
        width = text_width(word.text, WORD_SIZE) + 4
        last = WIDTH - width
        x = min(row.x(word.start_s), last)
        room = (index for index, edge in enumerate(free) if edge <= min(x + DRIFT, last))
        index = next(room, free.index(min(free)))
        x = min(max(x, free[index]), last)
        free[index] = x + width
        fill = INK if word.confidence >= DOUBTFUL else FAINT
        yield text(x, top + WORD_LINE * (index + 1) - 1, word.text, WORD_SIZE, fill)


def _marks(sheet: CallSheet, row: _Row) -> Iterator[str]:
    for reply in sheet.replies:
        if row.holds(reply.started_s):
            yield from _reply_mark(row, reply)
    for at_s in sheet.turn_ends_s:
        if row.holds(at_s):
            x = row.x(at_s)
            yield line(
                x, row.patient_top - 4, x, row.bottom, TURN_END, stroke_width=1.5, stroke_dasharray="3 2"
            )
    for said in sheet.robot:
        if said.cut and row.holds(said.end_s):
            x = row.x(said.end_s)
            yield line(x, row.robot_top - 4, x, row.robot_top + LANE, CUT, stroke_width=2)
            yield text(x + 3, row.robot_top + 10, "перебит", SMALL, CUT)
    yield from _captions(row, sheet.patient)


def _reply_mark(row: _Row, reply: Reply) -> Iterator[str]:
    """The delay in figures, and a stripe of its four parts under them."""
    label = f"{reply.delay.total_s:.2f} с".replace(".", ",")
    middle = (row.x(reply.speech_ended_s) + row.x(reply.started_s)) / 2
    yield text(middle, row.robot_top - 9, label, SMALL, TURN_END, text_anchor="middle", font_weight="bold")
    at_s = reply.started_s - reply.delay.total_s
    for part, colour in PART_COLOURS.items():
        part_s: float = getattr(reply.delay, part)
        yield from _stretch(row, at_s, at_s + part_s, row.robot_top - 6, row.robot_top - 1, colour)
        at_s += part_s


def _captions(row: _Row, said: Sequence[Utterance]) -> Iterator[str]:
    edge = float(LEFT)
    for each in said:
        if not row.holds(each.start_s):
            continue
        x = row.x(each.start_s)
        if each.key:
            digit = each.words[0].text if each.words else ""
            yield rect(x - 9, row.patient_top + 19, 18, 18, "#ffffff", stroke=PATIENT, rx=4)
            yield text(x, row.patient_top + 32, digit, 12, PATIENT, text_anchor="middle", font_weight="bold")
        if each.caption:
            x = min(max(x, edge), WIDTH - text_width(each.caption, SMALL))
            edge = x + text_width(each.caption, SMALL) + 8
            y = row.bottom + 3 * WORD_LINE
            yield text(x, y, each.caption, SMALL, PATIENT, font_style="italic")


def _turn_end(x: float, top: float, bottom: float) -> str:
    return line(x, top, x, bottom, TURN_END, stroke_width=1.5, stroke_dasharray="3 2")


def _legend(sheet: CallSheet, top: float) -> Iterator[str]:
    """What the marks mean, as far as there can be any of them."""
    y, x = top + 30, float(RIGHT)
    yield _turn_end(x, y - 9, y + 3)
    yield text(x + 6, y, LEGEND_TURN_END, LEGEND_SIZE, FAINT)
    if not sheet.robot:
        return
    yield text(RIGHT, top + 12, NOTE, LEGEND_SIZE, FAINT)
    x += text_width(LEGEND_TURN_END, LEGEND_SIZE) + 26
    yield line(x, y - 9, x, y + 3, CUT, stroke_width=2)
    yield text(x + 6, y, LEGEND_CUT, LEGEND_SIZE, FAINT)
    x += text_width(LEGEND_CUT, LEGEND_SIZE) + 26
    yield text(x, y, LEGEND_DELAY, LEGEND_SIZE, FAINT)
    x += text_width(LEGEND_DELAY, LEGEND_SIZE) + 8
    for part, name in DELAY_PARTS.items():
        yield rect(x, y - 7, 10, 8, PART_COLOURS[part])
        yield text(x + 14, y, name, LEGEND_SIZE, FAINT)
        x += text_width(name, LEGEND_SIZE) + 28

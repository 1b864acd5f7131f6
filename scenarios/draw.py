"""A scenario as a diagram: Mermaid by itself, SVG and PNG through Graphviz; heat shows real calls."""

import html
import shutil
import subprocess
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from calls.errors import BadInput, MissingDependency
from calls.outcome import Group, Outcome
from scenarios import captions
from scenarios.coverage import Coverage
from scenarios.flow import RETURNING, reachable
from scenarios.schema import Scenario, StepBase
from scenarios.steps.ask import Step as Ask
from scenarios.steps.end import Step as End
from scenarios.steps.visit import Step as Visit
from scenarios.text import Text
from scenarios.understanding import Question

WIDTH = 34  # characters of a line in a box
PATIENCE_S = 60
FILLS: Mapping[str, str] = {
    "ask": "#dbeafe",
    "offer_slots": "#dbeafe",
    "call_back": "#dbeafe",
    "when": "#fef3c7",
    "transfer": "#ede9fe",
    "message": "#e5e7eb",
    "say": "#ffffff",
}
OUTCOME_FILLS: Mapping[Group, str] = {
    Group.CONFIRMED: "#bbf7d0",
    Group.CANCELLED: "#fecaca",
    Group.TO_RESCHEDULE: "#fed7aa",
    Group.ANSWERED: "#bbf7d0",
    Group.NEEDS_PERSON: "#ddd6fe",
    Group.NOT_REACHED: "#e5e7eb",
}
SHAPES: Mapping[str, str] = {"when": "hexagon", "send": "note", "set": "note"}


@dataclass(frozen=True, slots=True)
class Box:
    """One step in the picture."""

    label: str
    kind: str
    head: str
    lines: tuple[str, ...]
    fill: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Arrow:
    """One branch in the picture."""

    source: str
    target: str
    caption: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a drawing shows; `always` lists the global intents with what they lead to."""

    title: str
    start: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    always: tuple[tuple[str, str, int], ...]
    heated: bool


def draw(scenario: Scenario, target: Path, heat: Coverage | None = None, language: str | None = None) -> None:
    """Draw into a file; its ending chooses: .svg, .png, .pdf, .dot, .mmd or .md."""
    picture = picture_of(scenario, heat, language)
    ending = target.suffix.lower()
    if ending == ".mmd":
        drawn = mermaid(picture).encode()
    elif ending == ".md":
        drawn = f"# {picture.title}\n\n```mermaid\n{mermaid(picture)}```\n".encode()
    elif ending == ".dot":
        drawn = dot(picture).encode()
    elif ending in (".svg", ".png", ".pdf"):
        drawn = rendered(dot(picture), ending[1:])
    else:
        raise BadInput(f"не знаю, как рисовать «{ending}»", hint="Есть: .svg, .png, .pdf, .dot, .mmd, .md")
    try:
        target.write_bytes(drawn)
    except OSError as error:
        raise BadInput(f"рисунок {target} не записать: {error.strerror}") from error


def picture_of(scenario: Scenario, heat: Coverage | None = None, language: str | None = None) -> Picture:
    """Own steps, and those shared ones to which an own step leads."""
    spoken = language or scenario.main_language
    counts = heat.steps if heat else Counter[str]()
    shown = _shown(scenario)
    boxes = tuple(_box(scenario, label, spoken, counts[label]) for label in shown)
    arrows = tuple(_arrows(scenario, shown, heat))
    return Picture(
        scenario.title, scenario.start, boxes, arrows, tuple(_always(scenario, heat)), heat is not None
    )


def _shown(scenario: Scenario) -> list[str]:
    shown = [label for label in reachable(scenario) if label in scenario.own]
    waiting = list(shown)
    while waiting:
        for exit_ in scenario.steps[waiting.pop()].exits():
            if exit_.target in scenario.steps and exit_.target not in shown:
                shown.append(exit_.target)
                waiting.append(exit_.target)
    return shown


def _arrows(scenario: Scenario, shown: list[str], heat: Coverage | None) -> Iterator[Arrow]:
    for label in shown:
        step = scenario.steps[label]
        read_back = isinstance(step, Ask) and step.ask.question is Question.CONFIRM_CANCEL
        keys = {name: answer.key for name, answer in step.answers_expected().items() if answer.key}
        for exit_ in step.exits():
            caption = captions.condition(exit_.caption) if exit_.caption else ""
            if not caption and exit_.name != "go":
                caption = captions.answer(exit_.name, read_back)
            if exit_.name in keys:
                caption += f" · {keys[exit_.name]}"
            taken = heat.ways[(label, exit_.name, exit_.target)] if heat else 0
            yield Arrow(label, exit_.target, caption, taken)


def _always(scenario: Scenario, heat: Coverage | None) -> Iterator[tuple[str, str, int]]:
    for name, answer in scenario.always.items():
        taken = 0
        if heat:
            taken = sum(count for (_, branch, _), count in heat.ways.items() if branch == f"always.{name}")
        key = f" · {answer.key}" if answer.key else ""
        yield captions.answer(name) + key, _leads_to(scenario, answer.go), taken


def _leads_to(scenario: Scenario, label: str) -> str:
    """In a few words, what follows a global intent."""
    step = scenario.steps.get(label)
    if step is None:
        return label
    if step.kind in RETURNING:
        return "ответит и вернётся к вопросу"
    if isinstance(step, End):
        return _outcome(step.end.outcome)
    if isinstance(step, Ask):
        return "переспросит: " + captions.with_slots_named(step.ask.text.all_variants[0])
    return captions.KINDS.get(step.kind, step.kind).lower()


def _outcome(outcome: Outcome | None) -> str:
    return captions.OUTCOMES.get(outcome, outcome.value) if outcome else "общий итог визитов"


def _box(scenario: Scenario, label: str, language: str, count: int) -> Box:
    step = scenario.steps[label]
    text = next((text for _, text in step.texts()), None) or next((text for _, text in step.notes()), None)
    head = captions.KINDS.get(step.kind, step.kind)
    fill = FILLS.get(step.kind, "#f9fafb")
    if isinstance(step, End):
        outcome = step.end.outcome
        head = f"Конец: {_outcome(outcome)}"
        fill = OUTCOME_FILLS.get(outcome.group, fill) if outcome else "#bbf7d0"
    if isinstance(step, Visit):
        head = f"Отметить: {_outcome(step.visit.outcome)}" if step.visit.outcome else "К следующему визиту"
        fill = OUTCOME_FILLS.get(step.visit.outcome.group, fill) if step.visit.outcome else fill
    return Box(label, step.kind, head, _lines(step, text, scenario, language), fill, count)


def _lines(step: StepBase, text: Text | None, scenario: Scenario, language: str) -> tuple[str, ...]:
    if text is None:
        return ()
    variants = text.variants(language, scenario.main_language) or text.all_variants
    plain = captions.with_slots_named(variants[0])
    lines = textwrap.wrap(plain if step.kind == "set" else f"«{plain}»", WIDTH)
    return tuple(lines if len(lines) <= 5 else [*lines[:4], "…"])


def dot(picture: Picture) -> str:
    """The picture in Graphviz's language."""
    busiest = max((arrow.count for arrow in picture.arrows), default=0)
    lines = [
        "digraph scenario {",
        '  graph [rankdir=TB, nodesep=0.35, ranksep=0.45, fontname="DejaVu Sans", fontsize=18, labelloc=t,',
        f"         label={_quoted(picture.title)}, pad=0.3];",
        '  node [shape=box, style="rounded,filled", fontname="DejaVu Sans", fontsize=11, color="#64748b"];',
        '  edge [fontname="DejaVu Sans", fontsize=10, color="#475569", arrowsize=0.7];',
        '  "(начало)" [shape=circle, label="", width=0.25, fillcolor="#0f172a"];',
        f'  "(начало)" -> {_quoted(picture.start)};',
    ]
    for box in picture.boxes:
        shape = SHAPES.get(box.kind, "box")
        style = "filled" if shape != "box" else "rounded,filled"
        lines.append(
            f"  {_quoted(box.label)} [shape={shape}, style={_quoted(style)}, fillcolor={_quoted(box.fill)},"
            f" label=<{_label(box, picture.heated)}>];"
        )
    for arrow in picture.arrows:
        attributes = [f"label={_quoted(' ' + arrow.caption)}"] if arrow.caption else []
        if picture.heated:
            attributes = _heat(arrow, busiest)
        lines.append(f"  {_quoted(arrow.source)} -> {_quoted(arrow.target)} [{', '.join(attributes)}];")
    lines.append(
        f"  {{ rank=sink; always [shape=plain, style=filled, fillcolor=none, label=<{_table(picture)}>]; }}"
    )
    return "\n".join([*lines, "}", ""])


def _heat(arrow: Arrow, busiest: int) -> list[str]:
    """Busy ways are thick and red, unused ones thin and grey."""
    share = arrow.count / busiest if busiest else 0.0
    caption = f" {arrow.caption} ({arrow.count})" if arrow.caption else f" {arrow.count}"
    if not arrow.count:
        return [f"label={_quoted(caption)}", 'color="#cbd5e1"', 'fontcolor="#94a3b8"', "style=dashed"]
    red, others = 180 + round(40 * share), round(120 * (1 - share))
    colour = f"#{red:02x}{others:02x}{others:02x}"
    return [f"label={_quoted(caption)}", f"penwidth={1 + 5 * share:.1f}", f"color={_quoted(colour)}"]


def _label(box: Box, heated: bool) -> str:
    count = f" · {box.count}" if heated else ""
    rows = [f"<b>{html.escape(box.head + count)}</b>"]
    rows += [html.escape(line) for line in box.lines]
    rows.append(f'<font point-size="8" color="#64748b">{html.escape(box.label)}</font>')
    return "<br/>".join(rows)


def _table(picture: Picture) -> str:
    cell = '<td align="left" balign="left">{}</td>'
    rows = ['<tr><td colspan="2" bgcolor="#f1f5f9"><b>В любую минуту разговора</b></td></tr>']
    for leads, names in _by_target(picture):
        lines = textwrap.wrap(", ".join(names), 2 * WIDTH)
        left = "<br/>".join(html.escape(line) for line in lines)
        rows.append(f"<tr>{cell.format(left)}{cell.format(html.escape(leads))}</tr>")
    look = 'border="0" cellborder="1" cellspacing="0" cellpadding="4" color="#94a3b8"'
    return f"<table {look}>{''.join(rows)}</table>"


def _by_target(picture: Picture) -> list[tuple[str, list[str]]]:
    """Global intents that lead to the same thing stand together."""
    targets: dict[str, list[str]] = {}
    for caption, leads, count in picture.always:
        targets.setdefault(leads, []).append(f"{caption} ({count})" if picture.heated else caption)
    return list(targets.items())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mermaid(picture: Picture) -> str:
    """The picture in Mermaid's language, which GitLab, GitHub and many editors show."""
    names = {box.label: f"s{number}" for number, box in enumerate(picture.boxes)}
    lines = ["flowchart TD", f'  start(("▶")) --> {names[picture.start]}']
    for box in picture.boxes:
        text = "<br/>".join(_safe(line) for line in (f"<b>{box.head}</b>", *box.lines))
        count = f"<br/>{box.count}" if picture.heated else ""
        opening, closing = {"when": ("{{", "}}"), "end": ("([", "])")}.get(box.kind, ("[", "]"))
        lines.append(f'  {names[box.label]}{opening}"{text}{count}"{closing}')
        lines.append(f"  style {names[box.label]} fill:{box.fill},stroke:#64748b,color:#0f172a")
    for arrow in picture.arrows:
        caption = _safe(arrow.caption + (f" ({arrow.count})" if picture.heated else ""))
        link = f'-->|"{caption}"|' if caption.strip() else "-->"
        lines.append(f"  {names[arrow.source]} {link} {names[arrow.target]}")
    always = "<br/>".join(_safe(f"{', '.join(names)} → {leads}") for leads, names in _by_target(picture))
    lines.append(f'  always["<b>В любую минуту разговора</b><br/>{always}"]')
    return "\n".join([*lines, ""])


def _safe(text: str) -> str:
    return text.replace('"', "&quot;").replace("{", "#123;").replace("}", "#125;")


def rendered(source: str, format_: str) -> bytes:
    """Graphviz's picture; MissingDependency where `dot` is not installed."""
    program = shutil.which("dot")
    if program is None:
        raise MissingDependency(
            "Graphviz (команда dot) не установлен.",
            hint="apt-get install graphviz, или рисуйте в Mermaid: -o сценарий.mmd",
        )
    try:
        done = subprocess.run(
            [program, f"-T{format_}"],
            input=source.encode(),
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadInput(
            "Graphviz не справился с рисунком", hint="Попробуйте Mermaid: -o сценарий.mmd"
        ) from error
    if done.returncode:
        raise BadInput(f"Graphviz не справился с рисунком: {done.stderr.decode(errors='replace')[:200]}")
    return done.stdout

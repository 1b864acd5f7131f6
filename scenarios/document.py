"""A YAML file as plain values that remember their places (YAML 1.2, no duplicate keys, no aliases)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.composer import ComposerError
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scenarios.findings import Finding, Severity

LARGEST_BYTES = 512 * 1024
DEEPEST = 20
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """Plain values (dict with text keys, list, str, int, float, bool, None) and where each of them stands."""

    file: str
    value: object
    places: Mapping[Path_, Place]
    key_places: Mapping[Path_, Place]

    def place(self, path: Sequence[str | int], of_key: bool = False) -> Place:
        """The place of the value, or of its key, or of the nearest thing around it."""
        wanted = tuple(path)
        while wanted:
            found = (self.key_places if of_key else self.places).get(wanted) or self.places.get(wanted)
            if found:
                return found
            wanted = wanted[:-1]
        return Place(1, 1)

    def finding(
        self,
        path: Sequence[str | int],
        message: str,
        hint: str = "",
        severity: Severity = Severity.ERROR,
        of_key: bool = False,
    ) -> Finding:
        place = self.place(path, of_key)
        return Finding(self.file, place.line, place.column, severity, message, hint)


class Unreadable(Exception):
    """The file is no YAML that we accept; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def read_file(path: Path) -> Document:
    """Read a file; Unreadable for what is not text, not YAML, too big or too deep."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _unreadable(str(path), f"файл не читается: {error.strerror or error}") from error
    if len(raw) > LARGEST_BYTES:
        raise _unreadable(str(path), f"файл больше {LARGEST_BYTES // 1024} КБ", "Сценарии короче.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _unreadable(
            str(path), "файл не в кодировке UTF-8", "Сохраните его в UTF-8.", line, 1
        ) from error
    return read_text(text, str(path))


def read_text(text: str, file: str = "<text>") -> Document:
    """Read YAML from a string."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    try:
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(
            file,
            _problem(error),
            "Проверьте отступы, двоеточия и кавычки; текст с двоеточием берут в кавычки.",
            mark.line + 1 if mark else 1,
            mark.column + 1 if mark else 1,
        ) from error
    except (YAMLError, ValueError) as error:
        raise _unreadable(file, "файл содержит недопустимый знак", "Уберите управляющие знаки.") from error
    except RecursionError as error:
        raise _unreadable(file, "слишком глубокая вложенность") from error
    if node is None:
        raise _unreadable(file, "файл пуст", "Начните с «scenario: имя-сценария».")
    builder = _Builder(file)
    return Document(file, builder.build(node, ()), builder.places, builder.key_places)


class _Builder:
    """Turns YAML nodes into plain values, noting places."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Path_, Place] = {}
        self.key_places: dict[Path_, Place] = {}
        self._seen: set[int] = set()

    def build(self, node: Node, path: Path_) -> object:
        place = Place(node.start_mark.line + 1, node.start_mark.column + 1)
        self.places[path] = place
        if len(path) > DEEPEST:
            raise _unreadable(self.file, "слишком глубокая вложенность", "", place.line, place.column)
        if id(node) in self._seen or node.anchor:
            raise _unreadable(
                self.file,
                "якоря (&) и ссылки (*) не допускаются",
                "Повторите текст целиком; если текст начинается с * или &, возьмите его в кавычки.",
                place.line,
                place.column,
            )
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return _scalar(node)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            mark = key_node.start_mark
            if not isinstance(key_node, ScalarNode):
                raise _unreadable(
                    self.file,
                    "ключ должен быть словом",
                    "Если текст начинается со скобки { или [, возьмите его в кавычки.",
                    mark.line + 1,
                    mark.column + 1,
                )
            key = key_node.value
            if key in values:
                first = self.key_places[(*path, key)]
                raise _unreadable(
                    self.file,
                    f"«{key}» написано дважды (первый раз в строке {first.line})",
                    "Оставьте одно из двух.",
                    mark.line + 1,
                    mark.column + 1,
                )
            self.key_places[(*path, key)] = Place(mark.line + 1, mark.column + 1)
            values[key] = self.build(value_node, (*path, key))
        return values


_TRUE, _FALSE = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}
_NULL = {"", "null", "Null", "NULL", "~"}


def _scalar(node: ScalarNode) -> object:
    """The YAML 1.2 core schema: `yes`, `on`, `9:00` and `012` stay text."""
    text: str = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    sign = text.removeprefix("-")
    if sign.isascii() and sign.isdecimal() and len(sign) < 16 and (sign == "0" or sign[0] != "0"):
        return int(text)
    whole, dot, part = sign.partition(".")
    if dot and len(sign) < 16 and all(piece.isascii() and piece.isdecimal() for piece in (whole, part)):
        return float(text)
    return text


def _problem(error: MarkedYAMLError) -> str:
    """The commonest of the parser's complaints, in Russian."""
    if isinstance(error, DuplicateKeyError):
        return "один ключ написан дважды"
    if isinstance(error, ComposerError):
        return "ссылка (*) на то, чего нет; если это текст, возьмите его в кавычки"
    problem = error.problem or ""
    for sign, message in _PROBLEMS:
        if sign in problem:
            return message
    return "это не похоже на YAML"


_PROBLEMS = (
    ("mapping values are not allowed", "двоеточие не на своём месте"),
    ("could not find expected ':'", "здесь не хватает двоеточия"),
    ("did not find expected", "нарушен порядок: проверьте отступы и кавычки"),
    ("expected <block end>", "неверный отступ"),
    ("found character '\\t'", "вместо пробелов стоит табуляция"),
    ("found character", "знак, с которого текст без кавычек начинаться не может"),
    ("found unexpected end of stream", "кавычка не закрыта"),
    ("unexpected end of stream", "кавычка не закрыта"),
    ("expected ',' or", "скобка не закрыта или не хватает запятой"),
    ("expected a single document", "в файле больше одного документа («---»)"),
    ("but found another document", "в файле больше одного документа («---»)"),
)


def _unreadable(file: str, message: str, hint: str = "", line: int = 0, column: int = 0) -> Unreadable:
    return Unreadable(Finding(file, line, column, Severity.ERROR, message, hint))

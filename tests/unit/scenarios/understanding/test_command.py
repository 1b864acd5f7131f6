"""What `zvonar understand` prints."""

import json

from scenarios.understanding import Question, Understander
from scenarios.understanding.command import understand_lines
from scenarios.understanding.phrases import NOW, ZONE

VISIT = Question.CONFIRM_VISIT


def test_keys_in_the_documented_order(russian: Understander) -> None:
    answers = list(understand_lines(russian, ["приду, но опоздаю", "", "  "], VISIT, NOW, ZONE))
    assert [list(answer) for answer in answers] == [["text", "class", "also", "when", "confidence", "why"]]
    assert answers[0]["class"] == "confirm"
    assert answers[0]["also"] == ["late"]


def test_topic_stands_after_also_and_all_is_json(russian: Understander) -> None:
    [answer] = understand_lines(russian, ["завтра не могу, а сколько стоит?"], VISIT, NOW, ZONE)
    assert list(answer)[:4] == ["text", "class", "also", "topic"]
    assert json.loads(json.dumps(answer))["topic"] == "price"

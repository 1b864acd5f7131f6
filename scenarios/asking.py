"""What every step that waits for the patient does alike: ask again, wait in silence, give up."""

from collections.abc import Mapping, Sequence

from scenarios.answering import Reply, Turn, keys_of
from scenarios.exchange import Listen
from scenarios.schema import Answer, Next, Resume
from scenarios.talk import Talk
from scenarios.text import Text, sentences_of
from scenarios.understanding import Question

# A patient who names a day pauses to think; see docs on turn-taking.
PAUSES_S: Mapping[Question, float] = {
    Question.ASK_DATE: 0.8,
    Question.CHOOSE_SLOT: 0.6,
    Question.SATISFACTION: 0.6,
    Question.OPEN: 1.2,
}
USUAL_PAUSE_S = 0.5
NEVER_QUICK = frozenset({Question.OPEN})


def listen_for(talk: Talk, question: Question, answers: Mapping[str, Answer], timeout_s: float = 5.0) -> None:
    """Wait for the answer to a question."""
    pause_s = PAUSES_S.get(question, USUAL_PAUSE_S)
    quick_pause_s = pause_s if question in NEVER_QUICK else 0.25
    keys = keys_of(talk, question, answers)
    talk.listen(Listen(question, keys, timeout_s, quick_pause_s, pause_s))


def aside(talk: Talk, reply: Reply) -> Next:
    """Follow a global intent and remember where to come back to."""
    assert reply.answer is not None
    talk.return_to = Resume(talk.label)
    target = talk.take(reply.answer, reply.name)
    talk.branch = f"always.{reply.name}"
    return target


def missed(
    talk: Talk,
    turn: Turn,
    texts: Sequence[Text],
    own_targets: Mapping[str, str | None],
) -> tuple[Text | None, Next]:
    """Count a turn that was no answer: the text to ask again with, or the label when the limit is reached."""
    memory, limits = talk.memory, talk.scenario.limits
    if turn is Turn.SILENT:
        memory.silent += 1
        name, count, limit = "silence", memory.silent, limits.silences
    else:
        memory.misunderstood += 1
        name, count, limit = "unclear", memory.misunderstood, limits.misunderstandings
    total = memory.silent + memory.misunderstood
    if count >= limit or total >= limits.silences + limits.misunderstandings - 1:
        talk.branch = name
        return None, give_up(talk, name, own_targets.get(name))
    return (texts[(count - 1) % len(texts)] if texts else None), None


def give_up(talk: Talk, name: str, own: str | None) -> Next:
    """Where a step leads when it has asked often enough."""
    if own:
        return own
    answer = talk.scenario.always.get(name) or talk.scenario.always["unclear"]
    talk.branch = f"always.{name}"
    return answer.go


def brief(talk: Talk, text: Text, how: Resume) -> tuple[str, ...]:
    """What to say on coming back to a question."""
    if how.patience_s:
        return ()
    words = talk.words(text)
    return words if how.whole else sentences_of(" ".join(words[-1:]))

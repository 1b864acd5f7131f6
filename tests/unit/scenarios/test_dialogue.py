"""What a dialogue tells its driver: settlement, early turns, sentences to render, transfers, keys."""

from datetime import datetime
from pathlib import Path

import pytest

from calls.errors import BadInput
from calls.outcome import Outcome
from calls.transcript import Transcript
from scenarios.coverage import Coverage, path_line, read_paths
from scenarios.dialogue import Dialogue, understander_for
from scenarios.example import Example, ExamplePatient, ExampleVisit
from scenarios.exchange import (
    Began,
    DialogueCommand,
    Finish,
    Heard,
    HearingLost,
    Listen,
    MachineAnswered,
    Pressed,
    Say,
    Settle,
    StayedSilent,
    Transfer,
    TransferFailed,
)
from scenarios.json_schema import schema_text
from scenarios.loader import load, read_string
from scenarios.schema import Scenario
from scenarios.sentences import missing_facts
from scenarios.testing import run_tests
from scenarios.trial import Trial
from scenarios.understanding import Question

MORNING = datetime(2027, 3, 2, 9)


def dialogue(example: Example | None = None, scenario: Scenario | None = None) -> Dialogue:
    used = scenario or load("confirm-visit")
    facts = (example or Example()).facts_for(used)
    return Dialogue(used, facts, understander_for(used, facts.language), facts.now)


def said(text: str) -> Heard:
    return Heard(Transcript.of(text))


def spoken(commands: tuple[DialogueCommand, ...]) -> str:
    return " ".join(" ".join(command.sentences) for command in commands if isinstance(command, Say))


def settled(commands: tuple[DialogueCommand, ...]) -> Settle:
    (settle,) = [command for command in commands if isinstance(command, Settle)]
    return settle


def test_the_opening_greets_asks_and_listens_for_speech_and_keys() -> None:
    say, listen = dialogue().handle(Began())
    assert isinstance(say, Say)
    assert say.sentences[0] == "Здравствуйте, Анна Сергеевна!"
    assert say.sentences[-1] == "Вы придёте?"
    assert isinstance(listen, Listen)
    assert listen.question is Question.CONFIRM_VISIT
    assert listen.keys == {"0", "1", "2", "3"}


def test_the_settlement_comes_before_the_farewell() -> None:
    talk = dialogue()
    talk.handle(Began())
    settle, say, finish = talk.handle(said("да, приду"))
    assert settle == Settle(Outcome.CONFIRMED, {"visit:visit-1": "confirmed"})
    assert isinstance(say, Say)
    assert isinstance(finish, Finish)
    assert talk.over
    assert talk.meaning_of_last == "confirm"
    assert talk.outcome_so_far is Outcome.CONFIRMED


def test_what_is_known_when_the_line_breaks_in_the_middle() -> None:
    talk = dialogue(Example(visits=[ExampleVisit(at=MORNING), ExampleVisit(at=MORNING.replace(hour=11))]))
    talk.handle(Began())
    assert talk.outcome_so_far is None
    talk.handle(said("опоздаю"))
    assert talk.outcome_so_far is None
    assert talk.settlement_so_far == Settle(Outcome.HUNG_UP, {"visit:visit-1": "confirmed"}, ("late",))


@pytest.mark.parametrize(
    ("words", "early"), [("да", True), ("не приду", True), ("ну", False), ("наверное", False), ("", False)]
)
def test_a_turn_ends_early_after_a_short_clear_answer_only(words: str, early: bool) -> None:
    talk = dialogue()
    talk.handle(Began())
    assert talk.wants_turn(Transcript.of(words)) is early


def test_keys_work_without_any_hearing() -> None:
    talk = dialogue()
    talk.handle(Began())
    commands = talk.handle(HearingLost())
    assert "нажмите один" in spoken(commands)
    assert "нажмите два" in spoken(talk.handle(Pressed("2")))
    assert settled(talk.handle(Pressed("2"))).outcome is Outcome.CANCELLED


def test_a_question_in_the_same_breath_is_answered_and_the_answer_kept() -> None:
    talk = dialogue()
    talk.handle(Began())
    commands = talk.handle(said("приду, а по какому адресу?"))
    assert "улица Садовая" in spoken(commands)
    assert settled(commands).outcome is Outcome.CONFIRMED


def test_a_transfer_whispers_who_and_why_and_nothing_else_is_heard_meanwhile() -> None:
    talk = dialogue(Example(operator="sip:desk@clinic.example"))
    talk.handle(Began())
    commands = talk.handle(said("позовите оператора"))
    transfer = commands[-1]
    assert isinstance(transfer, Transfer)
    assert transfer.target == "sip:desk@clinic.example"
    assert transfer.whisper.startswith("Пациент Кузнецова Анна Сергеевна.")
    assert talk.handle(said("алло")) == ()
    assert settled(talk.handle(TransferFailed())).outcome is Outcome.WANTS_OPERATOR


def test_a_machine_is_spoken_to_after_its_beep_and_hears_no_detail() -> None:
    talk = dialogue()
    talk.handle(Began())
    waiting = talk.handle(MachineAnswered(ready=False))
    assert spoken(waiting) == ""
    assert isinstance(waiting[-1], Listen)
    assert talk.handle(said("оставьте сообщение после сигнала"))[-1] == waiting[-1]
    commands = talk.handle(MachineAnswered(ready=True))
    assert settled(commands).outcome is Outcome.VOICEMAIL
    assert "Иванов" not in spoken(commands)
    say = commands[1]
    assert isinstance(say, Say)
    assert not say.interruptible


def test_a_machine_without_a_beep_gets_its_message_after_a_silence() -> None:
    talk = dialogue()
    talk.handle(Began())
    talk.handle(MachineAnswered(ready=False))
    assert settled(talk.handle(StayedSilent())).outcome is Outcome.VOICEMAIL


def test_endless_questions_end_in_a_persons_hands() -> None:
    talk = dialogue()
    talk.handle(Began())
    for _ in range(40):
        commands = talk.handle(said("по какому адресу?"))
        if talk.over:
            break
    assert settled(commands).outcome is Outcome.NOT_UNDERSTOOD


def test_nothing_happens_before_the_call_has_begun() -> None:
    talk = dialogue()
    assert talk.handle(said("да")) == ()
    assert talk.handle(Began())
    assert talk.handle(Began()) == ()


def test_sentences_are_ready_before_the_call_and_facts_that_lack_are_named() -> None:
    scenario = load("confirm-visit")
    ready = dialogue().sentences()
    assert ready[0] == "Здравствуйте, Анна Сергеевна!"
    assert "Вы хотите отменить запись." in ready
    assert missing_facts(scenario, Example().facts_for(scenario)) == ()
    nameless = Example(clinic={"phone": "+7 495 000-00-00"})
    assert missing_facts(scenario, nameless.facts_for(scenario)) == ("clinic.name",)


def test_a_branch_that_this_patient_cannot_reach_needs_no_facts() -> None:
    scenario = load("confirm-preparation")
    assert missing_facts(scenario, Example().facts_for(scenario)) == ()
    prepared = Example(visits=[ExampleVisit(at=MORNING, preparation="Приходите натощак.")])
    with_preparation = dialogue(prepared, scenario).sentences()
    assert "Приходите натощак." in with_preparation
    assert "К визиту нужно подготовиться." not in dialogue(None, scenario).sentences()


def test_conditions_look_at_sex_age_weekday_and_answers() -> None:
    text = """\
scenario: mine
title: Условия
steps:
  choose:
    when:
      - {fact: sex, is: male, go: man}
      - {fact: age_group, is: [child, elderly], go: elderly}
      - {fact: weekday, is: sunday, go: man}
    go: other
  man: {end: {outcome: answered, say: Мужчина.}}
  elderly: {end: {outcome: answered, say: Пожилой или ребёнок.}}
  other: {end: {outcome: answered, say: Остальные.}}
"""
    scenario = read_string(text).scenario
    assert scenario is not None

    def first_words(patient: ExamplePatient) -> str:
        return spoken(dialogue(Example(patient=patient), scenario).handle(Began()))

    assert first_words(ExamplePatient.model_validate({"sex": "male"})) == "Мужчина."
    assert first_words(ExamplePatient.model_validate({"born": "1940-01-01"})) == "Пожилой или ребёнок."
    assert first_words(ExamplePatient()) == "Остальные."


def test_the_language_is_the_patients_where_the_scenario_speaks_it() -> None:
    english = dialogue(Example(patient=ExamplePatient(name="Anna Smith", language="en")))
    assert english.language == "en"
    assert spoken(english.handle(Began())).startswith("Hello, ")
    assert dialogue(Example(patient=ExamplePatient(language="fr"))).language == "ru"


def test_a_clinics_own_phrases_are_understood() -> None:
    text = """\
scenario: mine
title: Свои слова
phrases: {ru: {confirm: [как штык]}}
steps:
  ask:
    ask:
      question: confirm_visit
      text: Вы придёте?
      answers: {confirm: yes_end, cancel: no_end}
  yes_end: {end: confirmed}
  no_end: {end: wants_operator}
"""
    scenario = read_string(text).scenario
    assert scenario is not None
    trial = Trial(scenario)
    trial.begin()
    trial.reply("как штык")
    assert trial.outcome is Outcome.CONFIRMED


def test_conversations_can_be_kept_and_counted(tmp_path: Path) -> None:
    report = run_tests("confirm-visit")
    trial = Trial(report.scenario)
    trial.begin()
    trial.reply("приду")
    file = tmp_path / "paths.jsonl"
    file.write_text(path_line(trial.dialogue.path) + "\n\n", encoding="utf-8")
    kept = read_paths(file, report.scenario)
    expected = Coverage()
    expected.add(report.scenario.start, trial.dialogue.path)
    assert kept == expected
    file.write_text('{"no": "path"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=":1:"):
        read_paths(file, report.scenario)


def test_the_published_schema_is_the_present_one() -> None:
    published = Path(__file__).parents[3] / "docs" / "scenario.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(), "make it anew: scenarios.json_schema"

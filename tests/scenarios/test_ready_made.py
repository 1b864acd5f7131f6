"""Every scenario that comes with the program is clean, covered by its own tests, and safe."""

import pytest

from scenarios.check import check_file
from scenarios.coverage import Coverage
from scenarios.draw import dot, mermaid, picture_of
from scenarios.example import example_with
from scenarios.length import LONGEST_PROMPT_S, longest_prompts
from scenarios.loader import READY, load, ready_made
from scenarios.rehearsal import rehearse
from scenarios.sentences import missing_facts
from scenarios.testing import Report, run_tests

EXPECTED = {
    "after-visit",
    "confirm-preparation",
    "confirm-reschedule",
    "confirm-visit",
    "family-visits",
    "recall-checkup",
    "visit-moved",
    "waiting-list",
}
REPORTS: dict[str, Report] = {}


def report_of(name: str) -> Report:
    if name not in REPORTS:
        REPORTS[name] = run_tests(name)
    return REPORTS[name]


def test_they_are_all_there() -> None:
    assert set(ready_made()) == EXPECTED


@pytest.mark.parametrize("name", ready_made())
def test_nothing_is_found_in_them(name: str) -> None:
    assert [str(finding) for finding in check_file(name)] == []


@pytest.mark.parametrize("name", ready_made())
def test_their_own_tests_pass_and_cover_every_step_and_branch(name: str) -> None:
    report = report_of(name)
    assert [f"{test.name}: {test.problem}" for test in report.failed] == []
    assert report.coverage.missed_steps(report.scenario) == ()
    assert report.coverage.missed_branches(report.scenario) == ()


def test_the_shared_parts_are_covered_too() -> None:
    report = report_of("confirm-visit")
    assert report.coverage.missed_shared(report.scenario) == ()


@pytest.mark.parametrize("name", ready_made())
def test_they_speak_both_languages(name: str) -> None:
    assert load(name).languages == ("ru", "en")
    assert any("language: en" in line for line in _tests_of(name))


@pytest.mark.parametrize("name", ready_made())
def test_the_patient_is_asked_within_twelve_seconds(name: str) -> None:
    scenario = load(name)
    assert dict(longest_prompts(scenario))[scenario.start] <= LONGEST_PROMPT_S


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", ready_made())
def test_a_population_meets_no_dead_end_and_no_contrary_outcome(name: str, language: str) -> None:
    rehearsal = rehearse(load(name), 60, seed=5, language=language)
    assert rehearsal.dead_ends == ()
    assert rehearsal.wrong == ()
    assert rehearsal.average("turns") < 6


def test_the_same_seed_gives_the_same_population() -> None:
    scenario = load("confirm-visit")
    assert rehearse(scenario, 20, seed=1).calls == rehearse(scenario, 20, seed=1).calls
    assert rehearse(scenario, 20, seed=1).calls != rehearse(scenario, 20, seed=2).calls


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", ready_made())
def test_a_bare_appointment_is_enough_to_call(name: str, language: str) -> None:
    bare = {field: "" for field in ("doctor", "speciality", "branch", "address", "service", "preparation")}
    changes = {
        "patient": {"name": ""},
        "visits": [bare | {"at": "2027-03-02 09:00"}],
        "clinic": {"name": "Ромашка" if language == "ru" else "Camomile"},
    }
    scenario = load(name)
    example = example_with(changes, language)
    example = example.model_copy(update={"clinic": changes["clinic"]})
    facts = example.facts_for(scenario)
    assert facts.language == language
    assert missing_facts(scenario, facts) == ()


@pytest.mark.parametrize("name", ready_made())
def test_they_can_be_drawn(name: str) -> None:
    scenario, coverage = load(name), Coverage()
    for heat in (None, coverage):
        picture = picture_of(scenario, heat)
        assert {box.label for box in picture.boxes} >= scenario.own
        assert "В любую минуту разговора" in dot(picture)
        assert mermaid(picture).startswith("flowchart TD")


def _tests_of(name: str) -> list[str]:
    return (READY / f"{name}.test.yaml").read_text(encoding="utf-8").splitlines()

"""Answer delays and endings from a journal."""

from demo.journal import Happening, Journal


def journal(*entries: tuple[Happening, float]) -> Journal:
    found = Journal(100.0)
    for what, at_s in entries:
        found.write(what, 100.0 + at_s)
    return found


def test_delays_run_from_the_last_own_sound_to_the_next_answer() -> None:
    found = journal(
        (Happening.ROBOT_BEGAN, 0.0),
        (Happening.SPOKE, 1.0),
        (Happening.FELL_SILENT, 2.0),
        (Happening.ROBOT_ANSWERED, 2.4),
        (Happening.PRESSED, 5.0),
        (Happening.ROBOT_ANSWERED, 5.1),
    )
    assert found.answer_delays_s == [0.4, 0.1]


def test_silence_that_was_broken_by_the_patient_has_no_answer() -> None:
    found = journal(
        (Happening.FELL_SILENT, 2.0),
        (Happening.SPOKE, 4.0),
        (Happening.FELL_SILENT, 5.0),
        (Happening.ROBOT_ANSWERED, 5.3),
        (Happening.ROBOT_ANSWERED, 9.0),
    )
    assert found.answer_delays_s == [0.3]


def test_the_ending() -> None:
    assert journal((Happening.INVITED, 0.0)).ending is None
    assert journal((Happening.ANSWERED, 0.0), (Happening.HUNG_UP, 1.0)).ending is Happening.HUNG_UP
    assert journal((Happening.WENT_DEAD, 0.0)).ending is None


def test_words_do_not_show_in_an_entry() -> None:
    found = Journal(0.0)
    found.write(Happening.SPOKE, 1.0, "да, приду")
    assert "приду" not in repr(found.entries[0])

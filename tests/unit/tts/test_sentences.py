"""Where texts are cut, and the pause after each piece."""

import pytest

from tts.sentences import PAUSE_S, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Здравствуйте!", ["Здравствуйте!"]),
        ("Здравствуйте! Вы придёте?", ["Здравствуйте!", "Вы придёте?"]),
        ("Да.  Хорошо.\n Спасибо.", ["Да.", "Хорошо.", "Спасибо."]),
        ("Завтра, в среду, третьего марта", ["Завтра, в среду, третьего марта"]),
        ("Клиника «Здоровье». «Алло?» Это вы?", ["Клиника «Здоровье».", "«Алло?»", "Это вы?"]),
        ("Подождите… Я уточню.", ["Подождите…", "Я уточню."]),
        ("Hello. How are you?", ["Hello.", "How are you?"]),
        ("Что? да нет же", ["Что? да нет же"]),
        ("   ", []),
        ("…", []),
    ],
)
def test_texts_are_cut_at_the_ends_of_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in split_sentences(text)] == sentences


def test_a_question_is_followed_by_a_longer_pause() -> None:
    question, statement = split_sentences("Вы придёте? Ждём вас.")
    assert question.pause_s == PAUSE_S["?"]
    assert statement.pause_s == PAUSE_S["."]


def test_a_closing_quotation_mark_does_not_hide_the_end() -> None:
    assert split_sentences("Он сказал: «Кто там?» Потом ушёл.")[0].pause_s == PAUSE_S["?"]


def test_the_text_never_shows() -> None:
    assert "Иванов" not in repr(split_sentences("Иванов Пётр."))

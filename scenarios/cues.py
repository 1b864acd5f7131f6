"""Speech that is no answer: a listener's «угу», the network's announcement before anybody picked up."""

from collections.abc import Mapping

from calls.transcript import UNKNOWN_WORD, Transcript

LISTENING: Mapping[str, frozenset[str]] = {
    "ru": frozenset(
        "да ага угу алло алё ало слушаю вас говорите так ну здравствуйте здравствуй добрый день утро вечер "
        "э эм м хм мм".split()
    ),
    "en": frozenset("yes yeah yep uh huh mm hello hi speaking good morning afternoon evening ok".split()),
}
NOT_REACHABLE: Mapping[str, frozenset[str]] = {
    "ru": frozenset(
        "абонент абонента абоненту недоступен недоступна выключен выключено зоны обслуживается аппарат "
        "набранный сети существует заблокирован".split()
    ),
    "en": frozenset("subscriber unavailable unreachable switched coverage dialled dialed service".split()),
}


def is_backchannel(transcript: Transcript, language: str) -> bool:
    """Whether these words only say that somebody listens: they answer nothing that was not asked yet."""
    known = LISTENING.get(language, frozenset())
    words = [word.text for word in transcript.words]
    return bool(words) and all(word in known or word == UNKNOWN_WORD for word in words)


def is_announcement(transcript: Transcript, language: str) -> bool:
    """Whether the network, before the answer, says that the subscriber cannot be reached."""
    known = NOT_REACHABLE.get(language, frozenset())
    return any(word.text in known for word in transcript.words)

"""How Russian clauses begin and what completes a verb, as far as a telephone answer needs it."""

from collections.abc import Sequence

from scenarios.understanding.company import Grammar
from scenarios.understanding.tokens import Token

# Prepositions that give a cause, a company or a means: «из-за погоды», «с давлением».
_OF_CAUSE = frozenset("из-за от по при из у".split())
_FROM = frozenset({"с", "со"})
# Prepositions that tell where to or what for, and their case.
_GOALS = (({"в", "во", "на"}, "accs"), ({"за"}, "ablt"), ({"до"}, "gent"), ({"к", "ко"}, "datv"))
_LIGHT = frozenset({"advb", "prcl", "intj", "conj"})
# Adverbs that do change a promise.
_TURNING_ADVERBS = frozenset(
    """
    бесплатно даром зря напрасно домой якобы понарошку куда-нибудь куда-то мысленно виртуально онлайн
    удаленно дистанционно заочно вслепую нелегально впустую когда-нибудь когда-либо назло обратно
    """.split()
)
_HEAVY = frozenset({"noun", "verb", "infn"})
_NAMES = frozenset({"name", "surn", "patr"})


def _is_finite(token: Token) -> bool:
    return not token.shape.tags.isdisjoint(("verb", "prts", "pred"))


def _is_light(token: Token) -> bool:
    """An adverb, a particle, an interjection or a name: none of them says what the verb is about."""
    tags = token.shape.tags
    if token.form in _TURNING_ADVERBS:
        return False
    return (not tags.isdisjoint(_LIGHT) and tags.isdisjoint(_HEAVY)) or not tags.isdisjoint(_NAMES)


def _things(tokens: Sequence[Token]) -> frozenset[int]:
    """Nouns that may be accusatives and follow no preposition: «доставку отмените»."""
    return frozenset(
        at
        for at, token in enumerate(tokens)
        if token.shape.tags.issuperset(("noun", "accs"))
        and not any("prep" in before.shape.tags for before in tokens[max(0, at - 2) : at])
    )


def _is_object(tokens: Sequence[Token], at: int) -> bool:
    """An infinitive, or a word after a preposition, perhaps with one word between them."""
    if "infn" in tokens[at].shape.tags:
        return True
    tags = tokens[at].shape.tags
    if _is_finite(tokens[at]) and "noun" not in tags:
        return False
    # «С дачи», unlike «с мужем», tells where from.
    if at > 0 and tokens[at - 1].form in _FROM and "gent" in tags and "ablt" not in tags:
        return False
    return any(
        "prep" in token.shape.tags and token.form not in _OF_CAUSE
        for place, token in enumerate(tokens[max(0, at - 2) : at], max(0, at - 2))
        if not _is_finite(token) and (place == at - 1 or "noun" not in tokens[at - 1].shape.tags)
    )


def _is_goal(tokens: Sequence[Token], at: int) -> bool:
    """«На рынок», «за справкой», «до ларька», «забрать»; not «на автобусе», «с ходунками»."""
    tags = tokens[at].shape.tags
    before = {token.form for token in tokens[max(0, at - 2) : at]}
    return "infn" in tags or any(
        not before.isdisjoint(prepositions) and case in tags for prepositions, case in _GOALS
    )


GRAMMAR = Grammar(
    openers=frozenset("и что чтобы потому поэтому раз если когда пока хотя или зато то так".split()),
    subjects=frozenset("я мы он она они у мне нам меня нас это такой такая такое".split()),
    adversatives=frozenset("но только однако лишь".split()),
    core=frozenset(
        """
        прийти приехать подойти подъехать явиться прибыть дойти доехать добраться заехать зайти заскочить
        прибежать подбежать посетить присутствовать смочь мочь отменить отменять аннулировать записать
        перенести привести быть
        """.split()
    ),
    core_refused=frozenset(
        """
        пойти поехать ехать идти получиться получаться выйти выходить успеть успевать собираться удаться
        приходить приезжать суметь осилить выбраться вырваться ждать отказаться отказываться передумать
        отпадать выехать добираться дотянуть
        """.split()
    ),
    patients=frozenset(
        """
        он она они муж жена сын дочь дочка мама мать папа отец бабушка дедушка ребенок внук внучка
        супруг супруга пациент пациентка малыш дед тетя дядя теща тесть свекровь свекор брат сестра невестка
        сноха зять мамка бабуля дитя дедуля племянник племянница
        """.split()
    ),
    impersonal=frozenset(
        "получится получается выйдет выходит удастся хочется светит придется болит требуется".split()
    ),
    own=frozenset({"меня", "нас"}),
    binders=frozenset(
        "что чтобы как если когда к ко с со у о об от до из за по на в во при для под над без".split()
    ),
    unfinished=frozenset("но однако если или чтобы потому-что к ко в во на не".split()),
    tags=frozenset("ладно хорошо окей ничего можно ок".split()),
    copulas=frozenset({"быть"}),
    favours=frozenset(
        """
        ждать ожидать встречать записать записывать отметить отмечать пометить передать сказать подсказать
        напомнить звонить позвонить извинить простить волноваться беспокоиться переживать сомневаться слушать
        смотреть посмотреть дать давать подождать погодить помочь поставить ставить оставить оставлять
        подтвердить подтверждать предупредить верить поверить быть считать готовиться знать понять
        сообщить доложить повторить внести занести вписать зафиксировать продублировать учесть запомнить
        рассчитывать продолжать отменить отменять снять проверить уточнить благодарить приготовить
        подготовить переносить перенести здравствовать говорить пугаться бояться торопить терять забыть отдать
        отдавать вычеркивать закрывать занимать трогать держать выслушать поправить поздравить скинуть выслать
        """.split()
    ),
    is_light=_is_light,
    is_finite=_is_finite,
    is_object=_is_object,
    is_goal=_is_goal,
    things=_things,
)

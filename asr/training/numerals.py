"""Russian numerals and calendar words, spelled without «ё» like the recogniser's words."""

UNITS = (
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
    "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
).split()
TENS = {
    20: "двадцать", 30: "тридцать", 40: "сорок", 50: "пятьдесят",
    60: "шестьдесят", 70: "семьдесят", 80: "восемьдесят", 90: "девяносто",
}  # fmt: skip
HUNDREDS = "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот".split()
ORDINALS_GENITIVE = (
    "первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого одиннадцатого "
    "двенадцатого тринадцатого четырнадцатого пятнадцатого шестнадцатого семнадцатого восемнадцатого "
    "девятнадцатого двадцатого"
).split()
THIRTIETH_GENITIVE = "тридцатого"
ORDINALS_MASCULINE = (
    "первый второй третий четвертый пятый шестой седьмой восьмой девятый десятый одиннадцатый двенадцатый "
    "тринадцатый четырнадцатый пятнадцатый шестнадцатый семнадцатый восемнадцатый девятнадцатый двадцатый"
).split()
MINUTES_GENITIVE = {5: "пяти", 10: "десяти", 15: "пятнадцати", 20: "двадцати", 25: "двадцати пяти"}

DAYS = "понедельник вторник среда четверг пятница суббота воскресенье".split()
DAYS_ACCUSATIVE = "понедельник вторник среду четверг пятницу субботу воскресенье".split()
DAYS_GENITIVE = "понедельника вторника среды четверга пятницы субботы воскресенья".split()
MONTHS = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()
MONTHS_GENITIVE = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
MONTHS_PREPOSITIONAL = (
    "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре".split()
)


def cardinal(number: int) -> str:
    """Spell 0–999, masculine."""
    if number < len(UNITS):
        return UNITS[number]
    if number < 100:
        rest = number % 10
        return TENS[number - rest] + (f" {UNITS[rest]}" if rest else "")
    rest = number % 100
    return HUNDREDS[number // 100 - 1] + (f" {cardinal(rest)}" if rest else "")


def ordinal_genitive(day: int) -> str:
    """Spell 1–31 as in «двадцать первого»."""
    if day <= 20:
        return ORDINALS_GENITIVE[day - 1]
    if day == 30:
        return THIRTIETH_GENITIVE
    return f"{TENS[day // 10 * 10]} {ORDINALS_GENITIVE[day % 10 - 1]}"


def ordinal_neuter(day: int) -> str:
    """Spell 1–31 as in «двадцать первое»."""
    *tens, last = ordinal_genitive(day).split()
    ending = "третье" if last == "третьего" else last.removesuffix("ого") + "ое"
    return " ".join([*tens, ending])


def ordinal_masculine(number: int) -> tuple[str, ...]:
    """«первый» to «двадцатый» and «тридцатый»; nothing for other numbers."""
    if number == 30:
        return ("тридцатый",)
    return (ORDINALS_MASCULINE[number - 1],) if 1 <= number <= 20 else ()


def hours_word(hour: int) -> str:
    """The form of «час» that goes with a number of hours."""
    if hour in (1, 21):
        return "час"
    return "часа" if hour in (2, 3, 4, 22, 23, 24) else "часов"


def calendar_words() -> set[str]:
    """Every word these functions can produce, for the vocabulary."""
    words = {*UNITS, *TENS.values(), *HUNDREDS, *DAYS, *DAYS_ACCUSATIVE, *DAYS_GENITIVE}
    words.update(ORDINALS_MASCULINE, ordinal_masculine(30))
    words.update(MONTHS, MONTHS_GENITIVE, MONTHS_PREPOSITIONAL)
    for day in range(1, 32):
        words.update(ordinal_genitive(day).split(), ordinal_neuter(day).split())
    for minutes in MINUTES_GENITIVE.values():
        words.update(minutes.split())
    return words

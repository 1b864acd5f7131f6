"""Telephone numbers as clinics write them."""

import pytest

from crm_sync.phone import BadPhone, e164


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+79161234567", "+79161234567"),
        ("89161234567", "+79161234567"),
        ("8 (916) 123-45-67", "+79161234567"),
        ("8-916-123-45-67", "+79161234567"),
        ("79161234567", "+79161234567"),
        ("9161234567", "+79161234567"),
        ("+7 (916) 123‑45‑67", "+79161234567"),
        ("\xa08 916 123 45 67 ", "+79161234567"),
        ("8(343)290-11-22", "+73432901122"),
        ("+7 495 123-45-67", "+74951234567"),
        ("моб. 8 916 123 45 67", "+79161234567"),
        ("тел: +7 916 123-45-67", "+79161234567"),
        ("8 916 123-45-67, 8 495 765-43-21", "+79161234567"),
        ("нет; 8 495 765-43-21", "+74957654321"),
        ("8 916 123-45-67 или 8 495 765-43-21", "+79161234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+7 701 123 45 67", "+77011234567"),
        ("8 800 555 35 35", "+78005553535"),
    ],
)
def test_numbers_are_understood(written: str, dialled: str) -> None:
    assert e164(written) == dialled


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no phone"),
        ("   ", "no phone"),
        ("не знаю", "not a phone"),
        ("12345", "too few"),
        ("8916123456", "too few|in use"),
        ("+7 916 123 45 67 8", "too few or too many"),
        ("+7 000 000 00 00", "in use"),
        ("8 (916) 123-45-67 доб. 12", "extension"),
        ("8 495 123 45 67 #12", "extension"),
        ("8,91612E+10", "rounded"),
        ("+999 123456789", "not a phone"),
        ("call 8 916", "not a phone"),
        ("112", "too few"),
    ],
)
def test_what_cannot_be_dialled_is_refused(written: str, reason: str) -> None:
    with pytest.raises(BadPhone, match=reason):
        e164(written)


def test_short_numbers_belong_to_the_region() -> None:
    assert e164("029 123-45-67", "BY") == "+375291234567"


def test_a_new_russian_range_is_not_lost() -> None:
    assert e164("+7 909 000 00 00") == "+79090000000"
    assert e164("8 990 999 99 99") == "+79909999999"

"""Digest authentication against the examples of the RFCs."""

import random

from demo.digest import Accounts, Doorkeeper, response_for

RFC_7616 = {
    "username": "Mufasa",
    "realm": "http-auth@example.org",
    "uri": "/dir/index.html",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "nc": "00000001",
    "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    "qop": "auth",
}


def test_the_examples_of_rfc_7616() -> None:
    assert response_for("GET", "Circle of Life", RFC_7616, "MD5") == "8ca523f5e9506fed4657c9700eebdbec"
    assert response_for("GET", "Circle of Life", RFC_7616, "SHA-256") == (
        "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    )


def test_the_example_of_rfc_2069_without_qop() -> None:
    given = {
        "username": "Mufasa",
        "realm": "testrealm@host.com",
        "uri": "/dir/index.html",
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
    }
    assert response_for("GET", "CircleOfLife", given, "MD5") == "1949323746fe6a43ef61f9606e7febea"


def credentials(challenge: str, password: str, username: str = "robot") -> str:
    nonce = challenge.partition('nonce="')[2].partition('"')[0]
    given = {
        "username": username,
        "realm": "patients",
        "uri": "sip:x",
        "nonce": nonce,
        "nc": "00000001",
        "cnonce": "c",
        "qop": "auth",
    }
    response = response_for("REGISTER", password, given, "MD5")
    pairs = ", ".join(f'{name}="{value}"' for name, value in given.items())
    return f'Digest {pairs}, response="{response}"'


def test_only_the_right_password_of_a_known_user_opens() -> None:
    door = Doorkeeper(Accounts({"robot": "secret"}), random.Random(1))
    challenge = door.challenge()
    assert door.admits("REGISTER", credentials(challenge, "secret"))
    assert not door.admits("REGISTER", credentials(challenge, "guess"))
    assert not door.admits("INVITE", credentials(challenge, "secret")), "the method is part of the answer"
    assert not door.admits("REGISTER", credentials(challenge, "secret", username="stranger"))
    assert not door.admits("REGISTER", credentials('nonce="made up"', "secret"))
    assert not door.admits("REGISTER", "")

"""Partitions of the queue: the same for a phone wherever the key is, and no way back to the number."""

import hashlib

from campaigns.engine import EngineSettings
from campaigns.partitions import KEY_BYTES, partition_of

KEY, OTHER_KEY = bytes(range(KEY_BYTES)), bytes(KEY_BYTES)
PHONE, OTHER_PHONE = "+79000000001", "+79000000002"


def test_a_phone_has_one_partition_and_another_phone_another() -> None:
    assert partition_of(KEY, PHONE) == partition_of(KEY, PHONE) != partition_of(KEY, OTHER_PHONE)


def test_without_the_key_the_number_is_not_guessed_back() -> None:
    assert partition_of(KEY, PHONE) != partition_of(OTHER_KEY, PHONE)
    assert partition_of(KEY, PHONE)[:16] != hashlib.sha256(PHONE.encode()).hexdigest()[:16]


def test_the_key_is_not_told() -> None:
    settings = EngineSettings("sqlite:///queue.sqlite", 1, b"canary" * 6)
    assert "canary" not in repr(settings)

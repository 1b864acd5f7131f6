"""Frames of any size come out as they went in, however the stream is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.wire import LENGTH, LONGEST_MESSAGE_BYTES, BrokenFrame, Unpacker, pack


@given(st.lists(st.binary(max_size=50)), st.integers(min_value=1, max_value=20))
def test_payloads_survive_any_cutting(payloads: list[bytes], step: int) -> None:
    stream = b"".join(pack(payload) for payload in payloads)
    unpacker = Unpacker()
    found = [each for at in range(0, len(stream), step) for each in unpacker.feed(stream[at : at + step])]
    assert found == payloads


def test_an_impossible_length_is_noticed() -> None:
    with pytest.raises(BrokenFrame):
        Unpacker().feed(LENGTH.pack(LONGEST_MESSAGE_BYTES + 1))

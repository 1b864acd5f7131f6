"""The companding tables against the values of ITU-T G.711."""

import numpy as np
import pytest

from demo.g711 import PCMA, PCMU, Codec


@pytest.mark.parametrize(
    ("codec", "code", "value"),
    [
        (PCMA, 0xD5, 8),
        (PCMA, 0x55, -8),
        (PCMA, 0xAA, 32256),
        (PCMA, 0x2A, -32256),
        (PCMU, 0xFF, 0),
        (PCMU, 0x80, 32124),
        (PCMU, 0x00, -32124),
    ],
)
def test_known_values(codec: Codec, code: int, value: int) -> None:
    assert np.frombuffer(codec.decode(bytes([code])), "<i2")[0] == value


@pytest.mark.parametrize("codec", [PCMA, PCMU])
def test_every_code_survives_the_way_there_and_back(codec: Codec) -> None:
    pcm = codec.decode(bytes(range(256)))
    assert codec.decode(codec.encode(pcm)) == pcm


@pytest.mark.parametrize("codec", [PCMA, PCMU])
def test_each_sample_becomes_the_nearest_level(codec: Codec) -> None:
    samples = np.arange(-32768, 32768, 7).astype("<i2")
    decoded = np.frombuffer(codec.decode(codec.encode(samples.tobytes())), "<i2").astype(int)
    nearest = np.abs(codec.values.astype(int)[:, None] - samples.astype(int)[None, :]).min(axis=0)
    assert np.array_equal(np.abs(decoded - samples.astype(int)), nearest)


@pytest.mark.parametrize("codec", [PCMA, PCMU])
def test_silence_cannot_be_heard(codec: Codec) -> None:
    assert (codec.silence * 160).translate(codec.audible).count(1) == 0
    loud = codec.encode(np.full(160, 5000, "<i2").tobytes())
    assert loud.translate(codec.audible).count(1) == 160

"""Encrypted audio between two real agents: keyed by SDES (RFC 4568), heard, or no call at all."""

import pytest

from calls.events import Answered, Rejected, Released
from tests.integration.dialer.calling import Caller, call, chirp, line, running
from tests.integration.dialer.phone import phone

pytestmark = pytest.mark.calls

NUMBER = "+79000000001"
NOT_ACCEPTABLE_HERE, NOT_ACCEPTABLE = 488, 606


async def hears_itself(caller: Caller) -> None:
    """The phone sends back what it hears: a chirp must come back as it was, sample by sample."""
    await caller.event(Answered)
    said = chirp(1.0)
    caller.leg.play(said, "chirp")
    await caller.until(lambda: len(caller.audio) > 75)
    assert caller.share_heard(said) > 0.5
    caller.leg.hang_up()
    assert isinstance(await caller.end(), Released)


CIPHER = "AES_256_CM_HMAC_SHA1_80"


@pytest.mark.parametrize(
    ("transport", "ours", "theirs", "profile"),
    [
        ("tls", "required", "required", "RTP/SAVP"),
        ("udp", "required", "optional", "RTP/SAVP"),
        ("udp", "optional", "optional", "RTP/AVP"),
    ],
)
async def test_both_ends_key_and_hear(transport: str, ours: str, theirs: str, profile: str) -> None:
    async with phone(transport, theirs) as other, running(line(trunk=other.trunk(srtp=ours))) as backend:
        for _ in range(2):
            other.told.clear()
            caller = await call(backend, NUMBER)
            await hears_itself(caller)
            assert other.told["cipher"] == CIPHER
            for sdp in (other.told["offered"], other.told["answered"]):
                assert sdp[0].split()[2] == profile
                assert f"a=crypto:1 {CIPHER}" in sdp


async def test_a_phone_without_encryption_is_talked_to_where_it_is_optional() -> None:
    async with phone("udp", "off") as other, running(line(trunk=other.trunk(srtp="optional"))) as backend:
        await hears_itself(await call(backend, NUMBER))
        assert other.told["cipher"] == ""


@pytest.mark.parametrize(
    ("ours", "theirs"), [("off", "required"), ("required", "off"), ("optional", "required")]
)
async def test_ends_that_do_not_agree_never_talk(ours: str, theirs: str) -> None:
    async with phone("udp", theirs) as other, running(line(trunk=other.trunk(srtp=ours))) as backend:
        caller = await call(backend, NUMBER)
        end = await caller.end()
    assert isinstance(end, Rejected)
    assert end.sip_code in (NOT_ACCEPTABLE_HERE, NOT_ACCEPTABLE)
    assert caller.audio == []

"""A patient's telephone made of pjsua2: it answers every call and sends back what it hears.

`python -m tests.integration.dialer.pjsua2_phone TRANSPORT SRTP EVENTS CERTIFICATES` tells what it sees in
lines of JSON and ends with its input.
"""

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pjsua2 as pj

TRANSPORTS = {"udp": pj.PJSIP_TRANSPORT_UDP, "tls": pj.PJSIP_TRANSPORT_TLS}
SRTP = {
    "off": pj.PJMEDIA_SRTP_DISABLED,
    "optional": pj.PJMEDIA_SRTP_OPTIONAL,
    "required": pj.PJMEDIA_SRTP_MANDATORY,
}
SRTP_CIPHER = re.compile(r"SRTP status: Active Crypto-suite: (\S+)")
DIGIT_PATHS = {pj.PJSUA_DTMF_METHOD_RFC2833: "rfc4733", pj.PJSUA_DTMF_METHOD_SIP_INFO: "sip_info"}


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def audio_lines(sdp: str) -> list[str]:
    """The lines that say how audio is carried; of a key only that there is one."""
    lines = [line.partition(" inline:")[0] for line in sdp.splitlines()]
    return [line for line in lines if line.startswith(("m=audio", "a=crypto"))]


def without_events(sdp: str) -> str:
    """The same SDP of a telephone that knows nothing of RFC 4733."""
    types = set(re.findall(r"a=rtpmap:(\d+) telephone-event", sdp))
    kept = [line for line in sdp.splitlines() if not re.match(rf"a=\w+:({'|'.join(types)}) ", line)]
    media = [re.sub(rf" ({'|'.join(types)})\b", "", line) if line[:2] == "m=" else line for line in kept]
    return "\r\n".join([*media, ""])


class EchoingCall(pj.Call):  # type: ignore[misc]
    """Sends the caller's own voice back: only who could decrypt it can."""

    def __init__(self, phone: "Phone", number: int) -> None:
        super().__init__(phone, number)
        self._phone = phone

    def onCallSdpCreated(self, prm: "pj.OnCallSdpCreatedParam") -> None:
        if not self._phone.takes_events:
            prm.sdp.wholeSdp = without_events(prm.sdp.wholeSdp)
        tell(answered=audio_lines(prm.sdp.wholeSdp))

    def onCallMediaState(self, prm: "pj.OnCallMediaStateParam") -> None:
        info = self.getInfo()
        media = info.media
        if media[0].status == pj.PJSUA_CALL_MEDIA_ACTIVE:
            audio = self.getAudioMedia(0)
            audio.startTransmit(audio)
            cipher = SRTP_CIPHER.search(self.dump(True, " "))
            tell(cipher=cipher[1] if cipher else "")

    def onDtmfDigit(self, prm: "pj.OnDtmfDigitParam") -> None:
        tell(digit=prm.digit, path=DIGIT_PATHS[prm.method])


class Phone(pj.Account):  # type: ignore[misc]
    """Answers whoever calls."""

    def __init__(self, takes_events: bool) -> None:
        super().__init__()
        self.takes_events = takes_events
        self.calls: list[EchoingCall] = []

    def onIncomingCall(self, prm: "pj.OnIncomingCallParam") -> None:
        tell(offered=audio_lines(prm.rdata.wholeMsg))
        call = EchoingCall(self, prm.callId)
        self.calls.append(call)
        answer = pj.CallOpParam()
        answer.statusCode = pj.PJSIP_SC_OK
        call.answer(answer)


def open_endpoint(transport: str, certificates: Path) -> tuple["pj.Endpoint", int]:
    """The endpoint and the port it listens on."""
    endpoint = pj.Endpoint()
    with quiet():
        endpoint.libCreate()
    config = pj.EpConfig()
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
    config.medConfig.noVad, config.medConfig.ecTailLen = True, 0
    endpoint.libInit(config)
    endpoint.audDevManager().setNullDev()
    wire = pj.TransportConfig()
    wire.boundAddress = "127.0.0.1"
    wire.tlsConfig.certFile = str(certificates / "loopback.pem")
    wire.tlsConfig.privKeyFile = str(certificates / "loopback.key")
    wire.tlsConfig.method = pj.PJSIP_TLSV1_2_METHOD
    number = endpoint.transportCreate(TRANSPORTS[transport], wire)
    endpoint.libStart()
    return endpoint, int(endpoint.transportGetInfo(number).localName.rpartition(":")[2])


def account(transport: str, port: int, srtp: str) -> "pj.AccountConfig":
    config = pj.AccountConfig()
    config.idUri = f"sip:phone@127.0.0.1:{port};transport={transport}"
    media: Any = config.mediaConfig
    media.srtpUse, media.srtpSecureSignaling = SRTP[srtp], 0
    media.transportConfig.boundAddress = "127.0.0.1"
    return config


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """The library chats before it can be told not to."""
    output, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(output, 1)
        os.close(nowhere)
        os.close(output)


def main(transport: str, srtp: str, events: str, certificates: str) -> None:
    endpoint, port = open_endpoint(transport, Path(certificates))
    phone = Phone(events == "events")
    phone.create(account(transport, port, srtp))
    tell(port=port)
    sys.stdin.read()
    with quiet():
        endpoint.hangupAllCalls()
    os._exit(0)  # destroying the library's objects in Python's own order is no part of any test


if __name__ == "__main__":
    main(*sys.argv[1:])

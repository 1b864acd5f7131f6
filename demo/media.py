"""A call's audio at the patient's end: the RTP stream, the bad line before it on wish, and the recording."""

import random

from calls.audio import FRAME_SAMPLES
from demo.recording import Recording
from demo.relay import LineQuality, Relay
from demo.rtp import Listener, RtpStream
from demo.sdp import Offer


class Media:
    """Opened for one call; nothing is sent before that."""

    def __init__(
        self, listener: Listener, host: str, recording: Recording, quality: LineQuality, rng: random.Random
    ) -> None:
        self.stream = RtpStream(listener, rng)
        self._recording, self._host = recording, host
        self._relay = None if quality.is_perfect else Relay(quality, rng)
        self.last_audible_s: float | None = None

    async def open(self, offer: Offer) -> None:
        """Listen on free ports and send where the offer says."""
        await self.stream.open(self._host)
        if self._relay:
            await self._relay.open(self._host, (self._host, self.stream.port), (offer.host, offer.port))
        self.direct(offer)

    @property
    def port(self) -> int:
        """Where the robot sends its audio to."""
        return self._relay.far_port if self._relay else self.stream.port

    def direct(self, offer: Offer) -> None:
        """Send where the robot, or the relay before it, listens."""
        host, port = offer.host, offer.port
        if self._relay:
            self._relay.redirect((host, port))
            host, port = self._host, self._relay.near_port
        self.stream.direct(host, port, offer.codec, offer.event_payload_type)

    def play(self, pcm: bytes) -> None:
        """Queue 8 kHz PCM."""
        codec = self.stream.codec
        payload = codec.encode(pcm)
        payload += codec.silence * (-len(payload) % FRAME_SAMPLES)
        self.last_audible_s = None
        self.stream.play(payload[at : at + FRAME_SAMPLES] for at in range(0, len(payload), FRAME_SAMPLES))

    def tick(self, now_s: float) -> None:
        """Send a frame, and remember when one could be heard last."""
        sent = self.stream.tick()
        self._recording.keep_sent(sent)
        if sent.translate(self.stream.codec.audible).count(1):
            self.last_audible_s = now_s

    def close(self) -> None:
        self.stream.close()
        if self._relay:
            self._relay.close()

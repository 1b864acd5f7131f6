"""Audio ports of the line's child process: pooled for its whole life, one write per tick for all calls.

Destroying a Python port while pjmedia's clock runs is a crash, so ports are only ever given back. Only the
child imports this.
"""

import ctypes
from collections.abc import Callable

import msgspec
import pjsua2 as pj

from calls.audio import FRAME_BYTES, RATE_HZ, SILENCE
from dialer.playout import PlaybackEvent, PromptQueue
from dialer.port import PlaybackStarted
from dialer.wire import Audio, LegPlaybackEnded, LegPlaybackStarted

MOST_UNSENT_FRAMES = 400


def _data_of(buffer: "pj.ByteVector") -> int:
    """Where a std::vector's bytes lie: its first word points there. Far faster than `bytes(buffer)`."""
    return ctypes.c_void_p.from_address(int(buffer.this)).value or 0


class Tick:
    """Collects what all ports heard in one tick of pjmedia's clock and sends it at once.

    The conference bridge calls its ports in the order of their slots: the highest slot in use ends the tick.
    Used by the clock's thread alone, except for `last_slot`.
    """

    def __init__(self, offer: Callable[..., bool]) -> None:
        self._offer = offer
        self._notes: list[msgspec.Struct] = []
        self._frames: list[tuple[int, int, bytes]] = []
        self._latest_slot = -1
        self.last_slot = -1

    def note(self, leg: int, event: PlaybackEvent) -> None:
        """Tell the parent that a prompt began or ended; never dropped."""
        if isinstance(event, PlaybackStarted):
            self._notes.append(LegPlaybackStarted(leg, event.mark, event.frame))
        else:
            self._notes.append(LegPlaybackEnded(leg, event.mark, event.frame, event.cut))

    def hear(self, slot: int, leg: int, frame: int, pcm: bytes) -> None:
        """One port's 20 ms."""
        if slot <= self._latest_slot:
            self._send()
        self._latest_slot = slot
        self._frames.append((leg, frame, pcm))
        if slot >= self.last_slot:
            self._send()

    def _send(self) -> None:
        self._latest_slot = -1
        if self._offer(*self._notes, Audio(self._frames)):
            self._notes, self._frames = [], []
        else:
            del self._frames[:-MOST_UNSENT_FRAMES]


class LegPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Carries one call's audio at a time; the frame number counts the clock's ticks since it was attached."""

    def __init__(self, tick: Tick) -> None:
        super().__init__()
        format_ = pj.MediaFormatAudio()
        format_.init(pj.PJMEDIA_FORMAT_PCM, RATE_HZ, 1, 20000, 16)
        self.createPort("leg", format_)
        self._tick = tick
        self._leg: int | None = None
        self._frame = 0
        self._prompts = PromptQueue()
        self.slot: int = self.getPortId()

    @property
    def is_attached(self) -> bool:
        return self._leg is not None

    def attach(self, leg: int, prompts: PromptQueue) -> None:
        """Serve a call from now on; its first frame is frame 0."""
        self._frame = 0
        self._prompts = prompts
        self._leg = leg

    def detach(self) -> None:
        self._leg = None

    def onFrameRequested(self, frame: "pj.MediaFrame") -> None:
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        leg = self._leg
        pcm = None
        if leg is not None:
            pcm, events = self._prompts.next_frame(self._frame)
            for event in events:
                self._tick.note(leg, event)
        buffer = frame.buf
        buffer.assign(FRAME_BYTES, 0)
        if pcm is not None:
            ctypes.memmove(_data_of(buffer), pcm, FRAME_BYTES)
        frame.size = FRAME_BYTES

    def onFrameReceived(self, frame: "pj.MediaFrame") -> None:
        leg = self._leg
        if leg is None:
            return
        is_connected = frame.size == FRAME_BYTES  # not while the other side holds the call
        pcm = ctypes.string_at(_data_of(frame.buf), FRAME_BYTES) if is_connected else SILENCE
        self._tick.hear(self.slot, leg, self._frame, pcm)
        self._frame += 1


class PortPool:
    """Ports wait here between calls; it grows to the largest number of simultaneous calls."""

    def __init__(self, tick: Tick) -> None:
        self._tick = tick
        self._ports: list[LegPort] = []

    def take(self, leg: int, prompts: PromptQueue) -> LegPort:
        """Attach a free port to a call."""
        port = next((port for port in self._ports if not port.is_attached), None)
        if port is None:
            port = LegPort(self._tick)
            self._ports.append(port)
        port.attach(leg, prompts)
        self._settle()
        return port

    def give_back(self, port: LegPort) -> None:
        port.detach()
        self._settle()

    def _settle(self) -> None:
        self._tick.last_slot = max((port.slot for port in self._ports if port.is_attached), default=-1)

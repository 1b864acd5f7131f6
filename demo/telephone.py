"""One incoming call as a person has it in hand: ring, answer, listen, speak, press keys, hang up."""

import asyncio
import random
from collections.abc import Callable

from calls.audio import FRAME_S
from demo.dialog import Dialog
from demo.ears import AnswerBegan, EarEvent, Ears, PromptBegan, PromptEnded
from demo.journal import Happening, Journal
from demo.media import Media
from demo.recording import Recording
from demo.relay import LineQuality
from demo.rtp import RtpStream
from demo.sdp import Offer
from demo.ticker import Ticker, frames_of
from demo.transactions import Transactions

ROBOT_SILENCE_LIMIT_S = 8.0
DTMF_RELAY = "application/dtmf-relay"


class CallEnded(Exception):
    """The call is over: whatever the person was doing with it has lost its point."""


class Telephone:
    """A call from its INVITE to its end. One person at a time may await one thing of it."""

    def __init__(
        self, dialog: Dialog, offer: Offer, ticker: Ticker, transactions: Transactions, rng: random.Random
    ) -> None:
        self.dialog, self.offer = dialog, offer
        self.number = dialog.invite.user
        self.attempt = dialog.invite.headers.get("x-attempt")
        self.journal = Journal(ticker.now_s())
        self.recording = Recording()
        self.quality = LineQuality()
        self.transfer_code = 200
        self.is_dead = self.is_over = self.is_answered = False
        self._ticker, self._transactions, self._rng = ticker, transactions, rng
        self._media: Media | None = None
        self._ears = Ears(offer.codec)
        self._acknowledged = False
        self._silent_frames = self._prompts_heard = 0
        self._waiter: tuple[Callable[[], bool], int | None, asyncio.Future[bool]] | None = None
        self._unsubscribe = ticker.subscribe(self._tick)
        self.note(Happening.INVITED)

    def note(self, what: Happening, detail: str = "", ago_s: float = 0.0) -> None:
        self.journal.write(what, self._ticker.now_s() - ago_s, detail)

    @property
    def stream(self) -> RtpStream | None:
        """The call's RTP; none before early media or the answer."""
        return self._media.stream if self._media else None

    # Before the answer

    def ring(self) -> None:
        """180 Ringing."""
        self._provisional(self.dialog.response(180))
        self.note(Happening.RANG)

    async def open_early_media(self) -> None:
        """183 Session Progress: from now on the network's announcements are heard before any answer."""
        media = await self._open_media()
        self._provisional(self.dialog.response(183, offer=self.offer, rtp_port=media.port))
        self.note(Happening.ANNOUNCED)

    def reject(self, code: int, reason: str = "") -> None:
        """A final response of 300 or above; `reason` is a Reason header's value, such as `Q.850;cause=17`."""
        self._final(self.dialog.response(code, reason=reason))
        self.end(Happening.REJECTED, str(code))

    def cancelled(self, reason: str) -> None:
        """CANCEL came before the answer: 487 ends the INVITE."""
        self._final(self.dialog.response(487))
        self.end(Happening.CANCELLED, reason)

    async def answer(self) -> None:
        """200 OK; returns when the robot has acknowledged it."""
        media = self._media or await self._open_media()
        self.is_answered = True
        self._final(self.dialog.response(200, offer=self.offer, rtp_port=media.port))
        self.note(Happening.ANSWERED)
        await self.until(lambda: self._acknowledged)

    # During the call

    async def wait(self, seconds: float) -> None:
        """Do nothing for this long, in frames of 20 ms."""
        await self.until(lambda: False, seconds)

    async def hear_prompt_begin(self, patience_s: float) -> bool:
        """Wait for the robot to begin a prompt, unless it is within one; False when patience runs out."""
        return await self.until(lambda: self._ears.in_prompt, patience_s)

    async def hear_prompt_end(self, patience_s: float) -> bool:
        """Wait for a prompt that is spoken from now on to end; False when patience runs out."""
        self._ears.expect_prompt()
        heard = self._prompts_heard
        return await self.until(lambda: self._prompts_heard > heard, patience_s)

    async def say(self, pcm: bytes, label: str = "") -> None:
        """Speak to the end; the journal dates the end by the last audible sample."""
        media = self._play(pcm)
        self.note(Happening.SPOKE, label)
        await self.until(self._is_idle)
        ended_s = media.last_audible_s or self._ticker.now_s()
        self.journal.write(Happening.FELL_SILENT, ended_s, label)
        self._ears.await_answer()

    async def sound(self, pcm: bytes, label: str) -> None:
        """Send a signal that nobody is expected to answer, such as an answering machine's beep."""
        self._play(pcm)
        self.note(Happening.SOUNDED, label)
        await self.until(self._is_idle)

    async def press(self, keys: str) -> None:
        """Press keys by RFC 4733."""
        assert self._media is not None
        self._media.stream.press(keys)
        # A robot may act on the first packet of the last key, long before the key is released.
        await self.until(self._media.stream.began_last_key)
        self.note(Happening.PRESSED, keys)
        self._ears.await_answer()
        await self.until(self._is_idle)

    async def press_by_info(self, keys: str) -> None:
        """Press keys by SIP INFO, 0.2 s each."""
        for key in keys:
            body = f"Signal={key}\r\nDuration=160\r\n".encode()
            self._request("INFO", (("Content-Type", DTMF_RELAY),), body)
            self.note(Happening.PRESSED, key)
            self._ears.await_answer()
            await self.wait(0.2)

    def hang_up(self) -> None:
        """BYE."""
        self._request("BYE")
        self.end(Happening.HUNG_UP)

    def go_dead(self) -> None:
        """From now on nothing is sent, and nothing that comes is heard: no RTP, no SIP."""
        self.is_dead = True
        if self._media:
            self._media.stream.is_dead = True
        self.note(Happening.WENT_DEAD)

    async def until(self, condition: Callable[[], bool], patience_s: float | None = None) -> bool:
        """Wait until the condition, asked each frame, holds; False after `patience_s`; raises CallEnded."""
        self._check()
        if condition():
            return True
        assert self._waiter is None, "two people with one telephone"
        deadline = None if patience_s is None else self._ticker.frame + frames_of(patience_s)
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiter = (condition, deadline, waiter)
        try:
            return await waiter
        finally:
            self._waiter = None

    def end(self, ending: Happening, detail: str = "") -> None:
        """The call is over; whoever waits on it gets CallEnded."""
        if self.is_over:
            return
        self.is_over = True
        self.note(ending, detail)
        self._unsubscribe()
        if self.is_answered:
            self._transactions.settle(self.final_key(self.dialog.invite.cseq[0]))
        if self._media:
            self._media.close()
        if self._waiter and not self._waiter[2].done():
            self._waiter[2].set_exception(CallEnded())

    # What the robot does

    def acknowledged(self) -> None:
        """ACK has come."""
        self._acknowledged = True

    def renegotiated(self, offer: Offer) -> int:
        """A re-INVITE: hold, resume, another address; returns our RTP port."""
        assert self._media is not None
        if offer.on_hold != self.offer.on_hold:
            self.note(Happening.HELD if offer.on_hold else Happening.RESUMED)
        self.offer = offer
        self._media.direct(offer)
        return self._media.port

    def transfer_asked(self, target: str) -> None:
        """REFER: tell what came of it by NOTIFY (RFC 3515, 2.4.5)."""
        self.note(Happening.TRANSFERRED, target)
        for state, line in (("active;expires=60", "100 Trying"), ("terminated;reason=noresource", "")):
            final = f"{self.transfer_code} {'OK' if self.transfer_code == 200 else 'Failed'}"
            headers = (
                ("Event", "refer"),
                ("Subscription-State", state),
                ("Content-Type", "message/sipfrag;version=2.0"),
            )
            self._request("NOTIFY", headers, f"SIP/2.0 {line or final}\r\n".encode())

    # demo.rtp.Listener

    def heard(self, payload: bytes, timestamp: int) -> None:
        self._silent_frames = 0
        self.recording.keep_heard(payload, timestamp)
        self._note_ears(self._ears.hear(payload))

    def key_heard(self, key: str) -> None:
        self.note(Happening.ROBOT_PRESSED, key)

    # Within

    async def _open_media(self) -> Media:
        media = Media(self, self.dialog.way.local[0], self.recording, self.quality, self._rng)
        await media.open(self.offer)
        if self.is_over:
            media.close()
            raise CallEnded
        self._media = media
        return media

    def _play(self, pcm: bytes) -> Media:
        assert self._media is not None
        self._media.play(pcm)
        return self._media

    def _is_idle(self) -> bool:
        return self._media is not None and self._media.stream.is_idle

    def _tick(self) -> None:
        if self._media is not None and not self.is_dead:
            self._media.tick(self._ticker.now_s())
            self._note_ears(self._ears.tick())
            self._watch_robot()
        self._wake()

    def _watch_robot(self) -> None:
        """A robot that was killed says no BYE: its silence does."""
        self._silent_frames = 0 if self.offer.on_hold or not self.is_answered else self._silent_frames + 1
        if self._silent_frames * FRAME_S > ROBOT_SILENCE_LIMIT_S:
            self._request("BYE")
            self.end(Happening.ROBOT_VANISHED)

    def _wake(self) -> None:
        if self._waiter is None or self._waiter[2].done():
            return
        condition, deadline, waiter = self._waiter
        if condition():
            waiter.set_result(True)
        elif deadline is not None and self._ticker.frame >= deadline:
            waiter.set_result(False)

    def _note_ears(self, events: list[EarEvent]) -> None:
        for event in events:
            match event:
                case PromptBegan(offset_s):
                    self.note(Happening.ROBOT_BEGAN, ago_s=-offset_s)
                case PromptEnded(ago_s, expected):
                    self._prompts_heard += expected
                    self.note(Happening.ROBOT_ENDED, ago_s=ago_s)
                case AnswerBegan(offset_s):
                    self.note(Happening.ROBOT_ANSWERED, ago_s=-offset_s)

    def _check(self) -> None:
        if self.is_over:
            raise CallEnded

    def _provisional(self, data: bytes) -> None:
        self._check()
        self._transactions.answer(self.dialog.invite.branch, "INVITE", data, self.dialog.way)

    def _final(self, data: bytes) -> None:
        self._check()
        invite, way = self.dialog.invite, self.dialog.way
        self._transactions.keep(invite.branch, "INVITE", data)
        key = self.final_key(invite.cseq[0])
        self._transactions.send(key, data, way, self._never_acknowledged, everywhere=self.is_answered)

    def final_key(self, sequence: int) -> str:
        """Names the final response whose ACK is awaited."""
        return f"{self.dialog.call_id} ACK {sequence}"

    def _never_acknowledged(self) -> None:
        self.end(Happening.NEVER_ACKNOWLEDGED)

    def _request(self, method: str, fields: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> None:
        branch, data = self.dialog.request(method, fields, body)
        self._transactions.send(branch, data, self.dialog.way, lambda: None)

"""What the parent and a line's child process say to each other; `leg` numbers a call within the parent."""

import msgspec


class Message(msgspec.Struct, frozen=True, tag=True):
    """Its text form shows no number, no address and no password."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


# parent to child


class Open(Message, frozen=True):
    """The first request: open the endpoint and, if `registrar_uri` is given, register."""

    bind_address: str
    public_address: str
    sip_port: int
    rtp_first_port: int
    rtp_last_port: int
    transport: str
    id_uri: str
    registrar_uri: str
    proxy_uri: str
    username: str
    password: str
    srtp: str
    dtmf: str
    codecs: tuple[str, ...]
    calls: int
    rtp_timeout_s: float
    registration_timeout_s: float
    tls_ca_file: str = ""
    tls_certificate_file: str = ""
    tls_key_file: str = ""
    tls_verify: bool = True


class Place(Message, frozen=True):
    """Send an INVITE; answered by `Placed` or `NotPlaced`."""

    leg: int
    uri: str
    headers: tuple[tuple[str, str], ...]


class Play(Message, frozen=True):
    """Queue a prompt (8 kHz PCM)."""

    leg: int
    mark: str
    pcm: bytes


class Flush(Message, frozen=True):
    """Stop speaking, forget what is queued."""

    leg: int


class Press(Message, frozen=True):
    """Press keys."""

    leg: int
    digits: str


class Transfer(Message, frozen=True):
    """Blind transfer by REFER."""

    leg: int
    uri: str


class HangUp(Message, frozen=True):
    """CANCEL or BYE with a Reason header."""

    leg: int
    q850_cause: int


LineRequest = Open | Place | Play | Flush | Press | Transfer | HangUp

# child to parent


class Placed(Message, frozen=True):
    """The INVITE is on its way."""

    leg: int


class NotPlaced(Message, frozen=True):
    """No INVITE was sent; `kind` is the name of a class in `dialer.errors`."""

    leg: int
    kind: str
    message: str


class LegRinging(Message, frozen=True):
    """180."""

    leg: int


class LegEarlyMedia(Message, frozen=True):
    """Audio before the answer."""

    leg: int


class LegAnswered(Message, frozen=True):
    """200 OK."""

    leg: int


class LegRejected(Message, frozen=True):
    """A final response of 300 or above."""

    leg: int
    sip_code: int
    q850_cause: int | None


class LegPeerHungUp(Message, frozen=True):
    """BYE from the other side."""

    leg: int
    q850_cause: int | None


class LegReleased(Message, frozen=True):
    """What we ended is over."""

    leg: int


class LegFailed(Message, frozen=True):
    """The library gave the call up."""

    leg: int
    reason: str
    may_have_rung: bool


class LegMediaLost(Message, frozen=True):
    """No RTP for so long."""

    leg: int
    silent_s: float


class LegTransferred(Message, frozen=True):
    """The REFER's outcome."""

    leg: int
    accepted: bool


class LegDigit(Message, frozen=True):
    """One key."""

    leg: int
    digit: str


class LegPlaybackStarted(Message, frozen=True):
    """A prompt begins in this frame."""

    leg: int
    mark: str
    frame: int


class LegPlaybackEnded(Message, frozen=True):
    """A prompt is over before this frame."""

    leg: int
    mark: str
    frame: int
    cut: bool


class Audio(Message, frozen=True):
    """What all calls of the child heard in one tick of 20 ms: (leg, frame, PCM)."""

    frames: list[tuple[int, int, bytes]]


class Trouble(Message, frozen=True):
    """Something for the log; no personal data."""

    event: str
    detail: str


LegReport = (
    LegRinging
    | LegEarlyMedia
    | LegAnswered
    | LegRejected
    | LegPeerHungUp
    | LegReleased
    | LegFailed
    | LegMediaLost
    | LegTransferred
    | LegDigit
    | LegPlaybackStarted
    | LegPlaybackEnded
)
LineReport = LegReport | Placed | NotPlaced | Audio | Trouble

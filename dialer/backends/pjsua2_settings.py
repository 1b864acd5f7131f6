"""What an administrator configures for `line: {kind: pjsua2}`, and the SIP addresses that follow from it."""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from dialer.errors import BadNumber, NoRoute

Transport = Literal["udp", "tcp", "tls"]

_NUMBER = re.compile(r"\+?[0-9*#]{2,20}")
_HOST = r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])"
_SIP_URI = re.compile(rf"sips?:(?:[^\s@<>\"\x00-\x1f]+@)?{_HOST}(?::\d{{1,5}})?(?:;[^\s<>\"\x00-\x1f]*)?")
_HOST_NAME = re.compile(_HOST)
_HEADER_NAME = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")
_PORT = re.compile(r":\d+$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Tls(_Section):
    """Certificates for the TLS transport, in PEM files."""

    verify: bool = Field(default=True, description="Refuse a trunk whose certificate is not trusted.")
    ca_file: str = Field(
        default="/etc/ssl/certs/ca-certificates.crt", description="Certificates that are trusted."
    )
    certificate_file: str = Field(default="", description="Our own certificate, if the trunk asks for one.")
    key_file: str = Field(default="", description="The private key of our own certificate.")


class Trunk(_Section):
    """The telephone provider, or the clinic's own telephone exchange."""

    host: str = Field(description="Host name or IP address of the trunk.")
    port: int | None = Field(
        default=None, ge=1, le=65535, description="5060, or 5061 with TLS, unless given."
    )
    transport: Transport = "udp"
    domain: str = Field(default="", description="SIP domain, where it differs from the host.")
    username: str = ""
    password: SecretStr = SecretStr("")
    registration: bool = Field(
        default=False, alias="register", description="Register with the trunk; only the first process does."
    )
    outbound_proxy: str = Field(default="", description="SIP URI of a proxy that all requests pass.")
    caller_id: str = Field(default="", description="The number shown to the patient, as the trunk wants it.")
    srtp: Literal["off", "optional", "required"] = Field(
        default="off",
        description="Encrypted audio keyed in the SDP (use TLS); `required` where the trunk insists.",
    )
    dtmf: Literal["rfc4733", "sip_info"] = Field(
        default="rfc4733", description="How keys are sent; both ways are understood when they come."
    )
    tls: Tls = Field(default_factory=Tls)

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name, value in (("host", self.host), ("domain", self.domain or self.host)):
            if not _HOST_NAME.fullmatch(value):
                raise ValueError(f"{name}: not a host name or an IP address")
        if self.outbound_proxy and not _SIP_URI.fullmatch(self.outbound_proxy):
            raise ValueError("outbound_proxy: not a SIP URI such as sip:proxy.example.ru;transport=tcp")
        if self.caller_id and not re.fullmatch(r"[^\s@<>\"\x00-\x1f]+", self.caller_id):
            raise ValueError("caller_id: give a number or a user name, without the domain")
        if self.registration and not self.username:
            raise ValueError("register: needs a username and a password")
        return self


class Local(_Section):
    """Where this machine listens."""

    bind_address: str = Field(
        default="", description="IP address for SIP and RTP; all addresses unless given."
    )
    public_address: str = Field(default="", description="The address that the trunk sees, behind a router.")
    sip_port: int = Field(
        default=0, ge=0, le=65535, description="0 takes free ports; else the first of as many."
    )
    rtp_ports: tuple[int, int] = Field(
        default=(16384, 32767), description="First and last UDP port for audio."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        first, last = self.rtp_ports
        if not 1024 <= first < last <= 65535:
            raise ValueError("rtp_ports: give the first and the last port, between 1024 and 65535")
        return self


class Settings(_Section):
    """`line:` of the configuration, for the embedded SIP library."""

    kind: Literal["pjsua2"] = "pjsua2"
    lines: int = Field(default=4, ge=1, le=1000, description="How many calls may be under way at once.")
    trunk: Trunk | None = Field(default=None, description="Without one, only SIP URIs can be called.")
    local: Local = Field(default_factory=Local)
    codecs: tuple[Literal["PCMA", "PCMU", "G722"], ...] = Field(default=("PCMA", "PCMU"), min_length=1)
    rtp_timeout_s: float = Field(default=10.0, gt=0, description="No audio for so long: the line is lost.")
    registration_timeout_s: float = Field(default=10.0, gt=0)
    calls_per_process: int | None = Field(
        default=None,
        ge=1,
        description="How many calls the installed pjsua2 was built for, if more than it says.",
    )

    @property
    def dials_numbers(self) -> bool:
        """Whether telephone numbers can be called, and not only SIP URIs."""
        return self.trunk is not None


class Addresses:
    """The SIP addresses that follow from the settings."""

    def __init__(self, trunk: Trunk | None) -> None:
        self._trunk = trunk
        self.transport: Transport = trunk.transport if trunk else "udp"
        self._parameter = "" if self.transport == "udp" else f";transport={self.transport}"
        port = f":{trunk.port}" if trunk and trunk.port else ""
        self._hop = f"{trunk.host}{port}" if trunk else ""
        self._domain = (trunk.domain or self._hop) if trunk else "localhost"

    @property
    def identity(self) -> str:
        """Who calls: the From address."""
        user = (self._trunk.caller_id or self._trunk.username) if self._trunk else ""
        return f"sip:{user or 'zvonar'}@{_PORT.sub('', self._domain)}"

    @property
    def registrar(self) -> str:
        """Where to register; empty if we do not."""
        wanted = self._trunk is not None and self._trunk.registration
        return f"sip:{self._domain}{self._parameter}" if wanted else ""

    @property
    def proxy(self) -> str:
        """The first hop of every request (a loose route); empty if requests go straight to their address."""
        if self._trunk is None:
            return ""
        if self._trunk.outbound_proxy:
            return f"{self._trunk.outbound_proxy};lr"
        if self._trunk.domain and self._trunk.domain != self._trunk.host:
            return f"sip:{self._hop}{self._parameter};lr;hide"
        return ""

    def uri_of(self, number: str) -> str:
        """The address to call. Raises BadNumber, or NoRoute for a number without a trunk to take it."""
        if number.startswith(("sip:", "sips:")):
            if not _SIP_URI.fullmatch(number):
                raise BadNumber("The SIP address is not well formed")
            return number if "transport=" in number else number + self._parameter
        if not _NUMBER.fullmatch(number):
            raise BadNumber("The number has characters that cannot be dialled")
        if self._trunk is None:
            raise NoRoute(
                "No trunk is configured to call a telephone number through",
                hint="Give line.trunk.host, and a user name and a password if your provider asks for them.",
            )
        return f"sip:{number.replace('#', '%23')}@{self._domain}{self._parameter}"


def checked_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The headers as they are; ValueError for one that would smuggle in another line."""
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or _CONTROL.search(value):
            raise ValueError("a SIP header has a bad name or a control character in its value")
    return headers

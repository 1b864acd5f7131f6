"""A registrar's side of digest authentication (RFC 2617, RFC 7616): MD5 and SHA-256, with qop=auth."""

import hashlib
import hmac
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_PAIR = re.compile(r'([a-zA-Z]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who may register: passwords by user name. `challenges_calls` asks for them in every INVITE, too."""

    passwords: Mapping[str, str] = field(repr=False)
    realm: str = "patients"
    algorithm: str = "MD5"
    challenges_calls: bool = False


class Doorkeeper:
    """Challenges requests and checks their answers; every nonce is good for `uses` requests."""

    def __init__(self, accounts: Accounts, rng: random.Random) -> None:
        self.accounts = accounts
        self._rng = rng
        self._nonces: set[str] = set()

    def challenge(self) -> str:
        """The value of WWW-Authenticate or Proxy-Authenticate."""
        nonce = f"{self._rng.getrandbits(128):032x}"
        self._nonces.add(nonce)
        realm, algorithm = self.accounts.realm, self.accounts.algorithm
        return f'Digest realm="{realm}", nonce="{nonce}", algorithm={algorithm}, qop="auth"'

    def admits(self, method: str, authorization: str) -> bool:
        """Whether the Authorization header's value answers one of our challenges with a known password."""
        given = {name.lower(): quoted or plain for name, quoted, plain in _PAIR.findall(authorization)}
        password = self.accounts.passwords.get(given.get("username", ""))
        if password is None or given.get("nonce") not in self._nonces:
            return False
        expected = response_for(method, password, given, self.accounts.algorithm)
        return hmac.compare_digest(expected, given.get("response", ""))


def response_for(method: str, password: str, given: Mapping[str, str], algorithm: str) -> str:
    """The response that the right password gives (RFC 7616, 3.4.1)."""

    def digest(*parts: str) -> str:
        return _HASHES[algorithm](":".join(parts).encode()).hexdigest()

    owner = digest(given["username"], given.get("realm", ""), password)
    action = digest(method, given.get("uri", ""))
    middle = [given["nonce"]]
    if given.get("qop"):
        middle += [given.get("nc", ""), given.get("cnonce", ""), given["qop"]]
    return digest(owner, *middle, action)

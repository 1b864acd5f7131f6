"""What a rejected call means for the patient: SIP codes and Q.850 causes to outcomes, with the reason.

SIP codes: RFC 3261, section 21, and the RFCs named. Q.850 causes travel in the Reason header (RFC 3326);
their relation to SIP codes is RFC 3398, section 7.2.4.1.
"""

import re
from dataclasses import dataclass

from calls.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Meaning:
    """An outcome, and why in the standard's words."""

    outcome: Outcome
    reason: str


_BUSY, _DECLINED, _NO_ANSWER = Outcome.BUSY, Outcome.DECLINED, Outcome.NO_ANSWER
_UNREACHABLE, _INVALID, _FAILED = Outcome.UNREACHABLE, Outcome.INVALID_NUMBER, Outcome.FAILED

SIP_CODES: dict[int, Meaning] = {
    401: Meaning(_FAILED, "the trunk wants other credentials"),
    402: Meaning(_FAILED, "the trunk's account is empty"),
    403: Meaning(_FAILED, "the trunk forbids the call"),
    404: Meaning(_INVALID, "no such number"),
    407: Meaning(_FAILED, "the outbound proxy wants other credentials"),
    408: Meaning(_NO_ANSWER, "the subscriber did not respond in time"),
    410: Meaning(_INVALID, "the number is gone for good"),
    480: Meaning(_UNREACHABLE, "the phone is off or out of coverage"),
    484: Meaning(_INVALID, "the number is incomplete"),
    485: Meaning(_INVALID, "the number is ambiguous"),
    486: Meaning(_BUSY, "busy"),
    487: Meaning(_NO_ANSWER, "the network ended the ringing"),
    488: Meaning(_FAILED, "no common codec"),
    503: Meaning(_FAILED, "the trunk is overloaded or has no free channel"),
    600: Meaning(_BUSY, "busy everywhere"),
    603: Meaning(_DECLINED, "declined"),
    604: Meaning(_INVALID, "the number exists nowhere"),
    607: Meaning(_DECLINED, "unwanted (RFC 8197)"),
    608: Meaning(_DECLINED, "rejected by call screening (RFC 8688)"),
}

# 16 (normal clearing), 31 (normal, unspecified) and 127 (interworking) say nothing: the SIP code decides.
Q850_CAUSES: dict[int, Meaning] = {
    1: Meaning(_INVALID, "unallocated number"),
    2: Meaning(_UNREACHABLE, "no route to the transit network"),
    3: Meaning(_UNREACHABLE, "no route to the destination"),
    17: Meaning(_BUSY, "user busy"),
    18: Meaning(_NO_ANSWER, "no user responding"),
    19: Meaning(_NO_ANSWER, "alerted, no answer"),
    20: Meaning(_UNREACHABLE, "subscriber absent"),
    21: Meaning(_DECLINED, "call rejected"),
    22: Meaning(_INVALID, "number changed"),
    27: Meaning(_UNREACHABLE, "destination out of order"),
    28: Meaning(_INVALID, "invalid number format"),
    29: Meaning(_FAILED, "facility rejected"),
    34: Meaning(_FAILED, "no circuit available"),
    38: Meaning(_FAILED, "network out of order"),
    41: Meaning(_FAILED, "temporary failure"),
    42: Meaning(_FAILED, "switching equipment congested"),
    44: Meaning(_FAILED, "requested channel not available"),
    47: Meaning(_FAILED, "resource unavailable"),
    50: Meaning(_FAILED, "facility not subscribed"),
    57: Meaning(_FAILED, "bearer capability not authorised"),
    58: Meaning(_FAILED, "bearer capability not available"),
    63: Meaning(_FAILED, "service not available"),
    79: Meaning(_FAILED, "service not implemented"),
    88: Meaning(_FAILED, "incompatible destination"),
    102: Meaning(_FAILED, "recovery on timer expiry"),
    111: Meaning(_FAILED, "protocol error"),
}

_REASON_HEADER = re.compile(r"^reason[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r'"(?:[^"\\\r\n]|\\.)*"')
_CAUSE = re.compile(r";[ \t]*cause[ \t]*=[ \t]*(\d{1,3})(?!\d)", re.IGNORECASE)


def meaning_of(sip_code: int, q850_cause: int | None = None) -> Meaning:
    """What a final response means; a telling Q.850 cause wins over the SIP code."""
    if q850_cause in Q850_CAUSES:
        return Q850_CAUSES[q850_cause]
    if sip_code in SIP_CODES:
        return SIP_CODES[sip_code]
    if sip_code >= 600:
        return Meaning(_DECLINED, "a global failure (RFC 3261, 21.6)")
    return Meaning(_FAILED, "the network could not carry the call")


def q850_cause_in(message: str) -> int | None:
    """The Q.850 cause in the Reason headers of a SIP message, if there is one."""
    head = message.partition("\r\n\r\n")[0]
    for header in _REASON_HEADER.findall(head):
        for value in _QUOTED.sub("", header).split(","):
            protocol, _, parameters = value.partition(";")
            cause = _CAUSE.search(";" + parameters)
            if protocol.strip().upper() == "Q.850" and cause:
                return int(cause[1])
    return None

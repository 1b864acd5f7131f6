"""`python -m dialer.backends.pjsua2_child FD`: the process that carries SIP and RTP for a few lines."""

import sys
from typing import TYPE_CHECKING, assert_never

from calls.errors import MissingDependency, ZvonarError
from dialer.wire import (
    Flush,
    HangUp,
    LegFailed,
    LegTransferred,
    LineRequest,
    NotPlaced,
    Open,
    Place,
    Placed,
    Play,
    Press,
    Transfer,
    Trouble,
)
from workers.child import ParentPipe, run_child

if TYPE_CHECKING:
    import pjsua2 as pj

    from dialer.backends.pjsua2_endpoint import Endpoint

SWITCH_INTERVAL_S = 0.0005  # keeps the 20 ms pace beside Python's own threads
INVALID_URIS = range(171039, 171042)
TOO_MANY_CALLS = 70010
NORMAL_CLEARING = 16


class LineProcess:
    """Carries out what the parent asks for."""

    def __init__(self) -> None:
        self._endpoint: Endpoint | None = None

    def prepare(self, settings: Open) -> dict[str, str]:
        """Open the endpoint; raises a ZvonarError."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        try:
            import pjsua2 as pj
        except ImportError as error:
            raise MissingDependency(
                "библиотека SIP pjsua2 не установлена",
                hint="Выполните scripts/setup или соберите её сами, чтобы звонков в процессе было больше.",
            ) from error
        from dialer.backends.pjsua2_endpoint import Endpoint

        self._endpoint = Endpoint(settings)
        try:
            return self._endpoint.open()
        except pj.Error as error:
            raise ZvonarError(f"The SIP library refused to start: {error.reason}") from error

    def serve(self, pipe: ParentPipe) -> None:
        """Work until the parent is gone, then end every call politely."""
        import pjsua2 as pj

        assert self._endpoint is not None
        self._endpoint.serve(pipe)
        for request in pipe.requests():
            try:
                self._obey(request, self._endpoint)
            except pj.Error as error:
                self._excuse(request, error, self._endpoint)
        self._endpoint.close(NORMAL_CLEARING)

    def _obey(self, request: LineRequest, endpoint: "Endpoint") -> None:
        if isinstance(request, Place):
            endpoint.place(request)
            endpoint.report(Placed(request.leg))
            return
        if isinstance(request, Open):
            return
        call = endpoint.calls.get(request.leg)
        if call is None:
            return  # it has ended meanwhile
        match request:
            case Play():
                call.prompts.play(request.pcm, request.mark)
            case Flush():
                call.prompts.flush()
            case Press():
                call.press(request.digits)
            case Transfer():
                call.transfer(request.uri)
            case HangUp():
                call.hang_up(request.q850_cause)
            case _:
                assert_never(request)

    def _excuse(self, request: LineRequest, error: "pj.Error", endpoint: "Endpoint") -> None:
        """The library refused: what that means for the call."""
        if isinstance(request, Place):
            endpoint.report(NotPlaced(request.leg, _kind_of(error.status), f"pjsua2: {error.reason}"))
        elif isinstance(request, Transfer):
            endpoint.report(LegTransferred(request.leg, accepted=False))
        elif isinstance(request, HangUp):
            endpoint.report(LegFailed(request.leg, f"pjsua2: {error.reason}", may_have_rung=True))
        else:
            endpoint.report(Trouble(type(request).__name__, f"pjsua2 error {error.status}"))


def _kind_of(status: int) -> str:
    """The name of the error in `dialer.errors` that pjsua2's refusal to send an INVITE is."""
    if status in INVALID_URIS:
        return "BadNumber"
    return "NoFreeLine" if status == TOO_MANY_CALLS else "InviteNotSent"


def main() -> None:
    process = LineProcess()
    run_child(LineRequest, process.prepare, process.serve)


if __name__ == "__main__":
    main()

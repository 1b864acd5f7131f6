"""`python -m tests.integration.dialer.hammered_bridge LOG`: two threads at once use a line's audio bridge."""

import os
import sys
import threading

import pjsua2 as pj

from dialer.backends.pjsua2 import Pjsua2Backend, Settings
from dialer.backends.pjsua2_endpoint import Endpoint
from dialer.backends.pjsua2_ports import LegPort
from dialer.playout import PromptQueue
from tests.unit.dialer.standing_clock import standing_clock

TIMES = 600_000
WARNINGS = 3


class TalkativeEndpoint(Endpoint):
    """Writes what the library says to a file."""

    log = ""

    def _endpoint_config(self) -> "pj.EpConfig":
        config = super()._endpoint_config()
        config.logConfig.level, config.logConfig.filename = WARNINGS, self.log
        return config


def hammer(port: LegPort) -> None:
    """Calls come and go: between them the bridge is idle."""
    pj.Endpoint.instance().libRegisterThread("hammer")
    for _ in range(TIMES):
        port.startTransmit(port)
        port.stopTransmit(port)


def main(log: str) -> None:
    TalkativeEndpoint.log = log
    settings = Settings.model_validate({"lines": 1, "local": {"bind_address": "127.0.0.1"}})
    endpoint = TalkativeEndpoint(Pjsua2Backend(settings, standing_clock())._open_request(0, 1))
    endpoint.open()
    ports = [endpoint.ports.take(leg, PromptQueue()) for leg in (1, 2)]
    threads = [threading.Thread(target=hammer, args=(port,)) for port in ports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])

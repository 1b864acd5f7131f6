"""A child process that does what its first request says: works, refuses, crashes, hangs, babbles."""

import os
import signal
import time
from pathlib import Path
from typing import NoReturn

import msgspec

from calls.errors import MissingDependency
from workers.child import ParentPipe, run_child


class Begin(msgspec.Struct, tag=True, frozen=True):
    behaviour: str


class Do(msgspec.Struct, tag=True, frozen=True):
    deed: str
    payload: bytes = b""


class Done(msgspec.Struct, tag=True, frozen=True):
    deed: str
    payload: bytes = b""


def hang() -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(60)  # noqa: TID251 - it hangs, that is the point


class Child:
    def prepare(self, first: Begin) -> dict[str, str]:
        match first.behaviour:
            case "refuse":
                raise MissingDependency("the voice is missing", hint="install it")
            case "crash":
                os._exit(9)
            case "hang":
                hang()
            case _:
                return {"answer": "42"}

    def serve(self, pipe: ParentPipe) -> None:
        for request in pipe.requests():
            match request:
                case Do("echo"):
                    pipe.send(Done("echo", request.payload))
                case Do("crash"):
                    os._exit(9)
                case Do("hang"):
                    hang()
                case Do("babble"):
                    pipe._write(request.payload)
                case Do("flood"):
                    accepted = [pipe.offer(Done("flood", bytes(100_000))) for _ in range(100)]
                    Path(request.payload.decode()).touch()
                    pipe.send(Done("flooded", bytes(accepted)))
                case Do("chat"):
                    os.write(1, b"chatter of a native library\n")
                    pipe.send(Done("chat"))
        # the parent is gone, or wants us to end


if __name__ == "__main__":
    child = Child()
    run_child(Begin | Do, child.prepare, child.serve)

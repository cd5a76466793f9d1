"""Serve another app as ``answerprint run`` serves its own. Run ``python -m bench.serve TARGET PORT WORKERS``."""

import sys

from granian import Granian
from granian.constants import Interfaces


def main(target: str, port: str, workers: str) -> None:
    """Serve until told to end; the choices are those of the command ``answerprint run``."""
    Granian(
        target,
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=8,
        backpressure=256,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])

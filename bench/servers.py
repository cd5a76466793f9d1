"""Start servers on free loopback ports, and end each by its own id."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 30
_ROOT = Path(__file__).parent.parent
_PRODUCT = "from answerprint.web.cli import main; main()"


@contextmanager
def product(environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """Serve a house by ``answerprint run``; give the port."""
    port = _free_port()
    with _running(["-c", _PRODUCT, "run", "--port", str(port)], environment, port, log):
        yield port


@contextmanager
def other(target: str, workers: int, environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """Serve another app in the same way; give the port."""
    port = _free_port()
    with _running(["-m", "bench.serve", target, str(port), str(workers)], environment, port, log):
        yield port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(arguments: list[str], environment: Mapping[str, str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **environment},
            cwd=_ROOT,
            stdout=file,
            stderr=file,
        )
        try:
            _wait(server, port, log)
            yield
        finally:
            server.terminate()
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if _answers(port):
            return
        time.sleep(0.1)
    message = f"no answer on port {port}:\n{log.read_text()[-2000:]}"
    raise RuntimeError(message)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True

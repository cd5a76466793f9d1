"""One exchange with a witness over HTTP: HTTPS, or plain HTTP to this same machine.

Redirects are not followed, proxies not used, and an answer is read up to a size and a time in all.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from audit.note import Verifier

MAX_ANSWER = 1 << 17
"""Room for a checkpoint as a witness keeps it, with its own cosignatures added."""


class WitnessFailed(Exception):  # noqa: N818 - what became of one question
    """The witness gave no cosignature; the sentence says why."""


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """Where to submit, whose cosignature to expect, how long to wait in all, and whom TLS trusts."""

    url: str
    verifier: Verifier
    seconds: float = 10.0
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        _split(self.url)


@dataclass(frozen=True, slots=True)
class Told:
    """What a witness answered."""

    status: int
    kind: str
    body: bytes


def post(address: WitnessAddress, body: bytes, seconds: float) -> Told:
    """Submit, and return the answer, or raise ``WitnessFailed``."""
    return _exchange(address, "POST", "add-checkpoint", body, seconds)


def get(address: WitnessAddress, path: str, seconds: float) -> Told:
    """Read what stands below the witness's address, or raise ``WitnessFailed``."""
    return _exchange(address, "GET", path, None, seconds)


def _exchange(address: WitnessAddress, method: str, path: str, body: bytes | None, seconds: float) -> Told:
    if seconds <= 0:
        raise WitnessFailed(f"the witness did not answer within {address.seconds:g} seconds")
    parts = _split(address.url)
    headers = {"Content-Type": "text/plain"} if body is not None else {}
    with closing(_connection(address, parts, seconds)) as connection:
        try:
            connection.connect()
            with _ending(connection.sock, seconds):
                connection.request(method, f"{parts.path.rstrip('/')}/{path}", body, headers)
                answer = connection.getresponse()
                read = answer.read(MAX_ANSWER + 1)
        except (OSError, HTTPException) as error:
            raise WitnessFailed(f"the witness cannot be reached: {type(error).__name__}: {error}") from error
    if len(read) > MAX_ANSWER:
        raise WitnessFailed(f"the witness answered with more than {MAX_ANSWER} bytes")
    return Told(answer.status, answer.headers.get("Content-Type", ""), read)


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    if not parts.hostname or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{url!r} is not the address of a witness: scheme, host, port and path only")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValueError(f"{url!r} is not the address of a witness: https, or http on this machine")
    parts.port  # noqa: B018 - raises where the port is no port
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _connection(address: WitnessAddress, parts: SplitResult, seconds: float) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return HTTPConnection(host, parts.port, timeout=seconds)
    context = address.tls or ssl.create_default_context()
    return HTTPSConnection(host, parts.port, timeout=seconds, context=context)


@contextmanager
def _ending(connected: socket.socket, seconds: float) -> Iterator[None]:
    """End an exchange after this time in all: the timeout of a socket starts anew with each byte."""
    watch = threading.Timer(seconds, _hang_up, (connected,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):
        # Not the method of an SSL socket, which would drop its keys under the thread that reads.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)

"""Ask witnesses for cosignatures, C2SP tlog-witness (C2SP/C2SP commit 5ba5ee8).

The way to a witness is HTTPS, or plain HTTP to this same machine. Redirects are not followed, proxies not used, an
answer is read up to a size and a time, and a cosignature is worth nothing before it was verified. What fails on one
witness's side is an answer of that witness, so that the others are still asked.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from audit.checkpoint import parse_checkpoint, parse_decimal
from audit.errors import VerificationError
from audit.note import Signature, SignedNote, Verifier, parse_note, verify_note
from audit.policy import Policy, QuorumNotMet, Witnessed, check
from audit.witness.submission import Submission

MAX_ANSWER = 1 << 16
MAX_TRIES = 4

Prove = Callable[[int], Sequence[bytes]]
"""Given an old size, return the consistency proof from there to the checkpoint that is submitted."""


class WitnessFailed(Exception):  # noqa: N818 - what became of one question
    """The witness gave no cosignature; the sentence says why."""


class OnFailure(Enum):
    """What to do where the policy's quorum is not met."""

    OPEN = "open"
    """Go on with what there is; the result says who is missing."""
    CLOSED = "closed"
    """Raise ``QuorumNotMet``."""


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
class Answer:
    """What became of one witness, by the policy's name: a verified cosignature, or why there is none."""

    witness: str
    cosignature: Signature | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class Collected:
    """The checkpoint with all cosignatures that were had, what the policy makes of it, and each witness's answer."""

    note: bytes
    witnessed: Witnessed
    answers: tuple[Answer, ...]


def submit(checkpoint_raw: bytes, address: WitnessAddress, prove: Prove, *, old: int = 0) -> Signature:
    """Return the witness's verified cosignature of a checkpoint, or raise ``WitnessFailed``.

    ``old`` is what the witness is thought to have seen last; where it says otherwise, it is believed.
    """
    size = parse_checkpoint(parse_note(checkpoint_raw).text).size
    for _ in range(MAX_TRIES):
        submission = Submission(old, tuple(prove(old)) if old else (), checkpoint_raw)
        status, kind, body = _post(address, submission.encode())
        if status == 200:
            return _cosignature(checkpoint_raw, body, address.verifier)
        if status != 409 or kind.partition(";")[0].strip() != "text/x.tlog.size":
            raise WitnessFailed(f"the witness answered {status}: {_first_line(body)}")
        told = _told_size(body)
        if told == old or told > size:
            raise WitnessFailed(f"the witness has seen {told} entries, where this checkpoint has {size}")
        old = told
    raise WitnessFailed(f"the witness told another size {MAX_TRIES} times")


def collect(
    checkpoint_raw: bytes,
    policy: Policy,
    prove: Prove,
    on_failure: OnFailure,
    *,
    seconds: float = 10.0,
    tls: ssl.SSLContext | None = None,
) -> Collected:
    """Return the checkpoint with the cosignatures of all witnesses that the policy has an address of and that answer.

    Raises ``QuorumNotMet`` if they are too few and ``on_failure`` is closed.
    """
    answers = []
    for witness in policy.witnesses:
        if witness.url is None:
            continue
        try:
            address = WitnessAddress(witness.url, witness.verifier, seconds, tls)
            answers.append(Answer(witness.name, submit(checkpoint_raw, address, prove), None))
        except (WitnessFailed, ValueError) as error:
            answers.append(Answer(witness.name, None, str(error)))
    note = with_cosignatures(checkpoint_raw, [one.cosignature for one in answers if one.cosignature is not None])
    witnessed = check(policy, note)
    if on_failure is OnFailure.CLOSED and not witnessed.is_quorum_met:
        failures = "; ".join(f"{one.witness}: {one.failure}" for one in answers if one.failure is not None)
        raise QuorumNotMet(f"the policy's quorum is not met: {failures or 'too few witnesses were asked'}")
    return Collected(note, witnessed, tuple(answers))


def with_cosignatures(checkpoint_raw: bytes, cosignatures: Sequence[Signature]) -> bytes:
    """Return the checkpoint's note with these lines added; a key's older line gives way."""
    note = parse_note(checkpoint_raw)
    fresh = {(one.name, one.key_id) for one in cosignatures}
    kept = [one for one in note.signatures if (one.name, one.key_id) not in fresh]
    return SignedNote(note.text, (*kept, *cosignatures)).encode()


def _cosignature(checkpoint_raw: bytes, body: bytes, verifier: Verifier) -> Signature:
    text = parse_note(checkpoint_raw).text
    try:
        verified = verify_note(f"{text}\n".encode() + body, (verifier,))
    except VerificationError as error:
        raise WitnessFailed(f"the answer holds no cosignature of {verifier.key.name}: {error}") from error
    if verified.text != text:
        # An answer with an empty line in it would move the end of the text.
        raise WitnessFailed(f"the answer of {verifier.key.name} is not of this checkpoint")
    return verified.signatures[-1]


def _told_size(body: bytes) -> int:
    try:
        line = body.decode("ascii")
        if not line.endswith("\n"):
            raise WitnessFailed("the witness told a size without its newline")
        return parse_decimal(line[:-1])
    except ValueError as error:
        raise WitnessFailed(f"the witness told no size: {error}") from error


def _first_line(body: bytes) -> str:
    line = body[:200].decode("utf-8", "replace").partition("\n")[0]
    return "".join(char if char.isprintable() else "?" for char in line)


# ---------------------------------------------------------------------------------------------------- HTTP


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


def _connection(address: WitnessAddress, parts: SplitResult) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return HTTPConnection(host, parts.port, timeout=address.seconds)
    context = address.tls or ssl.create_default_context()
    return HTTPSConnection(host, parts.port, timeout=address.seconds, context=context)


def _post(address: WitnessAddress, body: bytes) -> tuple[int, str, bytes]:
    """Return status, content type and body of the answer."""
    parts = _split(address.url)
    with closing(_connection(address, parts)) as connection:
        try:
            connection.connect()
            with _ending(connection.sock, address.seconds):
                path = f"{parts.path.rstrip('/')}/add-checkpoint"
                connection.request("POST", path, body, {"Content-Type": "text/plain"})
                answer = connection.getresponse()
                read = answer.read(MAX_ANSWER + 1)
        except (OSError, HTTPException) as error:
            raise WitnessFailed(f"the witness cannot be reached: {type(error).__name__}: {error}") from error
    if len(read) > MAX_ANSWER:
        raise WitnessFailed(f"the witness answered with more than {MAX_ANSWER} bytes")
    return answer.status, answer.headers.get("Content-Type", ""), read


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

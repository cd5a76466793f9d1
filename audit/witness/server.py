"""The witness over HTTP, C2SP tlog-witness (C2SP/C2SP commit 5ba5ee8), as a WSGI app of the standard library only.

    POST /add-checkpoint                      200 with the cosignature's line, or
                                              400 malformed, or an old size larger than the checkpoint's
                                              403 no trusted key has signed, or its signature fails
                                              404 a log that is not watched
                                              409 another old size, told as ``text/x.tlog.size``
                                              422 a false proof, or one size with another root
    GET /<hex SHA-256 of origin>/checkpoint   200 with the checkpoint as it was cosigned last, or 404

Requests carry no credentials: the log's signature is what admits a checkpoint.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from audit.checkpoint import parse_decimal
from audit.errors import BadProof, BadSignature, Malformed, UnknownKey, VerificationError
from audit.witness.cosigning import OldSizeDiffers, OldSizeTooLarge, UnknownLog, Witness
from audit.witness.submission import MAX_SUBMISSION, parse_submission

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"

_NEWEST = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)

_STATUSES: tuple[tuple[type[VerificationError], HTTPStatus], ...] = (
    (UnknownLog, HTTPStatus.NOT_FOUND),
    (UnknownKey, HTTPStatus.FORBIDDEN),
    (BadSignature, HTTPStatus.FORBIDDEN),
    (OldSizeTooLarge, HTTPStatus.BAD_REQUEST),
    (Malformed, HTTPStatus.BAD_REQUEST),
    (BadProof, HTTPStatus.UNPROCESSABLE_ENTITY),
)


class Answer(Exception):  # noqa: N818 - an answer on its way out
    """Ends a request with a status and a body."""

    def __init__(self, status: HTTPStatus, body: bytes, kind: str = TEXT, *, allow: str | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        self.headers += [("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]
        self.headers += [("Allow", allow)] if allow is not None else []


class WitnessApp:
    """Answers for one witness; ``clock`` gives the POSIX time."""

    def __init__(self, witness: Witness, clock: Callable[[], int]) -> None:
        self._witness = witness
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        answer = self.answer(environ)
        start_response(f"{answer.status.value} {answer.status.phrase}", answer.headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """Return the answer to one request."""
        try:
            return self._answer(environ)
        except Answer as told:
            return told
        except sqlite3.Error:
            # Whether the store has it is not known, so the cosignature is not given out; the log asks again.
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, b"the store cannot be used now\n")

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path == "/add-checkpoint":
            _require_method(method, "POST")
            return self._add_checkpoint(_body(environ))
        asked = _NEWEST.fullmatch(path)
        if asked is None:
            raise Answer(HTTPStatus.NOT_FOUND, b"there is nothing at this path\n")
        _require_method(method, "GET", "HEAD")
        note = self._witness.newest(asked[1])
        if note is None:
            raise Answer(HTTPStatus.NOT_FOUND, b"no checkpoint of this log was cosigned here\n")
        return Answer(HTTPStatus.OK, note)

    def _add_checkpoint(self, body: bytes) -> Answer:
        try:
            line = self._witness.cosign(parse_submission(body), now=self._clock())
        except OldSizeDiffers as error:
            return Answer(HTTPStatus.CONFLICT, b"%d\n" % error.size, SIZE)
        except VerificationError as error:
            status = next(status for kind, status in _STATUSES if isinstance(error, kind))
            return Answer(status, f"{error}\n".encode("utf-8", "replace"))
        return Answer(HTTPStatus.OK, line.encode())


def _require_method(method: str, *allowed: str) -> None:
    if method not in allowed:
        raise Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"this path has another method\n", allow=", ".join(allowed))


def _body(environ: WSGIEnvironment) -> bytes:
    told = environ.get("CONTENT_LENGTH", "")
    if not told:
        raise Answer(HTTPStatus.LENGTH_REQUIRED, b"the request says no length\n")
    try:
        length = parse_decimal(told)
    except ValueError as error:
        raise Answer(HTTPStatus.BAD_REQUEST, b"the length is no number\n") from error
    if length > MAX_SUBMISSION:
        raise Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"a submission has at most %d bytes\n" % MAX_SUBMISSION)
    body: bytes = environ["wsgi.input"].read(length)
    if len(body) != length:
        raise Answer(HTTPStatus.BAD_REQUEST, b"the request was cut\n")
    return body

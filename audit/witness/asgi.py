"""The same app where bodies are awaited: a client that sends slowly holds up nobody, and is dropped after a while.

A WSGI server reads a body in one of its few threads, so that a handful of clients who send nothing would silence the
witness. Here a body is read whole, with a limit of size and time, before a thread is taken; and who asks too often is
told when to come back before anything is read.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from io import BytesIO
from typing import Any

from audit.witness.limit import RateLimit
from audit.witness.server import WitnessApp
from audit.witness.submission import MAX_SUBMISSION

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_HEADERS: Headers = [(b"content-type", b"text/plain; charset=utf-8")]


class AsyncWitnessApp:
    """Answers as ``WitnessApp`` does, for a server of the ASGI interface."""

    def __init__(self, app: WitnessApp, *, seconds: float = 10.0, limit: RateLimit | None = None) -> None:
        self._app = app
        self._seconds = seconds
        self._limit = limit

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request; a body that is too large or too slow is answered before it has come whole."""
        if scope["type"] != "http":
            return
        wait = self._limit.seconds_to_wait(_address(scope)) if self._limit is not None else 0
        if wait > 0:
            headers = [*_HEADERS, (b"retry-after", b"%d" % math.ceil(wait))]
            await _answer(send, 429, headers, b"too many requests from this address\n")
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await _read(receive)
        except TimeoutError:
            await _answer(send, 408, _HEADERS, b"the request did not come in time\n")
            return
        if body is None:
            await _answer(send, 413, _HEADERS, b"a submission has at most %d bytes\n" % MAX_SUBMISSION)
            return
        status, headers, answered = await asyncio.to_thread(self._call, scope, body)
        await _answer(send, status, headers, answered)

    def _call(self, scope: Mapping[str, Any], body: bytes) -> tuple[int, Headers, bytes]:
        environ = {
            "REQUEST_METHOD": scope["method"],
            "PATH_INFO": scope["path"],
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        answer = self._app.answer(environ)
        headers = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in answer.headers]
        return answer.status.value, headers, b"" if scope["method"] == "HEAD" else answer.body


def _address(scope: Mapping[str, Any]) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


async def _read(receive: Receive) -> bytes | None:
    """Return the body; ``None`` where it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_SUBMISSION:
            return None
        # Where the client has gone there is no more to come, and what came is cut: it will not be canonical.
        if not message.get("more_body", False):
            return bytes(body)


async def _answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

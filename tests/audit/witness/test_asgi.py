"""Where bodies are awaited: the same answers, and nobody waits for a client that does not send."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.witness.asgi import AsyncWitnessApp, Message
from audit.witness.server import WitnessApp
from audit.witness.submission import MAX_SUBMISSION
from tests.audit.witness.grounds import HONEST, NOW, asked, new_witness, served

NEVER = object()


def answered(app: AsyncWitnessApp, method: str, path: str, *parts: object) -> tuple[int, str, bytes]:
    """Send the parts of a body, of which ``NEVER`` does not come, and return status, content type and body."""
    told: list[Message] = []
    coming: Iterator[object] = iter(parts)
    left = len(parts)

    async def receive() -> dict[str, Any]:
        nonlocal left
        part = next(coming, b"")
        left -= 1
        if part is NEVER:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": part, "more_body": left > 0}

    async def send(message: Message) -> None:
        told.append(message)

    asyncio.run(app({"type": "http", "method": method, "path": path}, receive, send))
    headers = dict(told[0]["headers"])
    return told[0]["status"], headers[b"content-type"].decode(), told[1]["body"]


@pytest.fixture(name="app")
def _app(tmp_path: Path) -> AsyncWitnessApp:
    """A witness that has seen nothing, and does not wait long."""
    return AsyncWitnessApp(WitnessApp(new_witness(tmp_path), lambda: NOW), seconds=0.1)


def test_same_answers(app: AsyncWitnessApp, tmp_path: Path) -> None:
    """Both ways in answer alike: cosigned, told the size, refused, not found, head only."""
    (tmp_path / "second").mkdir()
    body = HONEST.submission(0, 7).encode()
    asks = [
        ("POST", "/add-checkpoint", body),
        ("POST", "/add-checkpoint", body),
        ("POST", "/add-checkpoint", b"hello"),
        ("POST", "/add-checkpoint", HONEST.submission(7, 9).encode().replace(b"\n9\n", b"\n8\n")),
        ("DELETE", "/add-checkpoint", b""),
        ("GET", "/nothing", b""),
    ]
    with served(WitnessApp(new_witness(tmp_path / "second"), lambda: NOW)) as url:
        there = [asked(url, *one) for one in asks]

    assert [answered(app, *one) for one in asks] == there
    assert [one[0] for one in there] == [200, 409, 400, 403, 405, 404]


def test_body_in_pieces(app: AsyncWitnessApp) -> None:
    """A body may come in pieces."""
    body = HONEST.submission(0, 7).encode()

    assert answered(app, "POST", "/add-checkpoint", *(body[at : at + 50] for at in range(0, len(body), 50)))[0] == 200


def test_body_that_does_not_come(app: AsyncWitnessApp) -> None:
    """408: who does not send is not waited for."""
    assert answered(app, "POST", "/add-checkpoint", b"old 0\n", NEVER)[0] == 408


def test_body_without_end(app: AsyncWitnessApp) -> None:
    """413: what is too large is not read to its end."""
    assert answered(app, "POST", "/add-checkpoint", b"x" * MAX_SUBMISSION, b"x", NEVER)[0] == 413

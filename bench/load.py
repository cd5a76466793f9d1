"""Send requests over some keep-alive connections and time the answers. It runs in a process of its own.

One thread serves all connections, with the requests written beforehand as far as they can be: ``http.client`` in
threads spends more on a request than a bare app does, and would be what is measured.
"""

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path

CHECKOUTS = "/api/v1/licensing/checkouts"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_STRIDE = 5
"""How many pools a client walks on each turn, so that clients meet at pools as people do."""

Turn = Generator[bytes, bytes, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked: ``path`` again and again, or else seats of ``products`` or of as many bare ``pools``."""

    port: int
    path: str = ""
    products: list[str] = field(default_factory=list)
    pools: int = 0
    token: str = ""
    clients: int = 16
    warm_up: int = 64
    requests: int = 3000
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was answered; milliseconds from the first byte sent to the last one received."""

    requests: int
    rate: float
    p50: float
    p99: float


class UnexpectedAnswerError(Exception):
    """An answer was no success, so its time says nothing."""


def measure(plan: Plan) -> Outcome:
    """Carry a plan out in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(plan)).encode(),
        capture_output=True,
        check=False,
        cwd=Path(__file__).parent.parent,
        timeout=plan.seconds * 3 + 30,
    )
    if done.returncode:
        raise UnexpectedAnswerError(done.stderr.decode()[-2000:])
    return Outcome(**json.loads(done.stdout))


def carry_out(plan: Plan) -> Outcome:
    """Send what the plan says until its count or its time is used up; every turn that began is brought to its end."""
    spent: list[float] = []
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        clients = [_Client(plan, number) for number in range(plan.clients)]
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.begin()
        while selector.get_map():
            for client in _ready(selector):
                if not client.receive():
                    continue
                spent.append(client.spent)
                if len(spent) == plan.warm_up:
                    began = time.perf_counter()
                is_over = len(spent) >= plan.warm_up + plan.requests or time.perf_counter() - began > plan.seconds
                if not client.go_on(is_over=is_over):
                    selector.unregister(client.socket)
                    client.socket.close()
    lasted = time.perf_counter() - began
    timed = sorted(spent[plan.warm_up :])
    return Outcome(len(timed), len(timed) / lasted, _at(timed, 0.50), _at(timed, 0.99))


class _Client:
    """One connection, and the turn that it is at."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", plan.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.spent = 0.0
        self._turns = _turns(plan, number)
        self._turn = next(self._turns)
        self._received = b""
        self._sent_at = 0.0

    def begin(self) -> None:
        """Send the first request of a turn."""
        self._send(next(self._turn))

    def go_on(self, *, is_over: bool) -> bool:
        """Send what follows the answer; report ``False`` where the turn ended and no other is wanted."""
        body = self._received.partition(b"\r\n\r\n")[2]
        try:
            self._send(self._turn.send(body))
        except StopIteration:
            if is_over:
                return False
            self._turn = next(self._turns)
            self.begin()
        return True

    def receive(self) -> bool:
        """Take in what has come; report whether the answer is complete."""
        part = self.socket.recv(262_144)
        self._received += part
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head + b"\r\n")
        if not part or (found and (length is None or head[9:10] != b"2")):
            raise UnexpectedAnswerError(self._received[:2000].decode(errors="replace") or "the server hung up")
        if length is None or len(body) < int(length[1]):
            return False
        self.spent = (time.perf_counter() - self._sent_at) * 1000
        return True

    def _send(self, request: bytes) -> None:
        self._received = b""
        self._sent_at = time.perf_counter()
        self.socket.sendall(request)


def _ready(selector: selectors.BaseSelector) -> Iterator[_Client]:
    found = selector.select(timeout=30)
    if not found:
        raise UnexpectedAnswerError("nothing was answered for 30 s")
    for key, _ in found:
        yield key.data


def _turns(plan: Plan, number: int) -> Iterator[Turn]:
    for turn in count():
        place = number + turn * _STRIDE
        if plan.products:
            yield _seat(plan, plan.products[place % len(plan.products)], number)
        elif plan.pools:
            yield _bare_seat(place % plan.pools)
        else:
            yield _read(plan)


def _read(plan: Plan) -> Turn:
    yield _written("GET", plan.path, plan.token)


def _seat(plan: Plan, product: str, number: int) -> Turn:
    asked = {"product_id": product, "quantity": 1, "holder": f"artist {number}", "host": f"bay-{number}"}
    answer = yield _written("POST", CHECKOUTS, plan.token, json.dumps(asked).encode())
    yield _written("POST", f"{CHECKOUTS}/{json.loads(answer)['id']}/return", plan.token)


def _bare_seat(pool: int) -> Turn:
    yield _written("POST", f"/take/{pool}", "")
    yield _written("POST", f"/give/{pool}", "")


def _written(verb: str, path: str, token: str, body: bytes = b"") -> bytes:
    lines = [f"{verb} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines.append("Content-Type: application/json")
    return "\r\n".join([*lines, "", ""]).encode() + body


def _at(timed: list[float], share: float) -> float:
    return timed[min(len(timed) - 1, int(len(timed) * share))] if timed else 0.0


if __name__ == "__main__":
    json.dump(asdict(carry_out(Plan(**json.load(sys.stdin)))), sys.stdout)

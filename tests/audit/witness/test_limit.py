"""Who asks too often is told when to come back, and nobody else notices."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from audit.witness.asgi import AsyncWitnessApp, Message
from audit.witness.limit import MAX_ADDRESSES, RateLimit
from audit.witness.server import WitnessApp
from tests.audit.witness.grounds import HONEST, NOW, new_witness


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return them."""
        return self.now


@pytest.fixture(name="clock")
def _clock() -> Clock:
    """A clock that stands still."""
    return Clock()


class TestRateLimit:
    """The bucket of an address."""

    def test_burst_and_refill(self, clock: Clock) -> None:
        """Three at once, then one each ten seconds; waiting fills no more than the bucket."""
        limit = RateLimit(6, 3, clock)
        first = [limit.seconds_to_wait("192.0.2.1") for _ in range(5)]
        clock.now += 10
        second = [limit.seconds_to_wait("192.0.2.1") for _ in range(2)]
        clock.now += 3600
        third = [limit.seconds_to_wait("192.0.2.1") for _ in range(4)]

        assert first == [0, 0, 0, 10, 10]
        assert second == [0, 10]
        assert third == [0, 0, 0, 10]

    def test_others_are_not_held_up(self, clock: Clock) -> None:
        """Each address has its own bucket."""
        limit = RateLimit(6, 1, clock)

        assert [limit.seconds_to_wait(address) for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1")] == [0, 0, 10]

    @pytest.mark.parametrize(
        ("first", "second", "is_one"),
        [
            ("2001:db8::1", "2001:db8::ffff:1", True),
            ("2001:db8::1", "2001:db8:0:1::1", False),
            ("::ffff:192.0.2.1", "192.0.2.1", True),
            ("", "", True),
        ],
    )
    def test_what_counts_as_one_address(self, clock: Clock, first: str, second: str, is_one: bool) -> None:  # noqa: FBT001
        """A host that is given a /64 has one bucket for all of it."""
        limit = RateLimit(6, 1, clock)
        limit.seconds_to_wait(first)

        assert (limit.seconds_to_wait(second) > 0) == is_one

    def test_memory_is_bounded(self, clock: Clock) -> None:
        """However many addresses come, a bounded number is remembered, the last ones."""
        limit = RateLimit(6, 1, clock)
        for number in range(3 * MAX_ADDRESSES):
            limit.seconds_to_wait(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

        assert len(limit._buckets) == MAX_ADDRESSES
        assert limit.seconds_to_wait(f"10.0.{(3 * MAX_ADDRESSES - 1) >> 8}.255") > 0

    @pytest.mark.parametrize(("per_minute", "burst"), [(0, 1), (1, 0)])
    def test_limit_that_lets_nothing_pass(self, clock: Clock, per_minute: int, burst: int) -> None:
        """Nonsense of the caller's is refused."""
        with pytest.raises(ValueError, match="at least one"):
            RateLimit(per_minute, burst, clock)


def status_of(app: AsyncWitnessApp, address: str, body: bytes) -> tuple[int, dict[bytes, bytes]]:
    """Submit from an address, and return status and headers."""
    told: list[Message] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        told.append(message)

    scope = {"type": "http", "method": "POST", "path": "/add-checkpoint", "client": (address, 4711)}
    asyncio.run(app(scope, receive, send))
    return told[0]["status"], dict(told[0]["headers"])


def test_too_many_requests(tmp_path: Path, clock: Clock) -> None:
    """429 with Retry-After for who asks too often, before anything is read or cosigned; another address is served."""
    witness = new_witness(tmp_path)
    app = AsyncWitnessApp(WitnessApp(witness, lambda: NOW), limit=RateLimit(6, 1, clock))
    first = status_of(app, "192.0.2.1", b"nonsense")
    second, headers = status_of(app, "192.0.2.1", HONEST.submission(0, 7).encode())
    other = status_of(app, "192.0.2.2", HONEST.submission(0, 7).encode())

    assert (first[0], second, other[0]) == (400, 429, 200)
    assert headers[b"retry-after"] == b"10"

"""How many lines a second the collectors read, on text that this module makes.

Run ``python -m bench.collectors``. A capture with 1,200 holders is the largest that was met; this one has more.
"""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from licensing.collectors.registry import CollectorKind, read_capture

HOLDERS = 12_000
_AT = datetime(2024, 3, 13, 10, 30, tzinfo=UTC)
_ROUNDS = 5


def run() -> list[tuple[str, float]]:
    """Return lines a second for each kind, the best of a few rounds."""
    return [(kind.value, _rate(kind, text.encode())) for kind, text in _texts().items()]


def _rate(kind: CollectorKind, raw: bytes) -> float:
    best = 0.0
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        reading = read_capture(kind, raw, at=_AT, zone=ZoneInfo("Europe/Rome"))
        best = max(best, reading.lines / (time.perf_counter() - began))
    return best


def _texts() -> dict[CollectorKind, str]:
    """Return a text of each kind, with as many holders."""
    flexnet = [
        "License server status: 27000@ferry",
        "ferry: license server UP (MASTER) v11.18.2",
        f"Users of grade:  (Total of {HOLDERS} licenses issued;  Total of {HOLDERS} licenses in use)",
        '  "grade" v2024.1, vendor: gradeco, expiry: 30-jun-2025',
        "  floating license",
    ]
    rlm = [
        "rlm status on harbour (port 4101), up 2d 01:30:00",
        "lantern license pool status on harbour (port 50001)",
        "grade_i v2024.1, pool: 1",
        f"\tcount: {HOLDERS}, # reservations: 0, inuse: {HOLDERS}, exp: permanent",
        "lantern license usage status on harbour (port 50001)",
    ]
    for number in range(HOLDERS):
        user, host = f"artist{number % 400}", f"bay-{number}"
        flexnet.append(f"    {user} {host} /dev/tty (v2024.1) (ferry/27000 {number}), start Tue 3/12 18:05")
        rlm.append(f"\tgrade_i v2024.1: {user}@{host} 1/0 at 03/12 18:05  (handle: {number:x})")
    return {CollectorKind.FLEXNET: "\n".join(flexnet), CollectorKind.RLM: "\n".join(rlm)}


def main() -> None:
    """Print one line for each kind."""
    for kind, rate in run():
        print(f"{kind:8} {rate:12,.0f} lines/s   1,200 holders in {1_200 / rate * 1_000:5.1f} ms")


if __name__ == "__main__":
    main()

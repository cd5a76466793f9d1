"""How often one address may ask: a bucket of tokens for each, refilled as time goes by.

An IPv6 address counts with its whole /64, for that is what one host is given. Of the addresses only the last thousands
are remembered, so that who comes from many fills no memory; a bucket that is forgotten is a full one.
"""

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MAX_ADDRESSES = 4096


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimit:
    """``per_minute`` requests of one address, and ``burst`` of them at once. ``clock`` gives seconds that only grow."""

    def __init__(self, per_minute: int, burst: int, clock: Callable[[], float]) -> None:
        if per_minute < 1 or burst < 1:
            raise ValueError("a limit lets at least one request pass")
        self._per_second = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def seconds_to_wait(self, address: str) -> float:
        """Count a request of this address: 0 where it may pass, otherwise the seconds until one may."""
        key, now = _network(address), self._clock()
        with self._lock:
            bucket = self._buckets.pop(key, None) or _Bucket(float(self._burst), now)
            tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._per_second)
            may_pass = tokens >= 1
            self._buckets[key] = _Bucket(tokens - 1 if may_pass else tokens, now)
            if len(self._buckets) > MAX_ADDRESSES:
                self._buckets.popitem(last=False)
        return 0.0 if may_pass else (1 - tokens) / self._per_second


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed.packed[:8] + bytes(8), 64)))

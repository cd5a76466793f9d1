"""What a licence server may be: of a kind whose output is read here, in a zone that is known."""

from dataclasses import dataclass
from functools import cache
from typing import TypedDict
from zoneinfo import available_timezones

from licensing.collectors.registry import CollectorKind
from licensing.errors import BadServer, naming

STALE_SECONDS_MIN = 60
STALE_SECONDS_MAX = 604_800


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerEntry:
    """What is written down of a server. Its last capture is stale after ``stale_after_seconds``."""

    name: str
    kind: str
    zone: str
    host: str = ""
    stale_after_seconds: int = 900


class ServerChanges(TypedDict, total=False):
    """What of a server is to become another; what is left out stays."""

    name: str
    kind: str
    zone: str
    host: str
    stale_after_seconds: int


def check_server(server: ServerEntry) -> None:
    """Refuse a server whose captures could not be read or dated; raises ``BadServer`` naming the field."""
    if server.kind not in set(CollectorKind):
        raise naming(BadServer, "kind", f"A licence server is one of: {', '.join(CollectorKind)}.")
    if server.zone not in known_zones():
        raise naming(BadServer, "zone", "A zone is a name of the IANA time zone database, such as Europe/Berlin.")
    if not STALE_SECONDS_MIN <= server.stale_after_seconds <= STALE_SECONDS_MAX:
        sentence = f"A capture goes stale after {STALE_SECONDS_MIN} to {STALE_SECONDS_MAX} seconds."
        raise naming(BadServer, "stale_after_seconds", sentence)


@cache
def known_zones() -> frozenset[str]:
    """Return the names of the IANA time zone database that this machine has."""
    return frozenset(available_timezones())

"""Which pages have one shape, so that one of them stands for all: ids, numbers and names of logs make no difference."""

import re
from urllib.parse import urlsplit

_VARIES = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"^/trail/(?!orders|exports|entries|verify)[^/]+"), "/trail/LOG"),
    (re.compile(r"(?<=/)\d+(?=/|$)"), "N"),
)


def shape_of(address: str) -> str:
    """Return the shape of an address: its path with places for what varies, and whether anything is asked of it."""
    parts = urlsplit(address)
    path = parts.path
    for pattern, place in _VARIES:
        path = pattern.sub(place, path)
    return f"{path}?" if parts.query else path

"""Identifiers: UUID version 7 (RFC 9562 section 5.7), so that new rows stand beside each other in an index."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


def new_id() -> UUID:
    """Return an identifier that sorts by the millisecond of its making and cannot be guessed."""
    milliseconds = time.time_ns() // 1_000_000
    return UUID(int=milliseconds << 80 | _VERSION_7 | secrets.randbits(12) << 64 | _VARIANT | secrets.randbits(62))


def made_at(identifier: UUID) -> datetime:
    """Return the millisecond of an identifier's making."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=identifier.int >> 80)

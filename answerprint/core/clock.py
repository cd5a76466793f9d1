"""The one place that asks the machine for the time. Only edges and ``audit.record`` import it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)

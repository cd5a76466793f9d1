"""What of a log is carried over to its next part, as plain values: JSON holds no instants and no events."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from licensing.collectors.events import Event, EventKind

Carried = dict[str, Any]
"""What stands between two parts of a log; only the reader that wrote it reads it."""

_DEFAULTS = {field.name: field.default for field in fields(Event)}


def write_moment(at: datetime | None) -> str | None:
    """Write an instant, or that there is none."""
    return None if at is None else at.isoformat()


def read_moment(text: str | None) -> datetime | None:
    """Read an instant that was written here."""
    return None if text is None else datetime.fromisoformat(text)


def write_event(event: Event | None) -> Carried | None:
    """Write an event; what is as it mostly is, is left out."""
    if event is None:
        return None
    said = {name: getattr(event, name) for name in _DEFAULTS}
    return {name: value for name, value in said.items() if value != _DEFAULTS[name]} | {"at": write_moment(event.at)}


def read_event(carried: Carried | None) -> Event | None:
    """Read an event that was written here."""
    if carried is None:
        return None
    return Event(**(carried | {"at": read_moment(carried["at"]), "kind": EventKind(carried["kind"])}))

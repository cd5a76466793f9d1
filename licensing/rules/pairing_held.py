"""What is open while a log is paired: the small part of it that is carried over from one part of a log to the next."""

from dataclasses import dataclass, field
from datetime import datetime

from licensing.collectors.event_state import Carried, read_event, read_moment, write_event, write_moment
from licensing.collectors.events import Event


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the log. The lines order what happened, also where the clock was set back."""

    line: int
    at: datetime | None


@dataclass(slots=True, eq=False)
class Open:
    """A checkout that is not returned; one that the log does not hold began before it, after ``since``."""

    event: Event
    point: Point
    quantity: int
    is_from_before: bool = False
    since: Point | None = None
    seen: Point | None = None


@dataclass(slots=True)
class Holder:
    """What one user on one host has open of one feature, oldest first; ``first`` is where this began.

    Once a return could be of several, which of them are left is not sure either, until all have come back.
    """

    first: Point
    last: Point
    is_mixed_up: bool = False
    held: list[Open] = field(default_factory=list)


Key = tuple[str, str, str | None, str | None]


def key_of(event: Event) -> Key:
    """Return whose seats an event is about: daemon, feature, user and host."""
    return (event.daemon, event.feature, event.user, event.host)


@dataclass(slots=True)
class Held:
    """All that is open, by holder, and by handle where a handle is one checkout's own; and where daemons started."""

    holders: dict[Key, Holder] = field(default_factory=dict)
    own_handles: dict[tuple[str, str], Open] = field(default_factory=dict)
    restarts: dict[str, Point] = field(default_factory=dict)
    known_from: dict[str, Point] = field(default_factory=dict)


def write_held(held: Held) -> Carried:
    """Write what is open as plain values."""
    return {
        "holders": [
            {
                "first": _write_point(holder.first),
                "last": _write_point(holder.last),
                "mixed": holder.is_mixed_up,
                "held": [_write_open(one) for one in holder.held],
            }
            for holder in held.holders.values()
        ],
        "restarts": {daemon: _write_point(point) for daemon, point in held.restarts.items()},
        "known": {daemon: _write_point(point) for daemon, point in held.known_from.items()},
    }


def read_held(carried: Carried) -> Held:
    """Read what was open, as it was written here."""
    held = Held()
    for said in carried["holders"]:
        first, last = _read_point(said["first"]), _read_point(said["last"])
        holder = Holder(first, last, said["mixed"], [_read_open(one) for one in said["held"]])
        held.holders[key_of(holder.held[0].event)] = holder
        for one in holder.held:
            if one.event.has_own_handle and one.event.handle is not None:
                held.own_handles[one.event.daemon, one.event.handle] = one
    held.restarts = {daemon: _read_point(point) for daemon, point in carried["restarts"].items()}
    held.known_from = {daemon: _read_point(point) for daemon, point in carried["known"].items()}
    return held


def _write_point(point: Point) -> list[int | str | None]:
    return [point.line, write_moment(point.at)]


def _read_point(said: list[int | str | None]) -> Point:
    line, at = said
    return Point(int(line or 0), read_moment(None if at is None else str(at)))


def _write_open(held: Open) -> Carried:
    return {
        "event": write_event(held.event),
        "quantity": held.quantity,
        "before": held.is_from_before,
        "since": None if held.since is None else _write_point(held.since),
        "seen": None if held.seen is None else _write_point(held.seen),
    }


def _read_open(said: Carried) -> Open:
    event = read_event(said["event"])
    assert event is not None  # noqa: S101 - narrows a type; a checkout is written with its event
    return Open(
        event=event,
        point=Point(event.line, event.at),
        quantity=said["quantity"],
        is_from_before=said["before"],
        since=None if said["since"] is None else _read_point(said["since"]),
        seen=None if said["seen"] is None else _read_point(said["seen"]),
    )

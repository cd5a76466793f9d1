"""Event logs made for tests."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from licensing.collectors.events import Event, LineCount, LogEntry
from licensing.collectors.flexnet_log import FlexnetLog
from licensing.collectors.reading import Diagnostic
from licensing.collectors.rlm_log import RlmLog

DAY = " 8:00:00 (lmgrd) TIMESTAMP 3/13/2024"
RLM_HEAD = """\
RLM Report Log Format 0, version 12.3, authenticated
ISV: gradeco, RLM version 12.3 BL2

Some words about the format
START ferry 03/13/2024 08:00
"""


def flexnet(*lines: str, zone: str = "UTC") -> tuple[list[LogEntry], LineCount]:
    """Read a FlexNet log; each of its lines is counted once."""
    log = FlexnetLog(lines, zone=ZoneInfo(zone))
    entries = list(log)
    assert_counted(lines, entries, log.count)
    return entries, log.count


def rlm(text: str, *, zone: str = "UTC") -> tuple[list[LogEntry], LineCount]:
    """Read an RLM log; each of its lines is counted once."""
    lines = text.split("\n")
    log = RlmLog(lines, zone=ZoneInfo(zone))
    entries = list(log)
    assert_counted(lines, entries, log.count)
    return entries, log.count


def assert_counted(lines: Iterable[str], entries: list[LogEntry], count: LineCount) -> None:
    """Hold the count against the lines and against what came out."""
    diagnostics = sum(isinstance(entry, Diagnostic) for entry in entries)
    assert count.lines == sum(1 for line in lines if line.strip())
    assert count.events + count.notices + count.diagnostics == count.lines
    assert (count.diagnostics, count.events) == (diagnostics, len(entries) - diagnostics)
    assert len({entry.line for entry in entries}) == len(entries)


def one(*lines: str, zone: str = "UTC") -> Event:
    """Read the one event of a dated FlexNet log."""
    entries, _ = flexnet(DAY, *lines, zone=zone)
    (event,) = entries
    assert isinstance(event, Event)
    return event


def events(entries: list[LogEntry]) -> list[Event]:
    """Return the events among what was read."""
    return [entry for entry in entries if isinstance(entry, Event)]


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 13) -> datetime:
    """Return an instant of March 2024."""
    return datetime(2024, 3, day, hour, minute, second, tzinfo=UTC)

"""Text as ``rlmutil rlmstat -a`` prints it, made for tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.reading import FeatureReading, Reading
from licensing.collectors.rlm import read_rlmstat

HEAD = """\
Setting license file path to 4101@harbour
rlmutil v15.1
Copyright (C) 2006-2023, Reprise Software, Inc. All rights reserved.


	rlm status on harbour (port 4101), up 2d 01:30:00
	rlm software version v15.1 (build:1)
	rlm comm version: v1.2
	Startup time: Mon Mar 11 09:00:00 2024
	Todays Statistics (10:30:00), init time: Wed Mar 13 00:00:00 2024
	Recent Statistics (00:30:00), init time: Wed Mar 13 10:00:00 2024

			Recent Stats         Todays Stats         Total Stats
			00:30:00             10:30:00         2d 01:30:00
	Messages:    12 (0/sec)           340 (0/sec)          5600 (0/sec)

	--------- ISV servers ----------
	Name           Port Running Restarts
	lantern          50001   Yes      0
	prism            50002   Yes      1

	------------------------

	lantern ISV server status on harbour (port 50001), up 2d 01:29:59
	lantern software version v14.2 (build: 3)
	lantern comm version: v1.2
	lantern Debug log filename: /var/log/lantern.dlog
	lantern Report log filename: <stdout>
	Checkouts:   7 (0/sec)           90 (0/sec)          61000 (0/sec)
	Denials:     1 (0/sec)           4 (0/sec)          123 (0/sec)

	------------------------

"""
POOLS = "\tlantern license pool status on harbour (port 50001)\n\n"
USAGE = "\n\t------------------------\n\n\tlantern license usage status on harbour (port 50001)\n\n"


def pool(product: str = "comp_i", *, count: object = 5, used: int = 0, kept: int = 0, number: int | None = 1) -> str:
    """Return one pool of a product."""
    name = f"\t{product} v2024.0701" + (f", pool: {number}" if number else "")
    return (
        f"{name}\n\t\tcount: {count}, # reservations: {kept}, inuse: {used}, exp: 30-jun-2025\n"
        "\t\tobsolete: 0, min_remove: 120, total checkouts: 44\n"
    )


def usage(who: str = "anna@bay-07", product: str = "comp_i", *, seats: int = 1, at: str = "03/12 18:05") -> str:
    """Return one line of use."""
    return f"\t{product} v2024.0701: {who} {seats}/0 at {at}  (handle: 3f{len(who):x}) \n"


def read(text: str, *, at: datetime | None = None, zone: str = "UTC") -> Reading:
    """Read a text."""
    return read_rlmstat(text, at=at, zone=ZoneInfo(zone))


def one(text: str) -> FeatureReading:
    """Read a text of one product."""
    (feature,) = read(text).features
    return feature


def accounted(text: str, reading: Reading) -> bool:
    """Report whether each line that is not blank is an event or a diagnostic."""
    printed = sum(1 for line in text.split("\n") if line.strip())
    return printed == reading.lines == reading.events + len(reading.diagnostics)

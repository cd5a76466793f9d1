"""Text as ``lmutil lmstat -a`` prints it, made for tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.flexnet import read_lmstat
from licensing.collectors.reading import FeatureReading, Reading

HEAD = """\
lmutil - Copyright (c) 1989-2021 Flexera. All Rights Reserved.
Flexible License Manager status on Wed 3/13/2024 10:30

[Detecting lmgrd processes...]
License server status: 27000@ferry
    License file(s) on ferry: /srv/flex/grade.lic:

ferry: license server UP (MASTER) v11.18.2

Vendor daemon status (on ferry):

   gradeco: UP v11.18.2
Feature usage info:

"""
POOL = '  "grade" v2024.1, vendor: gradeco, expiry: 30-jun-2025\n  floating license\n\n'
ANNA = "    anna bay-07 /dev/pts/2 (v2024.1) (ferry/27000 311), start Tue 3/12 18:05\n"
BRUNO = "    bruno bay-08 bay-08:0.0 (v2024.0) (ferry/27000 312), start Wed 3/13 9:00, 2 licenses\n"


def users_of(feature: str = "grade", *, issued: int = 10, in_use: int = 0) -> str:
    """Return the line that begins a feature."""
    return f"Users of {feature}:  (Total of {issued} licenses issued;  Total of {in_use} licenses in use)\n\n"


def read(text: str, *, at: datetime | None = None, zone: str = "UTC") -> Reading:
    """Read a text."""
    return read_lmstat(text, at=at, zone=ZoneInfo(zone))


def one(text: str, *, zone: str = "UTC") -> FeatureReading:
    """Read a text of one feature."""
    (feature,) = read(text, zone=zone).features
    return feature


def seat(front: str, back: str = "start Tue 3/12 18:05") -> str:
    """Return a text of one holder."""
    return HEAD + users_of(in_use=1) + POOL + f"    {front} (v2024.1) (ferry/27000 311), {back}\n"


def accounted(text: str, reading: Reading) -> bool:
    """Report whether each line that is not blank is an event or a diagnostic."""
    printed = sum(1 for line in text.split("\n") if line.strip())
    return printed == reading.lines == reading.events + len(reading.diagnostics)

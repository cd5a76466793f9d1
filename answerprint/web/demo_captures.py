"""What the licence servers of the made-up facility print: a day's rhythm of use, in the two formats that are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sin, tau

DAEMON = "sableline"


@dataclass(frozen=True, slots=True)
class DemoFeature:
    """A feature of a made-up server and how much of it is used at the busiest hour."""

    name: str
    issued: int
    busiest: int
    reserved: int = 0


FLEXNET_FEATURES = (DemoFeature("nightjar_comp", 24, 22, 2), DemoFeature("nightjar_paint", 10, 6))
RLM_FEATURES = (DemoFeature("palisade_i", 12, 13), DemoFeature("palisade_r", 40, 31))
_ARTISTS = (
    "amir",
    "bela",
    "carys",
    "dmitri",
    "elif",
    "farid",
    "greta",
    "hana",
    "ines",
    "jonas",
    "kofi",
    "lena",
    "maya",
)


def in_use(feature: DemoFeature, at: datetime) -> int:
    """Return how many seats are in use: few at night, most in the afternoon, never more than is issued."""
    share = max(0.08, sin(tau * (at.hour + at.minute / 60 - 9) / 24) * (1 if at.weekday() < 5 else 0.75))
    return min(feature.issued, round(feature.busiest * share))


def holder_of(seat: int) -> str:
    """Return who sits where on a seat of the FlexNet server."""
    return f"{_ARTISTS[seat % len(_ARTISTS)]}@ws-{seat + 1:02}"


def lmstat(features: Sequence[DemoFeature], at: datetime) -> str:
    """Write what ``lmutil lmstat -a`` would print at ``at``, in the server's own zone."""
    lines = [
        "lmutil - Copyright (c) 1989-2024 Flexera. All Rights Reserved.",
        f"Flexible License Manager status on {at:%a} {at.month}/{at.day}/{at.year} {at:%H:%M}",
        "",
        "License server status: 27000@lic-a",
        "    License file(s) on lic-a: /srv/licences/sableline.lic:",
        "",
        "     lic-a: license server UP (MASTER) v11.19.6",
        "",
        "Vendor daemon status (on lic-a):",
        "",
        f"  {DAEMON}: UP v11.19.6",
        "Feature usage info:",
        "",
    ]
    for feature in features:
        used = in_use(feature, at)
        total = used + feature.reserved
        noun = "license" if total == 1 else "licenses"
        lines.append(
            f"Users of {feature.name}:  (Total of {feature.issued} licenses issued;  Total of {total} {noun} in use)"
        )
        lines += ["", f'  "{feature.name}" v2026.0, vendor: {DAEMON}, expiry: 31-dec-2027', "  floating license", ""]
        if feature.reserved:
            lines.append(f"    {feature.reserved} RESERVATIONs for HOST_GROUP suites (lic-a/27000)")
        lines += _lmstat_holders(used, at)
        lines.append("")
    return "\n".join(lines)


def _lmstat_holders(used: int, at: datetime) -> Iterable[str]:
    for seat in range(used):
        started = at - timedelta(minutes=11 + 17 * seat)
        who, host = holder_of(seat).split("@")
        yield (
            f"    {who} {host} /dev/tty (v2026.0) (lic-a/27000 {101 + seat}), "
            f"start {started:%a} {started.month}/{started.day} {started.hour}:{started:%M}"
        )


def rlmstat(features: Sequence[DemoFeature], at: datetime) -> str:
    """Write what ``rlmutil rlmstat -a`` would print at ``at``, in the server's own zone."""
    lines = [
        "Setting license file path to 5053@lic-b",
        "rlmutil v15.1",
        "Copyright (C) 2006-2023, Reprise Software, Inc. All rights reserved.",
        "",
        f"\trlm status on lic-b (port 5053), up {at.timetuple().tm_yday}d {at:%H:%M}:00",
        "\trlm software version v15.1 (build:1)",
        "",
        "\t--------- ISV servers ----------",
        "\tName           Port Running Restarts",
        "\tpalisade         50001   Yes      0",
        "",
        "\tpalisade license pool status on lic-b (port 50001)",
        "",
    ]
    usage: list[str] = []
    for pool, feature in enumerate(features, start=1):
        used = in_use(feature, at)
        lines += [
            f"\t{feature.name} v2027.0101, pool: {pool}",
            f"\t\tcount: {feature.issued}, # reservations: 0, inuse: {used}, exp: 31-jan-2027",
            f"\t\tobsolete: 0, min_remove: 120, total checkouts: {4000 + at.toordinal() % 1000}",
        ]
        usage += _rlmstat_usage(feature, used, at)
    lines += ["", "\tpalisade license usage status on lic-b (port 50001)", "", *usage, ""]
    return "\n".join(lines)


def _rlmstat_usage(feature: DemoFeature, used: int, at: datetime) -> Iterable[str]:
    for seat in range(used):
        started = at - timedelta(minutes=7 + 13 * seat)
        who = _ARTISTS[(seat + 5) % len(_ARTISTS)]
        where = f"farm-{seat + 1:03}" if feature.name.endswith("_r") else f"ws-{seat + 21:02}"
        yield f"\t{feature.name} v2027.0101: {who}@{where} 1/0 at {started:%m/%d %H:%M}  (handle: {4096 + seat:x})"

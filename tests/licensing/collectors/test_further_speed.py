"""How long the texts of the smaller licence servers take to read."""

import time
from contextlib import suppress

import pytest

from licensing.errors import NotACapture
from tests.licensing.collectors.further_samples import (
    DSLS,
    DSLS_HOLDER,
    DSLS_POOL,
    LMX,
    LSDYNA,
    OLICENSE,
    PIXAR,
    SENTINEL,
    SESI_JSON,
    SESI_TEXT,
    WHOLE,
    read,
)

LMX_HOLDER = LMX[LMX.index("25 license(s)") : LMX.index("10 license(s)")]
SENTINEL_CLIENT = "   |- Client" + SENTINEL.split("   |- Client")[1].partition("\n\n")[0] + "\n"
MANY = {
    "lmx": (LMX, LMX_HOLDER),
    "dsls": (DSLS, f"{DSLS_POOL.format('GRA', 237, 155)}{DSLS_HOLDER.format(1, 'bay-07', 'anna', 16, '')}\n"),
    "sentinel": (SENTINEL.removesuffix(" Press Enter to continue . . .\n"), SENTINEL_CLIENT),
    "lsdyna": (LSDYNA.partition("LS-DYNA  ")[0], " anna      59005@bay-07  280\n"),
    "olicense": (OLICENSE.rstrip() + "\n", "      anna@bay-07 #12\n"),
    "pixar": (PIXAR, "anna@bay-07,9499            (69104b1:565d03a9)\n 12   RPS-17.0    1.000  13-Mar-09:46 (44m)\n"),
    "sesinetd": (SESI_TEXT.replace("    12 licenses free\n", ""), "    anna@bay-07  Mar 12 18:05\n"),
}


def seconds(kind: str, text: str) -> float:
    """Return how long the best of five readings takes."""
    found = []
    for _ in range(5):
        began = time.process_time()
        with suppress(NotACapture):
            read(kind, text)
        found.append(time.process_time() - began)
    return min(found)


@pytest.mark.parametrize("kind", list(MANY))
def test_twelve_hundred_holders_are_read_at_once(kind: str) -> None:
    """In less than fifty milliseconds."""
    head, holder = MANY[kind]
    text = head + holder * 1_200

    assert len([one for each in read(kind, text).features for one in each.holders]) >= 1_200
    assert seconds(kind, text) < 0.05


def test_twelve_hundred_holders_of_json_are_read_at_once() -> None:
    """Though each has a key that nobody knows."""
    entry = '{"id": 1, "machine": "anna@bay-07", "time": "2024/03/12 18:05:00", "strange": 1},\n'
    text = SESI_JSON.replace('"users": [\n', '"users": [\n' + entry * 1_200)
    reading = read("sesinetd", text)

    assert len(reading.features[0].holders) == 1_202
    assert len(reading.diagnostics) == 1
    assert seconds("sesinetd", text) < 0.05


@pytest.mark.parametrize("kind", list(WHOLE))
@pytest.mark.parametrize(
    "line",
    [
        "1 license(s) used by " + "@" * 4_000,
        "Feature: " + "a Version: " * 350,
        "," * 4_000,
        '"' * 4_000,
        "|- " + ": " * 2_000,
        "a " + "1@" * 2_000,
        "1 " * 2_000 + "| 1",
        ";" * 4_000,
        "a; " * 1_300,
        " #" * 2_000,
        "a " * 2_000 + "#1",
        "a@b" * 1_300 + " (1:1",
        "a (" + "1:" * 2_000,
        "1 / " * 1_000,
        "1 " + "a " * 2_000,
        "a@b Mar 1 " * 400,
        "1a: 1 " + '"a 1 ' * 800,
        "Cannot connect to " + "server " * 550,
        "Error " + "[1" * 2_000,
        "-" * 4_000 + "SERVER",
        "[" * 4_000,
        '{"a":' * 800,
    ],
)  # fmt: skip
def test_a_line_made_to_be_slow_is_not(kind: str, line: str) -> None:
    """Two hundred such lines take less than a second, whatever stands before them."""
    began = time.process_time()
    with suppress(NotACapture):
        read(kind, WHOLE[kind] + f"{line}\n" * 200)

    assert time.process_time() - began < 1

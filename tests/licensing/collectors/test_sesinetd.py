"""The older text of ``sesictrl``: the long listing, and the short one."""

from datetime import UTC, date, datetime

import pytest

from licensing.collectors.reading import Discrepancy, ServerState
from licensing.errors import NotACapture
from tests.licensing.collectors.further_samples import SESI_TEXT, doubted, feature, numbers, read

HEAD = SESI_TEXT.partition("Lic ")[0]


def test_what_is_not_free_is_in_use() -> None:
    """Twelve of fourteen are free, so two are used, and two hosts hold them."""
    reading = read("sesinetd", SESI_TEXT)
    pool = feature(reading, "Houdini-Master").pools[0]

    assert (reading.server.name, reading.server.version) == ("harbour", "12.5.316")
    assert numbers(reading) == {"Houdini-Master": (14, 2, 2)}
    assert (pool.pool, pool.version, pool.daemon, pool.expires) == ("1a2b3c4d", "12.5", "Generic", date(2025, 6, 30))


def test_starts_without_a_year() -> None:
    """A weekday fixes the year; without one it is the newest that is not ahead, and is assumed."""
    anna, bruno = feature(read("sesinetd", SESI_TEXT, zone="Europe/Rome"), "Houdini-Master").holders

    assert (anna.started, anna.is_year_assumed) == (datetime(2024, 3, 12, 17, 5, tzinfo=UTC), True)
    assert (bruno.started, bruno.is_year_assumed) == (datetime(2024, 3, 13, 8, 0, tzinfo=UTC), False)
    assert (anna.started_raw, bruno.started_raw) == ("Mar 12 18:05", "Wed Mar 13 09:00")


@pytest.mark.parametrize("start", ["Mar 12 18:05 2021", "Fri Mar 12 18:05:00 2021"])
def test_a_start_with_its_year_needs_no_time_of_printing(start: str) -> None:
    """It is whole as it stands."""
    reading = read("sesinetd", SESI_TEXT.replace("Mar 12 18:05", start), at=None)

    assert reading.features[0].holders[0].started == datetime(2021, 3, 12, 18, 5, tzinfo=UTC)


def test_without_a_time_of_printing_no_start_has_a_year() -> None:
    """It is said once, and the seats count all the same."""
    reading = read("sesinetd", SESI_TEXT, at=None)

    assert [holder.started for holder in reading.features[0].holders] == [None, None]
    assert (doubted(reading), numbers(reading)) == ([4], {"Houdini-Master": (14, 2, 2)})


@pytest.mark.parametrize(
    "start", ["Feb 30 18:05", "Mrz 12 18:05", "Xxx Mar 12 18:05", "Mar 12 25:05", "Wed Mar 12 18:05 x"]
)
def test_a_start_that_never_was_is_in_doubt(start: str) -> None:
    """No day is made up."""
    reading = read("sesinetd", SESI_TEXT.replace("Mar 12 18:05", start, 1))

    assert not [one for one in reading.features[0].holders if one.user == "anna" and one.started]
    assert doubted(reading) == [4]


def test_a_licence_that_does_not_say_what_is_free_is_unknown() -> None:
    """The text may have broken off, so the holders are no count either."""
    found = feature(read("sesinetd", SESI_TEXT.replace("    12 licenses free\n", "")), "Houdini-Master")

    assert found.state is ServerState.UNKNOWN


@pytest.mark.parametrize("free", ["15", "1.2", "99999999999"])
def test_free_seats_that_cannot_be_are_unknown(free: str) -> None:
    """More than there are, or no number."""
    reading = read("sesinetd", SESI_TEXT.replace("12 licenses free", f"{free} licenses free"))

    assert (reading.features[0].state, doubted(reading)) == (ServerState.UNKNOWN, [6])


def test_an_expired_licence_has_no_seat_and_no_line_of_free_ones() -> None:
    """It is listed with none, so none is in use."""
    text = SESI_TEXT + 'Lic 1a2b3c4e: 0 "Houdini-Escape 12.5 " Generic 31-dec-2012 *.*.*.* harbour\n'

    assert numbers(read("sesinetd", text))["Houdini-Escape"] == (0, 0, 0)


def test_several_programs_of_a_host_hold_one_seat() -> None:
    """The licence is the host's; each line stays a holder."""
    text = SESI_TEXT.replace("bruno@bay-08", "anna@bay-07").replace("12 licenses", "13 licenses")
    found = feature(read("sesinetd", text), "Houdini-Master")

    assert (found.reported_in_use, found.counted_in_use, len(found.holders)) == (1, 1, 2)
    assert found.discrepancy is Discrepancy.SHARED_SEATS


def test_the_short_listing_names_nobody() -> None:
    """Free of all; who holds the rest is not known, and that is not nobody."""
    text = HEAD + "84272bda: Generic    Houdini-Escape 17.5                 97/100 free\n"
    found = feature(read("sesinetd", text), "Houdini-Escape")

    assert (found.issued, found.reported_in_use, found.counted_in_use) == (100, 3, None)
    assert read("sesinetd", text + text.split("\n")[2] + "\n").features[0].issued == 100


def test_two_servers_of_one_text_stay_apart() -> None:
    """Each heading begins one."""
    reading = read("sesinetd", SESI_TEXT + SESI_TEXT.replace("harbour", "quay"))

    assert [one.server for one in reading.features] == ["harbour", "quay"]


@pytest.mark.parametrize("text", ["anna@bay-07 Mar 12 18:05\n", "12 licenses free\n"])
def test_lines_under_no_licence_are_no_capture(text: str) -> None:
    """They could be laid to no product."""
    with pytest.raises(NotACapture, match="sesictrl print-license"):
        read("sesinetd", text)


def test_a_time_without_zone_is_the_callers_mistake() -> None:
    """It would fix no year."""
    with pytest.raises(ValueError, match="without zone"):
        read("sesinetd", SESI_TEXT, at=datetime(2024, 3, 13, 10, 30))  # noqa: DTZ001 - the case

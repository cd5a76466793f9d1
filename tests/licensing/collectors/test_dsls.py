"""What ``getLicenseUsage -csv`` of DSLS prints."""

from datetime import UTC, date, datetime

import pytest

from licensing.collectors.reading import Discrepancy, ServerState
from licensing.errors import NotACapture
from tests.licensing.collectors.further_samples import (
    DSLS,
    DSLS_HEADER,
    DSLS_HOLDER,
    DSLS_POOL,
    doubted,
    feature,
    numbers,
    read,
)


def row(name: str = "GRA", count: int = 237, used: int = 155, *, tokens: int = 100, queue: str = "") -> str:
    """Return a row of a holder."""
    waits = f"{queue}," if queue else ""
    return f"{DSLS_POOL.format(name, count, used)}{DSLS_HOLDER.format(tokens, 'bay-09', 'carla', 18, waits)}\n"


def test_totals_that_each_row_repeats_count_once() -> None:
    """Two rows of one pool are one pool with two holders."""
    reading = read("dsls", DSLS)

    assert (reading.server.name, reading.server.version) == ("harbour", "6.425.4")
    assert numbers(reading) == {"GRA": (237, 155, 155), "MIX": (16, 0, 0)}
    assert [(len(one.pools), len(one.holders)) for one in reading.features] == [(1, 2), (1, 0)]


def test_pools_that_end_on_other_days_are_added_up() -> None:
    """The same feature bought twice."""
    text = DSLS + row(count=10, used=4, tokens=4).replace("2025-06-30", "2026-06-30")
    found = feature(read("dsls", text), "GRA")

    assert (found.issued, found.reported_in_use, found.counted_in_use) == (247, 159, 159)
    assert [pool.expires for pool in found.pools] == [date(2025, 6, 30), date(2026, 6, 30)]


def test_a_holder_has_session_host_and_start() -> None:
    """The host without what follows it, and the time since when in the zone of the server."""
    holder = feature(read("dsls", DSLS, zone="Europe/Rome"), "GRA").holders[0]

    assert (holder.user, holder.host, holder.quantity, holder.handle) == ("anna", "bay-07", 100, "02DB16")
    assert holder.started == datetime(2024, 3, 12, 17, 5, 34, tzinfo=UTC)


def test_who_waits_is_no_holder() -> None:
    """A queue position is demand, not use; a table without one says that nobody waits."""
    found = feature(read("dsls", DSLS + row(tokens=7, queue="2")), "GRA")

    assert (found.queued, found.counted_in_use, len(found.queue)) == (7, 155, 1)
    assert feature(read("dsls", DSLS), "GRA").queued == 0


def test_a_warning_and_the_prompt_stand_on_the_header_line() -> None:
    """The header is found behind them, and the warning is not lost."""
    text = DSLS.replace(DSLS_HEADER, "admin >WARNING: licence file changed " + DSLS_HEADER)
    reading = read("dsls", text)

    assert numbers(reading) == numbers(read("dsls", DSLS))
    assert doubted(reading) == [7]
    assert "licence file changed" in reading.diagnostics[0].reason
    assert read("dsls", DSLS.replace(DSLS_HEADER, "admin >" + DSLS_HEADER)).diagnostics == ()


def test_totals_that_differ_between_rows_are_named() -> None:
    """The first counts, and the feature says that they disagree."""
    reading = read("dsls", DSLS + row(used=156, tokens=1))
    found = feature(reading, "GRA")

    assert (found.reported_in_use, found.discrepancy) == (155, Discrepancy.BLOCKS_DISAGREE)
    assert doubted(reading) == [11]


def test_a_pool_that_stands_again_without_a_holder_counts_once() -> None:
    """Whether it is another lot or the same cannot be known, so it says so."""
    reading = read("dsls", DSLS + DSLS_POOL.format("MIX", 16, 0) + "\n")

    assert (numbers(reading)["MIX"], doubted(reading)) == ((16, 0, 0), [11])


@pytest.mark.parametrize("queue", ["", "2"])
@pytest.mark.parametrize("cell", ["Dock, SE", "Dock,,", 'Dock"', "12345,Dock", '"Dock'])
def test_a_comma_too_many_shifts_no_number(cell: str, queue: str) -> None:
    """A row of another width would put a customer's number in the place of the total."""
    reading = read("dsls", DSLS + row("NEW", queue=queue).replace("Dock", cell, 1))
    unheld = read("dsls", DSLS + DSLS_POOL.format("NEW", 16, 0).replace("Dock", cell, 1) + "\n")

    for found in (reading, unheld):
        assert [one for one in numbers(found) if one not in {"GRA", "MIX"}] in ([], ["NEW"])
        assert numbers(found).get("NEW") in {None, (237, 155, 100), (237, 155, 0), (16, 0, 0)}
        assert doubted(found) == ([] if cell == 'Dock"' else [11])


@pytest.mark.parametrize("number", ["1.559", "99999999999", "-1", "viele", ""])
def test_a_total_that_is_no_number_is_unknown(number: str) -> None:
    """And never zero."""
    text = DSLS.replace(DSLS_POOL.format("MIX", 16, 0), DSLS_POOL.format("MIX", 16, number))
    found = feature(read("dsls", text), "MIX")

    assert (found.reported_in_use, found.counted_in_use, found.state) == (None, None, ServerState.UNKNOWN)


def test_a_holder_without_a_number_makes_the_list_no_count() -> None:
    """What the server reports still counts."""
    reading = read("dsls", DSLS.replace("155,100,", "155,viele,"))

    assert numbers(reading)["GRA"] == (237, 155, None)


def test_a_header_of_other_columns_is_in_doubt_and_so_are_its_rows() -> None:
    """Nothing is found by its place."""
    reading = read("dsls", DSLS.replace("Count,Inuse", "Anzahl,Inuse"))

    assert reading.features == ()
    assert doubted(reading) == [7, 8, 9, 10]


def test_a_server_that_is_not_ready_is_down() -> None:
    """What it prints all the same is no use of today."""
    reading = read("dsls", DSLS.replace("Ready: yes", "Ready: no"))

    assert reading.server.state is ServerState.DOWN
    assert {one.state for one in reading.features} == {ServerState.UNKNOWN}
    assert {(one.issued, one.reported_in_use, one.queued) for one in reading.features} == {(None, None, None)}


def test_rows_without_a_header_are_no_capture() -> None:
    """Nobody knows which number is what."""
    with pytest.raises(NotACapture, match="getLicenseUsage -csv"):
        read("dsls", row())


def test_a_row_that_does_not_end_as_the_header_does_is_not_read() -> None:
    """Its last cell may be the first digits of a longer one."""
    reading = read("dsls", DSLS + row(tokens=7, queue="2").replace(",2,\n", ",2\n"))

    assert (numbers(reading)["GRA"], feature(reading, "GRA").queued) == ((237, 155, 155), 0)
    assert doubted(reading) == [11]

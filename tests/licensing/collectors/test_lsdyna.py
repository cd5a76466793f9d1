"""What ``lstc_qrun -r`` of LS-DYNA prints."""

from datetime import date

import pytest

from licensing.collectors.reading import Discrepancy, ServerState
from licensing.errors import NotACapture
from tests.licensing.collectors.further_samples import LSDYNA, doubted, feature, numbers, read

GROUP = "                   LICENSE GROUP   440     60    500 |     3\n"


def test_seats_of_a_group_are_the_groups_alone() -> None:
    """Each row states the group's maximum; added up over the programs it would count many times."""
    reading = read("lsdyna", LSDYNA)

    assert reading.server.name == "31010@harbour"
    assert numbers(reading) == {
        "SOLO": (40, 12, 12),
        "MPPDYNA": (None, None, 440),
        "LS-DYNA": (None, 0, 0),
        "LICENSE GROUP MPPDYNA": (500, 440, None),
    }
    assert [pool.pool for one in reading.features for pool in one.pools][1:] == ["LICENSE GROUP MPPDYNA"] * 3


def test_a_dash_is_unknown_and_the_holders_tell() -> None:
    """A program that prints no use is not unused."""
    without = LSDYNA.replace(" anna      59005@bay-07  280\n bruno    239793@bay-08  160\n", "")

    assert feature(read("lsdyna", LSDYNA), "MPPDYNA").counted_in_use == 440
    assert feature(read("lsdyna", without), "MPPDYNA").state is ServerState.UNKNOWN
    assert feature(read("lsdyna", without), "MPPDYNA").counted_in_use is None


def test_holders_have_a_process_and_no_start() -> None:
    """Nothing says since when."""
    holder = feature(read("lsdyna", LSDYNA), "MPPDYNA").holders[0]

    assert (holder.user, holder.host, holder.handle, holder.quantity) == ("anna", "bay-07", "59005", 280)
    assert (holder.started, holder.started_raw) == (None, "")


def test_queue_and_expiry_are_those_of_the_row() -> None:
    """Who waits is not named, only how many; the month stands first."""
    found = feature(read("lsdyna", LSDYNA), "LS-DYNA")

    assert (found.queued, found.pools[0].expires) == (3, date(2025, 6, 30))


def test_rows_that_show_a_group_which_is_cut_off_have_no_seats_of_their_own() -> None:
    """Used and free are not the maximum, so the maximum is somebody else's."""
    reading = read("lsdyna", LSDYNA.replace(GROUP, ""))

    assert numbers(reading)["SOLO"] == (40, 12, 12)
    assert numbers(reading)["LS-DYNA"] == (None, 0, None)
    assert feature(reading, "MPPDYNA").state is ServerState.UNKNOWN


def test_a_group_whose_sums_do_not_fit_is_in_doubt() -> None:
    """The numbers stay as they are printed."""
    reading = read("lsdyna", LSDYNA.replace("440     60    500 |     3", "440    000    500 |     3"))

    assert numbers(reading)["LICENSE GROUP MPPDYNA"] == (500, 440, None)
    assert doubted(reading) == [13]


def test_a_group_without_its_programs_is_in_doubt() -> None:
    """No program above states its maximum."""
    reading = read("lsdyna", LSDYNA.replace("440     60    500 |     3", "440     60    600 |     3"))

    assert "LICENSE GROUP MPPDYNA" not in numbers(reading)
    assert doubted(reading) == [13]


@pytest.mark.parametrize("number", ["1.200", "99999999999", "zwölf", "-12"])
def test_a_use_that_is_no_number_is_unknown(number: str) -> None:
    """And never zero; the list still counts."""
    reading = read("lsdyna", LSDYNA.replace("SOLO             06/30/2025         12", f"SOLO    06/30/2025   {number}"))

    assert (feature(reading, "SOLO").reported_in_use, doubted(reading)) == (None, [7])


def test_a_holder_without_a_number_makes_the_list_no_count() -> None:
    """Nobody can say how many CPUs are held."""
    reading = read("lsdyna", LSDYNA.replace("bay-07  280", "bay-07  28O"))

    assert feature(reading, "MPPDYNA").state is ServerState.UNKNOWN


def test_use_that_nobody_listed_is_named() -> None:
    """Without the list of holders the server's own number counts."""
    found = feature(read("lsdyna", LSDYNA.replace(" carla     59005@bay-09  12\n", "")), "SOLO")

    assert (found.reported_in_use, found.discrepancy) == (12, Discrepancy.HOLDERS_NOT_LISTED)


def test_a_day_that_does_not_exist_is_in_doubt() -> None:
    """The month stands first, so there is no thirtieth month."""
    reading = read("lsdyna", LSDYNA.replace("SOLO             06/30/2025", "SOLO             30/06/2025"))

    assert (feature(reading, "SOLO").pools[0].expires, doubted(reading)) == (None, [7])


def test_the_list_of_running_programs_is_refused_with_the_option_to_use() -> None:
    """It states no totals, so it tells no use of any program that is not in it."""
    text = (
        "Using user specified server 31010@harbour\n\nRunning Programs\n\nUser   Host   Program   Started   # procs\n"
    )

    with pytest.raises(NotACapture, match="lstc_qrun -r"):
        read("lsdyna", text)


def test_a_holder_in_which_the_text_breaks_off_is_no_count() -> None:
    """One of twelve CPUs is not one CPU."""
    reading = read("lsdyna", LSDYNA[: LSDYNA.index("bay-09  12") + len("bay-09  1")])

    assert (numbers(reading), doubted(reading)) == ({"SOLO": (40, 12, None)}, [8])

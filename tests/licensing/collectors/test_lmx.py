"""What ``lmxendutil -licstat`` prints."""

from datetime import UTC, date, datetime

import pytest

from licensing.collectors.reading import Discrepancy, ServerState
from tests.licensing.collectors.further_samples import LMX, doubted, feature, numbers, read


def test_totals_holders_and_server() -> None:
    """Each pool has its own two totals, and the tokens of its holders add up to what is used."""
    reading = read("lmx", LMX)

    assert (reading.server.name, reading.server.version) == ("6200@harbour", "5.4")
    assert numbers(reading) == {"Grade": (120, 35, 35), "Mix": (None, 12, 12)}
    assert (feature(reading, "Grade").pools[0].expires, feature(reading, "Grade").queued) == (date(2025, 6, 30), None)


@pytest.mark.parametrize("number", ["2147483647", "unlimited"])
def test_the_largest_number_means_no_limit(number: str) -> None:
    """Uncounted is null, and not two thousand million."""
    found = feature(read("lmx", LMX.replace("2147483647", number)), "Mix")

    assert (found.issued, found.is_uncounted, found.reported_in_use) == (None, True, 12)


def test_one_less_than_the_largest_number_is_a_limit() -> None:
    """Only the number that means no limit means it."""
    found = feature(read("lmx", LMX.replace("2147483647", "2147483646")), "Mix")

    assert (found.issued, found.is_uncounted) == (2_147_483_646, False)


def test_the_checkout_time_counts_in_the_zone_of_the_server() -> None:
    """Not the time of signing in; the address is not kept."""
    holder = feature(read("lmx", LMX, zone="Europe/Rome"), "Grade").holders[0]

    assert (holder.user, holder.host, holder.who) == ("anna", "bay-07", "anna@bay-07")
    assert (holder.started, holder.started_raw) == (datetime(2024, 3, 12, 17, 5, tzinfo=UTC), "2024-03-12 18:05")
    assert (holder.quantity, holder.handle, holder.is_year_assumed) == (25, "ANNA:BAY", False)


def test_borrowed_seats_are_borrowed() -> None:
    """Until when stays as it was printed."""
    text = LMX.replace(
        "Login time: 2024-03-13 09:00   Checkout time: 2024-03-13 09:00", "Borrow expire time: 2024-04-01"
    )
    found = feature(read("lmx", text), "Grade")

    assert (found.borrowed, found.counted_in_use) == (10, 35)
    assert (found.holders[1].borrowed, found.holders[1].started_raw) == (True, "Borrow expire time: 2024-04-01")


def test_holders_that_share_are_named() -> None:
    """Two lines of one user on one host that stand for the seats of one."""
    text = LMX.replace("35 of 120", "25 of 120").replace("bruno@bay-08", "anna@bay-07")

    assert feature(read("lmx", text), "Grade").discrepancy is Discrepancy.SHARED_SEATS


@pytest.mark.parametrize("word", ["1.035 of 1.120", "99999999999 of 120", "３５ of １２０", "-35 of 120", "35 von 120"])
def test_totals_that_are_no_numbers_leave_the_use_to_the_list(word: str) -> None:
    """The line is in doubt; nothing is made of it."""
    reading = read("lmx", LMX.replace("35 of 120", word))

    assert feature(reading, "Grade").reported_in_use is None
    assert feature(reading, "Grade").counted_in_use == 35
    assert doubted(reading) == [13]


def test_a_feature_without_totals_is_unknown() -> None:
    """A server that says nothing of it has not said that nobody uses it."""
    found = feature(read("lmx", LMX[: LMX.index("12 of 2147483647")]), "Mix")

    assert (found.state, found.reported_in_use, found.counted_in_use) == (ServerState.UNKNOWN, None, None)


def test_a_feature_of_two_pools_is_their_sum() -> None:
    """A feature that is printed twice has two pools."""
    reading = read("lmx", LMX.replace("Feature: Mix", "Feature: Grade").replace("2147483647", "20"))

    assert numbers(reading) == {"Grade": (140, 47, 47)}
    assert [pool.issued for pool in reading.features[0].pools] == [120, 20]


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("Checkout time: 2024-03-12 18:05", "Checkout time: 2024-02-30 18:05"),
        (
            "Expire date: 2025-06-30\nKey type: EXCLUSIVE License sharing: CUSTOM VIRTUAL\n\n35",
            "Expire date: soon\n\n35",
        ),
        ("Shared on custom string: ANNA:BAY", "Geteilt: ANNA:BAY"),
    ],
)
def test_what_is_not_understood_is_in_doubt(line: str, changed: str) -> None:
    """And costs no number."""
    reading = read("lmx", LMX.replace(line, changed, 1))

    assert len(reading.diagnostics) == 1
    assert numbers(reading)["Grade"] == (120, 35, 35)


@pytest.mark.parametrize(
    "text",
    [
        "LM-X License Server on 6200@harbour:\nServer version: v5.4\n3 of 5 license(s) used\n",
        "LM-X License Server on 6200@harbour:\nServer version: v5.4\n3 license(s) used by anna@bay-07\n",
        "LM-X License Server on 6200@harbour:\nServer version: v5.4\nShared on custom string: A\n",
    ],
)
def test_lines_that_stand_under_nothing_are_laid_to_nothing(text: str) -> None:
    """The third line of each has no feature or no holder above it."""
    reading = read("lmx", text)

    assert (reading.features, doubted(reading)) == ((), [3])


def test_a_pool_without_limit_stands_in_no_sum_of_others() -> None:
    """A limit of 120 stays one, and the holders of both are not held against its use."""
    found = feature(read("lmx", LMX.replace("Feature: Mix", "Feature: Grade")), "Grade")

    assert (found.issued, found.is_uncounted, found.reported_in_use, found.counted_in_use) == (120, False, 35, 47)
    assert found.discrepancy is None

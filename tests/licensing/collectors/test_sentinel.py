"""What ``lsmon`` of Sentinel RMS prints."""

from datetime import UTC, date, datetime

import pytest

from licensing.collectors.reading import Discrepancy, ServerState
from tests.licensing.collectors.further_samples import SENTINEL, doubted, feature, numbers, read


def test_each_number_stands_for_itself() -> None:
    """In use is reserved and unreserved together; what is kept, waited for and borrowed are three more."""
    found = feature(read("sentinel", SENTINEL), "GRADE")

    assert (found.issued, found.reported_in_use, found.counted_in_use) == (40, 15, 15)
    assert (found.reserved, found.queued, found.borrowed) == (5, 2, 11)
    assert [(one.user, one.host, one.quantity) for one in found.queue] == [("carla", "bay-09", 2)]


def test_inactive_licences_are_in_no_sum() -> None:
    """The feature's own maximum counts, and the pool ends when the active licence does."""
    pool = feature(read("sentinel", SENTINEL), "GRADE").pools[0]

    assert (pool.issued, pool.expires, pool.never_expires) == (40, date(2025, 6, 30), False)
    assert feature(read("sentinel", SENTINEL.replace("Inactive", "Active")), "GRADE").issued == 40


def test_only_active_licences_end_a_pool() -> None:
    """Of two that are active the first to end counts."""
    text = SENTINEL.replace("License has no expiration", "Tue Jan 30 23:59:59 2024")

    assert feature(read("sentinel", text), "GRADE").pools[0].expires == date(2025, 6, 30)
    assert feature(read("sentinel", text.replace("Inactive", "Active")), "GRADE").pools[0].expires == date(2024, 1, 30)


def test_a_client_in_which_the_text_breaks_off_is_no_count() -> None:
    """One of eleven tokens is not one token."""
    text = SENTINEL[: SENTINEL.index("tokens used          : 11") + len("tokens used          : 1")]
    reading = read("sentinel", text)

    assert numbers(reading) == {"GRADE": (40, 15, None)}
    assert len(reading.diagnostics) == 1


@pytest.mark.parametrize("number", ["2097150", "4294967294", "Unlimited", "Infinite."])
def test_numbers_that_mean_no_limit(number: str) -> None:
    """Uncounted, with its use known."""
    text = SENTINEL.replace("user(s)     : 40\n   |- Unres", f"user(s)     : {number}\n   |- Unres")
    found = feature(read("sentinel", text), "GRADE")

    assert (found.issued, found.is_uncounted, found.reported_in_use) == (None, True, 15)


@pytest.mark.parametrize("number", ["4294967293", "99999999999", "vierzig", "4.0", "-1"])
def test_a_maximum_that_is_no_number_of_seats_is_unknown(number: str) -> None:
    """Another large number is not taken for no limit."""
    text = SENTINEL.replace("user(s)     : 40\n   |- Unres", f"user(s)     : {number}\n   |- Unres")
    reading = read("sentinel", text)

    assert (reading.features[0].issued, reading.features[0].is_uncounted) == (None, False)
    assert doubted(reading) == [12]


def test_clients_have_their_start_and_their_commuter_tokens() -> None:
    """The weekday must fit; a commuter's tokens are borrowed."""
    anna, bruno = feature(read("sentinel", SENTINEL, zone="Europe/Rome"), "GRADE").holders

    assert (anna.user, anna.host, anna.display, anna.borrowed, bruno.borrowed) == (
        "anna",
        "bay-07",
        "local",
        True,
        False,
    )
    assert anna.started == datetime(2024, 3, 12, 17, 5, 40, tzinfo=UTC)
    assert (anna.quantity, bruno.quantity, bruno.version) == (11, 4, "1.0")


def test_versions_of_a_feature_are_pools() -> None:
    """The feature is their sum, and where one does not say what is queued, nobody knows what is."""
    block = SENTINEL[SENTINEL.index(" |- Feature Information") : SENTINEL.index(" Press Enter")]
    second = block.replace('"1.0"', '"2.0"').replace("   |- Unreserved tokens in queue     : 2\n", "")
    found = feature(read("sentinel", SENTINEL.replace(" Press Enter", second + " Press Enter")), "GRADE")

    assert (found.issued, found.reported_in_use, found.counted_in_use, found.reserved) == (80, 30, 30, 10)
    assert (found.queued, [pool.version for pool in found.pools]) == (None, ["1.0", "2.0"])


def test_sections_may_interleave() -> None:
    """Clients before licences read as clients after them."""
    client = SENTINEL[SENTINEL.index("   |- Client Information") : SENTINEL.index("   |- License Information\n     |- License status                 : Inactive")]  # fmt: skip  # noqa: E501
    moved = SENTINEL.replace(client, "").replace("   |- License Information", client + "   |- License Information", 1)

    assert numbers(read("sentinel", moved)) == numbers(read("sentinel", SENTINEL))


def test_a_key_that_nobody_knows_is_in_doubt() -> None:
    """It may carry a number that counts, such as those of teams."""
    text = SENTINEL.replace("   |- Soft limit", "   |- Team tokens in use             : 900\n   |- Soft limit")
    reading = read("sentinel", text)

    assert doubted(reading) == [19]
    assert numbers(reading) == {"GRADE": (40, 15, 15)}


def test_a_feature_without_its_use_is_unknown() -> None:
    """A text that says how many there are and not how many are used."""
    text = SENTINEL.replace("   |- Unreserved tokens in use       : 12\n", "").split("   |- License Information")[0]
    found = feature(read("sentinel", text), "GRADE")

    assert (found.state, found.reported_in_use, found.counted_in_use) == (ServerState.UNKNOWN, None, None)


def test_a_client_without_a_name_or_number_makes_the_list_no_count() -> None:
    """The total still counts; the list does not."""
    for line in ("     |- User name                      : bruno\n     |- Host name                      : bay-08\n",):
        found = feature(read("sentinel", SENTINEL.replace(line, "")), "GRADE")

        assert (found.reported_in_use, found.counted_in_use) == (15, None)
    found = feature(
        read("sentinel", SENTINEL.replace("tokens used          : 4", "tokens used          : vier")), "GRADE"
    )

    assert (found.reported_in_use, found.counted_in_use) == (15, None)


def test_a_number_that_stands_twice_counts_once() -> None:
    """The first counts, and the second is in doubt."""
    line = "   |- Unreserved tokens in use       : 12\n"
    reading = read("sentinel", SENTINEL.replace(line, line + line.replace("12", "13")))

    assert (numbers(reading), doubted(reading)) == ({"GRADE": (40, 15, 15)}, [14])


def test_more_in_use_than_is_listed_is_named() -> None:
    """Neither number is changed to fit the other."""
    text = SENTINEL.replace("tokens in use       : 12", "tokens in use       : 14")

    assert feature(read("sentinel", text), "GRADE").discrepancy is Discrepancy.MORE_REPORTED


def test_a_server_without_licences_is_up_and_has_no_feature() -> None:
    """It answered, and has nothing to give."""
    reading = read(
        "sentinel", '[Contacting RMS server on host "harbour"]\n There is no license in the server harbour\n'
    )

    assert (reading.server.state, reading.features, reading.diagnostics) == (ServerState.UP, (), ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Tue Mar 12 18:05:40 2024", "Wed Mar 12 18:05:40 2024"),
        ("Mon Jun 30 23:59:59 2025", "30.06.2025"),
        ("|- License Information", "|- Lizenz"),
    ],
)
def test_what_is_not_understood_is_in_doubt(old: str, new: str) -> None:
    """And costs no number of the feature."""
    reading = read("sentinel", SENTINEL.replace(old, new, 1))

    assert reading.diagnostics
    assert numbers(reading)["GRADE"][:2] == (40, 15)

"""What the Pixar licence server prints."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from licensing.collectors.pixar_starts import read_start
from licensing.collectors.reading import ServerState
from tests.licensing.collectors.further_samples import AT, PIXAR, doubted, feature, numbers, read


def test_products_have_their_totals_and_a_star_is_no_limit() -> None:
    """Uncounted with its use known; the expiry has four digits."""
    reading = read("pixar", PIXAR)

    assert (reading.server.name, reading.server.version) == ("harbour", "5.0.2")
    assert numbers(reading) == {"PhotoRealistic-RenderMan": (23, 12, 12), "RPS-17.0": (None, 12, 12)}
    assert feature(reading, "RPS-17.0").is_uncounted
    assert feature(reading, "RPS-17.0").pools[0].expires == date(2025, 6, 30)


def test_products_of_a_launch_share_its_handle() -> None:
    """Three products of one launch are one person, and the handle says so."""
    reading = read("pixar", PIXAR)
    holders = [holder for one in reading.features for holder in one.holders]

    assert {(one.user, one.host, one.handle) for one in holders} == {("anna", "bay-07", "69104b1:565d03a9")}


def test_a_product_without_totals_is_unknown() -> None:
    """A launch may list a product that the table does not have."""
    text = PIXAR + " 12   PRMan-Linux-x86-64        17.000  13-Mar-09:46 (44m)\n"
    found = feature(read("pixar", text), "PRMan-Linux-x86-64")

    assert (found.state, found.issued, found.reported_in_use, found.counted_in_use) == (
        ServerState.UNKNOWN,
        None,
        None,
        12,
    )


def test_an_expiry_with_two_digits_is_kept_and_in_doubt() -> None:
    """Nobody may guess the century of a contract."""
    reading = read("pixar", PIXAR.replace("30-jun-2025", "30-jun-25", 1))
    pool = reading.features[0].pools[0]

    assert (pool.expires, pool.expires_raw, pool.never_expires, doubted(reading)) == (None, "30-jun-25", False, [6])


@pytest.mark.parametrize(
    ("raw", "age", "started", "assumed", "in_doubt"),
    [
        ("13-Mar-09:46", "44m", datetime(2024, 3, 13, 9, 46, tzinfo=UTC), False, False),
        ("13-Mar-09:46", "366d", datetime(2023, 3, 13, 9, 46, tzinfo=UTC), False, False),
        ("31-Dec-23:59", "72.4d", datetime(2023, 12, 31, 23, 59, tzinfo=UTC), False, False),
        ("13-Mar-09:46", None, datetime(2024, 3, 13, 9, 46, tzinfo=UTC), True, False),
        ("14-Mar-09:46", None, datetime(2023, 3, 14, 9, 46, tzinfo=UTC), True, False),
        ("13-Mar-09:46", "100d", datetime(2024, 3, 13, 9, 46, tzinfo=UTC), True, True),
        ("13-Mar-09:46", "999999d", datetime(2024, 3, 13, 9, 46, tzinfo=UTC), True, True),
        ("13-Mar-09:46", "long", datetime(2024, 3, 13, 9, 46, tzinfo=UTC), True, True),
        ("29-Feb-10:00", "378h", datetime(2024, 2, 29, 10, 0, tzinfo=UTC), True, True),
        ("30-Feb-09:46", "44m", None, False, True),
        ("13-Mrz-09:46", "44m", None, False, True),
    ],
)
def test_the_age_fixes_the_year_and_the_time_of_day_is_no_year(
    raw: str,
    age: str | None,
    started: datetime | None,
    assumed: bool,  # noqa: FBT001 - a case, not a switch
    in_doubt: bool,  # noqa: FBT001 - a case, not a switch
) -> None:
    """Without an age the year is assumed, and where age and start do not fit it is too, in doubt."""
    start = read_start(raw, age, at=AT, zone=ZoneInfo("UTC"))

    assert (start.moment, start.is_year_assumed, start.reason is not None) == (started, assumed, in_doubt)


def test_without_a_time_of_printing_no_start_has_a_year() -> None:
    """It is said once, and the seats count all the same."""
    reading = read("pixar", PIXAR, at=None)

    assert {holder.started for one in reading.features for holder in one.holders} == {None}
    assert {holder.started_raw for one in reading.features for holder in one.holders} == {"13-Mar-09:46 (44m)"}
    assert doubted(reading) == [10]
    assert reading.server.reported_at is None


@pytest.mark.parametrize("number", ["1.2", "99999999999", "1,2"])
def test_a_use_that_is_no_number_is_unknown(number: str) -> None:
    """And never zero; who is listed still counts."""
    reading = read("pixar", PIXAR.replace("12 / 23", f"{number} / 23"))

    assert (feature(reading, "PhotoRealistic-RenderMan").reported_in_use, doubted(reading)) == (None, [6])


def test_use_without_a_client_is_laid_to_nobody() -> None:
    """The list is then no count."""
    reading = read("pixar", PIXAR.replace("anna@bay-07,9499            (69104b1:565d03a9)\n", ""))

    assert numbers(reading) == {"PhotoRealistic-RenderMan": (23, 12, None), "RPS-17.0": (None, 12, None)}
    assert doubted(reading) == [9, 10]


def test_a_line_between_client_and_use_ends_the_client() -> None:
    """What is not known may be another client."""
    reading = read("pixar", PIXAR.replace(" 12   RPS-17.0  ", "somebody else\n 12   RPS-17.0  "))

    assert numbers(reading)["RPS-17.0"] == (None, 12, None)

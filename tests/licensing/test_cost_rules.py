"""Costs: every hundredth of a lot's price lands on a project, on no project, or on what lay idle."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facility.public import Placed
from licensing.queries.costs import months_between
from licensing.rules.cost import CostedLot, CostRow, Share, Taker, Use, costs, shared
from licensing.rules.departments import Departments
from licensing.rules.money import write
from licensing.rules.percentiles import Stretch, percentile, percentiles, time_at
from licensing.rules.right_sizing import LastSeats, last_seats
from licensing.rules.true_up import PricedLot, true_up

BERLIN = ZoneInfo("Europe/Berlin")
NUKE, A, B = (uuid5(UUID(int=0), name) for name in ("nuke", "a", "b"))
HOUR = 3600


def lot(
    price: str | None = "3100.00", quantity: int | None = 1, *, currency: str = "EUR", ends_on: date | None = None
) -> CostedLot:
    """A lot of March 2026."""
    shown = currency if price is not None else None
    return CostedLot(A, NUKE, quantity, date(2026, 3, 1), ends_on or date(2026, 3, 31), price, shown)


def march(*lots: CostedLot, **use: int) -> dict[tuple[Share, str], CostRow]:
    """Return the rows of March in UTC, where these projects took so many hours."""
    projects: dict[str, Taker] = {"a": A, "b": B, "none": None}
    seconds = {projects[name]: hours * HOUR for name, hours in use.items()}
    months = months_between(date(2026, 3, 1), date(2026, 3, 31), ZoneInfo("UTC"))
    rows = costs(lots, months, [Use(NUKE, "2026-03", seconds)])
    names: dict[Taker, str] = {A: "a", B: "b", None: ""}
    return {(row.share, names[row.taker] + (row.currency or "")): row for row in rows}


def test_use_and_idle() -> None:
    """A seat for 31 days at 3,100: a project that had it one day of them pays 100, and 3,000 lay idle."""
    rows = march(lot(), a=24)

    assert rows[Share.PROJECT, "aEUR"].hundredths == 100_00
    assert rows[Share.IDLE, "EUR"].hundredths == 3000_00


def test_more_used_than_there_is() -> None:
    """Overage is shared in proportion to use, and nothing is idle."""
    rows = march(lot(), a=31 * 24, b=31 * 24)

    assert rows[Share.PROJECT, "aEUR"].hundredths == rows[Share.PROJECT, "bEUR"].hundredths == 1550_00
    assert rows[Share.IDLE, "EUR"].hundredths == 0


def test_currencies_never_mix() -> None:
    """Two lots in two currencies: each project has a part of each."""
    rows = march(lot(), lot("620.00", currency="USD"), a=31 * 24)

    assert rows[Share.PROJECT, "aEUR"].hundredths == 1550_00
    assert rows[Share.PROJECT, "aUSD"].hundredths == 310_00


def test_what_is_not_known_is_said() -> None:
    """A lot without price costs an unknown amount, not none."""
    rows = march(lot(None), a=24)

    assert rows[Share.PROJECT, "a"].hundredths is None
    assert rows[Share.PROJECT, "a"].reason == "the lot has no price"
    assert rows[Share.PROJECT, "a"].seat_seconds == 24 * HOUR


def test_an_uncounted_lot_is_shared_by_use() -> None:
    """Nobody can say what of it lay idle, unless nobody used it at all."""
    rows = march(lot(quantity=None), a=1, none=3)
    unused = march(lot(quantity=None))

    assert rows[Share.PROJECT, "aEUR"].hundredths == 775_00
    assert rows[Share.NO_PROJECT, "EUR"].hundredths == 2325_00
    assert unused[Share.IDLE, "EUR"].hundredths == 3100_00


PRICES = st.integers(min_value=0, max_value=10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


@given(
    st.lists(
        st.tuples(PRICES, st.integers(1, 50) | st.none(), st.integers(0, 400), st.integers(0, 800)),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from([A, B, None]), st.integers(0, 10**7)), max_size=20),
)
def test_the_rows_add_up_to_the_lots_price(
    terms: list[tuple[str, int | None, int, int]], use: list[tuple[int, UUID | None, int]]
) -> None:
    """Over all its days, whatever was used, the parts of the lots are their price to the hundredth."""
    first = date(2026, 1, 1)
    lots = [
        CostedLot(A, NUKE, quantity, first + timedelta(days=start), first + timedelta(days=start + days), price, "EUR")
        for price, quantity, start, days in terms
    ]
    months = months_between(first, first + timedelta(days=1300), BERLIN)
    found: dict[str, dict[Taker, int]] = {}
    for place, project, seconds in use:
        by_project = found.setdefault(months[place].name, {})
        by_project[project] = by_project.get(project, 0) + seconds
    rows = costs(lots, months, [Use(NUKE, month, seconds) for month, seconds in found.items()])

    assert sum(row.hundredths or 0 for row in rows) == sum(Fraction(one.price or 0) * 100 for one in lots)
    assert all((row.hundredths or 0) >= 0 for row in rows)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), max_size=9))
def test_shares_add_up(amount: int, weights: list[int]) -> None:
    """To the last hundredth, and none is a whole hundredth away from its exact part."""
    parts = shared(amount, weights)

    assert sum(parts) == (amount if sum(weights) else 0)
    for part, weight in zip(parts, weights, strict=True):
        assert not sum(weights) or abs(part - Fraction(amount * weight, sum(weights))) < 1


def test_months_of_a_zone() -> None:
    """March 2026 in Berlin is an hour short, and the last month ends where it was asked to."""
    months = months_between(date(2026, 3, 1), date(2026, 4, 10), BERLIN)

    assert [(one.name, one.ends_on) for one in months] == [
        ("2026-03", date(2026, 3, 31)),
        ("2026-04", date(2026, 4, 10)),
    ]
    assert months[0].seconds == 31 * 24 * HOUR - HOUR


START = datetime(2026, 3, 1, tzinfo=UTC)
HEIGHTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 10**6)), max_size=30)


def stretches(parts: list[tuple[int, int]]) -> list[Stretch]:
    """Return stretches of so many seats for so many seconds, one after the other."""
    found, at = [], START
    for seats, seconds in parts:
        found.append(Stretch(at, at + timedelta(seconds=seconds), seats))
        at += timedelta(seconds=seconds)
    return found


@given(HEIGHTS)
def test_percentiles_lie_between_lowest_and_highest(parts: list[tuple[int, int]]) -> None:
    """They grow, and stand between the least and the most that lasted; where no time is known there are none."""
    lasted = [seats for seats, seconds in parts if seconds]
    found = percentiles(stretches(parts))
    shown = [found.p50, found.p90, found.p95, found.p99]

    assert (None in shown) == (not lasted)
    if lasted:
        known = [one for one in shown if one is not None]
        assert known == sorted(known)
        assert min(lasted) <= known[0] <= known[-1] <= max(lasted)
        assert percentile(time_at(stretches(parts)), 100) == max(lasted)


@given(HEIGHTS, st.integers(1, 99))
def test_a_percentile_is_the_smallest_that_will_do(parts: list[tuple[int, int]], share: int) -> None:
    """For at least so much of the time use was not above it, and one seat less would not have done."""
    lengths = time_at(stretches(parts))
    found = percentile(lengths, share)
    whole = sum(lengths.values(), timedelta())
    if found is not None:
        at_most = sum((length for height, length in lengths.items() if height <= found), timedelta())
        below = sum((length for height, length in lengths.items() if height < found), timedelta())
        assert at_most * 100 >= whole * share
        assert below * 100 < whole * share


def test_the_last_seats() -> None:
    """Of ten seats: four were never needed, eight only for an hour, all but one whenever anybody worked."""
    lengths = {0: timedelta(hours=10), 1: timedelta(hours=5), 2: timedelta(hours=2), 6: timedelta(hours=1)}

    assert last_seats(lengths, 10) == (
        LastSeats(4, 0),
        LastSeats(8, 60),
        LastSeats(9, 180),
        LastSeats(10, 480),
    )
    assert last_seats({}, 10) == ()
    assert last_seats(lengths, 2)[0] == LastSeats(1, 180)


@pytest.mark.parametrize(
    ("lots", "over", "amount", "reason"),
    [
        ([("true-up", 10, "1200.00")], 2, "240.00", ""),
        ([("true-up", 3, "100.00")], 1, "33.33", ""),
        ([("true-up", 10, "1200.00"), ("hard", 5, "1.00")], 1, "120.00", ""),
        ([("true-up", 10, "1200.00"), ("true-up", 5, "600.00")], 1, "120.00", ""),
        ([("true-up", 10, "1200.00"), ("true-up", 5, "500.00")], 1, None, "no one price"),
        ([("true-up", 10, "1200.00"), ("true-up", 5, None)], 1, None, "no one price"),
        ([("true-up", 10, None)], 1, None, "no price per seat"),
        ([("true-up", None, "5.00")], 1, None, "no price per seat"),
        ([("soft", 10, "1200.00")], 1, None, "no lot"),
        ([("true-up", 10, "1200.00")], 0, None, "no use beyond"),
    ],
)
def test_true_up(lots: list[tuple[str, int | None, str | None]], over: int, amount: str | None, reason: str) -> None:
    """Overage times price per seat, where the lots that settle it have one."""
    terms = [
        PricedLot(quantity, date(2026, 1, 1), None, policy, price, "EUR" if price else None)
        for policy, quantity, price in lots
    ]
    found = true_up(terms, over=over, on=date(2026, 3, 1))

    assert found.amount == amount
    assert reason in found.reason


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(1, 3), "0.33"), (Fraction(1, 200), "0.01"), (Fraction(-5, 2), "-2.50"), (Fraction(12345), "12345.00")],
)
def test_money_is_written_with_two_decimals(value: Fraction, text: str) -> None:
    """Rounded once, half up."""
    assert write(value) == text


def test_departments_have_their_parts() -> None:
    """Use by department is shared as by project; use of no department that is known stands apart from what lay idle."""
    months = months_between(date(2026, 3, 1), date(2026, 3, 31), ZoneInfo("UTC"))
    used: dict[Taker, int] = {"": 24 * HOUR, "VFX": 48 * HOUR}
    rows = costs([lot()], months, [Use(NUKE, "2026-03", used)])

    assert [(row.share, row.taker, row.hundredths) for row in rows] == [
        (Share.DEPARTMENT, "VFX", 200_00),
        (Share.NO_DEPARTMENT, "", 100_00),
        (Share.IDLE, None, 2800_00),
    ]


class TestDepartments:
    """Whose cost a holder's seats are."""

    KIM = Placed("Kim Artist", "kim@p.example", ((date(2026, 2, 1), "edit"), (date(2026, 4, 1), "VFX")))

    @pytest.mark.parametrize("holder", ["Kim Artist", "  kim  ARTIST ", "KIM@p.example"])
    def test_whole_name_or_mail_means_somebody(self, holder: str) -> None:
        """Whatever the case, and the space around and between."""
        assert Departments([self.KIM]).of(holder, date(2026, 3, 1)) == "edit"

    @pytest.mark.parametrize("holder", ["kim", "Kim", "Kim Artist 2", "ann", ""])
    def test_anything_less_means_nobody(self, holder: str) -> None:
        """A part of a name is not taken for somebody's."""
        assert Departments([self.KIM]).of(holder, date(2026, 3, 1)) == ""

    @pytest.mark.parametrize(
        ("day", "department"),
        [(date(2025, 1, 1), "edit"), (date(2026, 3, 31), "edit"), (date(2026, 4, 1), "VFX"), (date(2027, 1, 1), "VFX")],
    )
    def test_a_day_has_the_department_of_its_time(self, day: date, department: str) -> None:
        """Who moves takes the time before along to no other department; the first counts for what was before it."""
        assert Departments([self.KIM]).of("kim artist", day) == department

    def test_two_of_one_name_are_neither(self) -> None:
        """Where two people of one name work in different departments, it is not known whose it was."""
        other = Placed("Kim Artist", "kim2@p.example", ((date(2026, 1, 1), "sound"),))
        found = Departments([self.KIM, other])

        assert found.of("Kim Artist", date(2026, 3, 1)) == ""
        assert found.of("kim2@p.example", date(2026, 3, 1)) == "sound"

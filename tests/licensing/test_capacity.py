"""What lots give on a day, over values alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.models.catalogue import Metric, OveragePolicy
from licensing.rules.capacity import Capacity, LotTerms, capacity_changes, capacity_on, may_check_out, seats_over

DAY = date(2026, 3, 14)
NOTHING = Capacity(quantity=0, limit=0, is_uncounted=False)


def a_lot(
    quantity: int | None = 10,
    first: int = -30,
    last: int | None = 30,
    metric: str = Metric.CONCURRENT_USER,
    policy: str = OveragePolicy.HARD,
    overage: int | None = None,
) -> LotTerms:
    """Return a lot that runs from ``first`` to ``last`` days after the day of these tests."""
    ends_on = None if last is None else DAY + timedelta(days=last)
    return LotTerms(metric, quantity, DAY + timedelta(days=first), ends_on, policy, overage)


@st.composite
def lots(draw: st.DrawFn) -> LotTerms:
    """Draw a lot that could stand in the catalogue."""
    first = draw(st.integers(-20, 20))
    last = draw(st.none() | st.integers(first, first + 20))
    policy = draw(st.sampled_from(list(OveragePolicy)))
    overage = None if policy is OveragePolicy.HARD else draw(st.none() | st.integers(1, 5))
    metric = draw(st.sampled_from([Metric.DEVICE, Metric.SUBSCRIPTION, Metric.TOKEN]))
    return a_lot(draw(st.none() | st.integers(1, 9)), first, last, metric, policy, overage)


class TestCapacityOn:
    """The lots that cover a day add up."""

    def test_no_lot_gives_nothing(self) -> None:
        """No entitlement is no seat, which is not the same as uncounted."""
        assert capacity_on([], DAY) == NOTHING

    @pytest.mark.parametrize("lot", [a_lot(first=0), a_lot(last=0), a_lot(first=0, last=0), a_lot(last=None)])
    def test_both_ends_of_a_term_are_included(self, lot: LotTerms) -> None:
        """The day a lot starts and the day it ends are covered."""
        assert capacity_on([lot], DAY) == Capacity(quantity=10, limit=10, is_uncounted=False)

    @pytest.mark.parametrize("lot", [a_lot(first=1), a_lot(last=-1)])
    def test_a_lot_of_another_day_gives_nothing(self, lot: LotTerms) -> None:
        """One that starts tomorrow or ended yesterday gives no seat today."""
        assert capacity_on([lot], DAY) == NOTHING

    def test_lots_add_up_with_their_overage(self) -> None:
        """Quantities make the capacity, and agreed overages the limit beyond it."""
        found = capacity_on([a_lot(4), a_lot(3, policy=OveragePolicy.SOFT, overage=2)], DAY)

        assert found == Capacity(quantity=7, limit=9, is_uncounted=False)

    @pytest.mark.parametrize("policy", [OveragePolicy.SOFT, OveragePolicy.TRUE_UP])
    def test_overage_without_stated_bound_leaves_no_limit(self, policy: OveragePolicy) -> None:
        """The capacity is still counted; only nothing is refused."""
        assert capacity_on([a_lot(4, policy=policy)], DAY) == Capacity(quantity=4, limit=None, is_uncounted=False)

    def test_an_uncounted_lot_makes_the_product_uncounted(self) -> None:
        """Beside a counted one too: its number no longer bounds anything."""
        found = capacity_on([a_lot(4), a_lot(None, metric=Metric.SITE)], DAY)

        assert found == Capacity(quantity=None, limit=None, is_uncounted=True)

    @pytest.mark.parametrize("metric", [Metric.TOKEN, Metric.CORE_POINTS, Metric.PROCESSOR_POINTS, Metric.OTHER])
    def test_tokens_and_points_are_no_seats(self, metric: Metric) -> None:
        """Another currency gives no seat, and without quantity no uncounted use either."""
        assert capacity_on([a_lot(100, metric=metric), a_lot(None, metric=metric)], DAY) == NOTHING


class TestMayCheckOut:
    """A limit is a limit."""

    @pytest.mark.parametrize(("held", "asked", "may"), [(9, 1, True), (10, 1, False), (0, 10, True), (0, 11, False)])
    def test_up_to_the_limit_and_no_further(self, held: int, asked: int, may: bool) -> None:  # noqa: FBT001
        """The last seat is given, the one after it is not."""
        assert may_check_out(capacity_on([a_lot()], DAY), held, asked) is may

    def test_seats_over_are_those_beyond_the_quantity(self) -> None:
        """Overage is use beyond what was bought, whether or not it is allowed."""
        assert [seats_over(capacity_on([a_lot()], DAY), in_use) for in_use in (0, 10, 12)] == [0, 0, 2]
        assert seats_over(capacity_on([a_lot(None)], DAY), 5000) == 0


class TestCapacityChanges:
    """A period is told by the days on which capacity becomes another."""

    def test_steps_of_two_lots(self) -> None:
        """A step where one begins, and one on the day after the other's last."""
        steps = capacity_changes([a_lot(4, -5, 1), a_lot(3, 0, None)], DAY - timedelta(days=1), DAY + timedelta(days=9))

        assert [((day - DAY).days, capacity.quantity) for day, capacity in steps] == [(-1, 4), (0, 7), (2, 3)]

    def test_a_lot_renewed_without_gap_is_no_step(self) -> None:
        """Where capacity stays what it was, nothing changed."""
        steps = capacity_changes([a_lot(4, -5, 1), a_lot(4, 2, 9)], DAY, DAY + timedelta(days=9))

        assert len(steps) == 1

    def test_a_lot_to_the_end_of_time(self) -> None:
        """The last day that can be written has no day after it."""
        forever = LotTerms(Metric.DEVICE, 1, date.min, date.max)

        assert [day for day, _ in capacity_changes([forever], date.min, date.max)] == [date.min]

    @given(st.lists(lots(), max_size=5), st.integers(0, 30))
    def test_every_day_has_the_capacity_of_the_last_step(self, found: list[LotTerms], length: int) -> None:
        """Steps say of each day of the period what asking for that day says."""
        steps = capacity_changes(found, DAY, DAY + timedelta(days=length))

        for offset in range(length + 1):
            day = DAY + timedelta(days=offset)
            last = next(capacity for since, capacity in reversed(steps) if since <= day)
            assert last == capacity_on(found, day)

"""The queue of those who wait for seats: fair, never oversold. The rule alone, whatever comes in whatever order."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from answerprint.core.ids import new_id
from licensing.rules.availability import Reserved, SeatPlan, SeatsWanted, is_short
from licensing.rules.reservations import next_offers
from tests.licensing.factories import TODAY, TOMORROW
from tests.licensing.reserving import booked, lot, plan_of

OURS, THEIRS, THIRD = new_id(), new_id(), new_id()
SEATS, SPAN = 5, 6


@dataclass(frozen=True)
class Asked:
    """Somebody asks for seats on some days, and gives them up again after some turns."""

    at: int
    quantity: int
    first: int
    length: int
    project: int
    kept: int

    def reserved(self) -> Reserved:
        """Return it as it stands in a plan."""
        first = TODAY + timedelta(days=self.first)
        project_id = (OURS, THEIRS, THIRD)[self.project]
        return Reserved(new_id(), project_id, self.quantity, first, first + timedelta(days=self.length), "waiting")


ASKED = st.builds(
    Asked,
    at=st.integers(0, 8),
    quantity=st.integers(1, SEATS),
    first=st.integers(0, SPAN),
    length=st.integers(0, 3),
    project=st.integers(0, 2),
    kept=st.integers(1, 6),
)


def live_through(asked: list[Asked]) -> dict[int, int]:
    """Play what is asked turn by turn; return in which turn each got its seats, and see that none are given twice."""
    plan = plan_of(lot(SEATS))
    ids = {index: one.reserved() for index, one in enumerate(asked)}
    numbers = {one.id: index for index, one in ids.items()}
    got: dict[int, int] = {}
    for turn in range(20):
        over = {ids[index].id for index, since in got.items() if since + asked[index].kept <= turn}
        coming = [ids[index] for index, one in enumerate(asked) if one.at == turn]
        plan = replace(plan, reserved=[one for one in plan.reserved if one.id not in over])
        plan = replace(plan, waiting=[*plan.waiting, *coming])
        offered = list(next_offers(plan))
        got |= {numbers[one.id]: turn for one in offered}
        plan = replace(
            plan,
            reserved=[*plan.reserved, *offered],
            waiting=[one for one in plan.waiting if one not in offered],
        )
        assert max(taken(plan).values(), default=0) <= SEATS
        assert not any(is_first_that_fits(plan, index) for index in range(len(plan.waiting)))
    return got


def taken(plan: SeatPlan) -> Counter[date]:
    """Count what is reserved, day by day, the long way."""
    days: Counter[date] = Counter()
    for one in plan.reserved:
        for number in range((one.ends_on - one.starts_on).days + 1):
            days[one.starts_on + timedelta(days=number)] += one.quantity
    return days


def is_first_that_fits(plan: SeatPlan, index: int) -> bool:
    """Report whether one is left waiting although it fits beside all before it."""
    one = plan.waiting[index]
    asked = SeatsWanted(one.project_id, one.quantity, one.starts_on, one.ends_on)
    return not is_short(replace(plan, waiting=plan.waiting[:index]), asked)


class TestNextOffers:
    """First come, first served, but nobody stands in line for seats that no one before them wants."""

    def test_the_first_that_fits_is_asked(self) -> None:
        """A seat that came free goes to who waits longest for it."""
        first, second = (booked(one, 2, TODAY, state="waiting") for one in (OURS, THEIRS))
        plan = plan_of(lot(2), waiting=[first, second])

        assert list(next_offers(plan)) == [first]

    def test_a_smaller_one_does_not_overtake_on_the_same_days(self) -> None:
        """Five seats would never come together if each single one went to somebody later."""
        large, small = booked(OURS, 5, TODAY, state="waiting"), booked(THEIRS, 1, TODAY, state="waiting")
        plan = plan_of(lot(5), reserved=[booked(THIRD, 2, TODAY)], waiting=[large, small])

        assert not list(next_offers(plan))

    def test_one_that_is_in_nobodys_way_may_pass(self) -> None:
        """On other days, or where the seats are enough for both."""
        large = booked(OURS, 3, TODAY, TOMORROW, state="waiting")
        beside, elsewhere, hindering = (
            booked(THEIRS, 2, TOMORROW, state="waiting"),
            booked(THEIRS, 5, TOMORROW + timedelta(days=1), state="waiting"),
            booked(THIRD, 1, TOMORROW, state="waiting"),
        )
        plan = plan_of(lot(5), reserved=[booked(THIRD, 3, TODAY)], waiting=[large, beside, elsewhere, hindering])

        assert list(next_offers(plan)) == [beside, elsewhere]

    def test_days_that_are_over_are_no_hindrance(self) -> None:
        """Somebody who has waited into their days gets the rest of them."""
        yesterday = TODAY - timedelta(days=1)
        late = booked(OURS, 2, yesterday, TODAY, state="waiting")
        plan = plan_of(lot(2, first=TODAY), waiting=[late])

        assert list(next_offers(plan)) == [late]

    @given(st.lists(ASKED, max_size=8))
    def test_never_oversold_and_nobody_is_passed_over(self, asked: list[Asked]) -> None:
        """After each turn no day has more than its seats, and no one waits who fits beside all before them."""
        live_through(asked)

    @given(st.lists(ASKED, max_size=6), st.lists(ASKED, max_size=4))
    def test_who_comes_later_changes_nothing_for_those_before(self, asked: list[Asked], later: list[Asked]) -> None:
        """Whoever asks after everybody else keeps none of them waiting: no starvation."""
        late = [replace(one, at=9) for one in later]
        alone, together = live_through(asked), live_through([*asked, *late])

        assert {index: together.get(index) for index in range(len(asked))} == {
            index: alone.get(index) for index in range(len(asked))
        }

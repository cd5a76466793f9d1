"""How many seats are left for a project, day by day: the rules alone."""

from datetime import date, timedelta

import pytest

from answerprint.core.ids import new_id
from licensing.rules.availability import (
    BlackoutDays,
    SeatPlan,
    SeatsOut,
    SeatsWanted,
    first_day_not_carried,
    is_short,
    seat_days,
)
from licensing.rules.relief import ReliefKind, would_free
from licensing.rules.top_up import PricedLot, top_up
from tests.licensing.factories import TODAY, TOMORROW, YESTERDAY
from tests.licensing.reserving import booked, lot, plan_of, wanted

OURS, THEIRS, THIRD = new_id(), new_id(), new_id()
LATER = TODAY + timedelta(days=5)
WEEK = TODAY + timedelta(days=6)


def kinds(plan: SeatPlan, asked: SeatsWanted) -> list[tuple[ReliefKind, int | None]]:
    """Return what would free the seats, as kinds and numbers."""
    found = would_free(plan, asked, seat_days(plan, asked))
    assert found.is_enough
    return [(one.kind, one.quantity) for one in found.items]


class TestSeatDays:
    """Capacity without what others hold; what one has oneself is no hindrance, and counts for what is asked on top."""

    def test_others_reservations_are_taken_off_and_ones_own_are_not(self) -> None:
        """Free is what the project can use; what it asks comes on top of what it holds."""
        plan = plan_of(reserved=[booked(THEIRS, 3, TODAY, LATER), booked(OURS, 4, TODAY)])
        today, tomorrow = seat_days(plan, wanted(OURS, 4, TODAY, TOMORROW))

        assert (today.free, today.reserved_by_others, today.reserved_by_project, today.short_by) == (7, 3, 4, 1)
        assert (tomorrow.free, tomorrow.reserved_by_others, tomorrow.reserved_by_project) == (7, 3, 0)
        assert tomorrow.short_by == 0

    def test_both_ends_are_included(self) -> None:
        """A reservation counts on its first and its last day, and on no other."""
        plan = plan_of(reserved=[booked(THEIRS, 3, TODAY, TOMORROW)])
        days = seat_days(plan, wanted(OURS, 1, YESTERDAY, TOMORROW + timedelta(days=1)))

        assert [day.free for day in days] == [10, 7, 7, 10]

    def test_what_others_have_out_beyond_their_reservation_is_taken_off_today_only(self) -> None:
        """A project draws on its own reservation first; an ordinary lease says nothing of tomorrow."""
        out = [SeatsOut(THEIRS, 5, TODAY), SeatsOut(None, 1, TODAY), SeatsOut(OURS, 2, TODAY)]
        plan = plan_of(reserved=[booked(THEIRS, 3, TODAY, TOMORROW)], out=out)
        today, tomorrow = seat_days(plan, wanted(OURS, 1, TODAY, TOMORROW))

        assert (today.checked_out_by_others, today.free) == (3, 4)
        assert (tomorrow.checked_out_by_others, tomorrow.free) == (0, 7)

    def test_borrowed_seats_are_away_on_each_of_their_days(self) -> None:
        """A seat that is offline comes back on the day it was borrowed to, not before."""
        plan = plan_of(out=[SeatsOut(THEIRS, 4, TOMORROW)])
        days = seat_days(plan, wanted(OURS, 1, TODAY, TOMORROW + timedelta(days=1)))

        assert [day.free for day in days] == [6, 6, 10]

    def test_overage_stands_beside_and_is_not_reserved(self) -> None:
        """The contract's grace is said, and does not make a short day a full one."""
        (day,) = seat_days(plan_of(lot(overage_policy="soft", overage_quantity=2)), wanted(OURS, 11))

        assert (day.capacity, day.limit, day.free, day.short_by) == (10, 12, 10, 1)

    def test_a_day_without_a_lot_has_no_seat(self) -> None:
        """No lot is zero, not unknown."""
        plan = plan_of(lot(last=TODAY))
        days = seat_days(plan, wanted(OURS, 2, TODAY, TOMORROW))

        assert [(day.free, day.short_by) for day in days] == [(10, 0), (0, 2)]

    def test_uncounted_is_always_yes_and_said(self) -> None:
        """Uncounted is no number: nothing is short."""
        plan = plan_of(lot(None), reserved=[booked(THEIRS, 500, TODAY)])
        (day,) = seat_days(plan, wanted(OURS, 10_000))

        assert (day.is_uncounted, day.capacity, day.free, day.short_by) == (True, None, None, 0)

    @pytest.mark.parametrize("quantity", [10, None])
    def test_a_blackout_day_has_no_seat_and_says_why(self, quantity: int | None) -> None:
        """Nothing can be reserved on it, uncounted or not; what the lots give is still said."""
        plan = plan_of(lot(quantity), blackouts=[BlackoutDays(new_id(), TOMORROW, TOMORROW, "server moves")])
        today, tomorrow = seat_days(plan, wanted(OURS, 1, TODAY, TOMORROW))

        assert today.short_by == 0
        assert (tomorrow.free, tomorrow.short_by, tomorrow.blackouts) == (0, 1, ("server moves",))

    def test_those_before_in_the_queue_are_left_what_they_wait_for(self) -> None:
        """Who comes later does not get seats that somebody earlier waits for."""
        waiting = booked(THEIRS, 8, TODAY, TOMORROW, state="waiting")
        plan = plan_of(reserved=[booked(THIRD, 5, TODAY)], waiting=[waiting])

        assert is_short(plan, wanted(OURS, 3, TOMORROW))
        assert not is_short(plan, wanted(OURS, 2, TOMORROW))

    def test_who_waits_for_a_lot_keeps_nobody_back(self) -> None:
        """More than all seats there are cannot be had by waiting for seats."""
        plan = plan_of(waiting=[booked(THEIRS, 11, TODAY, TOMORROW, state="waiting")])

        assert not is_short(plan, wanted(OURS, 10))


class TestWouldFree:
    """What would make it a yes: few things, and enough of them."""

    def test_one_large_reservation_before_several_small_ones(self) -> None:
        """The greatest gain first, and nothing needless with it."""
        reserved = [booked(THEIRS, 2, TODAY), booked(THIRD, 6, TODAY, WEEK), booked(THEIRS, 2, TODAY)]

        assert kinds(plan_of(reserved=reserved), wanted(OURS, 6)) == [(ReliefKind.RESERVATION, 6)]

    def test_what_became_needless_is_left_out(self) -> None:
        """The first choice helps on most days, but the two that the other days need make up for all of them."""
        days = [TODAY + timedelta(days=number) for number in range(6)]
        most = booked(THEIRS, 3, days[1], days[4])
        halves = [booked(THIRD, 3, days[0], days[2]), booked(OURS, 3, days[3], days[5])]
        plan = plan_of(lot(3), lot(1, days[1], days[4]), reserved=[most, *halves])
        asked = wanted(new_id(), 1, days[0], days[5])
        found = would_free(plan, asked, seat_days(plan, asked))

        assert found.is_enough
        assert {one.about for one in found.items} == {one.id for one in halves}

    def test_a_lot_that_ends_and_one_that_starts_are_named(self) -> None:
        """Where the lots leave a gap, lasting longer or beginning sooner closes it."""
        ending, starting = plan_of(lot(5, last=TODAY)), plan_of(lot(3, first=LATER))

        assert kinds(ending, wanted(OURS, 5, TODAY, TOMORROW)) == [(ReliefKind.LOT_ENDS, 5)]
        assert kinds(starting, wanted(OURS, 3, TOMORROW, LATER)) == [(ReliefKind.LOT_STARTS, 3)]

    def test_a_blackout_is_named_first(self) -> None:
        """Nothing but its lifting helps."""
        plan = plan_of(
            blackouts=[BlackoutDays(new_id(), TODAY, TODAY, "inventory")], reserved=[booked(THEIRS, 10, TODAY)]
        )

        assert kinds(plan, wanted(OURS, 1)) == [(ReliefKind.BLACKOUT, None), (ReliefKind.RESERVATION, 10)]

    def test_checkouts_of_others_and_those_who_wait_are_named(self) -> None:
        """Whatever stands in the way is on the list."""
        waiting = [booked(THEIRS, 5, TODAY, state="waiting")]
        plan = plan_of(out=[SeatsOut(THIRD, 6, TODAY)], waiting=waiting)

        assert kinds(plan, wanted(OURS, 10)) == [(ReliefKind.CHECKOUTS, 6), (ReliefKind.WAITING, 5)]

    def test_more_than_all_seats_is_said_not_to_be_enough(self) -> None:
        """Where nothing helps the answer does not pretend it does."""
        plan = plan_of(reserved=[booked(THEIRS, 5, TODAY)])
        asked = wanted(OURS, 11)

        assert not would_free(plan, asked, seat_days(plan, asked)).is_enough


class TestTopUp:
    """An estimate from one lot, as decimal text with its currency."""

    def test_price_by_seat_and_day(self) -> None:
        """1200.00 for 10 seats over 30 days is 4 a seat and day: 3 seats for 5 days are 60."""
        days = seat_days(plan_of(), wanted(OURS, 13, TODAY, TODAY + timedelta(days=4)))
        found = top_up(days, PricedLot("1200.00", "EUR", 10, date(2026, 3, 1), date(2026, 3, 30)))

        assert found is not None
        assert (found.amount, found.currency, found.seats, found.first) == ("60.00", "EUR", 3, TODAY)

    def test_half_a_cent_is_rounded_up(self) -> None:
        """Exact decimals, rounded once, at the end."""
        days = seat_days(plan_of(), wanted(OURS, 11))
        found = top_up(days, PricedLot("0.01", "EUR", 1, TODAY, TOMORROW))

        assert found is not None
        assert found.amount == "0.01"

    def test_without_a_price_there_is_a_reason(self) -> None:
        """No price is no zero."""
        found = top_up(seat_days(plan_of(), wanted(OURS, 11)), None)

        assert found is not None
        assert (found.amount, found.currency) == (None, None)
        assert "states a price" in found.reason

    def test_nothing_missing_needs_no_top_up(self) -> None:
        """A yes costs nothing."""
        assert top_up(seat_days(plan_of(), wanted(OURS, 10)), None) is None

    def test_seats_do_not_lift_a_blackout(self) -> None:
        """Where only a blackout is in the way, no number of seats helps."""
        plan = plan_of(blackouts=[BlackoutDays(new_id(), TODAY, TODAY, "inventory")])
        found = top_up(seat_days(plan, wanted(OURS, 1)), PricedLot("1.00", "EUR", 1, TODAY, TODAY))

        assert found is not None
        assert (found.amount, "blackout" in found.reason) == (None, True)


def test_borrowing_needs_its_seats_on_each_day() -> None:
    """Away over a day on which others reserved them is refused by that day; overage is agreed for use."""
    plan = plan_of(lot(overage_policy="soft", overage_quantity=1), reserved=[booked(THEIRS, 8, LATER)])

    assert first_day_not_carried(plan, wanted(OURS, 3, TODAY, WEEK)) is None
    assert first_day_not_carried(plan, wanted(OURS, 4, TODAY, WEEK)) == LATER
    assert first_day_not_carried(plan, wanted(THEIRS, 11, TODAY, WEEK)) is None

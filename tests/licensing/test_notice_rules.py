"""Notices of dates: each threshold once, the day itself included, and never after it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.rules.notices import THRESHOLDS, ComingDate, Deadline, Notice, due_notices, due_threshold, sentence

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2199, 12, 31))


@pytest.mark.parametrize(
    ("falls_on", "on", "told", "expected"),
    [
        (date(2026, 9, 30), date(2026, 7, 1), (), None),
        (date(2026, 9, 30), date(2026, 7, 2), (), 90),
        (date(2026, 9, 30), date(2026, 7, 2), (90,), None),
        (date(2026, 9, 30), date(2026, 8, 31), (90, 60), 30),
        (date(2026, 9, 30), date(2026, 9, 5), (), 30),
        (date(2026, 9, 30), date(2026, 9, 23), (90, 30), 7),
        (date(2026, 9, 30), date(2026, 9, 29), (7,), 1),
        (date(2026, 9, 30), date(2026, 9, 30), (1,), 0),
        (date(2026, 9, 30), date(2026, 9, 30), (), 0),
        (date(2026, 9, 30), date(2026, 9, 30), (0,), None),
        (date(2026, 9, 30), date(2026, 10, 1), (), None),
        # Over the change of clocks a day is a day: 29 March and 25 October 2026 in Europe.
        (date(2026, 3, 30), date(2026, 3, 29), (), 1),
        (date(2026, 3, 29), date(2026, 3, 28), (), 1),
        (date(2026, 10, 26), date(2026, 10, 25), (), 1),
        # Over a leap day a week is seven days, and a year without one has none.
        (date(2028, 3, 1), date(2028, 2, 29), (), 1),
        (date(2028, 2, 29), date(2028, 2, 22), (), 7),
        (date(2028, 2, 29), date(2028, 2, 29), (1,), 0),
        (date(2027, 3, 1), date(2027, 2, 28), (), 1),
        (date(2027, 1, 1), date(2026, 12, 31), (), 1),
        # A clock that was set back tells nothing twice, and nothing that came before what was told.
        (date(2026, 9, 30), date(2026, 9, 1), (7,), None),
    ],
)
def test_the_threshold_of_a_day(falls_on: date, on: date, told: tuple[int, ...], expected: int | None) -> None:
    """The nearest that was reached and not told, and nothing after the date."""
    assert due_threshold(falls_on, on=on, told=told) == expected


@given(DAYS, st.sets(st.integers(min_value=-5, max_value=100)))
def test_each_threshold_is_told_once(falls_on: date, ran: set[int]) -> None:
    """Whatever days the timetable ran on, no threshold comes twice, they fall, and none comes late or after."""
    told: list[int] = []
    for days in sorted(ran, reverse=True):
        for _ in range(2):
            threshold = due_threshold(falls_on, on=falls_on - timedelta(days=days), told=told)
            if threshold is not None:
                assert 0 <= days <= threshold
                told.append(threshold)

    assert len(set(told)) == len(told)
    assert told == sorted(told, reverse=True)
    reached = {min(one for one in THRESHOLDS if one >= days) for days in ran if 0 <= days <= THRESHOLDS[0]}
    assert set(told) == reached


def coming(what: Deadline, falls_on: date, about: str = "contract:1") -> ComingDate:
    """A date of a contract."""
    return ComingDate(about, what, falls_on, "Contract F-1 with Foundry", "licensor-foundry")


def test_the_nearest_date_comes_first() -> None:
    """What is told is in the order of its days, and the last two thresholds are escalated."""
    on = date(2026, 9, 29)
    dates = [coming(Deadline.CONTRACT_ENDS, date(2026, 12, 1)), coming(Deadline.NOTICE, date(2026, 9, 30))]
    found = due_notices(dates, {}, on=on)

    assert [(one.coming.what, one.threshold, one.is_escalated) for one in found] == [
        (Deadline.NOTICE, 1, True),
        (Deadline.CONTRACT_ENDS, 90, False),
    ]


def test_a_date_that_was_moved_is_another() -> None:
    """What was told of the old day does not silence the new one."""
    old, new = coming(Deadline.NOTICE, date(2026, 9, 30)), coming(Deadline.NOTICE, date(2026, 10, 30))
    told = {(old.about, old.what.value, old.falls_on): {30, 7}}

    assert not due_notices([old], told, on=date(2026, 9, 23))
    assert [one.threshold for one in due_notices([new], told, on=date(2026, 9, 30))] == [30]


@pytest.mark.parametrize(
    ("what", "days", "says"),
    [
        (Deadline.NOTICE, 0, "2026-09-30, today, is the last day to give notice."),
        (Deadline.CONTRACT_ENDS, 1, "it ends on 2026-09-30, tomorrow."),
        (Deadline.LOT_ENDS, 5, "2026-09-30, in 5 days, is the lot's last day."),
        (Deadline.MAINTENANCE_ENDS, 7, "2026-09-30, in 7 days, is the last day of maintenance."),
    ],
)
def test_it_says_what_and_when(what: Deadline, days: int, says: str) -> None:
    """The sentence names the day and how far off it is."""
    assert sentence(Notice(coming(what, date(2026, 9, 30)), 7, days)).endswith(says)

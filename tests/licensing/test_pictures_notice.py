"""Contracts on an axis of time: in order of the day to have decided by, with a mark at each notice date."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from licensing.pages.notice_picture import LEFT, ROWS_MAX, WIDTH, NoticePicture, axis_end, draw
from licensing.queries.contracts import ContractRow
from licensing.rules.contracts import standing

TODAY = date(2026, 3, 14)


def contract(
    number: str, ends_on: date | None, notice_on: date | None = None, starts_on: date | None = None
) -> ContractRow:
    """Return a contract that began with the year."""
    started = starts_on or date(2026, 1, 1)
    return ContractRow(UUID(int=1), UUID(int=2), "Foundry", number, "", started, ends_on, notice_on, 0, 1)


def drawn(*contracts: ContractRow) -> NoticePicture:
    """Return the picture of some contracts, as they stand today."""
    return draw([(one, standing(one.starts_on, one.ends_on, one.notice_on, TODAY)) for one in contracts], TODAY)


def test_the_axis_begins_today_and_ends_with_a_month() -> None:
    """It reaches 18 months ahead."""
    assert axis_end(TODAY) == date(2027, 9, 1)
    assert axis_end(date(2026, 12, 31)) == date(2028, 6, 1)
    assert drawn().today == LEFT


def test_they_stand_in_the_order_of_the_day_to_have_decided_by() -> None:
    """The notice date where there is one, else the end; without either last."""
    found = drawn(
        contract("endless", None),
        contract("ends in May", date(2026, 5, 1)),
        contract("notice in April", date(2026, 12, 31), date(2026, 4, 1)),
    )

    assert [row.name for row in found.rows] == ["notice in April", "ends in May", "endless"]


def test_a_contract_that_has_ended_is_left_out() -> None:
    """There is nothing left to decide."""
    assert drawn(contract("over", TODAY - timedelta(days=1))).rows == ()


@pytest.mark.parametrize(
    ("notice_on", "is_marked", "label"),
    [
        (None, False, "no notice date"),
        (TODAY - timedelta(days=1), False, "notice passed 13 Mar 2026"),
        (TODAY, True, "notice 14 Mar 2026, in 0 days"),
        (TODAY + timedelta(days=60), True, "notice 13 May 2026, in 60 days"),
        (TODAY + timedelta(days=61), True, "notice 14 May 2026"),
        (date(2027, 9, 2), False, "notice 2 Sep 2027"),
    ],
)
def test_the_mark_of_a_notice_date(notice_on: date | None, is_marked: bool, label: str) -> None:  # noqa: FBT001
    """It stands where the date lies on the axis; one that has passed, or lies beyond, is said in words alone."""
    row = drawn(contract("one", date(2028, 1, 1), notice_on)).rows[0]

    assert (row.notice_x is not None) == is_marked
    assert row.label == label
    assert row.is_loud == ("in " in label)


def test_the_bar_reaches_to_the_end_or_goes_on() -> None:
    """What lies beyond the axis is not made to look like an end."""
    short, long, endless = drawn(
        contract("short", date(2026, 6, 1)), contract("long", date(2029, 1, 1)), contract("z", None)
    ).rows

    assert (short.goes_on, long.goes_on, endless.goes_on) == (False, True, True)
    assert short.bar_x + short.bar_width < long.bar_x + long.bar_width
    assert long.bar_x + long.bar_width <= WIDTH
    assert "ends 1 Jan 2029" in long.title
    assert "without end" in endless.title


def test_one_that_is_to_come_begins_later() -> None:
    """Its bar begins on its first day."""
    row = drawn(contract("next", date(2027, 1, 1), starts_on=date(2026, 6, 1))).rows[0]

    assert row.bar_x > LEFT
    assert "starts 1 Jun 2026" in row.title


def test_many_contracts_leave_the_rest_to_the_list() -> None:
    """The picture says how many it leaves out."""
    many = [contract(f"c{number:02}", date(2026, 6, 1) + timedelta(days=number)) for number in range(ROWS_MAX + 3)]

    assert len(drawn(*many).rows) == ROWS_MAX
    assert drawn(*many).left_out == 3


def test_it_says_the_next_notice_in_words() -> None:
    """And those whose notice date has passed."""
    words = drawn(
        contract("passed", date(2026, 6, 1), date(2026, 3, 1)), contract("next", date(2027, 1, 1), date(2026, 9, 30))
    ).words

    assert "the next notice is that of next, by 30 Sep 2026" in words
    assert "1 whose notice date has passed" in words

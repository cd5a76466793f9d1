"""How a contract stands on a day."""

from datetime import date, timedelta

import pytest

from licensing.rules.contracts import NOTICE_AHEAD, standing

START, NOTICE, END = date(2026, 1, 1), date(2026, 9, 30), date(2026, 12, 31)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("today", "word"),
    [
        (START - DAY, "coming"),
        (START, "in force"),
        (NOTICE - NOTICE_AHEAD - DAY, "in force"),
        (NOTICE - NOTICE_AHEAD, "notice"),
        (NOTICE, "notice"),
        (NOTICE + DAY, "in force"),
        (END, "in force"),
        (END + DAY, "ended"),
    ],
)
def test_notice_is_asked_for_ahead_and_on_its_day(today: date, word: str) -> None:
    """Notice is asked for from sixty days before, its own day included, and not after; the last day is in force."""
    assert standing(START, END, NOTICE, today) == word


def test_contract_without_notice_date_is_ending_towards_its_end() -> None:
    """Where no notice date is agreed, the end itself is what comes."""
    assert standing(START, END, None, END - NOTICE_AHEAD) == "ending"
    assert standing(START, None, None, END) == "in force"

"""How pages write times, days and numbers."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string

from answerprint.web import filters

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def test_moment_is_shown_in_the_zone_and_names_it() -> None:
    """Times show their zone; the machine's own form stays in UTC."""
    written = filters.write_moment(datetime(2026, 3, 14, 8, 26, 53, tzinfo=UTC), ZoneInfo("Europe/Berlin"))

    assert written == '<time datetime="2026-03-14T08:26:53Z">2026-03-14 09:26 CET</time>'


def test_summer_is_told_from_winter() -> None:
    """The zone's name is that of the instant, not of today."""
    written = filters.write_moment(datetime(2026, 7, 1, 8, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin"))

    assert "10:00 CEST" in written


def test_zone_without_letters_is_named_by_its_offset() -> None:
    """A bare "+04" would read as part of the time."""
    written = filters.write_moment(NOON, ZoneInfo("Asia/Dubai"))

    assert "16:00 UTC+0400" in written


def test_day_names_its_month() -> None:
    """Nobody takes the month for the day."""
    assert filters.write_day(date(2026, 3, 4)) == '<time datetime="2026-03-04">4 Mar 2026</time>'


@pytest.mark.parametrize(("number", "written"), [(0, "0"), (999, "999"), (1234, "1,234"), (None, "unknown")])
def test_number_not_known_is_not_zero(number: int | None, written: str) -> None:
    """What is not known says so."""
    assert filters.write_number(number) == written


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=2), "2 days ago"),
        (-timedelta(minutes=5), "in 5 min"),
    ],
)
def test_ago_is_one_unit_rounded_down(before: timedelta, words: str) -> None:
    """An age is never made to look older than it is; what lies ahead says so."""
    assert f">{words}</time>" in filters.write_ago(NOON - before, NOON)


def test_templates_take_zone_and_now_from_their_context() -> None:
    """The filters ask nobody for the time."""
    app = Flask("pages")
    filters.register(app)
    template = "{{ at | moment }} {{ at | ago }} {{ at.date() | day }} {{ 12345 | number }} {{ 90 | span }}"
    with app.app_context():
        shown = render_template_string(template, at=NOON, now=NOON + timedelta(hours=3), zone_name="UTC")

    assert "2026-03-14 12:00 UTC" in shown
    assert "3 h ago" in shown
    assert shown.endswith("14 Mar 2026</time> 12,345 1 min")


def test_names_in_backticks_are_code_and_the_rest_is_escaped() -> None:
    """A docstring's names stand out on the page, and nothing in it is taken for markup."""
    assert filters.write_code("Send `If-Match` <now>") == "Send <code>If-Match</code> &lt;now&gt;"


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "1 minute"), (60, "1 hour"), (90, "90 minutes"), (1440, "24 hours")]
)
def test_agreed_length_is_said_exactly(minutes: int, words: str) -> None:
    """What was agreed is never rounded."""
    assert filters.write_lasting(minutes) == words

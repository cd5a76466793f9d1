"""Contracts by the day to have decided by, laid out for drawing: a row a contract on an axis of time from today.

Lengths are in the units of the picture's own box. What lies beyond the axis is drawn to its edge and says so in words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from licensing.pages.use_words import said_day
from licensing.queries.contracts import ContractRow

WIDTH, ROW, TOP, LEFT = 760, 30, 22, 190
MONTHS_SHOWN, ROWS_MAX = 18, 24
_RIGHT = WIDTH - 10
_NAME_MAX = 26
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LABEL_ROOM = 190


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A contract: the bar of its days, the mark of its notice date if it has one ahead, and what is said of both.

    ``goes_on`` where it lasts beyond the axis; ``is_loud`` where a decision is due soon.
    """

    id: UUID
    y: int
    name: str
    bar_x: float
    bar_width: float
    goes_on: bool
    notice_x: float | None
    label: str
    label_x: float
    label_anchor: str
    is_loud: bool
    title: str


@dataclass(frozen=True, slots=True)
class NoticePicture:
    """The rows in the order of the day to have decided by, the months of the axis, and the whole in words."""

    height: int
    rows: tuple[NoticeRow, ...]
    ticks: tuple[tuple[float, str], ...]
    today: float
    words: str
    left_out: int


def draw(contracts: Sequence[tuple[ContractRow, str]], today: date) -> NoticePicture:
    """Lay out the contracts that have not ended, each with the word for how it stands."""
    live = sorted(
        ((row, word) for row, word in contracts if word != "ended"),
        key=lambda one: (one[0].acts_on or date.max, one[0].vendor_name, one[0].number),
    )
    last = axis_end(today)
    rows = tuple(_row(row, word, place, today, last) for place, (row, word) in enumerate(live[:ROWS_MAX]))
    return NoticePicture(
        height=TOP + ROW * len(rows) + 6,
        rows=rows,
        ticks=tuple(_ticks(today, last)),
        today=_across(today, today, last),
        words=_words(live, today),
        left_out=len(live) - len(rows),
    )


def axis_end(today: date) -> date:
    """Return the first day of the month that the axis ends with."""
    months = today.year * 12 + today.month - 1 + MONTHS_SHOWN
    return date(months // 12, months % 12 + 1, 1)


def _across(day: date, today: date, last: date) -> float:
    share = (day - today).days / (last - today).days
    return round(LEFT + (_RIGHT - LEFT) * min(1.0, max(0.0, share)), 1)


def _row(row: ContractRow, word: str, place: int, today: date, last: date) -> NoticeRow:
    start = _across(max(row.starts_on, today), today, last)
    goes_on = row.ends_on is None or row.ends_on > last
    end = _across(last if row.ends_on is None else row.ends_on, today, last)
    has_mark = row.notice_on is not None and today <= row.notice_on <= last
    notice_x = _across(row.notice_on, today, last) if has_mark and row.notice_on else None
    at = notice_x if notice_x is not None else start if goes_on else end
    is_left, is_loud = at + _LABEL_ROOM > _RIGHT, word in ("notice", "ending")
    return NoticeRow(
        id=row.id,
        y=TOP + ROW * place,
        name=_cut(row.title or row.number),
        bar_x=start,
        bar_width=round(max(2.0, end - start), 1),
        goes_on=goes_on,
        notice_x=notice_x,
        label=_label(row, today, is_loud=is_loud),
        label_x=round(at - 9 if is_left else at + 9, 1),
        label_anchor="end" if is_left else "start",
        is_loud=is_loud,
        title=_title(row, today),
    )


def _has_passed(row: ContractRow, today: date) -> bool:
    return row.notice_on is not None and row.notice_on < today


def _label(row: ContractRow, today: date, *, is_loud: bool) -> str:
    if row.notice_on is None and row.ends_on is None:
        return "without end"
    if row.notice_on is None:
        return "ends soon, no notice date" if is_loud else "no notice date"
    if row.notice_on < today:
        return f"notice passed {_short_day(row.notice_on)}"
    soon = f", in {(row.notice_on - today).days} days" if is_loud else ""
    return f"notice {_short_day(row.notice_on)}{soon}"


def _title(row: ContractRow, today: date) -> str:
    name = f"{row.title or row.number}, {row.vendor_name}"
    if row.notice_on is None:
        notice = "no notice date"
    elif row.notice_on < today:
        notice = f"notice date passed on {said_day(row.notice_on)}"
    else:
        notice = f"notice by {said_day(row.notice_on)}, in {(row.notice_on - today).days} days"
    begins = f", starts {said_day(row.starts_on)}" if row.starts_on > today else ""
    ends = f"ends {said_day(row.ends_on)}" if row.ends_on else "without end"
    return f"{name}: {notice}; {ends}{begins}"


def _ticks(today: date, last: date) -> Iterator[tuple[float, str]]:
    """Name each third month, and the first of a year with its year."""
    for months in range(today.year * 12 + today.month, last.year * 12 + last.month):
        day = date(months // 12, months % 12 + 1, 1)
        if day.month % 3 == 1:
            name = _MONTHS[day.month - 1]
            yield _across(day, today, last), f"{name} {day.year}" if day.month == 1 else name


def _words(live: Sequence[tuple[ContractRow, str]], today: date) -> str:
    first = next((row for row, _ in live if row.notice_on is not None and row.notice_on >= today), None)
    count = f"{len(live)} contract{'' if len(live) == 1 else 's'} by the day to have decided by"
    passed = sum(_has_passed(row, today) for row, _ in live)
    parts = [count]
    if first is not None and first.notice_on is not None:
        parts.append(f"the next notice is that of {first.title or first.number}, by {said_day(first.notice_on)}")
    if passed:
        parts.append(f"{passed} whose notice date has passed")
    return "; ".join(parts)


def _short_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _cut(name: str) -> str:
    return name if len(name) <= _NAME_MAX else f"{name[: _NAME_MAX - 1]}…"

"""The pictures of who watched when: of one link, and of a whole project, a row a person and a mark a view.

Lengths are in the units of the picture's own box. Each mark says in words what it is, and a table says all of it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, reads
from answerprint.core.permissions import Permission
from reviews.pages.frame import blueprint, project_head
from reviews.queries.watched import LinkSpan, PersonWatched, Watch, watched_in

WIDTH, NAMES, TOP, ROW = 960, 170, 26, 26
_TICKS_MAX = 10
_EDGE = 8


@dataclass(frozen=True, slots=True)
class WatchedPicture:
    """Where the marks lie, in hundredths of the line's length."""

    marks: tuple[tuple[float, datetime], ...]


@dataclass(frozen=True, slots=True)
class WatchedRow:
    """A person's row: where their links lie, and where they watched."""

    contact_id: UUID
    name: str
    y: int
    spans: tuple[tuple[float, float, LinkSpan], ...]
    marks: tuple[tuple[float, Watch], ...]


@dataclass(frozen=True, slots=True)
class ProjectPicture:
    """The picture of a project. ``now_x`` is where this moment lies."""

    height: int
    rows: tuple[WatchedRow, ...]
    ticks: tuple[tuple[float, str], ...]
    now_x: float


@blueprint.get("/reviews/projects/<uuid:project_id>/watched")
@reads(Permission.REVIEWS_READ)
def show_watched(session: Session, project_id: UUID) -> str:
    """Show who watched when in a whole project."""
    people = watched_in(session, current_actor(), project_id)
    picture = project_picture(people, now=clock.now(), zone=facility_zone()) if people else None
    head, views = project_head(session, project_id), sum(len(person.views) for person in people)
    return render_template(
        "reviews/watched.html", **head, people=people, views=views, picture=picture, width=WIDTH, top=TOP
    )


def watched_picture(starts_at: datetime, ends_at: datetime, views: Sequence[datetime]) -> WatchedPicture:
    """Return where the views lie between a link's start and its end."""
    length = (ends_at - starts_at).total_seconds()
    marks = [(min(100.0, max(0.0, 100 * (one - starts_at).total_seconds() / length)), one) for one in views]
    return WatchedPicture(tuple(sorted(marks)))


def project_picture(people: Sequence[PersonWatched], *, now: datetime, zone: ZoneInfo) -> ProjectPicture:
    """Lay out a row for each person, from the first link's start to the last one's end, and to now at least."""
    spans = [span for person in people for span in person.links]
    first = min(span.starts_at for span in spans)
    last = max(now, *(span.ends_at for span in spans))
    length = max((last - first).total_seconds(), 1.0)

    def at(moment: datetime) -> float:
        return NAMES + (WIDTH - NAMES - _EDGE) * min(1.0, max(0.0, (moment - first).total_seconds() / length))

    rows = tuple(
        WatchedRow(
            person.contact_id,
            person.name,
            TOP + ROW * place + ROW // 2,
            tuple((at(span.starts_at), at(span.ends_at) - at(span.starts_at), span) for span in person.links),
            tuple((at(view.granted_at), view) for view in person.views),
        )
        for place, person in enumerate(people)
    )
    ticks = tuple((at(day), f"{day:%d}.{day:%m}.") for day in _days(first.astimezone(zone), last))
    return ProjectPicture(TOP + ROW * len(people) + _EDGE, rows, ticks, at(now))


def _days(first: datetime, last: datetime) -> list[datetime]:
    """Return midnights between two moments, so many that their names do not run into each other."""
    step = max(1, -(-(last - first).days // _TICKS_MAX))
    day = first.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    found = []
    while day < last:
        found.append(day)
        day += timedelta(days=step)
    return found

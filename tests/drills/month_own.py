"""What happens in the made-up house itself: seats checked out here, named seats, and those who leave."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.drills.month import minute_of, wall
from tests.drills.month_plan import LEAVING, PEOPLE

MINUTES_A_DAY = 24 * 60
WEEKEND = 5


@dataclass(frozen=True, slots=True)
class OwnLease:
    """Seats that are asked for here. Unless ``is_refused`` they are out for ``minutes``, or until they come back.

    ``extended`` is when a heartbeat came, and the minutes from then on.
    """

    product: str
    holder: str
    at: int
    minutes: int
    seats: int = 1
    back_at: int | None = None
    extended: tuple[int, int] | None = None
    is_borrowed: bool = False
    is_refused: bool = False

    @property
    def end(self) -> int:
        """Return the minute from which on the seats are free again."""
        runs_out = self.at + self.minutes
        if self.extended is not None:
            runs_out = max(runs_out, sum(self.extended))
        return runs_out if self.back_at is None else min(runs_out, self.back_at)


def mail_of(user: str) -> str:
    """Return somebody's address."""
    return f"{user}@post.example"


LEAVERS = tuple(one.user for one in PEOPLE if one.leaves)
STRANGER = "nobody@post.example"
"""Stands on the list of leavers, and holds nothing."""
NAMED_ON = minute_of(2, 9)
NAMED = tuple(mail_of(user) for user in sorted({*(one.user for one in PEOPLE[:38]), *LEAVERS}))
JOINED = (minute_of(23, 9), "newcomer@post.example")
COOLING_OFF_DAYS = 25
"""For so many days from the 2nd a named seat that came back is nobody else's: to the 26th."""


def own_leases() -> Iterator[OwnLease]:
    """Give what is asked for here over the month, in order of time."""
    found: list[OwnLease] = []
    graders = [one.user for one in PEOPLE if one.feature == "grade"]
    for day in range(2, 32):
        if wall(minute_of(day, 12)).weekday() < WEEKEND:
            found += _scopes(day, graders)
    found.append(OwnLease("Scopes", graders[4], minute_of(27, 17), 3 * MINUTES_A_DAY, is_borrowed=True))
    found.append(OwnLease("Scopes", "greedy", minute_of(5, 10), 60, seats=9, is_refused=True))
    found += [OwnLease("Layout", "pipeline", minute_of(day, 10), 360, seats=2) for day in (3, 10, 17, 24, 31)]
    yield from sorted(found, key=lambda one: one.at)


def _scopes(day: int, graders: list[str]) -> Iterator[OwnLease]:
    """Let one seat run out, one come back early, one be extended; the second grader leaves in the middle of a lease."""
    first, second, third, *_ = graders
    at = minute_of(day, 9, day)
    yield OwnLease("Scopes", first, at, 240 + day)
    if at < LEAVING:
        back_at = LEAVING if at + 300 > LEAVING else at + 120
        yield OwnLease("Scopes", second, at + 11, 480, back_at=back_at)
    yield OwnLease("Scopes", third, at + 22, 300, extended=(at + 200, 480))

"""The plan of the made-up month: what the house bought, what its servers give out, and what a hundred people want."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tests.drills.month import END, FIRST, LAST, Dice, Facility, Pool, Wish, minute_of, wall

POOLS = {
    pool.feature: pool
    for pool in (
        Pool("lic-a", "comp", 24, kept=4),
        Pool("lic-a", "paint", 9),
        Pool("lic-a", "roto", 15),
        Pool("lic-a", "grade", 3),
        Pool("lic-b", "grade_two", 3),
        Pool("lic-c", "match", 8, by_host=True),
        Pool("lic-r", "weave_i", 12, handles=2),
        Pool("lic-r", "weavex_i", 4, handles=2),
        Pool("lic-s", "Houdini-Like", 10, by_host=True),
        Pool("lic-s", "Engine", 60, by_host=True),
        Pool("lic-x", "layout", 4),
        Pool("lic-x", "solve", 3, weight=10_000),
    )
}


@dataclass(frozen=True, slots=True)
class Server:
    """A licence server, how often it is asked in working hours and else, and for how long an answer counts."""

    name: str
    kind: str
    busy: int
    quiet: int
    stale: int
    offset: int
    silent: tuple[tuple[int, int], ...] = ()
    """From when to when nobody asked it."""
    cut_off: tuple[tuple[int, int], ...] = ()
    """From when to when it could not be reached, though it ran."""
    stops: tuple[tuple[int, int], ...] = ()


SERVERS = {
    one.name: one
    for one in (
        Server("lic-a", "flexnet", 45, 240, 100, 2, cut_off=((minute_of(19, 14), minute_of(19, 17)),)),
        Server("lic-b", "flexnet", 120, 480, 400, 4, stops=((minute_of(12, 11, 5), minute_of(12, 14, 20)),)),
        Server("lic-c", "flexnet", 90, 360, 200, 6),
        Server(
            *("lic-r", "rlm", 120, 240, 150, 8),
            silent=((minute_of(17, 12), minute_of(18, 9)),),
            stops=((minute_of(3, 4, 30), minute_of(3, 5)), (minute_of(24, 13), minute_of(24, 13, 40))),
        ),
        Server("lic-s", "sesinetd", 120, 240, 150, 10, stops=((minute_of(11, 15), minute_of(11, 16, 30)),)),
        Server("lic-x", "lmx", 120, 480, 400, 12, silent=((minute_of(30, 18), END + 600),)),
    )
}
LOGS = {"lic-a": (-180, END + 30), "lic-b": (-180, minute_of(25, 18)), "lic-r": (minute_of(3, 5), END + 30)}
"""The servers whose event logs come in, and from when to when they are written."""


@dataclass(frozen=True, slots=True)
class LotPlan:
    """A lot: ``seats`` of ``None`` is uncounted; ``price`` is what one seat costs."""

    product: str
    seats: int | None
    starts_on: date = date(2026, 1, 1)
    ends_on: date = date(2026, 12, 31)
    metric: str = "concurrent-user"
    policy: str = "hard"
    beyond: int | None = None
    price: int | None = None
    tops_up: int | None = None
    """The place of the lot that it adds to, among those of the product."""


FEATURES: dict[str, tuple[str, ...]] = {
    "Compositor": ("comp",),
    "Roto": ("roto",),
    "Paint": ("paint",),
    "Matchmove": ("match",),
    "Weave": ("weave_i", "weavex_i"),
    "Effects": ("Houdini-Like",),
    "Engine": ("Engine",),
    "Grade": ("grade", "grade_two"),
    "Scopes": (),
    "Layout": ("layout",),
    "Solver": ("solve",),
    "Board": (),
}
"""The twelve products, and the features that count for each."""

MID = date(2026, 3, 15)
CONTRACTS: dict[str, tuple[str, tuple[LotPlan, ...]]] = {
    "NP-1": (
        "Northpole",
        (
            LotPlan("Compositor", 24),
            LotPlan("Roto", 8, ends_on=MID, policy="true-up", price=900),
            LotPlan("Roto", 4, policy="true-up", price=1000),
        ),
    ),
    "NP-2": ("Northpole", (LotPlan("Roto", 3, starts_on=date(2026, 3, 10), tops_up=1),)),
    "FE-1": ("Ferrotype", (LotPlan("Paint", 5, policy="soft", beyond=4), LotPlan("Matchmove", 8))),
    "LO-1": ("Loomwork", (LotPlan("Weave", 24),)),
    "SI-1": ("Sidereal", (LotPlan("Effects", 10), LotPlan("Engine", None, metric="site"))),
    "GR-1": ("Gradient", (LotPlan("Grade", 6), LotPlan("Scopes", 5))),
    "LA-1": ("Lattice", (LotPlan("Layout", 4), LotPlan("Solver", 30_000, metric="token"))),
    "SK-1": ("Sketch", (LotPlan("Board", 42, metric="named-user"),)),
}
COUNTING: dict[str, dict[str, object]] = {
    "Compositor": {"counts_borrowed": False},
    "Paint": {"weights": {"paint": 2}},
    "Matchmove": {"by": "host"},
    "Weave": {"by": "host", "holds": {"weavex_i": ["weave_i"]}},
    "Effects": {"by": "host"},
}

_DEPARTMENTS = (
    *(("comp", 34), ("roto", 14), ("paint", 10), ("match", 8), ("Houdini-Like", 12), ("weave_i", 12)),
    *(("grade", 6), ("layout", 2), ("solve", 2)),
)
LEAVING = minute_of(20, 12)
NIGHT = (minute_of(28, 22), minute_of(29, 6))
"""The night in which the clocks change: some work through it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the hundred: what they work with, and whether they leave on the 20th."""

    user: str
    feature: str
    place: int
    leaves: bool

    @property
    def host(self) -> str:
        """Return the machine at their desk."""
        return f"ws-{self.user}"


def _cast() -> Iterator[Person]:
    number = 0
    for feature, size in _DEPARTMENTS:
        for place in range(size):
            number += 1
            yield Person(f"artist{number:03}", feature, place, leaves=(feature, place) in _LEAVERS)


_LEAVERS = {("comp", 7), ("paint", 3), ("grade", 1)}
PEOPLE = tuple(_cast())
LEADS = frozenset(one.user for one in PEOPLE if one.feature == "comp" and one.place < 6)
EXCLUDED = frozenset({(next(one.user for one in PEOPLE if one.feature == "roto"), "paint")})
WEAVERS = frozenset(one.user for one in PEOPLE if one.feature == "weave_i" and one.place < 6)
"""They run the greater product, which holds the smaller one too."""


def facility(seed: str) -> Facility:
    """Return the facility after its month."""
    dice = Dice(seed)
    made = Facility(POOLS, leads=LEADS, excluded=EXCLUDED)
    for person in PEOPLE:
        for day in range((LAST - FIRST).days + 1):
            _want_for_a_day(made, dice, person, FIRST + timedelta(days=day))
    _want_oddly(made, dice)
    for server in SERVERS.values():
        for at, until in server.stops:
            made.stop(server.name, at, until)
    made.live()
    return made


def is_working(minute: int) -> bool:
    """Report whether it is a weekday between 8 and 20."""
    face = wall(minute)
    return face.weekday() < 5 and 8 <= face.hour < 20


def _want_for_a_day(made: Facility, dice: Dice, person: Person, day: date) -> None:
    """Want a seat before and after lunch, or all day."""
    works = 88 if day.weekday() < 5 else 6
    if dice.roll(100, "works", person.user, day) >= works:
        return
    begins = 480 + (0, 0, 90, 240)[dice.roll(4, "shift", person.user)] + dice.roll(50, "late", person.user, day)
    lunch = begins + 180 + dice.roll(60, "lunch", person.user, day)
    parts = [(begins, lunch), (lunch + 45, begins + 540 + dice.roll(40, "home", person.user, day))]
    if dice.roll(3, "no lunch", person.user, day) == 0:
        parts = [(begins, parts[1][1])]
    for begin, end in parts:
        at, until = minute_of(day, 0, begin), minute_of(day, 0, end)
        if not (person.leaves and until > LEAVING):
            _want(made, dice, person, at, until)


def _want(made: Facility, dice: Dice, person: Person, at: int, until: int) -> None:
    hasty = dice.roll(3, "hasty", person.user, at)
    patience = ((5, 40, 25), (30, 45), ())[hasty]
    or_else = {"grade": ("grade_two",)}.get(person.feature, ())
    feature = person.feature
    if person.user in WEAVERS:
        made.wish(at, Wish("weavex_i", person.user, person.host, until))
    made.wish(at, Wish(feature, person.user, person.host, until, patience, or_else=or_else))
    if POOLS[feature].by_host and dice.roll(2, "second program", person.user, at):
        made.wish(at + 25, Wish(feature, person.user, person.host, until - 15))


def _want_oddly(made: Facility, dice: Dice) -> None:
    """Borrow over weekends, work through the night of the clocks, render at night, and try what is not allowed."""
    comp, paint = ([one for one in PEOPLE if one.feature == feature] for feature in ("comp", "paint"))
    for person, start, end in (
        (comp[10], minute_of(6, 17, 40), minute_of(9, 9, 50)),
        (comp[13], minute_of(27, 18, 20), minute_of(30, 15, 30)),
        (paint[5], minute_of(6, 18, 10), minute_of(9, 10, 5)),
        (paint[6], minute_of(16, 8, 3), minute_of(18, 19)),
    ):
        laptop = f"lap-{person.user}"
        made.wish(start, Wish(person.feature, person.user, laptop, end, (20, 20, 20, 20), borrows=True))
    for person in comp[20:29]:
        late = dice.roll(30, "night", person.user)
        made.wish(NIGHT[0] + late, Wish("comp", person.user, f"night-{person.user}", NIGHT[1] + late))
    for day in range(1, 32):
        for node in range(30):
            begin = 20 * 60 + dice.roll(240, "job", node, day)
            made.wish(
                minute_of(day, 0, begin),
                Wish(
                    "Engine", "farm", f"farm-{node:02}", minute_of(day, 0, begin + 200 + dice.roll(300, "l", node, day))
                ),
            )
    ((user, feature),) = EXCLUDED
    for day in (4, 5, 18):
        made.wish(minute_of(day, 11, 7), Wish(feature, user, f"odd-{user}", minute_of(day, 12)))

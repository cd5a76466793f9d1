"""How the books of the made-up month reckon: minute by minute, by hand, and with none of the house's own rules."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tests.drills.month import END, FIRST, LAST, minute_of
from tests.drills.month_plan import CONTRACTS, LotPlan

NO_SEATS = frozenset({"token"})


@dataclass(frozen=True, slots=True)
class Episode:
    """More than the lots gave, from a minute to before another, ``None`` being the end of the month."""

    start: int
    end: int | None
    ending: str
    over: int
    peak_at: int


@dataclass(frozen=True, slots=True)
class Minutes:
    """What is known of a product in each minute of the month.

    ``seen`` servers had told something that counted, of ``servers`` that it has; ``low`` and ``high`` bound what they
    told, ``out`` is what was checked out here, and ``entitled`` what use is held against, ``None`` being no limit.
    """

    servers: int
    seen: Sequence[int]
    low: Sequence[int]
    high: Sequence[int]
    out: Sequence[int]
    entitled: Sequence[int | None]

    @property
    def use(self) -> list[int]:
        """Return the seats that are certainly in use."""
        return [max(pair) for pair in zip(self.low, self.out, strict=True)]

    @property
    def most(self) -> list[int]:
        """Return the seats that may be in use."""
        return [max(pair) for pair in zip(self.high, self.out, strict=True)]

    @property
    def covered(self) -> list[bool]:
        """Return whether all servers had told."""
        return [bool(self.servers) and seen == self.servers for seen in self.seen]

    @property
    def spoken(self) -> list[int]:
        """Return the minutes of which anything is known."""
        return [at for at in range(END) if self.seen[at] or self.out[at]]


def by_minute(spans: Iterable[tuple[int, int, int]]) -> list[int]:
    """Add up what lasts from a minute to before another, over the month."""
    changes = [0] * (END + 1)
    for start, end, quantity in spans:
        changes[min(max(start, 0), END)] += quantity
        changes[min(max(end, 0), END)] -= quantity
    found, height = [], 0
    for change in changes[:END]:
        height += change
        found.append(height)
    return found


def lots_of(product: str, number: str | None = None) -> list[LotPlan]:
    """Return the lots of a product, of all contracts or of one."""
    return [
        lot for key, (_, lots) in CONTRACTS.items() for lot in lots if lot.product == product and number in {None, key}
    ]


def seats_on(lots: Iterable[LotPlan], day: date) -> int | None:
    """Return what lots give on a day; ``None`` is uncounted. Tokens are no seats."""
    quantities = [lot.seats for lot in lots if lot.starts_on <= day <= lot.ends_on and lot.metric not in NO_SEATS]
    return None if None in quantities else sum(quantity or 0 for quantity in quantities)


def entitled_days(product: str, number: str) -> list[tuple[date, int | None, int | None]]:
    """Return each day on which the seats become others: of all contracts, and of one."""
    found: list[tuple[date, int | None, int | None]] = []
    for day in days():
        both = seats_on(lots_of(product), day), seats_on(lots_of(product, number), day)
        if not found or found[-1][1:] != both:
            found.append((day, *both))
    return found


def entitled_minutes(product: str) -> list[int | None]:
    """Return what use is held against in each minute: a lot counts from midnight in Berlin. Tokens are no limit."""
    lots = lots_of(product)
    found: list[int | None] = []
    for day in days():
        length = minute_of(day + timedelta(days=1), 0) - minute_of(day, 0)
        counts = any(lot.metric not in NO_SEATS for lot in lots)
        found += [seats_on(lots, day) if counts else None] * length
    return found


def days() -> list[date]:
    """Return the days of the month."""
    return [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


def state_of(found: Minutes, product: str, *, is_stale: bool) -> str:
    """Return the verdict: over where it is proven; else it takes seats, sight, a fresh answer and narrow bounds."""
    if any(limit is not None and use > limit for use, limit in zip(found.use, found.entitled, strict=True)):
        return "over"
    counts_seats = any(lot.metric not in NO_SEATS for lot in lots_of(product))
    if not counts_seats or not (any(found.covered) or any(found.out)):
        return "unknown"
    if is_stale:
        return "stale"
    may = any(limit is not None and most > limit for most, limit in zip(found.most, found.entitled, strict=True))
    return "unknown" if may else "within"


def episodes(found: Minutes) -> Iterator[Episode]:
    """Give each stretch of minutes with more in use than the lots gave."""
    over = [
        max(0, use - limit) if limit is not None else 0 for use, limit in zip(found.use, found.entitled, strict=True)
    ]
    at = 0
    while at < END:
        if not over[at]:
            at += 1
            continue
        start = at
        while at < END and over[at]:
            at += 1
        peak_at = max(range(start, at), key=lambda minute: over[minute])
        yield Episode(start, at if at < END else None, _ending(found, at), over[peak_at], peak_at)


def _ending(found: Minutes, at: int) -> str:
    if at >= END:
        return "open"
    went_dark = found.seen[at] < found.seen[at - 1] and found.entitled[at] == found.entitled[at - 1]
    return "not-seen" if went_dark else "back-within"


def heights(found: Minutes) -> list[int]:
    """Return the use of every minute that is known, from the lowest; without a server from the first lease on."""
    if found.servers:
        return sorted(use for use, covered in zip(found.use, found.covered, strict=True) if covered)
    first = next((at for at in range(END) if found.out[at]), END)
    return sorted(found.out[first:])


def height_of(ordered: Sequence[int], percent: int) -> int | None:
    """Return the smallest height that is not exceeded in so many percent of some minutes."""
    return ordered[max(1, -(-len(ordered) * percent // 100)) - 1] if ordered else None


def share(part: int, whole: int = END) -> str:
    """Write a share of the month in percent with one decimal, rounded down."""
    per_mille = part * 1000 // whole
    return f"{per_mille // 10}.{per_mille % 10}"


def runs(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Give each stretch of minutes with the same word, from its first minute to before the next one's."""
    start = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or words[at] != words[start]:
            yield start, at, words[start]
            start = at

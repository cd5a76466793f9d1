"""What the holders that servers list amount to, by the rule of each product, reckoned by hand."""

from dataclasses import dataclass

from tests.drills.month import Facility, Program, Seat
from tests.drills.month_books import Poll
from tests.drills.month_plan import COUNTING, FEATURES, POOLS
from tests.drills.month_texts import Shelf

WORTH = {"Paint": 2}
"""What a seat takes of tokens, where it is more than one."""


@dataclass(frozen=True, slots=True)
class Count:
    """People, hosts, seats, lines, tokens, and seats by what was asked for."""

    people: int
    hosts: int
    seats: int
    handles: int
    tokens: int
    demand: dict[str, int]


def count_at(facility: Facility, asked: list[Poll], product: str, minute: int) -> Count:
    """Count who held a product when its servers last answered before a minute."""
    running = _running(facility, asked, product, minute)
    people = {program.user for _, program in running}
    hosts = {program.host for _, program in running}
    places = {(seat.pool.feature, program.host) for seat, program in running}
    weight = max((POOLS[name].weight for name in FEATURES[product]), default=1)
    by_host = COUNTING.get(product, {}).get("by") == "host"
    demand: dict[str, int] = {}
    for feature in FEATURES[product]:
        # Who runs the greater product holds the smaller one too, and asked for the greater.
        counted = {host for name, host in places if name == feature and not _is_greater_there(feature, host, places)}
        lines = sum(seat.pool.feature == feature for seat, _ in running)
        number = len(counted) if by_host else lines * weight
        if number:
            demand[feature] = number
    seats = len(places) if by_host else len(running) * weight
    tokens = sum(demand.values()) * WORTH.get(product, 1)
    return Count(len(people), len(hosts), seats, len(running), tokens, demand)


def _is_greater_there(feature: str, host: str, places: set[tuple[str, str]]) -> bool:
    return feature == "weave_i" and ("weavex_i", host) in places


def _running(facility: Facility, asked: list[Poll], product: str, minute: int) -> list[tuple[Seat, Program]]:
    shelf = Shelf(facility.seats)
    found: list[tuple[Seat, Program]] = []
    for server in {POOLS[name].server for name in FEATURES[product]}:
        last = max((poll for poll in asked if poll.server == server and poll.at <= minute), key=lambda poll: poll.at)
        given = shelf.given(server, last.at)
        assert last.answers
        found += [one for some in given if some.pool.feature in FEATURES[product] for one in some.programs]
    # One rule leaves out what was taken away.
    return [one for one in found if product != "Compositor" or not one[0].is_borrowed]

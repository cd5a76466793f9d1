"""How the seats that holders have are counted: by whom, what counts once, what weighs more, and what is left out.

A rule is plain data with a version. Handles are what a server lists; seats are what its pools give out; people are
people; and demand is what was asked for: who runs the greater product also holds the smaller one, and counts once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from licensing.errors import BadCountingRule, naming


class CountBy(StrEnum):
    """What takes one seat."""

    HANDLE = "handle"
    HOST = "host"
    USER = "user"


class Kind(StrEnum):
    """Which use counts."""

    ALL = "all"
    INTERACTIVE = "interactive"
    RENDER = "render"


def _none() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CountingRule:
    """A rule. ``holds`` names for a feature those that its holder also has: held together they count once.

    ``weights`` are tokens a seat of a feature, 1 where it is not named. ``render`` names the features of render nodes.
    """

    by: CountBy = CountBy.HANDLE
    holds: Mapping[str, tuple[str, ...]] = field(default_factory=_none)
    weights: Mapping[str, int] = field(default_factory=_none)
    render: frozenset[str] = frozenset()
    use: Kind = Kind.ALL
    counts_borrowed: bool = True


EACH_HANDLE = CountingRule()
"""What counts where no rule was set: each line of a server for itself."""


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A line of a licence server: somebody has ``quantity`` seats of a feature under one handle."""

    feature: str
    user: str | None
    host: str | None
    quantity: int = 1
    is_borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """What the holders amount to; ``demand`` is by feature, and ``tokens`` is demand by weight."""

    people: int
    hosts: int
    seats: int
    handles: int
    tokens: int
    demand: Mapping[str, int]


def count(holders: Iterable[HeldSeat], rule: CountingRule) -> Counted:
    """Count seats by a rule. A holder of whom no name is known counts for itself."""
    counting = [one for one in holders if _counts(one, rule)]
    groups: dict[tuple[str, object], list[HeldSeat]] = defaultdict(list)
    for place, one in enumerate(counting):
        groups[one.feature, _unit(one, rule.by, place)].append(one)
    seats = {key: _seats(group, rule.by) for key, group in groups.items()}
    demand: dict[str, int] = defaultdict(int)
    has = _features_by_unit(counting)
    for (feature, _), group in groups.items():
        if not _is_held_with(feature, has[_place(group[0])], rule):
            demand[feature] += _seats(group, rule.by)
    return Counted(
        people=len({one.user or f"?{place}" for place, one in enumerate(counting)}),
        hosts=len({one.host or f"?{place}" for place, one in enumerate(counting)}),
        seats=sum(seats.values()),
        handles=len(counting),
        tokens=sum(number * rule.weights.get(feature, 1) for feature, number in demand.items()),
        demand=dict(demand),
    )


def rule_of(said: Mapping[str, Any]) -> CountingRule:
    """Return a rule as it was written; raises ``BadCountingRule`` naming the field at fault."""
    holds = {feature: tuple(others) for feature, others in said.get("holds", {}).items()}
    if any(feature in others for feature, others in holds.items()):
        raise naming(BadCountingRule, "holds", "A feature does not hold itself: leave it out of its own list.")
    if any(feature in holds.get(other, ()) for feature, others in holds.items() for other in others):
        raise naming(BadCountingRule, "holds", "Two features hold each other, so neither is the greater one.")
    return CountingRule(
        by=CountBy(said.get("by", CountBy.HANDLE)),
        holds=holds,
        weights=dict(said.get("weights", {})),
        render=frozenset(said.get("render", ())),
        use=Kind(said.get("use", Kind.ALL)),
        counts_borrowed=said.get("counts_borrowed", True),
    )


def said_of(rule: CountingRule) -> dict[str, Any]:
    """Return a rule as plain values, always in one form."""
    return {
        "by": rule.by.value,
        "holds": {feature: list(others) for feature, others in sorted(rule.holds.items())},
        "weights": dict(sorted(rule.weights.items())),
        "render": sorted(rule.render),
        "use": rule.use.value,
        "counts_borrowed": rule.counts_borrowed,
    }


def _counts(one: HeldSeat, rule: CountingRule) -> bool:
    if one.is_borrowed and not rule.counts_borrowed:
        return False
    is_render = one.feature in rule.render
    return not (is_render if rule.use is Kind.INTERACTIVE else rule.use is Kind.RENDER and not is_render)


def _unit(one: HeldSeat, by: CountBy, place: int) -> object:
    """Return what takes one seat; where its name is not known, the line itself."""
    name = {CountBy.HANDLE: None, CountBy.HOST: one.host, CountBy.USER: one.user}[by]
    return name if name is not None else place


def _place(one: HeldSeat) -> tuple[str | None, str | None]:
    return one.user, one.host


def _seats(group: Collection[HeldSeat], by: CountBy) -> int:
    """Return the seats of handles that share them: the most that one of them has."""
    numbers = [one.quantity for one in group]
    return sum(numbers) if by is CountBy.HANDLE else max(numbers)


def _features_by_unit(holders: Iterable[HeldSeat]) -> dict[tuple[str | None, str | None], set[str]]:
    found: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    for one in holders:
        found[_place(one)].add(one.feature)
    return found


def _is_held_with(feature: str, has: Collection[str], rule: CountingRule) -> bool:
    """Report whether the same person on the same host has a greater feature that brings this one along."""
    return any(feature in rule.holds.get(other, ()) for other in has)

"""Tell a period in parts, each counted by the counting rule that held in it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from licensing.queries.counting import CountingInForce
from licensing.queries.observed import SeenHolder
from licensing.rules.counting import Counted, HeldSeat, count
from licensing.rules.statement import Moment


@dataclass(frozen=True, slots=True)
class RulePart:
    """A part of the period in which one rule held, and the moment of its highest use; version 0 is each handle."""

    starts_at: datetime
    ends_at: datetime
    rule: CountingInForce
    peak: Moment | None


@dataclass(frozen=True, slots=True)
class CountedPart:
    """What the holders at a part's peak amount to by its rule; ``counted`` is ``None`` where no capture lists them."""

    starts_at: datetime
    ends_at: datetime
    version: int
    peak: Moment | None
    counted: Counted | None


def rule_parts(
    rules: Sequence[CountingInForce], found: Collection[Moment], *, starts_at: datetime, ends_at: datetime
) -> tuple[RulePart, ...]:
    """Split a period where the rule changed; ``rules`` are the one in force at its start and those set within it."""
    if not rules or starts_at >= ends_at:
        return ()
    begins = [starts_at, *(rule.since or starts_at for rule in rules[1:]), ends_at]
    return tuple(
        RulePart(begin, end, rule, _highest(found, begin, end))
        for rule, (begin, end) in zip(rules, pairwise(begins), strict=True)
        if begin < end
    )


def counted_part(part: RulePart, holders: Iterable[SeenHolder] | None) -> CountedPart:
    """Count those who held seats at a part's peak by its rule."""
    held = [HeldSeat(one.feature, one.user, one.host, one.quantity, one.is_borrowed) for one in holders or ()]
    counted = count(held, part.rule.rule) if held else None
    return CountedPart(part.starts_at, part.ends_at, part.rule.version, part.peak, counted)


def _highest(found: Collection[Moment], begin: datetime, end: datetime) -> Moment | None:
    within = (one for one in found if one.at < end and one.until > begin and one.speaking)
    return max(within, key=lambda one: one.in_use, default=None)

"""The drill's table, for people and for programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from audit.drill.run import End, Outcome

_WORDS = {
    End.CAUGHT: "caught",
    End.BEYOND: "not to be caught within the house, as its line says",
    End.MISSED: "MISSED",
    End.NOT_TRIED: "not tried",
}
_REFUSED, _OPEN = "refused", "-"


@dataclass(frozen=True, slots=True)
class Report:
    """What a drill found. ``faults`` were there before any attack; ``lacks`` are triggers that the original lacks."""

    database: str
    made: str
    rehearsal: str | None
    is_pinned: bool
    lacks: tuple[str, ...]
    faults: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def holds(self) -> bool:
        """Report whether the trail stood as it should, and no attack went unseen that something here should see."""
        return not (self.lacks or self.faults or any(one.end is End.MISSED for one in self.outcomes))

    def as_json(self) -> dict[str, Any]:
        """Return all of it for ``json.dumps``."""
        return asdict(self) | {"holds": self.holds}

    def lines(self) -> Iterator[str]:
        """Write it as a table."""
        yield f"The original, {self.database}, was only read. Attacked: {self.made}."
        if self.rehearsal is not None:
            yield f"The copy got a log {self.rehearsal} and entries of the drill's own, so that there is all to attack."
        for fault in (*self.lacks, *self.faults):
            yield f"BEFORE ANY ATTACK: {fault}"
        if self.outcomes:
            yield from _table(self.outcomes)


def _table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    width = max(len(one.attack) for one in outcomes)
    yield ""
    yield f"{'attack':<{width}}  triggers  what caught it, the triggers out of the way"
    for one in outcomes:
        caught_by = one.caught_by if one.end is not End.MISSED else "MISSED: nothing caught it"
        if one.end is End.NOT_TRIED:
            caught_by = f"not tried: {one.caught_by}"
        refused = "" if one.refused_by is None else _REFUSED if one.refused_by else _OPEN
        yield f"{one.attack:<{width}}  {refused:<8}  {caught_by}"
        if one.second_place:
            yield f"{'':<{width + 12}}or the second place, where the attacker does not reach it: {one.second_place}"
    yield ""
    counted = Counter(one.end for one in outcomes)
    yield f"{len(outcomes)} attacks: " + "; ".join(f"{counted[end]} {_WORDS[end]}" for end in End if counted[end]) + "."

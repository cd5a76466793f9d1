"""How often what may happen at the gate: each turn is counted before it is heard, and the last one allowed is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from reviews.facts.gate import GateHeldOff, GateOpened
from reviews.gate_counters import is_known_network, lock_counts, write_count
from reviews.queries.gate import Opened
from reviews.rules.codes import (
    QUARTER,
    UNKNOWN_SECRETS,
    Count,
    Place,
    Scope,
    counted,
    held_off_until,
    is_worth_an_entry,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that is about to happen at a gate: ``what``, at which place, and what it counts for."""

    what: str
    place: Place
    scopes: tuple[Scope, ...]


def take_turn(session: Session, actor: Actor, *, turn: Turn, opened: Opened, now: datetime) -> bool:
    """Count one turn more and report whether it is heard; of many at once, no more than are allowed are.

    What holds strangers as a whole is neither asked nor moved on by a network that this recipient is known from.
    """
    is_known = is_known_network(session, turn.place.contact_id, turn.place.network, now=now)
    binding = tuple(scope for scope in turn.scopes if scope.binds_known or not is_known)
    counts = lock_counts(session, binding, now=now)
    if held_off_until(binding, counts, is_known=is_known, now=now) is not None:
        return False
    for scope in binding:
        count = counted(scope, counts.get(scope.key), now=now)
        write_count(session, scope.key, count)
        if count.count == scope.most:
            fact = GateHeldOff(
                about=f"gate:{turn.place.subject_id}",
                project=opened.project_id,
                what=turn.what,
                scope=scope.name,
                until=count.window_started_at + scope.window,
            )
            record(session, actor, fact, log=opened.log)
    return True


def count_unknown_secret(session: Session, actor: Actor, *, now: datetime) -> None:
    """Count a secret that nobody ever made. The first, tenth, hundredth, … of a quarter of an hour are told."""
    scope = Scope("house", UNKNOWN_SECRETS, 0, QUARTER)
    earlier = lock_counts(session, [scope], now=now).get(scope.key, Count(0, now))
    count = counted(scope, earlier, now=now)
    write_count(session, scope.key, count)
    if is_worth_an_entry(count.count):
        before = earlier.count if count.window_started_at != earlier.window_started_at else 0
        fact = GateOpened(about="gate:unknown", was="unknown", count=count.count, before=before)
        record(session, actor, fact)

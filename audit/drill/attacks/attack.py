"""What an attack is, and what the drill's attacks have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from audit.drill.scene import Scene

ONLY_KEPT = "only a witness or a kept checkpoint"
"""The one ``beyond`` of which the drill itself shows that it is so: it keeps checkpoints, and holds them against it."""
UNSIGNED = "nothing: it was not signed yet, so sign often"
UNTRUE = "nothing: the trail proves what was recorded, not that it was true"
CLOCK = "nothing: times are the house's own clock; only a witness's time bounds them"


class Stage(StrEnum):
    """Who attacks, and so what may catch it."""

    ROWS = "rows"
    """Somebody with every right on the database; once with the triggers in place, once without."""
    SCHEMA = "schema"
    """Somebody who takes the database's own defences down."""
    HOUSE = "house"
    """The product's own code, misused."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. ``beyond`` says, where nothing within the house can catch it, what could."""

    name: str
    act: Callable[[Scene], None]
    stage: Stage = Stage.ROWS
    beyond: str = ""

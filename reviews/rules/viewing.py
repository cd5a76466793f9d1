"""What an approver declares of how they watched, and whether that is what was agreed."""

import json
from dataclasses import dataclass

from answerprint.core.problems import Invalid
from answerprint.core.sentences import Sentence
from reviews.rules.terms import Viewing
from reviews.rules.vocabulary import DisplayClass, Room, title

_RANK = {
    DisplayClass.UNDECLARED: 0,
    DisplayClass.CONSUMER: 1,
    DisplayClass.MANAGED: 2,
    DisplayClass.PROJECTOR: 2,
    DisplayClass.REFERENCE: 3,
    DisplayClass.MASTERING: 4,
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """How somebody says that they watched: declared, never measured."""

    display: DisplayClass
    room: Room
    sound: str = ""
    """Such as ``headphones`` or ``5.1, calibrated``."""


def write_declaration(declaration: Declaration) -> str:
    """Return it as canonical JSON."""
    said = {"display": declaration.display.value, "room": declaration.room.value, "sound": declaration.sound}
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def read_declaration(text: str) -> Declaration:
    """Return a declaration that ``write_declaration`` wrote."""
    said = json.loads(text)
    return Declaration(DisplayClass(said["display"]), Room(said["room"]), said["sound"])


def declare(display: str, room: str, sound: str = "") -> Declaration:
    """Return a declaration from words of the lists; raises ``Invalid`` naming the one that is none."""
    faults: dict[str, list[str]] = {}
    if display not in {one.value for one in DisplayClass}:
        faults["display"] = [Sentence("Choose how far your display can be trusted.")]
    if room not in {one.value for one in Room}:
        faults["room"] = [Sentence("Choose where you watch.")]
    if faults:
        raise Invalid(Sentence("Say how you watch: it stands beside your decision."), fields=faults)
    return Declaration(DisplayClass(display), Room(room), sound.strip()[:120])


def departures(agreed: Viewing, declared: Declaration) -> tuple[str, ...]:
    """Say in words where somebody watched otherwise than was agreed; that stands on the decision as a warning."""
    found = []
    if _RANK[declared.display] < _RANK[agreed.display]:
        found.append(f"on a display that is {title(declared.display)}, where {title(agreed.display)} was agreed")
    if agreed.room is not Room.ANY and declared.room is not agreed.room:
        found.append(f"in another place ({title(declared.room)}) than agreed ({title(agreed.room)})")
    return tuple(found)

"""What the trail decides, over values: who may decide an order, what is held, how far a log may be pruned."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from answerprint.core.actor import Actor
from answerprint.core.problems import Conflict, Invalid, NotAllowed
from audit.tiles import WIDTH

RETENTION_DAYS = 365
RETENTION_DAYS_MIN = 30
RETENTION_DAYS_MAX = 36_500
GROUND_LENGTH_MAX = 500
_NAMING_LENGTH_MIN = 3


class OrderKind(StrEnum):
    """What two people decide."""

    ERASURE = "erasure"
    PRUNING = "pruning"


class OrderState(StrEnum):
    """How far an order is. ``APPROVED`` lasts only within the transaction that carries it out."""

    ASKED = "asked"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class TwoPeopleNeeded(NotAllowed):
    """An order is decided by another person than the one who gave it, and by nobody over themselves."""

    code = "two-people-needed"


class OrderClosed(Conflict):
    """The order was carried out, refused or withdrawn before."""

    code = "order-closed"


class OrderStands(Conflict):
    """There is an open order for the same already."""

    code = "order-stands"


class Held(Conflict):
    """A legal hold covers it: hold beats order."""

    code = "held"


class GroundRefused(Invalid):
    """A ground stands on the log for ever, so it names nobody who is to be erased."""

    code = "ground-refused"


class MinimumRefused(Invalid):
    """This is no index below which the log may be pruned."""

    code = "minimum-refused"


class NothingSigned(Conflict):
    """No checkpoint signs the log, so nothing of it may be pruned."""

    code = "nothing-signed"


class RetentionRefused(Invalid):
    """Not a number of days for which a log can be kept."""

    code = "retention-refused"


@dataclass(frozen=True, slots=True)
class Prunable:
    """How far a log may be pruned: what is pruned already, what is signed, and the first entry that is too young."""

    size: int
    pruned: int
    signed: int
    first_young: int | None
    days: int

    @property
    def most(self) -> int:
        """The greatest minimum allowed: whole tiles, all signed, all old enough, and the newest entry stays."""
        young = self.size if self.first_young is None else self.first_young
        return max(min(self.signed, young, self.size - 1), 0) // WIDTH * WIDTH


def person_of(actor: Actor) -> UUID:
    """Return which person acts; raises ``TwoPeopleNeeded`` for the house itself: it cannot be one of two people."""
    if actor.person_id is None:
        raise TwoPeopleNeeded("An order is given and decided by people. Sign in as yourself.")
    return actor.person_id


def check_other_person(actor: Actor, *, asked_by: str, subject: str | None) -> None:
    """Raise ``TwoPeopleNeeded`` where who decides gave the order themselves, or is whom it erases."""
    person_id = person_of(actor)
    if actor.id == asked_by:
        raise TwoPeopleNeeded("You gave this order yourself. Somebody else has to decide it.")
    if subject == f"person:{person_id}":
        raise TwoPeopleNeeded("This order erases you. Somebody else has to decide it.")


def check_withdraws_own(actor: Actor, *, asked_by: str) -> None:
    """Raise ``TwoPeopleNeeded`` unless who withdraws an order gave it: another person refuses it instead."""
    if actor.id != asked_by:
        raise TwoPeopleNeeded("Only who gave an order withdraws it. You can refuse it instead.")


def told_subject(subject: str | None) -> str | None:
    """Return a subject as facts name it: the tag of a text stays off the log."""
    return None if subject is None or subject.startswith("text:") else subject


def check_open(state: str) -> None:
    """Raise ``OrderClosed`` unless the order still waits for its decision."""
    if state != OrderState.ASKED:
        raise OrderClosed(f"This order is {state} already. Look at it again.")


def check_not_held(covered: Collection[str], held: Collection[str], *, what: str) -> None:
    """Raise ``Held`` where something that an order covers, a subject or a log, is held."""
    if not set(covered).isdisjoint(held):
        raise Held(f"A legal hold covers {what}. Nothing goes until the hold is lifted.")


def check_ground(text: str, naming: Collection[str] = (), *, field: str = "ground") -> str:
    """Return the ground as it is recorded, for ever; raises ``GroundRefused`` where it is empty or names the erased."""
    ground = " ".join(text.split())
    if not 0 < len(ground) <= GROUND_LENGTH_MAX:
        sentence = f"Say why, in at most {GROUND_LENGTH_MAX} characters."
        raise GroundRefused(sentence, fields={field: [sentence]})
    said = ground.casefold()
    names = (name.strip().casefold() for name in naming)
    if any(name in said for name in names if len(name) >= _NAMING_LENGTH_MIN):
        sentence = "This stands on the log for ever: say why, without the name or mail address of whom it is about."
        raise GroundRefused(sentence, fields={field: [sentence]})
    return ground


def check_minimum(minimum: int, prunable: Prunable) -> None:
    """Raise ``MinimumRefused`` unless the log may be pruned below ``minimum``, ``NothingSigned`` where nothing is."""
    if prunable.signed == 0:
        raise NothingSigned(
            "No checkpoint signs this log yet, so nothing would prove what was pruned. Have one signed: open an entry"
            " of the log and ask for its proof, or wait for the timetable. Then prune."
        )
    sentence = _fault_of(minimum, prunable)
    if sentence is not None:
        raise MinimumRefused(sentence, fields={"minimum": [sentence]})


def _fault_of(minimum: int, prunable: Prunable) -> str | None:
    most = f"The greatest minimum allowed now is {prunable.most}."
    if minimum <= 0 or minimum % WIDTH:
        return f"A minimum is a multiple of {WIDTH}: whole tiles are pruned. {most}"
    if minimum <= prunable.pruned:
        return f"The log is pruned below {prunable.pruned} already. {most}"
    if minimum > prunable.signed:
        return f"The newest checkpoint signs {prunable.signed} entries, and only what is signed is pruned. {most}"
    if prunable.first_young is not None and minimum > prunable.first_young:
        return f"Entries are kept for {prunable.days} days, and entry {prunable.first_young} is younger. {most}"
    if minimum >= prunable.size:
        return f"The newest entry of a log stays. {most}"
    return None


def check_days(days: int) -> None:
    """Raise ``RetentionRefused`` unless a log can be kept for so many days."""
    if not RETENTION_DAYS_MIN <= days <= RETENTION_DAYS_MAX:
        sentence = f"Entries are kept for {RETENTION_DAYS_MIN} to {RETENTION_DAYS_MAX} days."
        raise RetentionRefused(sentence, fields={"days": [sentence]})


def horizon(now: datetime, days: int) -> datetime:
    """Return the instant before which entries are old enough to be pruned."""
    return now - timedelta(days=days)

"""What licensing refuses."""

from typing import TypeVar

from answerprint.core.problems import Conflict, Invalid, NotFound, Refusal, StaleVersion, TooLarge

Named = TypeVar("Named", bound=Refusal)


class NotACapture(Invalid):
    """The text is not what this licence server prints, so nothing may be concluded from it, least of all zero use."""

    code = "not-a-capture"


class NoEventLog(Invalid):
    """Event logs of such servers are not read here."""

    code = "no-event-log"


class LogOutOfOrder(Conflict):
    """The part lies before what was taken of this log already."""

    code = "log-out-of-order"


class BadCountingRule(Invalid):
    """A counting rule that contradicts itself, or names a product that is not there."""

    code = "bad-counting-rule"


class BadLot(Invalid):
    """An entitlement lot that contradicts itself."""

    code = "bad-lot"


class BadContract(Invalid):
    """A contract whose dates contradict each other."""

    code = "bad-contract"


class BadServer(Invalid):
    """A licence server of no kind that is read here, or in no zone."""

    code = "bad-server"


class BadLease(Invalid):
    """A lease of no seats, or of an impossible length."""

    code = "bad-lease"


class BadReservation(Invalid):
    """A reservation of no seats, of days that are over, or of a wait that cannot be."""

    code = "bad-reservation"


class NoSuchReservation(NotFound):
    """No such reservation, or none that this reader may know of."""

    code = "no-such-reservation"


class NoSuchBlackout(NotFound):
    """No such blackout."""

    code = "no-such-blackout"


class NotInCatalogue(NotFound):
    """No such vendor, product, server, feature, contract or lot."""

    code = "not-in-catalogue"


class BadImport(Invalid):
    """What was sent to be imported has rows at fault, so nothing of it is."""

    code = "bad-import"


class BadDocument(Invalid):
    """A document without content or name."""

    code = "bad-document"


class DocumentTooLarge(TooLarge):
    """A document of more bytes than are kept."""

    code = "document-too-large"


class BadAssignment(Invalid):
    """A named seat for nobody, or of an impossible day."""

    code = "bad-assignment"


class NoSuchKey(NotFound):
    """The lot has no key here."""

    code = "no-such-key"


class NoSuchAssignment(NotFound):
    """No such assignment."""

    code = "no-such-assignment"


class NoSuchRecord(NotFound):
    """No such document, mapping, or feature to review."""

    code = "no-such-record"


class AssignmentLimitReached(Conflict):
    """The lots of the day carry no more named seats of this kind."""

    code = "assignment-limit-reached"


class AssignmentEnded(Conflict):
    """The named seat was given back before."""

    code = "assignment-ended"


class CoolingOff(Conflict):
    """The contract lets the named seat become another's only later."""

    code = "cooling-off"


class NoSuchCheckout(NotFound):
    """No such checkout."""

    code = "no-such-checkout"


class NothingToFreeze(Conflict):
    """A statement without lines says nothing that could be handed over."""

    code = "nothing-to-freeze"


class AlreadyThere(Conflict):
    """Another record bears this name or number."""

    code = "already-there"


class CheckoutEnded(Conflict):
    """The lease is over: its seats may be somebody else's by now."""

    code = "checkout-ended"


class SeatsNotFree(Conflict):
    """So many seats are not free on every day that was asked for."""

    code = "seats-not-free"


class ReservationOver(Conflict):
    """The reservation is not in a state in which this can be done."""

    code = "reservation-over"


class SeatLimitReached(Conflict):
    """The lots of the day do not carry so many seats. The denial itself goes on the vendor's log, ``trail_log``."""

    code = "seat-limit-reached"

    def __init__(self, detail: str, *, on_trail: object, trail_log: str) -> None:
        super().__init__(detail, fields={"quantity": [detail]}, on_trail=on_trail)
        self.trail_log = trail_log


def naming(kind: type[Named], field: str, sentence: str) -> Named:
    """Return a refusal that names the one field at fault."""
    return kind(sentence, fields={field: [sentence]})


def refuse_stale(held: int, found: int) -> None:
    """Refuse a change to a record that was changed since it was read; raises ``StaleVersion``."""
    if held != found:
        sentence = "It was changed meanwhile. Read it again, and make your change to what it is now."
        raise StaleVersion(sentence)

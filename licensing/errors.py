"""What licensing refuses."""

from typing import TypeVar

from answerprint.core.problems import Conflict, Invalid, NotFound, Refusal, StaleVersion

Named = TypeVar("Named", bound=Refusal)


class NotACapture(Invalid):
    """The text is not what this licence server prints, so nothing may be concluded from it, least of all zero use."""

    code = "not-a-capture"


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


class NotInCatalogue(NotFound):
    """No such vendor, product, server, feature, contract or lot."""

    code = "not-in-catalogue"


class NoSuchCheckout(NotFound):
    """No such checkout."""

    code = "no-such-checkout"


class AlreadyThere(Conflict):
    """Another record bears this name or number."""

    code = "already-there"


class CheckoutEnded(Conflict):
    """The lease is over: its seats may be somebody else's by now."""

    code = "checkout-ended"


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

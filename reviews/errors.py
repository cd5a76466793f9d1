"""What the reviews floor refuses."""

from answerprint.core.problems import Conflict, Invalid, NotAllowed, NotFound


class UnknownReview(NotFound):
    """No such agreement, material, link, round or screening, or none that this reader may know of."""

    code = "unknown-review"


class BadTerms(Invalid):
    """The terms cannot be agreed as they stand; the fields say which and why."""

    code = "bad-terms"


class BelowFloor(Invalid):
    """The policy of the house or of the client asks for more; the fields say which term."""

    code = "below-floor"


class NotInThisState(Conflict):
    """What was asked does not go with the state it is in."""

    code = "not-in-this-state"


class AgainstAgreement(Conflict):
    """The agreement does not allow it; the fields name the term."""

    code = "against-agreement"


class NameTaken(Conflict):
    """Another of its kind bears this name."""

    code = "name-taken"


class NameRefused(Invalid):
    """The name breaks the project's template; the first wrong token is explained."""

    code = "name-refused"


class VersionTaken(Conflict):
    """This version exists with another file, or a higher one does: versions only go up."""

    code = "version-taken"


class Frozen(Conflict):
    """A freeze stands over it."""

    code = "frozen"


class SecondPersonNeeded(NotAllowed):
    """A link is released by another person than the one who issued it."""

    code = "second-person-needed"


class WithoutAuthority(NotAllowed):
    """Nobody with the authority to decide this, as the agreement names them."""

    code = "without-authority"


class BadLink(Invalid):
    """A link that contradicts itself: a window that cannot be, a passphrase too short, a target that is none."""

    code = "bad-link"


class StepNotReached(NotFound):
    """The visit is not where this belongs: it is over, or something else is asked first."""

    code = "step-not-reached"

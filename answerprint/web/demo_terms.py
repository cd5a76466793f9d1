"""What the made-up facility and its client agreed on, a draft that is not fit to be sent, and terms to begin with."""

from datetime import date
from uuid import UUID

from reviews.rules.terms import Method, PartyTerm, Protection, Quorum, Rounds, Security, SignOff, Terms, Viewing
from reviews.rules.vocabulary import (
    ColourSpace,
    DisplayClass,
    Held,
    MethodKind,
    Milestone,
    Role,
    Room,
    Subject,
    Transfer,
)

_STATEMENT = "I have reviewed this version and decide as I say below."
_BY_LINK = Method(MethodKind.ASYNC_LINK, Viewing(DisplayClass.MANAGED, judges=(Subject.EDIT,)))

DRAFT = Terms(
    milestone=Milestone.COLOUR,
    deliverable="Reels 1 to 5",
    subjects=(Subject.COLOUR,),
    parties=(),
    methods=(Method(MethodKind.ASYNC_LINK, Viewing(DisplayClass.CONSUMER, judges=(Subject.COLOUR,))),),
    security=Security(link_days=28),
    sign_off=SignOff(statement=_STATEMENT),
)
"""Colour on any screen, for longer than the policy allows, and nobody to approve it: its page says so."""


def terms_to_begin_with() -> Terms:
    """Return what a fine cut by link is agreed as."""
    return Terms(
        milestone=Milestone.FINE_CUT,
        deliverable="The cut",
        subjects=(Subject.EDIT,),
        parties=(),
        methods=(_BY_LINK,),
        security=Security(link_days=14, view_limit=3, watermark="recipient's name, burnt in"),
        sign_off=SignOff(statement=_STATEMENT),
    )


def agreed_terms(approver: UUID, second: UUID, observer: UUID, undertaking: UUID, *, calibrated_on: date) -> Terms:
    """Return what both sides accepted: an edit by link, its colour in the suite, its master on a drive."""
    suite = Viewing(
        DisplayClass.REFERENCE,
        ColourSpace.REC709,
        Transfer.BT1886,
        room=Room.SUITE,
        calibrated_on=calibrated_on,
        judges=(Subject.COLOUR,),
    )
    drive = Viewing(DisplayClass.REFERENCE, calibrated_on=calibrated_on, judges=(Subject.MASTER,))
    return Terms(
        milestone=Milestone.FINE_CUT,
        deliverable="Reel 2",
        subjects=(Subject.EDIT, Subject.COLOUR),
        parties=(
            PartyTerm(Role.APPROVER, contact_id=approver),
            PartyTerm(Role.APPROVER, contact_id=second),
            PartyTerm(Role.SIGNATORY, contact_id=approver),
            PartyTerm(Role.OBSERVER, contact_id=observer),
        ),
        quorum=Quorum(needed=1),
        methods=(_BY_LINK, Method(MethodKind.SUITE, suite), Method(MethodKind.DRIVE, drive)),
        security=Security(
            nda_text_id=undertaking,
            watermark="recipient's name, burnt in",
            watermark_applied_by="the house",
            watermark_evidence="a frame kept of each copy",
            watermark_checked_by="the producer",
            link_days=14,
            view_limit=3,
            places=(Room.OFFICE, Room.HOME, Room.SUITE),
            retention_days=14,
            destruction="return",
        ),
        rounds=Rounds(included=3, client_days=5, zone="Europe/Berlin"),
        sign_off=SignOff(statement=_STATEMENT, releases="the conform of reel 2"),
        protections=(Protection("No phones in the suite", Held.ASSERTED, "the client's staff"),),
    )

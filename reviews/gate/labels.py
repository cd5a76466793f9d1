"""What the gate calls the words of the controlled lists. What is recorded is the word itself, in every language."""

from answerprint.core.sentences import Sentence
from reviews.rules.vocabulary import DisplayClass, Room, Scope, Value

VALUES = {
    Value.APPROVED: Sentence("approved"),
    Value.WITH_NOTES: Sentence("approved with notes"),
    Value.NOT_APPROVED: Sentence("not approved"),
    Value.NO_DECISION: Sentence("no decision"),
    Value.WITHDRAWN: Sentence("to take it back"),
}
DISPLAYS = {
    DisplayClass.MASTERING: Sentence("a mastering display"),
    DisplayClass.REFERENCE: Sentence("a reference display"),
    DisplayClass.MANAGED: Sentence("a managed, calibrated display"),
    DisplayClass.CONSUMER: Sentence("a consumer display"),
    DisplayClass.PROJECTOR: Sentence("a projector"),
    DisplayClass.UNDECLARED: Sentence("I do not say"),
}
ROOMS = {
    Room.SUITE: Sentence("a grading suite"),
    Room.THEATRE: Sentence("a theatre"),
    Room.MIX_STAGE: Sentence("a mix stage"),
    Room.OFFICE: Sentence("an office"),
    Room.HOME: Sentence("my home"),
    Room.SET: Sentence("the set"),
    Room.ANY: Sentence("any place"),
}
SCOPES = {
    Scope.ALL: Sentence("all"),
    Scope.PICTURE: Sentence("picture"),
    Scope.SOUND: Sentence("sound"),
    Scope.VFX: Sentence("VFX"),
    Scope.LEGAL: Sentence("legal"),
}
DONE = {
    "reviews.agreement.accepted-by-client": Sentence("You accepted the agreement"),
    "reviews.decision.made": Sentence("You decided"),
    "reviews.view.granted": Sentence("You watched"),
    "reviews.attendance.signed-in": Sentence("You came to a screening"),
}
"""What somebody did, by the kind of its entry."""

"""What the facility refuses."""

from answerprint.core.problems import Conflict, Invalid, NotAllowed, NotFound, TooMany


class UnknownPerson(NotFound):
    """No such person."""

    code = "unknown-person"


class UnknownClient(NotFound):
    """No such client, or none that this reader may know of."""

    code = "unknown-client"


class UnknownProject(NotFound):
    """No such project, or none that this reader may know of."""

    code = "unknown-project"


class UnknownMember(NotFound):
    """This person does not work on this project."""

    code = "unknown-member"


class UnknownToken(NotFound):
    """No such token, or somebody else's."""

    code = "unknown-token"


class UnknownFeed(NotFound):
    """No such calendar feed, or somebody else's."""

    code = "unknown-feed"


class DeadFeed(NotFound):
    """The address opens no calendar: never made, replaced, revoked, or its person has left. All read the same."""

    code = "dead-feed"


class BadFeed(Invalid):
    """A calendar feed of a project without a project, or the other way round."""

    code = "bad-feed"


class TopicRefused(NotAllowed):
    """A calendar feed shows no more than who makes it may see."""

    code = "topic-refused"


class FeedEnded(Conflict):
    """The calendar feed was revoked before."""

    code = "feed-ended"


class DeadInvitation(NotFound):
    """The link opens nothing: never made, used, replaced, or too old. All read the same."""

    code = "dead-invitation"


class EmailTaken(Conflict):
    """Another person has this mail address."""

    code = "email-taken"


class ClientNameTaken(Conflict):
    """Another client has this name."""

    code = "client-name-taken"


class ProjectCodeTaken(Conflict):
    """Another project has this code."""

    code = "project-code-taken"


class AlreadyMember(Conflict):
    """This person works on this project already."""

    code = "already-member"


class LastAdmin(Conflict):
    """Without this person nobody could run the house any more."""

    code = "last-admin"


class PersonInactive(Conflict):
    """Somebody who has left is not invited and joins nothing."""

    code = "person-inactive"


class AlreadySetUp(Conflict):
    """Somebody can sign in already, so nobody becomes admin by a link any more."""

    code = "already-set-up"


class PasswordRefused(Invalid):
    """Too short, too long, or the mail address itself."""

    code = "password-refused"


class RolesRefused(Invalid):
    """A person has at least one role."""

    code = "roles-refused"


class TokenRefused(Invalid):
    """A token that would end too late, or has ended already."""

    code = "token-refused"


class ScopesRefused(NotAllowed):
    """A token may do no more than who makes it."""

    code = "scopes-refused"


class TokensNeedPerson(NotAllowed):
    """A token acts in a person's name, and the house is no person."""

    code = "tokens-need-person"


class SignInWrong(Invalid):
    """Mail and password do not fit together. Which of them is wrong is not said."""

    code = "sign-in-wrong"


class SignInHeldOff(TooMany):
    """Too many wrong sign-ins; wait until the window ends."""

    code = "sign-in-held-off"

"""The JSON of agreements: versions and their texts, what speaks against them, and who accepted."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, VERSION, choice, count, flag_field, identifier, moment_field, next_field, words
from reviews.rules.vocabulary import Milestone, Proof
from reviews.schemas.terms import TermsSchema
from reviews.service.agreements import REASON_LENGTH_MAX

_STATES = ("draft", "sent", "accepted", "superseded", "withdrawn")


def _hash(what: str, *, required: bool = False, may_lack: bool = False) -> fields.String:
    return fields.String(
        required=required,
        allow_none=may_lack,
        validate=validate.Regexp(r"[0-9a-f]{64}\Z", error="64 digits and letters a to f."),
        metadata={"description": what, "example": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    )


def sentences_by_field(what: str) -> fields.Dict:
    """Return a field of an answer that says of other fields what is wrong with them."""
    about = {"description": what, "example": {"security.link_days": ["The policy allows links of at most 3 days."]}}
    return fields.Dict(keys=fields.String(), values=fields.List(fields.String()), metadata=about)


class AgreementIn(Schema):
    """An agreement to begin."""

    project_id = identifier("For which project.", required=True)
    terms = fields.Nested(TermsSchema, required=True, metadata={"description": "What it is to say."})


class AgreementCloneIn(Schema):
    """An agreement to begin with the terms of another project's."""

    version_id = identifier("The version to take the terms of.", required=True)
    project_id = identifier("For which project.", required=True)


class AgreementDraftPatch(Schema):
    """A draft's terms to be, all of them."""

    terms = fields.Nested(TermsSchema, required=True, metadata={"description": "What it is to say."})


class AgreementQuery(Schema):
    """Whose agreements are asked for."""

    project_id = identifier("The project.", required=True)
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.String(metadata={"description": "Rows a page, 50 if left out.", "example": "50"})


class AgreementOut(Schema):
    """An agreement, with its newest version and the one in force."""

    id = fields.UUID(metadata=ID)
    project_id = identifier("Its project.")
    number = count("Counted from 1 in its project.", 2)
    milestone = choice("What the work has come to.", "fine-cut", Milestone)
    created_by = identifier("Who began it.")
    created_at = moment_field("When it was begun.")
    version_id = identifier("Its newest version.")
    version_number = count("The number of the newest version.", 3)
    state = choice("What the newest version is.", "sent", _STATES)
    version = fields.Integer(metadata=VERSION)
    accepted_id = identifier("The version in force.", may_lack=True)
    accepted_number = count("The number of the version in force.", 2, may_lack=True)


class AgreementPage(Schema):
    """Some agreements of a project."""

    items = fields.List(fields.Nested(AgreementOut), metadata={"description": "The newest first."})
    next = next_field()


class AgreementVersionOut(Schema):
    """A version of an agreement."""

    id = fields.UUID(metadata=ID)
    agreement_id = identifier("Its agreement.")
    number = count("Counted from 1 in its agreement.", 1)
    state = choice("What it is.", "draft", _STATES)
    text_sha256 = _hash("SHA-256 of its frozen text; null before it was sent.", may_lack=True)
    sent_at = moment_field("When it was sent.", may_lack=True)
    accepted_at = moment_field("When the second side accepted it.", may_lack=True)
    ended_at = moment_field("When it was superseded or withdrawn.", may_lack=True)
    version = fields.Integer(metadata=VERSION)


class AgreementVersionList(Schema):
    """All versions of an agreement."""

    items = fields.List(fields.Nested(AgreementVersionOut), metadata={"description": "The newest first."})


class AgreementAcceptanceOut(Schema):
    """A side accepted a version."""

    side = choice("Which side.", "client", ("house", "client"))
    contact_id = identifier("Who of the client's.", may_lack=True)
    person_id = identifier("Who of the house.", may_lack=True)
    proof = choice("How it was known who it is.", "mailbox verified", Proof)
    text_sha256 = _hash("SHA-256 of the text that was accepted.")
    accepted_at = moment_field("When.")


class AgreementVersionDetail(AgreementVersionOut):
    """A version with what it says and who accepted it."""

    terms = fields.Nested(TermsSchema, metadata={"description": "What it says."})
    acceptances = fields.List(fields.Nested(AgreementAcceptanceOut), metadata={"description": "Who accepted it."})


class AgreementTextOut(Schema):
    """What both sides hold to, in words."""

    text = fields.String(
        metadata={"description": "The whole text.", "example": "Review agreement BLUE HERON, number 1"}
    )
    text_sha256 = _hash("SHA-256 of the text.")
    is_frozen = flag_field("Whether it was sent; a draft's text still changes.", example=True)


class AgreementFindingOut(Schema):
    """Something that cannot be relied on; an exception that names its code answers it."""

    code = words("Its code.", "suitability.colour.M1")
    field = words("The field of the terms.", "methods.0.viewing.judges")
    why = words("Why.", "Colour by screening link on a display that is undeclared is not what was graded.")
    needs = words("What would make it go.", "Name the colour space.")
    answered_by = fields.String(
        allow_none=True, metadata={"description": "The exception that answers it; null while none.", "example": "X1"}
    )


class AgreementStandingOut(Schema):
    """What speaks against a version as the house stands today."""

    can_be_sent = flag_field("Whether nothing stands against sending it.", example=False)
    findings = fields.List(
        fields.Nested(AgreementFindingOut), metadata={"description": "What an exception can answer."}
    )
    below_floor = sentences_by_field("Where the policy asks for more, by field.")
    missing = sentences_by_field("What is not there, by field.")


class AgreementChangeOut(Schema):
    """One thing that differs."""

    code = words("The field.", "security.link_days")
    section = words("The section of the text.", "Security")
    sentence = words("In words.", "Longest life of a link: was 7 days; is 3 days.")


class AgreementDifferenceQuery(Schema):
    """Against what is compared."""

    against = identifier("The older version.", required=True)


class AgreementDifferenceOut(Schema):
    """What differs between two versions; empty exactly where nothing does."""

    items = fields.List(fields.Nested(AgreementChangeOut), metadata={"description": "Section by section."})


class AffectedLinkOut(Schema):
    """A live link under an agreement, and what of it another version's terms do not allow."""

    id = fields.UUID(metadata=ID)
    contact_id = identifier("Whose it is.")
    method = words("Its method.", "M1")
    ends_at = moment_field("When it ends.")
    breaks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={
            "description": "What it allows and the terms do not, by field; empty: it may stay.",
            "example": {"security.view_limit": "It allows 5 views, agreed are 2."},
        },
    )


class AffectedLinkList(Schema):
    """The live links that a version's terms concern."""

    items = fields.List(fields.Nested(AffectedLinkOut), metadata={"description": "The newest first."})


class HouseAcceptanceIn(Schema):
    """An acceptance for the house."""

    text_sha256 = _hash("SHA-256 of the text that you read.", required=True)


class AgreementWithdrawalIn(Schema):
    """A version to take back."""

    reason = words("Why.", "The wrong reel.", longest=REASON_LENGTH_MAX)


class AgreementSendAgainIn(Schema):
    """Who gets a new way to a version."""

    contact_id = identifier("A signatory of it.", required=True)

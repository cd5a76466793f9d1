"""The JSON of floors, of what is under them, and of terms to begin with."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from facility.schemas.parts import ID, VERSION, choice, flag_field, identifier, words
from reviews.rules.floors import Demands
from reviews.schemas.agreements import sentences_by_field
from reviews.schemas.terms import TermsSchema


def _most(what: str, example: int, most: int) -> fields.Integer:
    return fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(min=1, max=most),
        metadata={"description": what, "example": example},
    )


class DemandsSchema(Schema):
    """What is demanded of every agreement and link; what is left out demands nothing."""

    longest_link_days = _most("Longest life of a link, in days; null demands nothing.", 14, 365)
    most_views = _most("Most views of a link; null demands nothing.", 5, 1000)
    forbids_download = flag_field("No downloads.", example=True)
    needs_release = flag_field("A second person releases each link.", example=False)
    asks_passphrase = flag_field("A passphrase by another channel.", example=False)
    asks_totp = flag_field("An authenticator.", example=False)
    needs_nda = flag_field("An undertaking of confidentiality.", example=True)
    needs_watermark = flag_field("A watermark is instructed.", example=True)
    recipients_only = flag_field("Links for parties only.", example=True)

    @post_load
    def _make(self, loaded: dict[str, Any], **_: Any) -> Demands:
        return Demands(**loaded)


class ReviewPolicyIn(Schema):
    """A floor to set."""

    demands = fields.Nested(DemandsSchema, required=True, metadata={"description": "What is demanded from now on."})


class ReviewPolicyOut(Schema):
    """A floor: the house's own, or a client's."""

    client_id = identifier("Whose; null is the house's own.", may_lack=True)
    demands = fields.Nested(DemandsSchema, metadata={"description": "What it demands by itself."})
    in_force = fields.Nested(DemandsSchema, metadata={"description": "With the house's: of each the stricter."})
    version = fields.Integer(metadata=VERSION | {"description": "Counts the changes, 0 before the first; the ETag."})


class BelowFloorQuery(Schema):
    """Whose agreements and links are asked for."""

    client_id = identifier("One client's only.")


class BelowFloorOut(Schema):
    """Something live that goes under the policy of today."""

    kind = choice("What it is.", "link", ("agreement", "link"))
    id = fields.UUID(metadata=ID | {"description": "The agreement version's, or the link's."})
    project_id = identifier("Its project.")
    reasons = sentences_by_field("Where and why.")


class BelowFloorList(Schema):
    """All that is live and goes under the policy of today."""

    items = fields.List(fields.Nested(BelowFloorOut), metadata={"description": "Agreements, then links."})


class AgreementTemplateIn(Schema):
    """Terms to begin with."""

    client_id = identifier("For this client; null or left out: for all.", may_lack=True)
    name = words("What they are called.", "Fine cut by link")
    terms = fields.Nested(TermsSchema, required=True, metadata={"description": "What they say."})


class AgreementTemplatePut(Schema):
    """Terms to begin with as they are to be."""

    name = words("What they are called.", "Fine cut by link")
    terms = fields.Nested(TermsSchema, required=True, metadata={"description": "What they say."})


class AgreementTemplateOut(Schema):
    """Terms to begin with."""

    id = fields.UUID(metadata=ID)
    client_id = identifier("For this client; null: for all.", may_lack=True)
    name = words("What they are called.", "Fine cut by link")
    terms = fields.Nested(TermsSchema, metadata={"description": "What they say."})
    version = fields.Integer(metadata=VERSION)


class AgreementTemplateQuery(Schema):
    """Whose terms to begin with are asked for."""

    client_id = identifier("This client's, and those for all; left out: those for all.")


class AgreementTemplateList(Schema):
    """Terms to begin with, a client's own first."""

    items = fields.List(fields.Nested(AgreementTemplateOut), metadata={"description": "By name."})

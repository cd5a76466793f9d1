"""The JSON of drives, DCPs and tablets."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, VERSION, choice, count, day, identifier, line, moment_field, next_field, words
from reviews.schemas.screenings import instant, sha256

CARRIER_KINDS = ("drive", "dcp", "tablet")
ENDINGS = ("returned", "destroyed", "lost")


class ShipmentIn(Schema):
    """What is to leave the house today, under an agreement in force."""

    agreement_version_id = identifier("The version of the agreement, accepted by both.", required=True)
    method = words("The method's label in it: DCP or drive, or tablet.", "M2", longest=4)
    material_version_id = identifier("The version on it.", required=True)
    contact_id = identifier("Who gets it.", required=True)
    carrier_kind = choice("What it is.", "drive", CARRIER_KINDS, required=True)
    serial = words("Its serial, which the recipient reads on it.", "CRU-0815", longest=80)
    courier = words("Who carries it.", "Kurier Nord")
    tracking = words("Their number for it.", "KN 4711", longest=80)
    kdm_device = line("Of a DCP: the one server that the KDM serves, by thumbprint or serial.", "", longest=120)
    kdm_from = instant("Of a DCP: from when the KDM opens.", may_lack=True)
    kdm_until = instant("Of a DCP: until when.", may_lack=True)
    due_back_on = day("By when it is back or destroyed; left out, as late as agreed.", "2026-04-01", may_lack=True)


class ShipmentOut(Schema):
    """A shipment, until it ended and after."""

    id = fields.UUID(metadata=ID)
    project_id = fields.UUID(metadata=ID)
    agreement_version_id = fields.UUID(metadata=ID)
    method = fields.String(metadata={"description": "The method's label.", "example": "M2"})
    material_version_id = fields.UUID(metadata=ID)
    contact_id = fields.UUID(metadata=ID)
    contact_name = fields.String(metadata={"description": "Who has it.", "example": "Ines Okafor"})
    carrier_kind = choice("What it is.", "drive", CARRIER_KINDS)
    serial = fields.String(metadata={"description": "Its serial.", "example": "CRU-0815"})
    courier = fields.String(metadata={"description": "Who carries it.", "example": "Kurier Nord"})
    tracking = fields.String(metadata={"description": "Their number for it.", "example": "KN 4711"})
    shipped_by = fields.UUID(metadata=ID)
    shipped_at = moment_field("When it left.")
    received_at = moment_field("When its receipt was confirmed.", may_lack=True)
    receipt_note = fields.String(metadata={"description": "How that is known.", "example": "signed for at the desk"})
    kdm_device = fields.String(metadata={"description": "The server that the KDM serves.", "example": ""})
    kdm_from = moment_field("From when the KDM opens.", may_lack=True)
    kdm_until = moment_field("Until when.", may_lack=True)
    due_back_on = day("By when it is back or destroyed.", "2026-04-01")
    ending = fields.String(allow_none=True, metadata={"description": "What became of it.", "example": "returned"})
    ended_at = moment_field("When it ended.", may_lack=True)
    certificate_sha256 = sha256("SHA-256 of the certificate of destruction.", may_lack=True)
    chased_on = day("The last day on which the recipient was reminded.", "2026-04-08", may_lack=True)
    days_overdue = count("How many days it is late, or was when it ended.", 0)
    version = fields.Integer(metadata=VERSION)


class ShipmentPage(Schema):
    """Some shipments, the newest first."""

    items = fields.List(fields.Nested(ShipmentOut), metadata={"description": "Shipments."})
    next = next_field()


class OverdueList(Schema):
    """What is overdue, the longest first."""

    items = fields.List(fields.Nested(ShipmentOut), metadata={"description": "Shipments."})


class ShipmentQuery(Schema):
    """Whose shipments are asked for."""

    project_id = identifier("The project.", required=True)
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.String(metadata={"description": "Rows a page, 50 if left out.", "example": "50"})


class ReceiptIn(Schema):
    """How it is known that the recipient has it."""

    receipt_note = line("How that is known.", "signed for at the desk", longest=300)


class EndingIn(Schema):
    """What became of it."""

    ending = choice("What became of it; lost opens an incident.", "returned", ENDINGS, required=True)
    certificate_sha256 = fields.String(
        allow_none=True,
        validate=validate.Regexp(r"[0-9a-f]{64}\Z", error="A SHA-256 is 64 digits in lower-case hex."),
        metadata={
            "description": "SHA-256 of the certificate, where it was destroyed.",
            "example": "9f86d081884c7d65" * 4,
        },
    )

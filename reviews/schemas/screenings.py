"""The JSON of screenings, of who came, and of what was decided in the room."""

from marshmallow import Schema, ValidationError, fields, validate

from facility.schemas.parts import ID, VERSION, choice, count, day, identifier, line, moment_field, next_field, words
from reviews.rules.vocabulary import DisplayClass, Room, Value

STATES = ("planned", "held", "cancelled")
_HEX = set("0123456789abcdef")
_DECIDED = [one for one in Value if one is not Value.WITHDRAWN]


def _is_sha256(text: str) -> None:
    if len(text) != 64 or not set(text) <= _HEX:
        raise ValidationError("A SHA-256 is 64 digits in lower-case hex.")


def sha256(what: str, *, may_lack: bool = False, required: bool = False) -> fields.String:
    """Return a field for a SHA-256 in hex."""
    about = {"description": what, "example": "9f86d081884c7d65" * 4}
    return fields.String(required=required, allow_none=may_lack, validate=_is_sha256, metadata=about)


def instant(what: str, *, required: bool = False, may_lack: bool = False) -> fields.AwareDateTime:
    """Return a field for an instant that is sent, in any zone."""
    about = {"description": what, "example": "2026-03-14T10:00:00+01:00"}
    return fields.AwareDateTime(required=required, allow_none=may_lack, metadata=about)


class ScreeningIn(Schema):
    """A screening to plan under an agreement in force."""

    agreement_version_id = identifier("The version of the agreement, accepted by both.", required=True)
    method = words("The method's label in it: a supervised suite or a live stream.", "M1", longest=4)
    material_version_id = identifier("The version that is shown.", required=True)
    host_id = identifier("The person of the house who receives people.", required=True)
    room = words("Where. It stands in the invitation.", "Suite 3")
    display = words("The display.", "X300")
    display_serial = words("Its serial.", "7001234", longest=60)
    calibrated_on = day("When it was last calibrated.", "2026-03-12", may_lack=True)
    calibration_sha256 = sha256("SHA-256 of the calibration's report.", may_lack=True)
    starts_at = instant("When it begins.", required=True)
    ends_at = instant("When it ends.", required=True)
    zone = words("The zone in which people are told of it.", "Europe/Berlin", longest=60)


class ScreeningPatch(Schema):
    """What to change of a screening; what is left out stays."""

    material_version_id = identifier("The version that is shown.")
    host_id = identifier("The person of the house who receives people.")
    room = words("Where. It stands in the invitation.", "Suite 3", required=False)
    display = words("The display.", "X300", required=False)
    display_serial = words("Its serial.", "7001234", longest=60, required=False)
    calibrated_on = day("When it was last calibrated.", "2026-03-12", may_lack=True)
    calibration_sha256 = sha256("SHA-256 of the calibration's report.", may_lack=True)
    starts_at = instant("When it begins.")
    ends_at = instant("When it ends.")
    zone = words("The zone in which people are told of it.", "Europe/Berlin", longest=60, required=False)


class ScreeningOut(Schema):
    """A screening, and what its display's calibration is warned of."""

    id = fields.UUID(metadata=ID)
    project_id = fields.UUID(metadata=ID)
    agreement_version_id = fields.UUID(metadata=ID)
    method = fields.String(metadata={"description": "The method's label.", "example": "M1"})
    material_version_id = fields.UUID(metadata=ID)
    material_name = fields.String(metadata={"description": "What the material is called.", "example": "NB-204_reel2"})
    material_number = count("The version.", 12)
    host_id = fields.UUID(metadata=ID)
    room = fields.String(metadata={"description": "Where.", "example": "Suite 3"})
    display = fields.String(metadata={"description": "The display.", "example": "X300"})
    display_serial = fields.String(metadata={"description": "Its serial.", "example": "7001234"})
    calibrated_on = day("When it was last calibrated.", "2026-03-12", may_lack=True)
    calibration_sha256 = sha256("SHA-256 of the calibration's report.", may_lack=True)
    starts_at = moment_field("When it begins.")
    ends_at = moment_field("When it ends.")
    zone = fields.String(metadata={"description": "The zone people are told.", "example": "Europe/Berlin"})
    state = choice("Whether it is planned, was held, or was called off.", "planned", STATES)
    sequence = count("How often its invitation was changed.", 0)
    invited = count("How many people were invited.", 3)
    signed_in = count("How many came.", 2)
    warnings = fields.List(
        fields.String(),
        metadata={"description": "What the calibration is warned of.", "example": []},
    )
    version = fields.Integer(metadata=VERSION)


class AttendanceOut(Schema):
    """Somebody who was invited or came."""

    id = fields.UUID(metadata=ID)
    contact_id = fields.UUID(metadata=ID)
    name = fields.String(metadata={"description": "Their name.", "example": "Ines Okafor"})
    invited_at = moment_field("When they were invited.", may_lack=True)
    signed_in_at = moment_field("When they were signed in.", may_lack=True)
    signed_in_by = fields.UUID(allow_none=True, metadata=ID | {"description": "Who saw them."})
    nda_sha256 = sha256("SHA-256 of the undertaking that binds them.", may_lack=True)


class ScreeningDetail(ScreeningOut):
    """A screening with who was invited or came."""

    attendances = fields.List(fields.Nested(AttendanceOut), metadata={"description": "Who was invited or came."})


class ScreeningPage(Schema):
    """Some screenings, the newest first."""

    items = fields.List(fields.Nested(ScreeningOut), metadata={"description": "Screenings."})
    next = next_field()


class ScreeningQuery(Schema):
    """Whose screenings are asked for."""

    project_id = identifier("The project.", required=True)
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.String(metadata={"description": "Rows a page, 50 if left out.", "example": "50"})


class InvitationIn(Schema):
    """Whom to invite."""

    contact_ids = fields.List(
        fields.UUID(),
        required=True,
        validate=validate.Length(min=1, max=100),
        metadata={"description": "The client's people to invite.", "example": [ID["example"]]},
    )


class SignInIn(Schema):
    """Who is seen in the room."""

    contact_id = identifier("Who came.", required=True)
    undertaking_sha256 = sha256(
        "SHA-256 of the undertaking that they read and accepted in the room, where they had not before.", may_lack=True
    )


class RoomApproverOut(Schema):
    """An approver who is signed in."""

    label = fields.String(metadata={"description": "Their label in the agreement.", "example": "P1"})
    contact_id = fields.UUID(metadata=ID)


class RoomRoundOut(Schema):
    """A round that can be decided in the room."""

    round_id = fields.UUID(metadata=ID)
    number = count("Counted from 1 in its agreement.", 2)
    statement = fields.String(metadata={"description": "The text to sign.", "example": "I approve this version."})
    statement_sha256 = sha256("SHA-256 of it.")
    approvers = fields.List(fields.Nested(RoomApproverOut), metadata={"description": "Who of those present may."})


class RoomRoundList(Schema):
    """The open rounds of what is shown."""

    items = fields.List(fields.Nested(RoomRoundOut), metadata={"description": "Rounds."})


class RoomDecisionIn(Schema):
    """What an approver decided in the room, as the host takes it down."""

    round_id = identifier("The round.", required=True)
    contact_id = identifier("The approver, who is signed in.", required=True)
    label = words("Their label in the agreement.", "P1", longest=4)
    value = choice(
        "What they decided.", "approved", [one for one in Value if one is not Value.WITHDRAWN], required=True
    )
    display = choice("How far the display can be trusted.", "reference", DisplayClass, required=True)
    room = choice("Where they watched.", "grading-suite", Room, required=True)
    sound = line("How they listened.", "5.1, calibrated", longest=120)
    statement_sha256 = sha256("SHA-256 of the text that they were shown.", required=True)

"""The forms of what happens in rooms, on drives and after a leak; floors and names have theirs here, too."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import identifier, line, words
from reviews.pages.forms import number_field, sha256_field, tick_field, version_field
from reviews.rules.incidents import TEXT_MAX
from reviews.rules.vocabulary import DisplayClass, Room, Value
from reviews.schemas.incidents import STEP_KINDS
from reviews.schemas.shipments import CARRIER_KINDS, ENDINGS

STEPS = tuple(one for one in STEP_KINDS if one != "notified")
DECIDED = (Value.APPROVED, Value.WITH_NOTES, Value.NOT_APPROVED, Value.NO_DECISION)
_LABEL_AND_CONTACT = r"P[0-9]{1,2}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z"


def text_field() -> fields.String:
    """Return a field for some lines of text."""
    return fields.String(required=True, validate=validate.Length(min=1, max=TEXT_MAX))


class ScreeningChangeForm(Schema):
    """A screening as it is to be."""

    material_version_id = identifier("The version that is shown.", required=True)
    host_id = identifier("Who receives people.", required=True)
    room = words("Where.", "Suite 3")
    display = words("The display.", "X300")
    display_serial = words("Its serial.", "7001234", longest=60)
    calibrated_on = fields.Date()
    calibration_sha256 = sha256_field()
    starts_at = fields.NaiveDateTime(required=True)
    ends_at = fields.NaiveDateTime(required=True)
    version = version_field()


class ScreeningForm(ScreeningChangeForm):
    """A screening to plan."""

    class Meta:
        """Nothing is changed: there is no version yet."""

        exclude = ("version",)

    agreement_version_id = identifier("The accepted version.", required=True)
    method = words("The agreed method.", "M1", longest=4)


class InviteForm(Schema):
    """Whom to invite."""

    invited_id = identifier("Who.", required=True)


class SignInForm(Schema):
    """Who is seen in the room."""

    contact_id = identifier("Who came.", required=True)
    has_read = tick_field()
    undertaking_sha256 = sha256_field()


class RoomDecisionForm(Schema):
    """What an approver decided in the room."""

    round_id = identifier("The round.", required=True)
    who = fields.String(required=True, validate=validate.Regexp(_LABEL_AND_CONTACT, error="Choose who decided."))
    value = fields.String(required=True, validate=validate.OneOf([one.value for one in DECIDED]))
    display = fields.String(required=True, validate=validate.OneOf([one.value for one in DisplayClass]))
    room = fields.String(required=True, validate=validate.OneOf([one.value for one in Room]))
    sound = line("How they listened.", "5.1", longest=120)
    statement_sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))


class ShipmentForm(Schema):
    """What is to leave the house today."""

    agreement_version_id = identifier("The accepted version.", required=True)
    method = words("The agreed method.", "M2", longest=4)
    material_version_id = identifier("The version on it.", required=True)
    contact_id = identifier("Who gets it.", required=True)
    carrier_kind = fields.String(required=True, validate=validate.OneOf(CARRIER_KINDS))
    serial = words("Its serial.", "CRU-0815", longest=80)
    courier = words("Who carries it.", "Kurier Nord")
    tracking = words("Their number for it.", "KN 4711", longest=80)
    kdm_device = line("The server that the KDM serves.", "", longest=120)
    kdm_from = fields.NaiveDateTime()
    kdm_until = fields.NaiveDateTime()
    due_back_on = fields.Date()


class ShipmentReceiptForm(Schema):
    """How it is known that the recipient has it."""

    receipt_note = line("How.", "signed for at the desk", longest=300)


class ShipmentEndForm(Schema):
    """What became of it."""

    ending = fields.String(required=True, validate=validate.OneOf(ENDINGS))
    certificate_sha256 = sha256_field()


class IncidentForm(Schema):
    """Something that got out, or may have."""

    title = words("What it is.", "Frame of reel 2 seen online", longest=200)
    detected_at = fields.NaiveDateTime(required=True)
    material_version_id = identifier("The version.")


class IncidentStepForm(Schema):
    """Something that was done about an incident."""

    step_kind = fields.String(required=True, validate=validate.OneOf(STEPS))
    text = text_field()
    evidence_sha256 = sha256_field()


class IncidentToldForm(Schema):
    """How the client was told."""

    told = text_field()


class IncidentEndForm(Schema):
    """What an incident came to."""

    outcome = text_field()


class IncidentFreezeForm(Schema):
    """What is frozen because of an incident."""

    scope = fields.String(required=True, validate=validate.OneOf(["project", "client", "all"]))


class SpanForm(Schema):
    """Between which two moments."""

    since = fields.NaiveDateTime(required=True)
    until = fields.NaiveDateTime(required=True)


class DemandsForm(Schema):
    """What is demanded of every agreement and link."""

    longest_link_days = number_field(1, 365)
    most_views = number_field(1, 1000)
    forbids_download = tick_field()
    needs_release = tick_field()
    asks_passphrase = tick_field()
    asks_totp = tick_field()
    needs_nda = tick_field()
    needs_watermark = tick_field()
    recipients_only = tick_field()
    version = version_field()


class NamedForm(Schema):
    """What something is called, and which version of it is changed."""

    name = words("What it is called.", "Fine cut by link")
    version = fields.Integer(load_default=0, validate=validate.Range(min=0))


class CloneForm(Schema):
    """Whose terms to begin with."""

    version_id = identifier("The version.", required=True)

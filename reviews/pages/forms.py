"""The forms of reviews' pages, as schemas: like those of the API, but numbers and claims come as text."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import email_field, identifier, line, name_field, words
from reviews.models.parties import ALIAS_LENGTH_MAX, COMPANY_LENGTH_MAX
from reviews.rules.vocabulary import MaterialKind
from reviews.schemas.parties import LANGUAGES


def version_field() -> fields.Integer:
    """Return the hidden field that says which version is changed."""
    return fields.Integer(required=True, validate=validate.Range(min=0))


def number_field(least: int, most: int) -> fields.Integer:
    """Return a field for a whole number that may be left out."""
    return fields.Integer(validate=validate.Range(min=least, max=most))


def tick_field() -> fields.Boolean:
    """Return a field for a box."""
    return fields.Boolean(load_default=False)


def sha256_field() -> fields.String:
    """Return a field for a SHA-256 that may be left out."""
    return fields.String(validate=validate.Regexp(r"[0-9a-f]{64}\Z", error="64 digits and letters a to f."))


class FaceForm(Schema):
    """How a project is called outside."""

    alias = line("The code name.", "BLUE HERON", longest=ALIAS_LENGTH_MAX)
    is_alias_in_force = tick_field()
    titles = fields.String(validate=validate.Length(max=4000))
    naming_template_id = identifier("How its files are named.")
    version = version_field()


class HostForm(Schema):
    """A host to hand off to."""

    host = words("Its name.", "review.example.com", longest=253)


class ContactForm(Schema):
    """Somebody of a client's."""

    name = name_field("Their name.", "Ines Okafor")
    email = email_field()
    company = line("Their company.", "Okafor Films", longest=COMPANY_LENGTH_MAX)
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    version = version_field()


class UndertakingForm(Schema):
    """The text of an undertaking."""

    title = words("What it is called.", "Confidentiality undertaking")
    text = fields.String(required=True, validate=validate.Length(min=1, max=100_000))


class MaterialForm(Schema):
    """A version to register."""

    name = words("What the material is called, without version.", "NB-204_reel2", longest=200)
    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in MaterialKind]))
    file_name = words("The file's name.", "NB-204_reel2_v012.mov", longest=255)
    number = number_field(0, 99_999)
    sha256 = fields.String(
        required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z", error="64 digits and letters a to f.")
    )
    size = fields.Integer(required=True, validate=validate.Range(min=0, max=2**53))
    eidr = line("Its EIDR.", "", longest=34)
    media_path = line("Its path under the media root.", "reels/reel2_v012.mp4", longest=500)
    frame_rate = fields.String(
        validate=validate.Regexp(r"[1-9][0-9]{0,5}/(1|1001)\Z", error="A fraction such as 24/1 or 24000/1001.")
    )
    start_frame = number_field(0, 30_000_000)


class NoteForm(Schema):
    """A note of the house's."""

    text = fields.String(required=True, validate=validate.Length(min=1, max=10_000))
    timecode = line("Where it begins.", "01:00:02:00", longest=11)
    is_internal = tick_field()


class ReasonForm(Schema):
    """Why something is done."""

    reason = words("Why.", "Sent to the wrong person", longest=300)


class LinkForm(Schema):
    """A link to issue; what is left out is as agreed."""

    agreement_version_id = identifier("The accepted version.", required=True)
    method = words("The agreed method.", "M1", longest=4)
    material_version_id = identifier("What it leads to.", required=True)
    contact_id = identifier("The one person it is for.", required=True)
    starts_at = fields.NaiveDateTime()
    ends_at = fields.NaiveDateTime()
    view_limit = number_field(1, 1000)
    allows_download = tick_field()
    asks_passphrase = tick_field()
    target_url = fields.String(validate=validate.Length(max=2000))
    platform = line("What it hands off to.", "ClearView Flex", longest=60)
    platform_enforces = line("What that platform holds to.", "expiry", longest=500)
    passphrase = fields.String(validate=validate.Length(max=200))


class VersionForm(Schema):
    """Which version is changed."""

    version = version_field()


class AcceptForm(Schema):
    """The text that was read."""

    text_sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))


class FreezeForm(Schema):
    """What to freeze."""

    scope = fields.String(required=True, validate=validate.OneOf(["contact", "client", "project", "all"]))
    subject_id = identifier("Whose.")
    reason = words("Why.", "A phone was lost", longest=300)


class RoundForm(Schema):
    """A version to put before the client."""

    material_version_id = identifier("The version.", required=True)

"""The JSON of incidents and leak drills."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, VERSION, choice, count, flag_field, identifier, moment_field, next_field, words
from reviews.rules.incidents import TEXT_MAX
from reviews.rules.leaks import Way
from reviews.schemas.screenings import instant, sha256

STEP_KINDS = ("detected", "notified", "responded", "evidence", "reported")
SCOPES = ("contact", "client", "project", "all")


def _text(what: str, example: str) -> fields.String:
    about = {"description": what, "example": example}
    return fields.String(required=True, validate=validate.Length(min=1, max=TEXT_MAX), metadata=about)


class IncidentIn(Schema):
    """Something that got out, or may have."""

    project_id = identifier("The project.", required=True)
    title = words("What it is, in a line.", "Frame of reel 2 seen online", longest=200)
    detected_at = instant("When it was detected: the clock runs from then.", required=True)
    material_version_id = identifier("The version, where it is known.", may_lack=True)


class IncidentOut(Schema):
    """An incident and its clock."""

    id = fields.UUID(metadata=ID)
    project_id = fields.UUID(metadata=ID)
    material_version_id = fields.UUID(allow_none=True, metadata=ID)
    title = fields.String(metadata={"description": "What it is.", "example": "Frame of reel 2 seen online"})
    opened_by = fields.UUID(metadata=ID)
    opened_at = moment_field("When it was opened.")
    detected_at = moment_field("When it was detected.")
    notify_by = moment_field("By when the client is to know.")
    notified_at = moment_field("When the client was told.", may_lack=True)
    closed_at = moment_field("When it was closed.", may_lack=True)
    is_overdue = flag_field("Whether the client should know by now and does not.", example=False)
    version = fields.Integer(metadata=VERSION)


class IncidentStepOut(Schema):
    """Something that was done; it never changes."""

    id = fields.UUID(metadata=ID)
    kind = choice("What it was.", "responded", STEP_KINDS)
    text = fields.String(metadata={"description": "In words.", "example": "Took all links back."})
    evidence_sha256 = sha256("SHA-256 of a file that shows it.", may_lack=True)
    taken_by = fields.UUID(metadata=ID)
    taken_at = moment_field("When it was written down.")


class IncidentDetail(IncidentOut):
    """An incident with what was done about it."""

    steps = fields.List(fields.Nested(IncidentStepOut), metadata={"description": "What was done, in its order."})


class IncidentPage(Schema):
    """Some incidents, the newest first."""

    items = fields.List(fields.Nested(IncidentOut), metadata={"description": "Incidents."})
    next = next_field()


class IncidentQuery(Schema):
    """Whose incidents are asked for."""

    project_id = identifier("The project; left out, all that you may know of.")
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.String(metadata={"description": "Rows a page, 50 if left out.", "example": "50"})


class IncidentStepIn(Schema):
    """Something that was done about an incident."""

    step_kind = choice("What it was.", "responded", [one for one in STEP_KINDS if one != "notified"], required=True)
    text = _text("In words.", "Took all links back.")
    evidence_sha256 = sha256("SHA-256 of a file that shows it.", may_lack=True)


class IncidentWordsIn(Schema):
    """How the client was told, or what an incident came to."""

    text = _text("In words.", "Called the client's head of security.")


class IncidentFreezeIn(Schema):
    """What is to be frozen at once."""

    scope = choice("What: the incident's project, or another subject.", "project", SCOPES, required=True)
    subject_id = identifier("Which; left out for a project, the incident's.", may_lack=True)


class ExposureQuery(Schema):
    """Between which two moments."""

    since = instant("From when.", required=True)
    until = instant("Until when.", required=True)


class ExposureOut(Schema):
    """One way in which one person could have seen a version."""

    way = choice("How, as a word.", "watched", Way)
    how = fields.String(metadata={"description": "How, for people.", "example": "watched through a link of their own"})
    contact_id = fields.UUID(allow_none=True, metadata=ID | {"description": "Somebody of the client's."})
    person_id = fields.UUID(allow_none=True, metadata=ID | {"description": "Somebody of the house."})
    name = fields.String(metadata={"description": "Their name.", "example": "Ines Okafor"})
    proof = fields.String(metadata={"description": "How it was known who they are.", "example": "mailbox verified"})
    first_at = moment_field("From when.")
    last_at = moment_field("Until when; null where it lasts.", may_lack=True)
    times = count("How often; 0 for a link that nobody watched through.", 2)
    mark = fields.String(metadata={"description": "The watermark as instructed.", "example": "name and time, burnt in"})
    over = fields.String(metadata={"description": "Over what.", "example": "screening link, in the house's own room"})
    source_id = fields.UUID(
        metadata=ID | {"description": "The link, screening or shipment; for the house the version."}
    )


class ExposureList(Schema):
    """Who could have seen a version, the first first."""

    items = fields.List(fields.Nested(ExposureOut), metadata={"description": "Ways to have seen it."})

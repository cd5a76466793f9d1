"""The JSON of calendar feeds."""

from marshmallow import Schema, fields, validate

from facility.models import FeedTopic
from facility.schemas.parts import ID, moment_field, next_field

_TOPIC = validate.OneOf([topic.value for topic in FeedTopic])
_ABOUT = {
    "description": "What it shows: dates of contracts and lots, or the reservations of a project.",
    "example": FeedTopic.RESERVATIONS.value,
}


class FeedIn(Schema):
    """A calendar feed to make."""

    topic = fields.String(required=True, validate=_TOPIC, metadata=_ABOUT)
    project_id = fields.UUID(
        load_default=None, allow_none=True, metadata=ID | {"description": "The project whose reservations it shows."}
    )


class FeedOut(Schema):
    """A calendar feed; its address is not kept and cannot be shown."""

    id = fields.UUID(metadata=ID)
    topic = fields.String(metadata=_ABOUT)
    project_id = fields.UUID(allow_none=True, metadata=ID | {"description": "Of which project; null for contracts."})
    project_code = fields.String(metadata={"description": "The project's code, or empty.", "example": "HARB"})
    created_at = moment_field("When it was made.")
    rotated_at = moment_field("When it last got another address.", may_lack=True)
    revoked_at = moment_field("When it was revoked.", may_lack=True)


class FeedPage(Schema):
    """Calendar feeds, the newest first."""

    items = fields.List(fields.Nested(FeedOut), metadata={"description": "Your calendar feeds."})
    next = next_field()


class NewFeedOut(Schema):
    """The feed with its address."""

    feed = fields.Nested(FeedOut, metadata={"description": "The feed."})
    url = fields.String(
        metadata={
            "description": "The address to subscribe to. Whoever has it reads the calendar; it is shown only now.",
            "example": "https://post.example/api/v1/licensing/calendars/….ics",
        }
    )

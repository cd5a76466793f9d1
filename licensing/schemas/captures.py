"""Captures, as the API takes and shows them."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields

from answerprint.core.problems import TooLarge
from facility.schemas.parts import ID, Moment, next_field
from licensing.collectors.reading import ServerState
from licensing.collectors.registry import MAX_CAPTURE_BYTES


class CaptureText(fields.Field[bytes]):
    """What a server printed: text of a JSON body, or the bytes of a plain one as they came."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bytes:
        raw = value if isinstance(value, bytes) else _as_bytes(value)
        if len(raw) > MAX_CAPTURE_BYTES:
            sentence = f"A capture may have {MAX_CAPTURE_BYTES} bytes: send one server's text at a time."
            raise TooLarge(sentence, fields={"text": [sentence]})
        return raw


class SentTime(Moment):
    """An instant with its zone; one that no calendar can hold in UTC is refused."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, *args, **kwargs)
        # The first and the last year of the calendar cannot be moved to UTC.
        if not 1 < moment.year < 9999:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return moment


class CaptureIn(Schema):
    """What a licence server printed, to be kept and read."""

    server_id = fields.UUID(required=True, metadata=ID)
    text = CaptureText(
        required=True,
        metadata={
            "type": "string",
            "description": "What the command printed, whole and unchanged; up to 8 MiB.",
            "example": "lmutil - Copyright …\nFlexible License Manager status on Fri 3/13/2026 10:00\n…",
        },
    )
    taken_at = SentTime(
        allow_none=True,
        load_default=None,
        metadata={
            "description": (
                "When the command printed it. Send it always: without it the time in the text counts, and where the "
                "text has none, an unchanged text counts as sent twice and the server goes stale."
            ),
            "example": "2026-03-13T10:00:00Z",
        },
    )


class CaptureOut(Schema):
    """A capture that is kept, without its text."""

    id = fields.UUID(metadata=ID)
    server_id = fields.UUID(metadata=ID)
    sha256 = fields.String(metadata={"description": "SHA-256 of the text's bytes, in hex.", "example": "9f86d081…"})
    kind = fields.String(metadata={"description": "The kind of server it was read as.", "example": "flexnet"})
    zone = fields.String(metadata={"description": "The zone its times were read in.", "example": "Europe/Berlin"})
    taken_at = Moment(metadata={"description": "When it was printed.", "example": "2026-03-13T10:00:00.000000Z"})
    received_at = Moment(metadata={"description": "When it arrived.", "example": "2026-03-13T10:00:01.250000Z"})
    state = fields.String(
        metadata={
            "description": "Whether the server answered when it was printed.",
            "enum": [state.value for state in ServerState],
            "example": "up",
        }
    )
    lines = fields.Integer(metadata={"description": "Lines that are not blank.", "example": 420})
    events = fields.Integer(metadata={"description": "Lines understood without doubt.", "example": 419})
    diagnostics = fields.Integer(metadata={"description": "Lines in doubt.", "example": 1})


class CapturePage(Schema):
    """Some captures of a server, the newest first."""

    items = fields.List(fields.Nested(CaptureOut))
    next = next_field()


class DiagnosticOut(Schema):
    """A line that was not understood, or not wholly."""

    line = fields.Integer(metadata={"description": "Its number in the text, from 1.", "example": 17})
    text = fields.String(metadata={"description": "The line.", "example": "unexpected words"})
    reason = fields.String(metadata={"description": "What is in doubt.", "example": "not a line that is known"})


class DiagnosticPage(Schema):
    """Some of the lines in doubt of a capture, in the order of the text."""

    items = fields.List(fields.Nested(DiagnosticOut))
    next = next_field()


def _as_bytes(value: object) -> bytes:
    """Return the bytes of text in a JSON body, which may hold what no text can."""
    if not isinstance(value, str):
        raise ValidationError("Not a valid string.")
    if "\0" in value:
        raise ValidationError("It holds a NUL, so it is no text: send what the command printed.")
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        sentence = "It holds half of a surrogate pair, which is no character: send the bytes as text/plain."
        raise ValidationError(sentence) from error

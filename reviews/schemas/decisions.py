"""The JSON of rounds, decisions and notes."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, choice, count, day, flag_field, identifier, line, moment_field
from reviews.rules.vocabulary import Scope, Value
from reviews.service.notes import TEXT_MAX

FORMATS = ("csv", "edl", "otio")
_FRAME_MAX = 30_000_000


def _sha256(what: str, *, may_lack: bool = False) -> fields.String:
    return fields.String(allow_none=may_lack, metadata={"description": what, "example": "9f86d081884c7d65" * 4})


def _frame(what: str, example: int | None) -> fields.Integer:
    return fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(min=0, max=_FRAME_MAX),
        metadata={"description": what, "example": example},
    )


class RoundIn(Schema):
    """A version to put before the client's approvers."""

    material_version_id = identifier("The version.", required=True)


class RoundOut(Schema):
    """A round, and what has come of it."""

    id = fields.UUID(metadata=ID)
    agreement_id = fields.UUID(metadata=ID)
    agreement_version_id = fields.UUID(metadata=ID)
    number = count("Counted from 1 in its agreement.", 2)
    included = count("How many rounds were agreed.", 2)
    material_version_id = fields.UUID(metadata=ID)
    material_name = fields.String(metadata={"description": "What the material is called.", "example": "NB-204_reel2"})
    material_number = count("The version.", 12)
    opened_at = moment_field("When it was opened.")
    due_on = day("The last working day of the client's turnaround.", "2026-03-20")
    noticed_at = moment_field("When approvers were told that silence approves, if agreed.", may_lack=True)
    closed_at = moment_field("When it was closed.", may_lack=True)
    outcome = fields.String(allow_none=True, metadata={"description": "What came of it.", "example": "approved"})
    waits_for = fields.List(
        fields.String(), metadata={"description": "Labels of the approvers who are waited for.", "example": ["P1"]}
    )


class RoundList(Schema):
    """An agreement's rounds, the newest first."""

    items = fields.List(fields.Nested(RoundOut), metadata={"description": "Rounds."})


class DecisionOut(Schema):
    """A decision as it was made; it never changes."""

    id = fields.UUID(metadata=ID)
    round_id = fields.UUID(metadata=ID)
    label = fields.String(metadata={"description": "Who decided, by the agreement's label.", "example": "P1"})
    contact_id = fields.UUID(metadata=ID)
    scope = choice("What they speak for.", "picture", Scope)
    value = choice("What they decided.", "approved", Value)
    material_sha256 = _sha256("The file's SHA-256.")
    statement_sha256 = _sha256("SHA-256 of the text that they signed.")
    nda_sha256 = _sha256("SHA-256 of the undertaking they had accepted.", may_lack=True)
    viewing = fields.String(metadata={"description": "How they declared to have watched, as JSON.", "example": "{}"})
    views = count("Logged views of theirs before it; 0 is a warning.", 1)
    proof = fields.String(metadata={"description": "How it was known who they are.", "example": "mailbox verified"})
    withdraws_id = fields.UUID(allow_none=True, metadata=ID | {"description": "The decision that it takes back."})
    is_withdrawn = flag_field("Whether a later one took it back.", example=False)
    decided_at = moment_field("When it was made.")


class DecisionList(Schema):
    """All decisions of a round in the order they were made."""

    items = fields.List(fields.Nested(DecisionOut), metadata={"description": "Decisions."})


class NoteIn(Schema):
    """A note to write on a version."""

    text = fields.String(
        required=True,
        validate=validate.Length(min=1, max=TEXT_MAX),
        metadata={"description": "What it says.", "example": "Lift the shadows here."},
    )
    in_frame = _frame("The frame it begins at, from the version's first; null is the whole.", 48)
    out_frame = _frame("The frame it ends at.", 71)
    is_internal = flag_field("Whether it never leaves the house.", example=False)


class NoteOut(NoteIn):
    """A note as it was written; it never changes."""

    id = fields.UUID(metadata=ID)
    contact_id = fields.UUID(allow_none=True, metadata=ID | {"description": "The client's person who wrote it."})
    person_id = fields.UUID(allow_none=True, metadata=ID | {"description": "The person of the house who wrote it."})
    decision = line("The decision that it goes with.", "approved-with-notes", longest=20)
    written_at = moment_field("When it was written.")


class NoteList(Schema):
    """A version's notes by their place in it."""

    items = fields.List(fields.Nested(NoteOut), metadata={"description": "Notes."})


class NoteExportQuery(Schema):
    """In which form the notes are asked for."""

    form = choice("A table, markers for Resolve, or an OpenTimelineIO timeline.", "otio", FORMATS, required=True)
    with_internal = fields.Boolean(metadata={"description": "With those of the house only; false if left out."})
    drop_frame = fields.Boolean(metadata={"description": "Timecode with drop frame, at 29.97 and 59.94."})

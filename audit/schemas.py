"""What the trail's API answers with."""

from marshmallow import Schema, fields


class LogOut(Schema):
    """A log and the key it is signed with."""

    name = fields.String(metadata={"description": "Name of the log.", "example": "house"})
    origin = fields.String(metadata={"description": "Origin line of its checkpoints (C2SP tlog-checkpoint)."})
    vkey = fields.String(metadata={"description": "Verifier key (C2SP signed-note). Keep a copy outside this house."})
    size = fields.Integer(metadata={"description": "How many entries it has."})
    signed_size = fields.Integer(metadata={"description": "How many of them the newest checkpoint covers."})


class LogList(Schema):
    """All logs."""

    items = fields.List(fields.Nested(LogOut))


class EntryQuery(Schema):
    """What to search entries for."""

    log = fields.String(metadata={"description": "Name of a log."})
    kind = fields.String(metadata={"description": "Kind of fact.", "example": "licensing.seat.checked-out"})
    actor = fields.String(metadata={"description": "Pseudonym of who acted."})
    about = fields.String(metadata={"description": "What it happened to, as noun:id."})
    since = fields.AwareDateTime(metadata={"description": "From this instant on."})
    until = fields.AwareDateTime(metadata={"description": "Before this instant."})
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.Integer(metadata={"description": "Rows a page, 50 if left out."})


class EntryOut(Schema):
    """An entry as a list shows it."""

    log = fields.String(metadata={"description": "Name of its log."})
    index = fields.Integer(metadata={"description": "Its place in the log, from 0."})
    kind = fields.String(metadata={"description": "Kind of fact."})
    recorded_at = fields.AwareDateTime(metadata={"description": "When it was recorded, UTC."})
    actor = fields.String(metadata={"description": "Pseudonym of who acted."})
    about = fields.String(metadata={"description": "What it happened to, as noun:id."})


class EntryPage(Schema):
    """Some entries, newest first."""

    items = fields.List(fields.Nested(EntryOut))
    next = fields.String(allow_none=True, metadata={"description": "Cursor of the page that follows."})


class EntryDetailOut(Schema):
    """An entry whole, with the proof that a checkpoint covers it."""

    row = fields.Nested(EntryOut)
    body = fields.String(metadata={"description": "The bytes that are hashed: canonical JSON in UTF-8."})
    leaf_hash = fields.String(
        metadata={"description": "SHA-256 of 0x00 and the body (RFC 6962 section 2.1), hexadecimal."}
    )
    disclosures = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Personal values by name, as RFC 9901 disclosures; the body holds their digests."},
    )
    proof = fields.String(metadata={"description": "C2SP tlog-proof of the entry under the newest checkpoint."})


class TrailFindingOut(Schema):
    """Something that does not hold."""

    log = fields.String(metadata={"description": "In which log; empty where it is the database as a whole."})
    place = fields.String(metadata={"description": "Where in it.", "example": "entry 12"})
    reason = fields.String(metadata={"description": "What is wrong."})


class LogVerdictOut(Schema):
    """What was read of one log."""

    name = fields.String(metadata={"description": "Name of the log."})
    origin = fields.String(metadata={"description": "Its origin."})
    size = fields.Integer(metadata={"description": "How many entries were read."})
    signed_size = fields.Integer(metadata={"description": "How many stand under a checkpoint that holds."})
    root = fields.String(metadata={"description": "Root of the tree they make, base64."})
    holds = fields.Boolean(metadata={"description": "Whether nothing was found."})


class VerificationOut(Schema):
    """The outcome of a verification."""

    holds = fields.Boolean(metadata={"description": "Whether everything holds."})
    is_pinned = fields.Boolean(metadata={"description": "Whether the keys came from outside the database."})
    logs = fields.List(fields.Nested(LogVerdictOut))
    findings = fields.List(fields.Nested(TrailFindingOut))

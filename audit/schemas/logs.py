"""Logs, and whether they hold."""

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

"""Event logs, denials, options files and counting rules, as the API takes and shows them."""

import json
from typing import Any

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, VERSION, Flag, choice, claim, count, moment, next_field, text, word
from licensing.queries.log_use import DenialTally
from licensing.rules.counting import CountBy, Kind, said_of
from licensing.rules.logged_denials import Outcome
from licensing.schemas.captures import CaptureText


class LogText(Schema):
    """A part of an event log, or an options file."""

    text = CaptureText(
        required=True,
        metadata={
            "type": "string",
            "description": "The text, unchanged; of a log up to 8 MiB, cut at the end of a line.",
            "example": " 8:00:00 (lmgrd) TIMESTAMP 3/13/2026\n",
        },
    )


class LogPartOut(Schema):
    """A part of a log that was taken in; always events + notices + diagnostics = lines."""

    id = fields.UUID(metadata=ID)
    server_id = fields.UUID(metadata=ID)
    number = count("Which part of the server's log it is, from 1.", 7)
    sha256 = text("SHA-256 of its bytes, in hex.", "9f86d081…")
    size = count("Its bytes.", 1048576)
    kind = text("The kind of server it was read as.", "flexnet")
    zone = text("The zone its times were read in.", "Europe/Berlin")
    first_at = moment("The first instant it speaks of; null where no line has a date.")
    last_at = moment("The last instant it speaks of.")
    received_at = moment("When it arrived.")
    lines = count("Lines that are not blank.", 17000)
    events = count("Lines that tell of a seat or of the daemon's life.", 16200)
    notices = count("Lines that are known and tell no event.", 800)
    diagnostics = count("Lines that were not understood.", 0)
    undated = count("Events without a date.", 0)
    clock_back = count("Lines whose time lies before that of the line above.", 0)
    date_jumps = count("Dates that do not follow from the lines before.", 0)
    sessions = count("Sessions that ended in it.", 8000)
    denials = count("Denials that were settled in it.", 12)


class LogPartPage(Schema):
    """Some parts of a server's log, the newest first."""

    items = fields.List(fields.Nested(LogPartOut))
    next = next_field()


class LoggedDenialOut(Schema):
    """A denial that a log tells."""

    number = count("Its number in the server's log.", 12)
    feature = text("What was asked for.", "nuke_i")
    at = moment("When.")
    outcome = word("What it was.", "true", Outcome)
    is_settled = claim("No later line can tell more of it.", example=True)
    quantity = count("Seats asked for.", 1)
    user = text("Who asked.", "mara", may_lack=True)
    host = text("From where.", "comp-01", may_lack=True)
    code = fields.Integer(allow_none=True, metadata={"description": "The server's own number.", "example": -4})


class LoggedDenialPage(Schema):
    """Some denials of a server, the newest first."""

    items = fields.List(fields.Nested(LoggedDenialOut))
    next = next_field()
    is_recorded = claim("False: its options keep denials out of its log.", example=True)


class TallyField(fields.Field[DenialTally]):
    """Denials by what they were; ``not-recorded`` where nobody wrote them down."""

    def _serialize(self, value: DenialTally | None, *_: Any, **__: Any) -> dict[str, int | str] | None:
        if value is None:
            return None
        return {
            outcome.value: "not-recorded" if number is None else number for outcome, number in value.by_outcome.items()
        }


def tally_field() -> TallyField:
    """Return a field for denials by what they were."""
    about = "Denials by what they were: a number, or not-recorded where the server was told not to write them down."
    example = {"true": 4, "retried": 31, "queued": "not-recorded"}
    return TallyField(metadata={"type": "object", "description": about, "example": example})


class ProductDenialsOut(Schema):
    """The denials of a product in the last 30 days."""

    product_id = fields.UUID(metadata=ID)
    has_logs = claim("Whether a log tells of it at all.", example=True)
    denials = tally_field()


def _meaning(name: str, kind: str, what: str, example: Any) -> fields.Function:
    about = {"type": kind, "description": what, "example": example}
    return fields.Function(lambda options: json.loads(options.meaning)[name], metadata=about)


class OptionsOut(Schema):
    """What a server's newest options file means."""

    server_id = fields.UUID(metadata=ID)
    sha256 = text("SHA-256 of its bytes, in hex.", "9f86d081…")
    taken_at = moment("When it arrived.")
    reserved = _meaning("reserved", "object", "Seats kept for somebody, by feature.", {"nuke_i": 2})
    overdraft = _meaning("overdraft", "object", "Seats allowed beyond the licence, by feature.", {"nuke_i": 1})
    unlogged = _meaning("unlogged", "array", "Kinds of line kept out of the log.", ["denied"])
    statements = count("Its statements.", 12)
    diagnostics = count("Statements that were not understood.", 0)


NAMES_MAX = 200
WEIGHT_MAX = 1_000_000
_NAME = fields.String(validate=validate.Length(min=1, max=240))


class CountingRuleIn(Schema):
    """How the seats of a product are counted; what is left out is as where no rule is set."""

    by = choice("What takes one seat: each handle, each host, or each user.", "host", list(CountBy))
    holds = fields.Dict(
        keys=_NAME,
        values=fields.List(_NAME, validate=validate.Length(max=NAMES_MAX)),
        validate=validate.Length(max=NAMES_MAX),
        metadata={
            "description": "For a feature, those that its holder also has: held together they count once.",
            "example": {"nukex_i": ["nuke_i"]},
        },
    )
    weights = fields.Dict(
        keys=_NAME,
        values=fields.Integer(strict=True, validate=validate.Range(min=1, max=WEIGHT_MAX)),
        validate=validate.Length(max=NAMES_MAX),
        metadata={"description": "Tokens that a seat of a feature takes; else 1.", "example": {"solver": 25}},
    )
    render = fields.List(
        _NAME,
        validate=validate.Length(max=NAMES_MAX),
        metadata={"description": "Features of render nodes.", "example": ["nuke_r"]},
    )
    use = choice("Which use counts.", "all", list(Kind))
    counts_borrowed = Flag(metadata={"description": "Whether seats that were taken away count.", "example": True})


class CountingRuleOut(Schema):
    """The rule in force. Version 0 is the one that counts where none was set: each handle for itself."""

    product_id = fields.UUID(metadata=ID)
    version = fields.Integer(metadata=VERSION)
    rule = fields.Function(
        lambda found: said_of(found.rule),
        metadata={"type": "object", "description": "As it was put, with all of its words."},
    )
    since = moment("Since when; null for version 0.")
    by = text("Who set it, as on the trail.", "01981c2e", may_lack=True)


class CountedOut(Schema):
    """What the holders that servers list now amount to, by the counting rule."""

    product_id = fields.UUID(metadata=ID)
    version = fields.Integer(metadata=VERSION | {"description": "Version of the rule; 0 where none was set."})
    people = fields.Integer(attribute="counted.people", metadata={"description": "People at work.", "example": 4})
    hosts = fields.Integer(attribute="counted.hosts", metadata={"description": "Machines at work.", "example": 4})
    seats = fields.Integer(attribute="counted.seats", metadata={"description": "Seats of pools taken.", "example": 6})
    handles = fields.Integer(attribute="counted.handles", metadata={"description": "Lines listed.", "example": 10})
    tokens = fields.Integer(attribute="counted.tokens", metadata={"description": "Demand by weight.", "example": 4})
    demand = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        attribute="counted.demand",
        metadata={"description": "What was asked for, by feature.", "example": {"nukex_i": 2, "nuke_i": 2}},
    )

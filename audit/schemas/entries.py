"""Entries: what to search them for, and what is told of them."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, Regexp

_ID = "[A-Za-z0-9._:/-]"
_SHAPES = {
    "log": Regexp(r"[a-z0-9-]{1,120}\Z", error="A log's name is small letters, digits and dashes."),
    "kind": Regexp(r"[a-z.-]{1,80}\Z", error="A kind of fact is written like licensing.seat.returned."),
    "actor": Regexp(rf"{_ID}{{1,80}}\Z", error="Give the actor's pseudonym, as an entry shows it."),
    "about": Regexp(rf"[a-z-]+:{_ID}{{1,100}}\Z", error="Write noun and id, like product:0190…, as an entry shows it."),
}
"""What is searched for is recorded. So these take what names a thing, and no text in which a person may stand."""


def _named(name: str, sentence: str, example: str) -> fields.String:
    return fields.String(validate=_SHAPES[name], metadata={"description": sentence, "example": example})


def _personal(sentence: str, example: str) -> fields.String:
    return fields.String(validate=Length(1, 200), metadata={"description": sentence, "example": example})


class SearchIn(Schema):
    """What to search entries for."""

    log = _named("log", "Name of a log.", "house")
    kind = _named("kind", "Kind of fact.", "licensing.seat.checked-out")
    actor = _named("actor", "Pseudonym of who acted.", "answerprint")
    about = _named("about", "What it happened to, as noun:id.", "log:house")
    project = fields.UUID(metadata={"description": "Project that the fact names."})
    address = _personal("Network address of who acted.", "192.0.2.7")
    value = _personal("A personal value, whole: a mail address, a holder, a host.", "ann@post.example")


class EntryQuery(SearchIn):
    """What to search entries for, and which page."""

    since = fields.AwareDateTime(metadata={"description": "From this instant on."})
    until = fields.AwareDateTime(metadata={"description": "Before this instant."})
    readings = fields.Boolean(
        load_default=True, metadata={"description": "Whether readings of the trail are listed too; true if left out."}
    )
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.Integer(metadata={"description": "Rows a page, 50 if left out."})


class SearchForm(SearchIn):
    """The search as the page's form has it: days of the facility, both included."""

    since = fields.Date(metadata={"description": "First day."})
    until = fields.Date(metadata={"description": "Last day."})
    readings = fields.Boolean(load_default=False, metadata={"description": "Whether readings are listed too."})


class EntryOut(Schema):
    """An entry as a list shows it."""

    log = fields.String(metadata={"description": "Name of its log."})
    index = fields.Integer(metadata={"description": "Its place in the log, from 0."})
    kind = fields.String(metadata={"description": "Kind of fact."})
    recorded_at = fields.AwareDateTime(metadata={"description": "When it was recorded, UTC."})
    actor = fields.String(metadata={"description": "Pseudonym of who acted."})
    about = fields.String(metadata={"description": "What it happened to, as noun:id."})
    project = fields.String(allow_none=True, metadata={"description": "Project that the fact names."})


class EntryPage(Schema):
    """Some entries, newest first."""

    items = fields.List(fields.Nested(EntryOut))
    next = fields.String(
        allow_none=True, metadata={"description": "Cursor of the page that follows; a page may be short or empty."}
    )
    looked_back_to = fields.AwareDateTime(
        allow_none=True,
        metadata={"description": "Set where a page is short because it has looked at enough: go on with `next`."},
    )


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
    erased = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Names of the values that were erased, each with the order that erased it."},
    )
    sealed = fields.List(
        fields.String(), metadata={"description": "Names of the values that this process has no key to open."}
    )
    proof = fields.String(
        allow_none=True,
        metadata={"description": "C2SP tlog-proof under the newest checkpoint; null until witnesses cosigned one."},
    )

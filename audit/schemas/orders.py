"""Orders of two people, holds and retention."""

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range

from audit.rules import GROUND_LENGTH_MAX, RETENTION_DAYS_MAX, RETENTION_DAYS_MIN, OrderKind, OrderState

_SUBJECT = "person:<id>, contact:<id>, text:<tag>, a mail address, or a text as it was recorded."
_GROUND = "Why. It stands on the log for ever, so it names nobody."
_STATES = [OrderState.ASKED.value, OrderState.DONE.value, OrderState.REFUSED.value, OrderState.WITHDRAWN.value]


class OrderIn(Schema):
    """An order: to erase a subject's values, or to prune a log below an index."""

    kind = fields.String(required=True, validate=OneOf([kind.value for kind in OrderKind]))
    subject = fields.String(validate=Length(1, 300), metadata={"description": f"Erasure: {_SUBJECT}"})
    log = fields.String(validate=Length(1, 120), metadata={"description": "Pruning: the log.", "example": "house"})
    minimum = fields.Integer(
        strict=True,
        validate=Range(1, 2**53 - 1),
        metadata={"description": "Pruning: the first entry to keep, a multiple of 256.", "example": 25600},
    )
    ground = fields.String(
        required=True,
        validate=Length(1, GROUND_LENGTH_MAX),
        metadata={"description": _GROUND, "example": "Art. 17 (1) GDPR"},
    )

    @validates_schema
    def _check_kind(self, sent: dict[str, object], **_: object) -> None:
        wanted = {"subject"} if sent["kind"] == OrderKind.ERASURE else {"log", "minimum"}
        given = sent.keys() & {"subject", "log", "minimum"}
        if given != wanted:
            sentence = f"An order of this kind names {' and '.join(sorted(wanted))}, and nothing else."
            raise ValidationError({name: [sentence] for name in sorted(wanted ^ given)})


class OrderQuery(Schema):
    """Which orders are asked for."""

    state = fields.String(validate=OneOf(_STATES), metadata={"description": "Only orders in this state."})
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.Integer(metadata={"description": "Rows a page, 50 if left out."})


class OrderOut(Schema):
    """An order of two people."""

    id = fields.UUID(metadata={"description": "Id of the order."})
    kind = fields.String(metadata={"description": "erasure or pruning.", "example": "erasure"})
    subject = fields.String(
        allow_none=True, metadata={"description": "Whose values; null for a pruning, and once a text is erased."}
    )
    log = fields.String(allow_none=True, metadata={"description": "Which log is pruned."})
    minimum = fields.Integer(allow_none=True, metadata={"description": "The first entry that is kept."})
    ground = fields.String(metadata={"description": "Why it was ordered."})
    state = fields.String(validate=OneOf(_STATES), metadata={"description": "How far it is.", "example": "asked"})
    asked_by = fields.String(metadata={"description": "Pseudonym of who ordered it."})
    asked_at = fields.AwareDateTime(metadata={"description": "When, UTC."})
    decided_by = fields.String(allow_none=True, metadata={"description": "Pseudonym of who decided it."})
    decided_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When, UTC."})
    version = fields.Integer(metadata={"description": "How often it was changed, from 1."})


class OrderPage(Schema):
    """Some orders, the newest first."""

    items = fields.List(fields.Nested(OrderOut))
    next = fields.String(allow_none=True, metadata={"description": "Cursor of the page that follows."})


class LogCountOut(Schema):
    """How much of a subject stands in one log."""

    log = fields.String(metadata={"description": "Name of the log."})
    entries = fields.Integer(metadata={"description": "How many entries hold a value of theirs."})
    values = fields.Integer(metadata={"description": "How many values."})


class OrderDetailOut(Schema):
    """An order, and what an erasure that waits would take now."""

    order = fields.Nested(OrderOut)
    subjects = fields.Integer(metadata={"description": "How many subjects: the person, and texts that go along."})
    logs = fields.List(fields.Nested(LogCountOut))


class ReasonIn(Schema):
    """Why an order is refused."""

    reason = fields.String(
        required=True, validate=Length(1, GROUND_LENGTH_MAX), metadata={"description": _GROUND, "example": "needed"}
    )


class HoldIn(Schema):
    """What is to be held: a subject, or a log."""

    subject = fields.String(validate=Length(1, 300), metadata={"description": _SUBJECT})
    log = fields.String(validate=Length(1, 120), metadata={"description": "Name of a log.", "example": "house"})
    reason = fields.String(
        required=True,
        validate=Length(1, GROUND_LENGTH_MAX),
        metadata={"description": _GROUND, "example": "dispute 7"},
    )


class HoldOut(Schema):
    """A legal hold: what it covers is neither erased nor pruned until it is lifted."""

    id = fields.UUID(metadata={"description": "Id of the hold."})
    subject = fields.String(allow_none=True, metadata={"description": "Whom it covers."})
    log = fields.String(allow_none=True, metadata={"description": "Which log it covers."})
    reason = fields.String(metadata={"description": "Why it was set."})
    set_by = fields.String(metadata={"description": "Pseudonym of who set it."})
    set_at = fields.AwareDateTime(metadata={"description": "When, UTC."})
    lifted_by = fields.String(allow_none=True, metadata={"description": "Pseudonym of who lifted it."})
    lifted_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When, UTC; null while it holds."})


class HoldList(Schema):
    """All holds, those that hold first."""

    items = fields.List(fields.Nested(HoldOut))


class RetentionIn(Schema):
    """How long a log keeps its entries at least."""

    days = fields.Integer(
        required=True,
        strict=True,
        validate=Range(RETENTION_DAYS_MIN, RETENTION_DAYS_MAX),
        metadata={"description": "Days.", "example": 365},
    )


class RetentionOut(Schema):
    """How long a log keeps its entries at least, and how far it may be pruned now."""

    log = fields.String(metadata={"description": "Name of the log."})
    days = fields.Integer(metadata={"description": "Days; 365 where nobody chose them."})
    version = fields.Integer(metadata={"description": "How often it was chosen, from 0."})


class SubjectForm(Schema):
    """A form that looks for somebody."""

    subject = fields.String(required=True, validate=Length(1, 300))


class ErasureForm(SubjectForm):
    """A form that orders an erasure."""

    ground = fields.String(required=True, validate=Length(1, GROUND_LENGTH_MAX))


class PruningForm(Schema):
    """A form that orders a pruning."""

    log = fields.String(required=True)
    minimum = fields.Integer(required=True, validate=Range(1, 2**53 - 1))
    ground = fields.String(required=True, validate=Length(1, GROUND_LENGTH_MAX))


class HoldForm(Schema):
    """A form that sets a hold."""

    subject = fields.String(validate=Length(1, 300))
    log = fields.String()
    reason = fields.String(required=True, validate=Length(1, GROUND_LENGTH_MAX))


class LiftForm(Schema):
    """A form that lifts a hold."""

    hold = fields.UUID(required=True)


class RetentionForm(Schema):
    """A form that chooses a retention."""

    log = fields.String(required=True)
    days = fields.Integer(required=True, validate=Range(RETENTION_DAYS_MIN, RETENTION_DAYS_MAX))
    version = fields.Integer(required=True, validate=Range(0))

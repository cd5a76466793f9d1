"""Contract statements, as the API asks for and shows them."""

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_dump, validate, validates_schema

from facility.schemas.parts import ID, Moment
from licensing.rules.statement import Ending, State, percent
from licensing.schemas.logs import tally_field

_OLDEST, _NEWEST = date(1990, 1, 1), date(2199, 12, 31)
_YEARS_MAX = 5
_IN_CALENDAR = validate.Range(min=_OLDEST, max=_NEWEST, error="A day from 1990 to 2199.")


class StatementQuery(Schema):
    """The days of a statement, both included."""

    starts_on = fields.Date(
        required=True,
        data_key="from",
        validate=_IN_CALENDAR,
        metadata={"description": "First day, in the facility's zone.", "example": "2026-03-01"},
    )
    ends_on = fields.Date(
        required=True,
        data_key="to",
        validate=_IN_CALENDAR,
        metadata={"description": "Last day, included; at most five years on.", "example": "2026-03-31"},
    )

    @validates_schema
    def _check_length(self, loaded: dict[str, Any], **_: Any) -> None:
        starts_on, ends_on = loaded["starts_on"], loaded["ends_on"]
        if ends_on < starts_on:
            raise ValidationError("The last day is not before the first.", "to")
        # A period from a 29 February may run to the 28th of the last year: compared as year, month and day.
        last = (starts_on.year + _YEARS_MAX, starts_on.month, starts_on.day)
        if (ends_on.year, ends_on.month, ends_on.day) >= last:
            raise ValidationError(f"A statement covers at most {_YEARS_MAX} years: ask for a shorter one.", "to")


def _moment(what: str, *, attribute: str | None = None) -> Moment:
    about = {"description": what, "example": "2026-03-13T10:00:00.000000Z"}
    return Moment(allow_none=True, attribute=attribute, metadata=about)


def _seats(what: str, example: int, *, attribute: str | None = None) -> fields.Integer:
    return fields.Integer(allow_none=True, attribute=attribute, metadata={"description": what, "example": example})


class EntitlementStepOut(Schema):
    """From a day on, so many seats."""

    on = fields.Date(metadata={"description": "The first day it holds.", "example": "2026-03-01"})
    quantity = _seats("Seats of the lots of all contracts; null is uncounted.", 12)
    of_this_contract = _seats("Seats of this contract's lots; null is uncounted.", 8)


class SeenHolderOut(Schema):
    """Somebody whom a capture shows holding seats."""

    server = fields.String(metadata={"description": "The licence server's name.", "example": "rlm-1"})
    capture_id = fields.UUID(metadata=ID)
    taken_at = _moment("When the capture was printed.")
    feature = fields.String(metadata={"description": "The feature that is held.", "example": "nuke_i"})
    user = fields.String(metadata={"description": "The user, or all that was printed.", "example": "mara"})
    host = fields.String(allow_none=True, metadata={"description": "The machine.", "example": "comp-01"})
    display = fields.String(allow_none=True, metadata={"description": "The display.", "example": ":0"})
    quantity = _seats("Seats held.", 1)
    started_at = _moment("Since when; null where the text leaves it open.")
    is_borrowed = fields.Boolean(metadata={"description": "Taken away from the server.", "example": False})
    is_ambiguous = fields.Boolean(
        metadata={"description": "User, host and display cannot be told apart.", "example": False}
    )


class OwnCheckoutOut(Schema):
    """A checkout made here."""

    checkout_id = fields.UUID(metadata=ID)
    quantity = _seats("Seats held.", 1)
    holder = fields.String(metadata={"description": "Who holds them.", "example": "mara"})
    host = fields.String(metadata={"description": "Where; empty if not said.", "example": "comp-01"})
    starts_at = _moment("Its start.")
    ends_at = _moment("Its end, or the end of its lease.")


class MomentOut(Schema):
    """What was known at one moment."""

    at = _moment("When it began.")
    in_use = _seats("Seats certainly in use: the larger of checked_out and low.", 14)
    entitled = _seats("Seats of the lots; null is uncounted.", 12)
    checked_out = _seats("Seats checked out here.", 9)
    low = _seats("Seats that captures prove in use; null where none was seen.", 14)
    high = _seats("Seats that captures leave possible; null where none was seen.", 15)


class PeakOut(Schema):
    """A moment of use, and who it was."""

    moment = fields.Nested(MomentOut)
    holders = fields.List(
        fields.Nested(SeenHolderOut),
        allow_none=True,
        metadata={"description": "Read from the captures of that moment; null where they were not read for it."},
    )
    checkouts = fields.List(fields.Nested(OwnCheckoutOut), metadata={"description": "Checkouts then open here."})


class OverageOut(Schema):
    """Use beyond the lots without a break."""

    starts_at = _moment("Its start.", attribute="overage.starts_at")
    ends_at = _moment("Its end; null where it lasts to the end of the period.", attribute="overage.ends_at")
    ending = fields.String(
        attribute="overage.ending",
        metadata={
            "description": "How it ended; not-seen: the captures stopped while it lasted.",
            "enum": [word.value for word in Ending],
            "example": "back-within",
        },
    )
    over = _seats("Seats beyond the lots at its peak.", 2, attribute="overage.peak.over")
    peak = fields.Nested(PeakOut)


class LedgerOut(Schema):
    """What checkouts made here say alone: exact."""

    checkouts = fields.Integer(metadata={"description": "Checkouts that reach into the period.", "example": 31})
    peak = fields.Nested(MomentOut, allow_none=True)


class ObservedOut(Schema):
    """What captures say alone: samples."""

    servers = fields.Integer(metadata={"description": "Licence servers of the product.", "example": 1})
    captures = fields.Integer(metadata={"description": "Captures taken in the period.", "example": 8640})
    coverage = fields.String(
        metadata={"description": "Percent of the period that was seen, rounded down.", "example": "87.5"}
    )
    peak = fields.Nested(MomentOut, allow_none=True)


class CaptureEvidenceOut(Schema):
    """A capture that a peak rests on."""

    capture_id = fields.UUID(metadata=ID)
    server = fields.String(metadata={"description": "The licence server's name.", "example": "rlm-1"})
    taken_at = _moment("When it was printed.")
    sha256 = fields.String(metadata={"description": "SHA-256 of its text, in hex.", "example": "9f86d081…"})


class LogUseOut(Schema):
    """What event logs say alone, between what they prove and what they allow."""

    servers = fields.Integer(metadata={"description": "Servers whose logs reach into the period.", "example": 1})
    parts = fields.Integer(metadata={"description": "Parts of logs that reach into it.", "example": 31})
    coverage = fields.Function(
        lambda use: percent(use.bounds.coverage),
        metadata={"type": "string", "description": "Percent of the period the logs speak of.", "example": "99.8"},
    )
    lower = _seats("The highest use that they prove; null where they do not speak.", 14, attribute="bounds.lower")
    lower_at = _moment("When.", attribute="bounds.lower_at")
    upper = _seats("The highest use that they allow; null where nothing bounds it.", 15, attribute="bounds.upper")
    upper_at = _moment("When.", attribute="bounds.upper_at")
    denials = tally_field()


_ONLY_WHERE_KNOWN = frozenset({"logs", "counting_version"})


class StatementLineOut(Schema):
    """One product of the contract."""

    product_id = fields.UUID(metadata=ID)
    product = fields.String(metadata={"description": "The product's name.", "example": "Nuke"})
    state = fields.String(
        metadata={"description": "The verdict.", "enum": [word.value for word in State], "example": "within"}
    )
    entitlement = fields.List(fields.Nested(EntitlementStepOut))
    lower = _seats("The highest use that captures prove; null where none was seen.", 14)
    upper = _seats("The highest use that is possible at the moments seen.", 15)
    peak = fields.Nested(PeakOut, allow_none=True)
    highest = fields.Nested(MomentOut, allow_none=True)
    overages = fields.List(fields.Nested(OverageOut))
    ledger = fields.Nested(LedgerOut)
    observed = fields.Nested(ObservedOut)
    evidence = fields.List(fields.Nested(CaptureEvidenceOut))
    logs = fields.Nested(LogUseOut, metadata={"description": "What event logs say; left out where there are none."})
    counting_version = _seats("Version of the counting rule in force; left out where none was set.", 2)

    @post_dump
    def _leave_out(self, line: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in line.items() if value is not None or name not in _ONLY_WHERE_KNOWN}


class StatementOut(Schema):
    """A contract's statement: how its products were used, against what the lots gave."""

    contract_id = fields.UUID(attribute="contract.contract.id", metadata=ID)
    number = fields.String(
        attribute="contract.contract.number", metadata={"description": "The contract's number.", "example": "F-2026-7"}
    )
    vendor = fields.String(
        attribute="contract.contract.vendor_name", metadata={"description": "The licensor.", "example": "Foundry"}
    )
    starts_on = fields.Date(attribute="period.starts_on", metadata={"example": "2026-03-01"})
    ends_on = fields.Date(
        attribute="period.ends_on", metadata={"description": "The last day, included.", "example": "2026-03-31"}
    )
    zone = fields.String(
        attribute="period.zone.key", metadata={"description": "The facility's zone.", "example": "Europe/Berlin"}
    )
    starts_at = _moment("The first instant looked at.", attribute="period.starts_at")
    ends_at = _moment("Looked at up to, and without, this instant.", attribute="period.ends_at")
    made_at = _moment("When the statement was made.")
    lines = fields.List(fields.Nested(StatementLineOut))

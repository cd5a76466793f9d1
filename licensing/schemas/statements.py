"""Contract statements, as the API asks for and shows them."""

from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_dump

from facility.schemas.parts import ID, moment
from licensing.rules.sightings import RestsOn
from licensing.rules.statement import Ending, State, percent
from licensing.schemas.logs import tally_field
from licensing.schemas.periods import Period, last_day

_YEARS_MAX = 5


class StatementQuery(Period):
    """The days of a statement, both included."""

    ends_on = last_day("five years")

    def why_too_long(self, starts_on: date, ends_on: date) -> str:
        """Return the sentence for days of more years than a statement covers."""
        # A period from a 29 February may run to the 28th of the last year: compared as year, month and day.
        beyond = (starts_on.year + _YEARS_MAX, starts_on.month, starts_on.day)
        if (ends_on.year, ends_on.month, ends_on.day) < beyond:
            return ""
        return f"A statement covers at most {_YEARS_MAX} years: ask for a shorter one."


def _seats(what: str, example: int, *, attribute: str | None = None) -> fields.Integer:
    return fields.Integer(allow_none=True, attribute=attribute, metadata={"description": what, "example": example})


def _rests_on() -> fields.String:
    about = "What is known of it rests on: event log, captures, both, or nothing."
    return fields.String(
        metadata={"description": about, "enum": [word.value for word in RestsOn], "example": RestsOn.BOTH.value}
    )


class EntitlementStepOut(Schema):
    """From a day on, so many seats."""

    on = fields.Date(metadata={"description": "The first day it holds.", "example": "2026-03-01"})
    quantity = _seats("Seats of the lots of all contracts; null is uncounted.", 12)
    of_this_contract = _seats("Seats of this contract's lots; null is uncounted.", 8)


class SeenHolderOut(Schema):
    """Somebody whom a capture shows holding seats."""

    server = fields.String(metadata={"description": "The licence server's name.", "example": "rlm-1"})
    capture_id = fields.UUID(metadata=ID)
    taken_at = moment("When the capture was printed.")
    feature = fields.String(metadata={"description": "The feature that is held.", "example": "nuke_i"})
    user = fields.String(metadata={"description": "The user, or all that was printed.", "example": "mara"})
    host = fields.String(allow_none=True, metadata={"description": "The machine.", "example": "comp-01"})
    display = fields.String(allow_none=True, metadata={"description": "The display.", "example": ":0"})
    quantity = _seats("Seats held.", 1)
    started_at = moment("Since when; null where the text leaves it open.")
    is_borrowed = fields.Boolean(metadata={"description": "Taken away from the server.", "example": False})
    is_ambiguous = fields.Boolean(
        metadata={"description": "User, host and display cannot be told apart.", "example": False}
    )


class LoggedHolderOut(Schema):
    """Somebody whom an event log shows holding seats."""

    server = fields.String(metadata={"description": "The licence server's name.", "example": "flex-1"})
    feature = fields.String(metadata={"description": "The feature that is held.", "example": "nuke_i"})
    user = fields.String(allow_none=True, metadata={"description": "The user; null where none is named."})
    host = fields.String(allow_none=True, metadata={"description": "The machine; null where none is named."})
    quantity = _seats("Seats held.", 1)
    started_at = moment("Since when; null where the checkout is not in the log.")
    is_sure = fields.Boolean(
        metadata={"description": "Checkout and return belong together without doubt.", "example": True}
    )


class OwnCheckoutOut(Schema):
    """A checkout made here."""

    checkout_id = fields.UUID(metadata=ID)
    quantity = _seats("Seats held.", 1)
    holder = fields.String(metadata={"description": "Who holds them.", "example": "mara"})
    host = fields.String(metadata={"description": "Where; empty if not said.", "example": "comp-01"})
    starts_at = moment("Its start.")
    ends_at = moment("Its end, or the end of its lease.")


class MomentOut(Schema):
    """What was known at one moment."""

    at = moment("When it began.")
    in_use = _seats("Seats certainly in use: the larger of checked_out and low.", 14)
    entitled = _seats("Seats of the lots; null is uncounted.", 12)
    checked_out = _seats("Seats checked out here.", 9)
    low = _seats("Seats that logs and captures prove in use; null where nothing was seen.", 14)
    high = _seats("Seats that they leave possible; null where nothing bounds it.", 15)
    rests_on = _rests_on()


class PeakOut(Schema):
    """A moment of use, and who it was."""

    moment = fields.Nested(MomentOut)
    holders = fields.List(
        fields.Nested(SeenHolderOut),
        allow_none=True,
        metadata={"description": "Read from the captures of that moment; null where they were not read for it."},
    )
    logged = fields.List(
        fields.Nested(LoggedHolderOut),
        allow_none=True,
        metadata={
            "description": "By event logs: of servers whose log proves more seats than their captures name, which "
            "then stand here and not in holders. Null where they were not read."
        },
    )
    checkouts = fields.List(fields.Nested(OwnCheckoutOut), metadata={"description": "Checkouts then open here."})


class OverageOut(Schema):
    """Use beyond the lots without a break."""

    starts_at = moment("Its start.", attribute="overage.starts_at")
    ends_at = moment("Its end; null where it lasts to the end of the period.", attribute="overage.ends_at")
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


class RestOut(Schema):
    """A stretch of the period, and what is known of it rests on."""

    starts_at = moment("Its start.")
    ends_at = moment("Its end, not included.")
    rests_on = _rests_on()


class CountedHoldersOut(Schema):
    """What holders amount to by a counting rule."""

    seats = _seats("Seats by the rule.", 6)
    tokens = _seats("Demand by the weights of the rule.", 6)
    people = _seats("People among the holders.", 4)
    demand = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "What was asked for, by feature.", "example": {"nuke_i": 4}},
    )


class CountedPartOut(Schema):
    """A part of the period in which one counting rule held, and what its highest use amounts to by that rule."""

    starts_at = moment("Its start.")
    ends_at = moment("Its end, not included.")
    version = fields.Integer(metadata={"description": "Version of the rule; 0 counts each handle.", "example": 2})
    peak = fields.Nested(MomentOut, allow_none=True)
    counted = fields.Nested(
        CountedHoldersOut, allow_none=True, metadata={"description": "Null where no capture lists the holders."}
    )


class LedgerOut(Schema):
    """What checkouts made here say alone: exact."""

    checkouts = fields.Integer(metadata={"description": "Checkouts that reach into the period.", "example": 31})
    peak = fields.Nested(MomentOut, allow_none=True)


class ObservedOut(Schema):
    """What licence servers say by their logs and captures."""

    servers = fields.Integer(metadata={"description": "Licence servers of the product.", "example": 1})
    captures = fields.Integer(metadata={"description": "Captures taken in the period.", "example": 8640})
    coverage = fields.String(
        metadata={
            "description": "Percent of the period in which all servers bound the use, rounded down.",
            "example": "87.5",
        }
    )
    peak = fields.Nested(MomentOut, allow_none=True)


class CaptureEvidenceOut(Schema):
    """A capture that a peak rests on."""

    capture_id = fields.UUID(metadata=ID)
    server = fields.String(metadata={"description": "The licence server's name.", "example": "rlm-1"})
    taken_at = moment("When it was printed.")
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
    lower_at = moment("When.", attribute="bounds.lower_at")
    upper = _seats("The highest use that they allow; null where nothing bounds it.", 15, attribute="bounds.upper")
    upper_at = moment("When.", attribute="bounds.upper_at")
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
    lower = _seats("The highest use that logs and captures prove; null where none was seen.", 14)
    upper = _seats("The highest use that is possible at the moments seen.", 15)
    peak = fields.Nested(PeakOut, allow_none=True)
    highest = fields.Nested(MomentOut, allow_none=True)
    overages = fields.List(fields.Nested(OverageOut))
    ledger = fields.Nested(LedgerOut)
    observed = fields.Nested(ObservedOut)
    evidence = fields.List(fields.Nested(CaptureEvidenceOut))
    rests_on = fields.List(
        fields.Nested(RestOut), attribute="rests", metadata={"description": "The whole period, stretch by stretch."}
    )
    true_denials = _seats("Denials by logs that left somebody without; null where they are not recorded.", 3)
    logs = fields.Nested(LogUseOut, metadata={"description": "What event logs say; left out where there are none."})
    counting = fields.List(
        fields.Nested(CountedPartOut),
        metadata={"description": "The period, split where the counting rule changed; empty where none was set."},
    )
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
    starts_at = moment("The first instant looked at.", attribute="period.starts_at")
    ends_at = moment("Looked at up to, and without, this instant.", attribute="period.ends_at")
    made_at = moment("When the statement was made.")
    lines = fields.List(fields.Nested(StatementLineOut))

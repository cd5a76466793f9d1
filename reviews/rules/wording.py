"""How each field of terms is said: its name and its value in plain words, in one place for texts and differences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from reviews.rules.terms import (
    Deviation,
    Licence,
    Method,
    PartyTerm,
    Protection,
    Quorum,
    Rounds,
    Security,
    SignOff,
    Terms,
    Viewing,
)
from reviews.rules.vocabulary import title

NOT_AGREED = "not agreed"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Wording:
    """The name of a field and how its value is said."""

    name: str
    say: Callable[[Any], str]


def number_of(count: int, noun: str) -> str:
    """Return so many of something: 1 day, 2 days."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(values: tuple[Any, ...]) -> str:
    """Return values one after the other, or ``none``."""
    return ", ".join(_plain(one) for one in values) or "none"


def _plain(value: Any) -> str:
    return title(value) if isinstance(value, StrEnum) else str(value)


def _text(value: Any) -> str:
    return NOT_AGREED if value is None or value == "" else _plain(value)


def _text_or_none(value: str) -> str:
    return value or "none"


def _counted(noun: str) -> Callable[[int | None], str]:
    return lambda count: NOT_AGREED if count is None else number_of(count, noun)


def _either(if_true: str, if_false: str) -> Callable[[bool], str]:
    return lambda is_true: if_true if is_true else if_false


def _needed(value: int | None) -> str:
    return "all approvers of the scope" if value is None else f"{number_of(value, 'approver')} of the scope"


def _weekdays(values: tuple[int, ...]) -> str:
    return ", ".join(_WEEKDAYS[one] for one in values) or "none"


def _days(values: tuple[date, ...]) -> str:
    return ", ".join(one.isoformat() for one in values) or "none"


def _deemed(value: int | None) -> str:
    if value is None:
        return "never: silence is no approval"
    return f"silence approves {number_of(value, 'working day')} after a notice that says so, and not without one"


def _ending(value: str) -> str:
    return {"return": "what was handed out comes back", "destroy": "what was handed out is destroyed"}.get(
        value, "nothing is handed out"
    )


def _reference(value: object) -> str:
    return "none" if value is None else str(value)


_YES = _either("yes", "no")

FIELDS: Mapping[type, Mapping[str, Wording]] = {
    Terms: {
        "milestone": Wording("Milestone", _text),
        "deliverable": Wording("What is reviewed", _text),
        "subjects": Wording("To be judged by the client", listed),
        "eidr": Wording("EIDR", _text_or_none),
    },
    PartyTerm: {
        "role": Wording("Role", _text),
        "scope": Wording("Speaks for", _text),
        "contact_id": Wording("Person of the client", _reference),
        "person_id": Wording("Person of the house", _reference),
        "place": Wording("Place in the order of approval", _text),
        "may_invite": Wording("May invite others", _YES),
    },
    Quorum: {
        "needed": Wording("Who must approve", _needed),
        "in_order": Wording("Order of approval", _either("in the order of their places", "in any order")),
    },
    Method: {
        "kind": Wording("Kind", _text),
        "platform": Wording("Platform", lambda value: value or "the house's own"),
        "hosted_by": Wording("Hosted by", _text),
        "is_fallback": Wording("Use", _either("only where the others fail", "as agreed, at any time")),
    },
    Viewing: {
        "display": Wording("Display", _text),
        "colour_space": Wording("Colour space", _text),
        "transfer": Wording("Transfer function", _text),
        "white": Wording("White point", _text),
        "peak_nits": Wording("Peak luminance", _counted("nit")),
        "room": Wording("Room", _text),
        "calibrated_on": Wording("Display calibrated on", _text),
        "loudness": Wording("Loudness target", _text),
        "frame_rate": Wording("Frame rate", _text),
        "codec": Wording("Codec", _text),
        "judges": Wording("May be judged this way", listed),
    },
    Licence: {
        "what": Wording("Needed", _text),
        "supplied_by": Wording("Supplied by", lambda value: f"the {value}"),
        "paid_by": Wording("Paid by", lambda value: f"the {value}"),
        "seats": Wording("Seats", lambda count: number_of(count, "seat")),
        "product_id": Wording("From the house's seats of product", _reference),
    },
    Security: {
        "tier": Wording("Tier of the content", _text),
        "nda_text_id": Wording("Undertaking of confidentiality", _reference),
        "watermark": Wording("Watermark instructed", _text),
        "watermark_applied_by": Wording("Watermark applied by", _text),
        "watermark_evidence": Wording("Evidence of the watermark", _text),
        "watermark_checked_by": Wording("Watermark checked by", _text),
        "allows_download": Wording("Downloads", _either("allowed", "not allowed")),
        "link_days": Wording("Longest life of a link", _counted("day")),
        "view_limit": Wording("Most views of a link", _counted("view")),
        "view_hours": Wording("Length of a view", _counted("hour")),
        "recipients_only": Wording(
            "Who gets links", _either("parties of this agreement only", "parties, and addresses under the domains")
        ),
        "domains": Wording("Domains of other addresses", listed),
        "places": Wording("Places where it may be watched", lambda value: listed(value) if value else NOT_AGREED),
        "asks_passphrase": Wording("Passphrase by another channel", _either("asked for", "not asked for")),
        "asks_totp": Wording("Authenticator", _either("asked for", "not asked for")),
        "needs_release": Wording(
            "Release of links", _either("by a second person of the house", "by the one who issues them")
        ),
        "retention_days": Wording("Kept after the review", _counted("day")),
        "destruction": Wording("At the end", _ending),
    },
    Rounds: {
        "included": Wording("Rounds included", _counted("round")),
        "counts_as": Wording("What counts as a round", _text),
        "overrun": Wording("Rounds beyond those", _text),
        "client_days": Wording("The client answers within", _counted("working day")),
        "house_days": Wording("The house delivers changes within", _counted("working day")),
        "zone": Wording("Days are counted in the zone", _text),
        "working_days": Wording("Working days", _weekdays),
        "holidays": Wording("Days that do not count", _days),
        "deemed_after_days": Wording("If the client is silent", _deemed),
    },
    SignOff: {
        "statement": Wording("What an approval says", _text),
        "releases": Wording("What an approval releases", _text),
        "notify": Wording("Who is told", listed),
    },
    Deviation: {
        "of": Wording("Deviates from", _text),
        "reason": Wording("Reason", _text),
        "owner": Wording("Who owns the risk", _text),
        "until": Wording("Until", _text),
    },
    Protection: {
        "what": Wording("Protection", _text),
        "held": Wording("Held", _text),
        "by": Wording("By", _text),
    },
}
"""Every field of terms that is no part with fields of its own."""


def said(part: object, name: str) -> str:
    """Return the value of a part's field in words."""
    return FIELDS[type(part)][name].say(getattr(part, name))


def lines_of(part: object, *, label: str = "", without: tuple[str, ...] = ()) -> list[str]:
    """Return a line for each field of a part: what it is called, and what is agreed; ``label`` says of which part."""
    # A line each and nothing after the value: what somebody wrote cannot pass for the field that follows.
    start = f"{label}, " if label else ""
    return [
        f"{start}{word.name}: {said(part, name)}" for name, word in FIELDS[type(part)].items() if name not in without
    ]

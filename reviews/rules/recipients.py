"""Who may be shown something in a room or on a drive: the agreement's parties, or else who the policy lets in."""

from uuid import UUID

from reviews.rules.floors import Demands
from reviews.rules.terms import Terms

Breaches = dict[str, list[str]]


def recipient_breach(terms: Terms, demands: Demands, contact_id: UUID, email: str) -> Breaches:
    """Return, by the term at fault, why a contact may not be shown this; empty where they may. A party always may."""
    if contact_id in {party.contact_id for party in terms.parties}:
        return {}
    if terms.security.recipients_only or demands.recipients_only:
        return {"security.recipients_only": ["They are no party of the agreement."]}
    domain = email.rpartition("@")[2].lower()
    if domain in {one.lower().removeprefix("@") for one in terms.security.domains}:
        return {}
    return {"security.domains": [f"They are no party of the agreement, and {domain} is no agreed domain."]}


def demand_breaches(terms: Terms, demands: Demands) -> Breaches:
    """Return what the policy asks for by now, wherever somebody watches, and this agreement does not."""
    security = terms.security
    claims = {
        "demands.needs_nda": (demands.needs_nda and security.nda_text_id is None, "It names no undertaking."),
        "demands.needs_watermark": (
            demands.needs_watermark and not security.watermark,
            "It instructs no watermark.",
        ),
    }
    return {field: [sentence] for field, (is_broken, sentence) in claims.items() if is_broken}

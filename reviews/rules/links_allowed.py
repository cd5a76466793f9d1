"""What a link lets happen, held against terms and demands: which of them it would break, field by field."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from reviews.rules.floors import Demands
from reviews.rules.labels import methods_by_label
from reviews.rules.terms import Terms

Sentences = dict[str, str]


@dataclass(frozen=True, slots=True)
class LinkAllows:
    """What one link lets happen."""

    starts_at: datetime
    ends_at: datetime
    view_limit: int
    view_minutes: int
    method: str
    contact_id: UUID
    allows_download: bool
    asks_passphrase: bool
    asks_totp: bool
    needs_release: bool
    nda_text_id: UUID | None
    watermark: str


def breaks_terms(link: LinkAllows, terms: Terms) -> Sentences:
    """Return, by the field of the terms, what the link allows and the terms do not; empty where it holds to all."""
    security = terms.security
    contacts = {party.contact_id for party in terms.parties}
    claims = {
        "methods": (link.method not in methods_by_label(terms), f"There is no method {link.method} any more."),
        "security.link_days": (
            link.ends_at - link.starts_at > timedelta(days=security.link_days),
            f"Its life is longer than {security.link_days} days.",
        ),
        "security.view_limit": (
            link.view_limit > security.view_limit,
            f"It allows {link.view_limit} views, agreed are {security.view_limit}.",
        ),
        "security.view_hours": (
            link.view_minutes > security.view_hours * 60,
            f"A view lasts longer than {security.view_hours} hours.",
        ),
        "security.allows_download": (
            link.allows_download and not security.allows_download,
            "It allows downloads, and none are agreed.",
        ),
        "security.asks_passphrase": (security.asks_passphrase and not link.asks_passphrase, _NO_PASSPHRASE),
        "security.asks_totp": (security.asks_totp and not link.asks_totp, "It asks for no authenticator."),
        "security.needs_release": (security.needs_release and not link.needs_release, _NO_RELEASE),
        "security.nda_text_id": (
            security.nda_text_id is not None and link.nda_text_id != security.nda_text_id,
            "It asks for another undertaking than the agreed one, or for none.",
        ),
        "security.watermark": (
            bool(security.watermark) and link.watermark != security.watermark,
            "It instructs another watermark than the agreed one, or none.",
        ),
        "security.recipients_only": (
            security.recipients_only and link.contact_id not in contacts,
            "Its recipient is no party of the agreement.",
        ),
    }
    return {field: sentence for field, (is_broken, sentence) in claims.items() if is_broken}


def breaks_demands(link: LinkAllows, demands: Demands) -> Sentences:
    """Return, by the demand's name, what the link allows and the policy does not.

    Whether its recipient is a party only the agreement knows: ``recipients_only`` is held against that one.
    """
    longest, most = demands.longest_link_days, demands.most_views
    claims = {
        "longest_link_days": (
            longest is not None and link.ends_at - link.starts_at > timedelta(days=longest),
            f"Its life is longer than {longest} days.",
        ),
        "most_views": (most is not None and link.view_limit > most, f"It allows more than {most} views."),
        "forbids_download": (demands.forbids_download and link.allows_download, "It allows downloads."),
        "needs_release": (demands.needs_release and not link.needs_release, _NO_RELEASE),
        "asks_passphrase": (demands.asks_passphrase and not link.asks_passphrase, _NO_PASSPHRASE),
        "asks_totp": (demands.asks_totp and not link.asks_totp, "It asks for no authenticator."),
        "needs_nda": (demands.needs_nda and link.nda_text_id is None, "It asks for no undertaking."),
        "needs_watermark": (demands.needs_watermark and not link.watermark, "No watermark is instructed."),
    }
    return {name: sentence for name, (is_broken, sentence) in claims.items() if is_broken}


_NO_PASSPHRASE = "It asks for no passphrase."  # noqa: S105 - a sentence
_NO_RELEASE = "No second person releases it."

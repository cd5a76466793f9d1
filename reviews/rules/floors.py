"""What no agreement and no link may go under: demands of the house and of a client, of which the stricter counts."""

from dataclasses import dataclass

from answerprint.core.sentences import Sentence
from reviews.errors import BelowFloor
from reviews.rules.documents import read_document, write_document
from reviews.rules.terms import Terms

Sentences = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Demands:
    """What is demanded of every agreement and link. ``None`` and ``False`` demand nothing."""

    longest_link_days: int | None = None
    most_views: int | None = None
    forbids_download: bool = False
    needs_release: bool = False
    asks_passphrase: bool = False
    asks_totp: bool = False
    needs_nda: bool = False
    needs_watermark: bool = False
    """A watermark is instructed; whether it was applied is for its evidence to say."""
    recipients_only: bool = False


NOTHING_DEMANDED = Demands()


def write_demands(demands: Demands) -> str:
    """Write demands as canonical JSON."""
    return write_document(demands)


def read_demands(text: str) -> Demands:
    """Read demands; raises ``BadTerms`` naming every field at fault."""
    return read_document(text, Demands)


def stricter(house: Demands, client: Demands) -> Demands:
    """Return what both demand together: of each demand the stricter."""
    return Demands(
        longest_link_days=_lower(house.longest_link_days, client.longest_link_days),
        most_views=_lower(house.most_views, client.most_views),
        forbids_download=house.forbids_download or client.forbids_download,
        needs_release=house.needs_release or client.needs_release,
        asks_passphrase=house.asks_passphrase or client.asks_passphrase,
        asks_totp=house.asks_totp or client.asks_totp,
        needs_nda=house.needs_nda or client.needs_nda,
        needs_watermark=house.needs_watermark or client.needs_watermark,
        recipients_only=house.recipients_only or client.recipients_only,
    )


def below(terms: Terms, demands: Demands) -> Sentences:
    """Return, by field, in which terms an agreement goes under the demands; empty where it holds to all."""
    security, found = terms.security, dict[str, list[str]]()
    if demands.longest_link_days is not None and security.link_days > demands.longest_link_days:
        found["security.link_days"] = [f"The policy allows links of at most {_days(demands.longest_link_days)}."]
    if demands.most_views is not None and security.view_limit > demands.most_views:
        found["security.view_limit"] = [f"The policy allows at most {_views(demands.most_views)} a link."]
    for field, (is_demanded, is_met, sentence) in {
        "security.allows_download": (
            demands.forbids_download,
            not security.allows_download,
            "The policy forbids downloads.",
        ),
        "security.needs_release": (demands.needs_release, security.needs_release, _RELEASE),
        "security.asks_passphrase": (demands.asks_passphrase, security.asks_passphrase, _PASSPHRASE),
        "security.asks_totp": (demands.asks_totp, security.asks_totp, "The policy demands an authenticator."),
        "security.nda_text_id": (demands.needs_nda, security.nda_text_id is not None, _NDA),
        "security.watermark": (demands.needs_watermark, bool(security.watermark.strip()), _WATERMARK),
        "security.recipients_only": (demands.recipients_only, security.recipients_only, _RECIPIENTS),
    }.items():
        if is_demanded and not is_met:
            found[field] = [sentence]
    return found


def check_terms(terms: Terms, demands: Demands) -> None:
    """Refuse terms that go under the demands; raises ``BelowFloor`` naming each field."""
    found = below(terms, demands)
    if found:
        detail = Sentence("The policy of the house or of the client asks for more than these terms.")
        raise BelowFloor(detail, fields=found)


def lowered(old: Demands, new: Demands) -> tuple[str, ...]:
    """Return the names of the demands that ``new`` asks less of than ``old``."""
    both = stricter(old, new)
    return tuple(name for name in Demands.__dataclass_fields__ if getattr(both, name) != getattr(new, name))


_RELEASE = "The policy demands that a second person releases each link."
_PASSPHRASE = "The policy demands a passphrase by another channel."  # noqa: S105 - a sentence
_NDA = "The policy demands an undertaking of confidentiality: name its text."
_WATERMARK = "The policy demands that a watermark is instructed: say which."
_RECIPIENTS = "The policy allows links to the parties of the agreement only."


def _lower(one: int | None, other: int | None) -> int | None:
    asked = [limit for limit in (one, other) if limit is not None]
    return min(asked, default=None)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _views(count: int) -> str:
    return "1 view" if count == 1 else f"{count} views"

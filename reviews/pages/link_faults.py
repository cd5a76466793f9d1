"""Where a refused link's faults stand in its form: terms and demands are named otherwise than its fields."""

from collections.abc import Iterator
from contextlib import contextmanager

from reviews.errors import AgainstAgreement

_ELSEWHERE = "agreement_version_id"
"""The field of the form for terms that no field of it can meet."""
_FIELDS = {
    "methods": "method",
    "security.link_days": "ends_at",
    "security.view_limit": "view_limit",
    "security.allows_download": "allows_download",
    "security.asks_passphrase": "asks_passphrase",
    "security.recipients_only": "contact_id",
    "security.domains": "contact_id",
    "demands.longest_link_days": "ends_at",
    "demands.most_views": "view_limit",
    "demands.forbids_download": "allows_download",
    "demands.asks_passphrase": "asks_passphrase",
    "exceptions": "ends_at",
    "target_url": "target_url",
}


def field_of(term: str) -> str:
    """Return the field of the form in which a term or a demand is broken."""
    return _FIELDS.get(term, _ELSEWHERE)


@contextmanager
def said_at_the_fields() -> Iterator[None]:
    """Name the form's fields where a link is refused for what was agreed or demanded."""
    try:
        yield
    except AgainstAgreement as refused:
        fields: dict[str, list[str]] = {}
        for term, sentences in refused.fields.items():
            fields.setdefault(field_of(term), []).extend(sentences)
        raise AgainstAgreement(refused.detail, fields=fields) from refused

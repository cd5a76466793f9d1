"""Which live links a version's terms concern, and what of them those terms do not allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from reviews.queries.agreements import visible_version
from reviews.queries.live_links import live_links_under
from reviews.rules.documents import read_terms
from reviews.rules.links_allowed import breaks_terms


@dataclass(frozen=True, slots=True)
class AffectedLink:
    """A live link under an agreement. ``breaks`` says by field what it allows and the terms do not."""

    id: UUID
    contact_id: UUID
    method: str
    ends_at: datetime
    breaks: dict[str, str]


def affected_links(session: Session, actor: Actor, version_id: UUID, *, now: datetime) -> Sequence[AffectedLink]:
    """Return all live links under the agreement of a version, held against the terms of that version.

    A draft tells so beforehand what it would change. Raises ``UnknownReview``.
    """
    version, _ = visible_version(session, actor, version_id)
    terms = read_terms(version.terms)
    return [
        AffectedLink(link.id, link.contact_id, link.method, link.ends_at, breaks_terms(link.allows, terms))
        for link in live_links_under(session, version.agreement_id, now=now)
    ]

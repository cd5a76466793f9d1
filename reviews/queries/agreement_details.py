"""A version as its page shows it: what it says, who accepted it, its text, what speaks against it, what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from reviews.queries.agreement_texts import text_of
from reviews.queries.agreements import AcceptanceRow, acceptances_of, visible_version
from reviews.queries.findings import Standing, standing_of
from reviews.rules.difference import Change, difference
from reviews.rules.digests import text_digest
from reviews.rules.documents import read_terms
from reviews.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class VersionDetail:
    """A version with what it says. ``version`` counts its changes: the ETag."""

    id: UUID
    agreement_id: UUID
    project_id: UUID
    number: int
    state: str
    text_sha256: str | None
    sent_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    version: int
    terms: Terms
    acceptances: Sequence[AcceptanceRow]


@dataclass(frozen=True, slots=True)
class AgreementText:
    """What both sides hold to, in words. A draft's text is what would be sent now, without digests of its parties."""

    text: str
    text_sha256: str
    is_frozen: bool


def version_detail(session: Session, actor: Actor, version_id: UUID) -> VersionDetail:
    """Return a version with its terms; raises ``UnknownReview`` where ``actor`` may not know of it."""
    version, project = visible_version(session, actor, version_id)
    return VersionDetail(
        id=version.id,
        agreement_id=version.agreement_id,
        project_id=project.id,
        number=version.number,
        state=version.state,
        text_sha256=version.text_sha256,
        sent_at=version.sent_at,
        accepted_at=version.accepted_at,
        ended_at=version.ended_at,
        version=version.version,
        terms=read_terms(version.terms),
        acceptances=acceptances_of(session, version_id),
    )


def agreement_text(session: Session, actor: Actor, version_id: UUID) -> AgreementText:
    """Return a version's text; raises ``UnknownReview`` where ``actor`` may not know of it."""
    version, _ = visible_version(session, actor, version_id)
    text = text_of(session, version)
    return AgreementText(text, text_digest(text), is_frozen=version.text is not None)


def version_standing(session: Session, actor: Actor, version_id: UUID, *, now: datetime, on: date) -> Standing:
    """Return what speaks against a version as the house stands today; raises ``UnknownReview``."""
    version, project = visible_version(session, actor, version_id)
    return standing_of(session, read_terms(version.terms), project.client_id, now=now, on=on)


def version_difference(session: Session, actor: Actor, version_id: UUID, *, against: UUID) -> Sequence[Change]:
    """Return what differs in a version from the version ``against``; raises ``UnknownReview`` for either."""
    newer, _ = visible_version(session, actor, version_id)
    older, _ = visible_version(session, actor, against)
    return difference(read_terms(older.terms), read_terms(newer.terms))

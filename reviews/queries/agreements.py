"""Reads of agreements and their versions. Staff see those of projects that they may know of; the gate asks by id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from answerprint.core.actor import Actor
from answerprint.core.paging import Key, Page, PageRequest, cut
from answerprint.core.problems import Invalid
from facility.errors import UnknownProject
from facility.public import ProjectRef, project_for
from reviews.errors import UnknownReview
from reviews.models.agreements import Acceptance, Agreement, AgreementVersion
from reviews.rules.documents import read_terms
from reviews.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement as lists show it: ``version_id`` and what follows are of its newest version."""

    id: UUID
    project_id: UUID
    number: int
    milestone: str
    created_by: UUID
    created_at: datetime
    version_id: UUID
    version_number: int
    state: str
    version: int
    """How often the newest version was changed, from 1: the ETag."""
    accepted_id: UUID | None
    """The version in force, accepted by both."""
    accepted_number: int | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as lists show it. ``version`` counts its changes: the ETag."""

    id: UUID
    agreement_id: UUID
    number: int
    state: str
    text_sha256: str | None
    sent_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """A side's acceptance of a version."""

    side: str
    contact_id: UUID | None
    person_id: UUID | None
    proof: str
    text_sha256: str
    accepted_at: datetime


def agreements_of(session: Session, actor: Actor, project_id: UUID, page: PageRequest) -> Page[AgreementRow]:
    """List a project's agreements, the newest first; raises ``UnknownProject``. The cursor is ``(number,)``."""
    project = project_for(session, actor, project_id)
    wanted = _rows().where(Agreement.project_id == project.id)
    if page.after is not None:
        wanted = wanted.where(Agreement.number < _number(page.after))
    found = session.execute(wanted.order_by(Agreement.number.desc()).limit(page.limit + 1))
    return cut([AgreementRow(*row) for row in found], page, lambda row: (row.number,))


def agreement_row(session: Session, actor: Actor, agreement_id: UUID) -> AgreementRow:
    """Return one agreement; raises ``UnknownReview`` for one of a project that ``actor`` may not know of, too."""
    row = session.execute(_rows().where(Agreement.id == agreement_id)).one_or_none()
    if row is None:
        raise unknown_agreement()
    visible_project_of(session, actor, row.project_id)
    return AgreementRow(*row)


def versions(session: Session, agreement_id: UUID) -> Sequence[VersionRow]:
    """Return all versions of an agreement, the newest first."""
    wanted = select(AgreementVersion).where(AgreementVersion.agreement_id == agreement_id)
    return [_version_row(one) for one in session.scalars(wanted.order_by(AgreementVersion.number.desc()))]


def visible_version(session: Session, actor: Actor, version_id: UUID) -> tuple[AgreementVersion, ProjectRef]:
    """Return a version itself and its project; raises ``UnknownReview`` where ``actor`` may not know of it."""
    version = version_by_id(session, version_id)
    return version, visible_project_of(session, actor, project_of(session, version_id))


def visible_project_of(session: Session, actor: Actor, project_id: UUID) -> ProjectRef:
    """Return the project of something in reviews; raises ``UnknownReview`` where ``actor`` may not know of it."""
    try:
        return project_for(session, actor, project_id)
    except UnknownProject as error:
        raise unknown_agreement() from error


def version_by_id(session: Session, version_id: UUID) -> AgreementVersion:
    """Return a version itself, whoever asks; raises ``UnknownReview``."""
    version = session.get(AgreementVersion, version_id)
    if version is None:
        raise unknown_agreement()
    return version


def project_of(session: Session, version_id: UUID) -> UUID:
    """Return the project of a version, whoever asks; raises ``UnknownReview``."""
    wanted = select(Agreement.project_id).join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
    found = session.scalar(wanted.where(AgreementVersion.id == version_id))
    if found is None:
        raise unknown_agreement()
    return found


def terms_of(session: Session, version_id: UUID) -> Terms:
    """Return what a version says, whoever asks; raises ``UnknownReview``."""
    return read_terms(version_by_id(session, version_id).terms)


def accepted_version(session: Session, agreement_id: UUID) -> AgreementVersion | None:
    """Return the version in force: the one that both sides accepted and that nothing ended, if there is one."""
    is_it = (AgreementVersion.agreement_id == agreement_id, AgreementVersion.state == "accepted")
    return session.scalars(select(AgreementVersion).where(*is_it)).one_or_none()


def acceptances_of(session: Session, version_id: UUID) -> Sequence[AcceptanceRow]:
    """Return which sides accepted a version, the first first."""
    wanted = select(Acceptance).where(Acceptance.agreement_version_id == version_id)
    return [
        AcceptanceRow(one.side, one.contact_id, one.person_id, one.proof, one.text_sha256, one.accepted_at)
        for one in session.scalars(wanted.order_by(Acceptance.accepted_at, Acceptance.id))
    ]


def unknown_agreement() -> UnknownReview:
    """Return the refusal of an agreement that is not there, or is not this reader's."""
    return UnknownReview("There is no such agreement among those of your projects.")


def _rows() -> Select[UUID, UUID, int, str, UUID, datetime, UUID, int, str, int, UUID | None, int | None]:
    newest, accepted = aliased(AgreementVersion), aliased(AgreementVersion)
    last = (
        select(func.max(AgreementVersion.number)).where(AgreementVersion.agreement_id == Agreement.id).scalar_subquery()
    )
    is_accepted = and_(accepted.agreement_id == Agreement.id, accepted.state == "accepted")
    return (
        select(
            Agreement.id,
            Agreement.project_id,
            Agreement.number,
            Agreement.milestone,
            Agreement.created_by,
            Agreement.created_at,
            newest.id,
            newest.number,
            newest.state,
            newest.version,
            accepted.id,
            accepted.number,
        )
        .select_from(Agreement)
        .join(newest, and_(newest.agreement_id == Agreement.id, newest.number == last))
        .outerjoin(accepted, is_accepted)
    )


def _version_row(one: AgreementVersion) -> VersionRow:
    return VersionRow(**{name: getattr(one, name) for name in VersionRow.__dataclass_fields__})


def _number(key: Key) -> int:
    number = key[0]
    if not isinstance(number, int):
        sentence = "This cursor was not made by this list. Start again without it."
        raise Invalid(sentence, fields={"cursor": [sentence]})
    return number

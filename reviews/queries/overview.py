"""What a project's reviews come to on one page, and what waits for a producer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import Page, PageRequest, cut
from facility.models import Membership, Project
from reviews.models.agreements import Acceptance, Agreement, AgreementVersion
from reviews.models.decisions import Round
from reviews.models.links import ScreeningLink, View
from reviews.models.materials import Material, MaterialVersion
from reviews.queries.live_links import is_live

SOON = timedelta(days=2)
_MOST = 50


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """A project as the list of reviews shows it."""

    id: UUID
    code: str
    is_open: bool
    agreements: int
    live_links: int
    open_rounds: int


@dataclass(frozen=True, slots=True)
class LinkWaiting:
    """A link that ends soon, or that nobody has watched yet."""

    id: UUID
    project_id: UUID
    project_code: str
    contact_id: UUID
    material: str
    number: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class AgreementWaiting:
    """A version that was sent and is not accepted by both; the client may have, and then it is the house's turn."""

    version_id: UUID
    project_code: str
    number: int
    sent_at: datetime | None
    client_accepted: bool


@dataclass(frozen=True, slots=True)
class RoundWaiting:
    """A round that waits for decisions."""

    id: UUID
    project_code: str
    number: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: agreements unanswered, links about to end, screenings not yet watched, decisions due."""

    agreements: Sequence[AgreementWaiting]
    ending: Sequence[LinkWaiting]
    unwatched: Sequence[LinkWaiting]
    rounds: Sequence[RoundWaiting]


def project_summaries(session: Session, actor: Actor, page: PageRequest, *, now: datetime) -> Page[ProjectSummary]:
    """List the projects that ``actor`` may know of with what is reviewed, by code. The cursor is ``(code,)``."""
    live = (
        select(func.count())
        .where(ScreeningLink.project_id == Project.id, *is_live(now))
        .correlate(Project)
        .scalar_subquery()
    )
    agreed = select(func.count()).where(Agreement.project_id == Project.id).correlate(Project).scalar_subquery()
    rounds = (
        select(func.count())
        .select_from(Round)
        .join(Agreement, Agreement.id == Round.agreement_id)
        .where(Agreement.project_id == Project.id, Round.closed_at.is_(None))
        .correlate(Project)
        .scalar_subquery()
    )
    wanted = select(Project.id, Project.code, Project.is_open, agreed, live, rounds).where(_visible(actor))
    if page.after is not None:
        wanted = wanted.where(Project.code > str(page.after[0]))
    rows = session.execute(wanted.order_by(Project.code).limit(page.limit + 1))
    return cut([ProjectSummary(*row) for row in rows], page, lambda row: (row.code,))


def waiting_for(session: Session, actor: Actor, *, now: datetime) -> Waiting:
    """Return what waits in the projects that ``actor`` may know of, the most pressing first."""
    by_client = exists().where(Acceptance.agreement_version_id == AgreementVersion.id, Acceptance.side == "client")
    sent = (
        select(AgreementVersion.id, Project.code, Agreement.number, AgreementVersion.sent_at, by_client)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .join(Project, Project.id == Agreement.project_id)
        .where(AgreementVersion.state == "sent", _visible(actor))
        .order_by(AgreementVersion.sent_at)
    )
    rounds = (
        select(Round.id, Project.code, Round.number, Round.due_on)
        .join(Agreement, Agreement.id == Round.agreement_id)
        .join(Project, Project.id == Agreement.project_id)
        .where(Round.closed_at.is_(None), _visible(actor))
        .order_by(Round.due_on, Round.id)
    )
    is_watched = exists().where(View.link_id == ScreeningLink.id)
    return Waiting(
        agreements=[AgreementWaiting(*row) for row in session.execute(sent.limit(_MOST))],
        ending=_links(session, actor, [*is_live(now), ScreeningLink.ends_at < now + SOON]),
        unwatched=_links(session, actor, [*is_live(now), ScreeningLink.starts_at <= now, ~is_watched]),
        rounds=[RoundWaiting(*row) for row in session.execute(rounds.limit(_MOST))],
    )


def agreements_elsewhere(session: Session, actor: Actor, project_id: UUID) -> Sequence[tuple[str, str]]:
    """Return the newest versions of other projects' agreements to begin with, the newest first."""
    newest = select(func.max(AgreementVersion.number)).where(AgreementVersion.agreement_id == Agreement.id)
    wanted = (
        select(AgreementVersion.id, Project.code, Agreement.number, AgreementVersion.number, Agreement.milestone)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .join(Project, Project.id == Agreement.project_id)
        .where(_visible(actor), Project.id != project_id)
        .where(AgreementVersion.number == newest.correlate(Agreement).scalar_subquery())
        .order_by(AgreementVersion.id.desc())
    )
    rows = session.execute(wanted.limit(_MOST))
    return [
        (str(one), f"{code}-{number}, version {version}, {milestone.replace('-', ' ')}")
        for one, code, number, version, milestone in rows
    ]


def _links(session: Session, actor: Actor, wanted: Sequence[ColumnElement[bool]]) -> Sequence[LinkWaiting]:
    found = (
        select(
            ScreeningLink.id,
            Project.id,
            Project.code,
            ScreeningLink.contact_id,
            Material.name,
            MaterialVersion.number,
            ScreeningLink.ends_at,
        )
        .join(Project, Project.id == ScreeningLink.project_id)
        .join(MaterialVersion, MaterialVersion.id == ScreeningLink.material_version_id)
        .join(Material, Material.id == MaterialVersion.material_id)
        .where(_visible(actor), *wanted)
        .order_by(ScreeningLink.ends_at, ScreeningLink.id)
    )
    return [LinkWaiting(*row) for row in session.execute(found.limit(_MOST))]


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all_projects:
        return true()
    return exists().where(Membership.project_id == Project.id, Membership.person_id == actor.person_id)

"""How far each project is on the way to its first link, and so what comes next there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, exists, select, true
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from facility.models import Client, Membership, Project
from reviews.models.agreements import Agreement, AgreementVersion
from reviews.models.materials import Material
from reviews.models.parties import Contact

_MOST = 100


class NextStep(StrEnum):
    """What a project needs next; a link can be sent once the rest is there."""

    PEOPLE = "people"
    AGREEMENT = "agreement"
    ACCEPTANCE = "acceptance"
    MATERIAL = "material"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class ProjectStep:
    """An open project and its next step. ``version_id`` is the agreement's version that waits to be accepted."""

    id: UUID
    code: str
    client_id: UUID
    client_name: str
    step: NextStep
    version_id: UUID | None


def project_steps(session: Session, actor: Actor) -> Sequence[ProjectStep]:
    """Return the open projects that ``actor`` may know of with the next step of each, by code."""
    of_it = Agreement.project_id == Project.id
    waiting = (
        select(AgreementVersion.id)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(of_it, AgreementVersion.state.in_(("sent", "draft")))
        .order_by(AgreementVersion.state.desc(), AgreementVersion.id)
        .limit(1)
        .correlate(Project)
        .scalar_subquery()
    )
    is_known = exists().where(Contact.client_id == Project.client_id, Contact.erased_at.is_(None))
    is_accepted = _exists_version(AgreementVersion.state == "accepted")
    has_material = exists().where(Material.project_id == Project.id)
    wanted = (
        select(Project.id, Project.code, Client.id, Client.name, waiting, is_known, is_accepted, has_material)
        .join(Client, Client.id == Project.client_id)
        .where(Project.is_open, _visible(actor))
        .order_by(Project.code)
        .limit(_MOST)
    )
    found = []
    for project_id, code, client_id, client_name, version_id, knows, accepted, material in session.execute(wanted):
        step = _next(knows=knows, accepted=accepted, waits=version_id is not None, material=material)
        found.append(ProjectStep(project_id, code, client_id, client_name, step, version_id))
    return found


def _next(*, knows: bool, accepted: bool, waits: bool, material: bool) -> NextStep:
    if not knows:
        return NextStep.PEOPLE
    if not accepted:
        return NextStep.ACCEPTANCE if waits else NextStep.AGREEMENT
    return NextStep.LINK if material else NextStep.MATERIAL


def _exists_version(condition: ColumnElement[bool]) -> Exists:
    of_it = (AgreementVersion.agreement_id == Agreement.id, Agreement.project_id == Project.id)
    return exists().where(*of_it, condition)


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor.sees_all_projects:
        return true()
    return exists().where(Membership.project_id == Project.id, Membership.person_id == actor.person_id)

"""Agreements as use cases take them up: held until the commit, so that two changes of one come one after the other."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import StaleVersion
from answerprint.core.sentences import Sentence
from facility.models import Project
from facility.public import ProjectRef
from reviews.errors import NotInThisState
from reviews.models.agreements import Agreement, AgreementVersion
from reviews.queries.agreements import project_of, unknown_agreement, version_by_id, visible_project_of

_WORDS = (
    Sentence("draft"),
    Sentence("sent"),
    Sentence("accepted"),
    Sentence("superseded"),
    Sentence("withdrawn"),
)
STATES = {str(word): word for word in _WORDS}
"""The states of a version, in words that the edge can say in another language."""


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """A version, its agreement and its project; nobody else changes them before the commit."""

    version: AgreementVersion
    agreement: Agreement
    project: ProjectRef


def hold_agreement(session: Session, actor: Actor, agreement_id: UUID) -> tuple[Agreement, ProjectRef]:
    """Hold an agreement; raises ``UnknownReview`` for one of a project that ``actor`` may not know of, too."""
    # Links and rounds point at an agreement: this lock lets them.
    wanted = select(Agreement).where(Agreement.id == agreement_id).with_for_update(key_share=True)
    agreement = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if agreement is None:
        raise unknown_agreement()
    return agreement, visible_project_of(session, actor, agreement.project_id)


def hold_version(session: Session, actor: Actor, version_id: UUID, *, held: int | None = None) -> HeldVersion:
    """Hold a version's agreement and return it as it is now.

    Raises ``UnknownReview``, or ``StaleVersion`` where ``held`` is given and the version was changed since.
    """
    visible_project_of(session, actor, project_of(session, version_id))
    agreement, project = hold_agreement(session, actor, version_by_id(session, version_id).agreement_id)
    version = session.get_one(AgreementVersion, version_id, populate_existing=True)
    if held is not None and version.version != held:
        raise StaleVersion("This version was changed meanwhile. Read it again, and repeat what you did.")
    return HeldVersion(version, agreement, project)


def next_agreement_number(session: Session, project_id: UUID) -> int:
    """Return the number of a project's next agreement; nobody else gets one of this project before the commit."""
    session.execute(select(Project.id).where(Project.id == project_id).with_for_update(key_share=True))
    last = session.scalar(select(func.max(Agreement.number)).where(Agreement.project_id == project_id))
    return (last or 0) + 1


def newest_version(session: Session, agreement_id: UUID) -> AgreementVersion:
    """Return the newest version of an agreement, as it is now."""
    wanted = select(AgreementVersion).where(AgreementVersion.agreement_id == agreement_id)
    ordered = wanted.order_by(AgreementVersion.number.desc()).limit(1)
    return session.scalars(ordered.execution_options(populate_existing=True)).one()


def check_state(version: AgreementVersion, *states: str, to: str) -> None:
    """Raise ``NotInThisState`` where a version is in none of these states; ``to`` says what was asked."""
    if version.state not in states:
        sentence = Sentence(
            "This version is %(state)s: only one that is %(wanted)s can be %(to)s.",
            state=STATES[version.state],
            wanted=STATES[states[0]] if len(states) == 1 else " or ".join(states),
            to=STATES.get(to, to),
        )
        raise NotInThisState(sentence, fields={"state": [sentence]})

"""On what something is shown in a room or on a drive: an agreement in force, its method, a version, a person."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Invalid
from facility.models import Membership, Person
from facility.public import ProjectRef
from facility.queries.people import roles_of
from facility.roles import sees_all_projects
from reviews.errors import AgainstAgreement, Frozen
from reviews.models.materials import MaterialVersion
from reviews.models.parties import Contact
from reviews.queries.agreements import visible_version
from reviews.queries.faces import real_titles
from reviews.queries.freezes import stands_over
from reviews.queries.materials import version_by_id
from reviews.queries.parties import contact_by_id
from reviews.queries.policies import demands_for
from reviews.rules.documents import read_terms
from reviews.rules.labels import methods_by_label
from reviews.rules.recipients import demand_breaches, recipient_breach
from reviews.rules.terms import Method, Terms
from reviews.rules.titles import says_title
from reviews.rules.vocabulary import MethodKind, title


@dataclass(frozen=True, slots=True)
class Basis:
    """What something is shown on."""

    project: ProjectRef
    terms: Terms
    method: Method
    version: MaterialVersion


def basis_of(
    session: Session,
    actor: Actor,
    *,
    agreement_version_id: UUID,
    method: str,
    material_version_id: UUID,
    kinds: Collection[MethodKind],
) -> Basis:
    """Return what something may be shown on now, by a method of one of these kinds.

    Raises ``AgainstAgreement`` naming each term at fault, or ``UnknownReview``.
    """
    version, project = visible_version(session, actor, agreement_version_id)
    material, material_version = version_by_id(session, actor, material_version_id)
    terms = read_terms(version.terms)
    found = demand_breaches(terms, demands_for(session, project.client_id))
    if version.state != "accepted":
        found["agreement_version_id"] = [f"Both sides accept the agreement first; this version is {version.state}."]
    if material.project_id != project.id:
        found["material_version_id"] = ["This version belongs to another project than the agreement."]
    agreed = methods_by_label(terms).get(method)
    if agreed is None or agreed.kind not in kinds:
        wanted = " or ".join(sorted(title(kind) for kind in kinds))
        found["method"] = [f"Name a method of the agreement that is a {wanted}."]
    if found or agreed is None:
        raise AgainstAgreement("This would break what was agreed or demanded.", fields=found)
    return Basis(project, terms, agreed, material_version)


def recipient_of(session: Session, basis: Basis, contact_id: UUID) -> Contact:
    """Return who may be shown this; raises ``AgainstAgreement`` naming the term at fault, or ``Frozen``."""
    contact = contact_by_id(session, contact_id)
    if contact.client_id != basis.project.client_id or contact.erased_at is not None:
        sentence = "This contact is none of the project's client."
        raise AgainstAgreement(sentence, fields={"contact_id": [sentence]})
    demands = demands_for(session, basis.project.client_id)
    found = recipient_breach(basis.terms, demands, contact.id, contact.email)
    if found:
        raise AgainstAgreement("The agreement does not let them see this.", fields=found)
    if stands_over(session, basis.project.id, contact.id):
        raise Frozen("A freeze stands over this: lift it first.")
    return contact


def host_of(session: Session, project_id: UUID, person_id: UUID) -> Person:
    """Return who hosts; raises ``Invalid`` naming ``host_id`` for who does not work on the project."""
    person = session.get(Person, person_id)
    is_member = exists().where(Membership.project_id == project_id, Membership.person_id == person_id)
    may = sees_all_projects(roles_of(session, [person_id])[person_id]) or session.scalar(select(is_member))
    if person is None or not person.is_active or not may:
        sentence = "Choose somebody of the house who works on this project."
        raise Invalid(sentence, fields={"host_id": [sentence]})
    return person


def check_says_no_title(session: Session, project_id: UUID, **texts: str | None) -> None:
    """Raise ``Invalid`` naming each text that says a real title while an alias is in force: these texts go out."""
    titles = real_titles(session, project_id)
    sentence = "This says a real title, and an alias is in force. Use the alias."
    faults = {name: [sentence] for name, text in texts.items() if text and says_title(text, titles) is not None}
    if faults:
        raise Invalid(sentence, fields=faults)

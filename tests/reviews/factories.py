"""Make what a test of reviews stands on, through the use cases, with honest defaults."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM, Actor
from facility.models import Project
from facility.roles import Role
from facility.service.projects import add_member
from reviews.models.parties import Contact, NdaText
from reviews.service.contacts import add_contact
from reviews.service.undertakings import add_undertaking
from tests.facility.factories import actor_of, make_person, make_project

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
OFFICE, ELSEWHERE = "192.0.2.10", "198.51.100.7"
SHA256 = "5e" * 32


@dataclass(frozen=True, slots=True)
class House:
    """A project with a producer who works on it, another producer, and the client's contact."""

    project_id: UUID
    client_id: UUID
    producer: Actor
    other: Actor
    """A second producer of the project, who may release what the first issued."""
    contact_id: UUID


def make_house(session: Session, code: str = "NB-204") -> House:
    """Make a project of a client with one contact, and two producers on it."""
    project = make_project(session, code)
    producer = make_producer(session, project, f"mara.{code.lower()}@post.example", "Mara Voss")
    other = make_producer(session, project, f"jon.{code.lower()}@post.example", "Jon Adeyemi")
    contact = make_contact(session, project.client_id)
    return House(project.id, project.client_id, producer, other, contact.id)


def make_producer(session: Session, project: Project, email: str, name: str) -> Actor:
    """Add a producer who works on a project, and return them as the actor that their browser makes of them."""
    person = make_person(session, Role.PRODUCER, email=email, name=name)
    add_member(session, SYSTEM, project_id=project.id, person_id=person.id)
    return actor_of(session, person.id)


def make_contact(
    session: Session, client_id: UUID, email: str = "ines@okafor.example", name: str = "Ines Okafor"
) -> Contact:
    """Add somebody of a client's."""
    return add_contact(session, SYSTEM, client_id=client_id, name=name, email=email, now=NOW)


def make_undertaking(session: Session, client_id: UUID, text: str = "I keep to myself what I see.") -> NdaText:
    """Add the text of an undertaking."""
    return add_undertaking(session, SYSTEM, client_id=client_id, title="Confidentiality", text=text, now=NOW)

"""People, projects and sign-ins as tests need them, made by the use cases themselves."""

from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM, Actor, ActorKind, stranger
from answerprint.core.db import Database
from facility.models import Person, Project
from facility.passwords import PasswordCheck, check_password, hash_password
from facility.queries.people import roles_of
from facility.roles import Role, permissions_of, sees_all_projects
from facility.service.clients import add_client
from facility.service.invitations import accept_invitation
from facility.service.people import add_person
from facility.service.projects import add_project
from facility.service.sign_in import SignedIn, SignInRefused, sign_in

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
PASSWORD = "seven reels of leader"
OFFICE = "192.0.2.10"
ELSEWHERE = "198.51.100.7"


@cache
def password_hash() -> str:
    """Return the hash of ``PASSWORD``, made once since it takes long."""
    return hash_password(PASSWORD)


def make_person(
    session: Session, *roles: Role, email: str = "mara@post.example", name: str = "Mara Voss", now: datetime = NOW
) -> Person:
    """Add a person who has set ``PASSWORD``; without roles named a producer."""
    new = add_person(session, SYSTEM, name=name, email=email, roles=roles or (Role.PRODUCER,), now=now)
    secret = new.invitation.secret
    return accept_invitation(session, SYSTEM, secret=secret, password_hash=password_hash(), now=now)


def make_project(session: Session, code: str = "NB-204", name: str = "Northern Light") -> Project:
    """Add a project of a client of its own."""
    client = add_client(session, SYSTEM, name=f"Client of {code}")
    return add_project(session, SYSTEM, client_id=client.id, code=code, name=name)


def actor_of(session: Session, person_id: UUID) -> Actor:
    """Return the person as the actor that a signed-in browser makes of them."""
    roles = roles_of(session, [person_id])[person_id]
    return Actor(
        kind=ActorKind.PERSON,
        id=str(person_id),
        permissions=permissions_of(roles),
        person_id=person_id,
        sees_all_projects=sees_all_projects(roles),
    )


def check(database: Database, email: str, password: str = PASSWORD) -> PasswordCheck:
    """Check a password as a page does."""
    with database.reading() as session:
        return check_password(session, email, password)


def right(database: Database, email: str) -> PasswordCheck:
    """Return the check of somebody who is known to have ``PASSWORD``, without the long work."""
    with database.reading() as session:
        person = session.execute(select(Person.id, Person.password_hash).where(Person.email == email)).one()
    assert person.password_hash == password_hash()
    return PasswordCheck(person_id=person.id, email=email, is_right=True, checked_hash=person.password_hash)


def wrong(email: str) -> PasswordCheck:
    """Return a check that failed, without the long work."""
    return PasswordCheck(person_id=None, email=email, is_right=False, checked_hash="")


def attempt(
    database: Database, checked: PasswordCheck, *, address: str = OFFICE, now: datetime = NOW
) -> SignedIn | SignInRefused:
    """Try to sign in, in a transaction of its own."""
    with database.transaction() as session:
        return sign_in(session, stranger(address), check=checked, now=now)


def signed_in_as(database: Database, email: str, *, address: str = OFFICE, now: datetime = NOW) -> SignedIn:
    """Sign somebody in who has ``PASSWORD``."""
    outcome = attempt(database, check(database, email), address=address, now=now)
    assert isinstance(outcome, SignedIn)
    return outcome

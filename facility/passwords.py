"""Passwords of people of the house, checked on a reading session, before the transaction that acts on it."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.slow_hash import fits, needs_new_hash, nobodys_hash, slow_hash
from facility.models import Person
from facility.rules import PASSWORD_LENGTH_MAX, normal_email, normal_password


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Whether a password is right for a mail. ``checked_hash`` is what it was held against.

    ``new_hash`` is there where the password is right and its hash was made with older parameters.
    """

    person_id: UUID | None
    email: str
    is_right: bool
    checked_hash: str = field(repr=False)
    new_hash: str | None = field(default=None, repr=False)


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return slow_hash(normal_password(password))


def check_password(session: Session, email: str, password: str) -> PasswordCheck:
    """Hold a password against the one of the mail's person; for an unknown mail the same work is done for nothing."""
    mail = normal_email(email)
    person = session.execute(select(Person.id, Person.password_hash).where(Person.email == mail)).one_or_none()
    known_hash = person.password_hash if person is not None else None
    checked_hash = known_hash or nobodys_hash()
    # Longer ones are cut, not refused, so that they take the same way; no stored hash was made from so long a text.
    is_right = fits(checked_hash, normal_password(password)[: PASSWORD_LENGTH_MAX + 1]) and known_hash is not None
    new_hash = hash_password(password) if is_right and needs_new_hash(checked_hash) else None
    return PasswordCheck(
        person_id=person.id if person is not None else None,
        email=mail,
        is_right=is_right,
        checked_hash=checked_hash,
        new_hash=new_hash,
    )

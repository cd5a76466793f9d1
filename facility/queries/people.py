"""Reads of people and their tokens."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from answerprint.core.paging import Page, PageRequest, cut
from answerprint.core.problems import Invalid
from facility.errors import UnknownPerson, UnknownToken
from facility.models import ApiToken, Person, RoleGrant, TokenUse
from facility.queries.access import in_order, read_scopes
from facility.queries.departments import departments_now
from facility.roles import Role


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists show them. Somebody without password was invited and has not come yet."""

    id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    is_active: bool
    has_password: bool
    created_at: datetime
    version: int
    department: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its person sees it: everything but the secret."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


def people(session: Session, page: PageRequest) -> Page[PersonRow]:
    """List the people of the house by name; the cursor holds an id, so that no name stands in an address."""
    wanted = select(Person).order_by(Person.name, Person.id).limit(page.limit + 1)
    if page.after is not None:
        last = aliased(Person)
        is_later = or_(Person.name > last.name, and_(Person.name == last.name, Person.id > last.id))
        wanted = wanted.join(last, is_later).where(last.id == _cursor_id(page))
    found = session.scalars(wanted).all()
    ids = [person.id for person in found]
    roles, departments = roles_of(session, ids), departments_now(session, ids)
    return cut([_row(person, roles, departments) for person in found], page, lambda row: (str(row.id),))


def people_to_choose(session: Session, *, without: Collection[UUID]) -> Sequence[tuple[UUID, str]]:
    """Return the ids and names of everybody active but ``without``, by name."""
    found = session.execute(select(Person.id, Person.name).where(Person.is_active).order_by(Person.name, Person.id))
    return [(row.id, row.name) for row in found if row.id not in without]


def person_row(session: Session, person_id: UUID) -> PersonRow:
    """Return one person; raises ``UnknownPerson``."""
    person, ids = person_by_id(session, person_id), [person_id]
    return _row(person, roles_of(session, ids), departments_now(session, ids))


def person_by_id(session: Session, person_id: UUID) -> Person:
    """Return the person themselves; raises ``UnknownPerson``."""
    person = session.get(Person, person_id)
    if person is None:
        sentence = "There is no such person."
        raise UnknownPerson(sentence)
    return person


def roles_of(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, tuple[Role, ...]]:
    """Return who of these holds which roles."""
    held: dict[UUID, list[str]] = {person_id: [] for person_id in person_ids}
    for grant in session.execute(
        select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(person_ids))
    ):
        held[grant.person_id].append(grant.role)
    return {person_id: in_order(roles) for person_id, roles in held.items()}


def tokens_of(session: Session, person_id: UUID) -> Sequence[TokenRow]:
    """List a person's tokens, the newest first, the dead ones too."""
    found = session.execute(_tokens().where(ApiToken.person_id == person_id).order_by(ApiToken.id.desc()))
    return [_token_row(token, last_used_at) for token, last_used_at in found]


def token_row(session: Session, token_id: UUID) -> TokenRow:
    """Return one token; raises ``UnknownToken``."""
    found = session.execute(_tokens().where(ApiToken.id == token_id)).one_or_none()
    if found is None:
        raise unknown_token()
    return _token_row(found[0], found[1])


def token_by_id(session: Session, token_id: UUID) -> ApiToken:
    """Return a token itself; raises ``UnknownToken``."""
    token = session.get(ApiToken, token_id)
    if token is None:
        raise unknown_token()
    return token


def unknown_token() -> UnknownToken:
    """Return the refusal of a token that is not there, or is another's."""
    return UnknownToken("There is no such token of yours.")


def _tokens() -> Select[ApiToken, datetime]:
    return select(ApiToken, TokenUse.last_used_at).outerjoin(TokenUse, TokenUse.token_id == ApiToken.id)


def _token_row(token: ApiToken, last_used_at: datetime | None) -> TokenRow:
    return TokenRow(
        id=token.id,
        name=token.name,
        scopes=tuple(sorted(read_scopes(token.scopes))),
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
        last_used_at=last_used_at,
    )


def _row(person: Person, roles: dict[UUID, tuple[Role, ...]], departments: dict[UUID, str]) -> PersonRow:
    return PersonRow(
        id=person.id,
        name=person.name,
        email=person.email,
        roles=roles[person.id],
        is_active=person.is_active,
        has_password=person.password_hash is not None,
        created_at=person.created_at,
        version=person.version,
        department=departments[person.id],
    )


def _cursor_id(page: PageRequest) -> UUID:
    try:
        return UUID(str(page.after[0] if page.after else ""))
    except ValueError as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise Invalid(sentence, fields={"cursor": [sentence]}) from error

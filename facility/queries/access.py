"""Who is behind a cookie, a token or a link. These run on every request: one statement each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor, ActorKind
from answerprint.core.permissions import Permission
from answerprint.core.shown_once import is_secret, is_token_text, sha256_of
from facility import rules, sign_in_counters
from facility.errors import DeadInvitation
from facility.facts import InvitationRefused
from facility.models import ApiToken, Invitation, Person, RoleGrant, TokenUse, WebSession
from facility.roles import Role, permissions_of, sees_all_projects
from facility.token_uses import is_noted

# Built once: every request with a token reads it, and to build a statement anew costs more than to run it.
_TOKEN = (
    select(ApiToken.id, ApiToken.person_id, ApiToken.scopes, RoleGrant.role, TokenUse.last_used_at)
    .join_from(ApiToken, Person, ApiToken.person_id == Person.id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(TokenUse, TokenUse.token_id == ApiToken.id)
    .where(ApiToken.secret_sha256 == bindparam("secret_sha256"))
    .where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > bindparam("now"), Person.is_active)
)


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """The person at a signed-in browser."""

    actor: Actor
    name: str
    csrf_token: str
    roles: tuple[Role, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenBearer:
    """Whoever sent a token. ``is_noted`` where this minute's use of it is written down already."""

    actor: Actor
    token_id: UUID
    is_noted: bool


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """A link that opens: for a person of the house, or (both ``None``) for whoever becomes the first admin."""

    name: str | None
    email: str | None
    expires_at: datetime


def signed_in(session: Session, secret: str, *, now: datetime, address: str | None) -> SignedInPerson | None:
    """Return who is signed in with this cookie, or ``None``; roles count as they are at this moment."""
    if not is_secret(secret):
        return None
    rows = session.execute(
        select(Person.id, Person.name, WebSession.csrf_token, WebSession.expires_at, RoleGrant.role)
        .join_from(WebSession, Person, WebSession.person_id == Person.id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(WebSession.secret_sha256 == sha256_of(secret))
        .where(WebSession.ended_at.is_(None), WebSession.expires_at > now, Person.is_active)
    ).all()
    if not rows:
        return None
    person, roles = rows[0], in_order(row.role for row in rows)
    actor = Actor(
        kind=ActorKind.PERSON,
        id=str(person.id),
        permissions=permissions_of(roles),
        person_id=person.id,
        address=address,
        sees_all_projects=sees_all_projects(roles),
    )
    return SignedInPerson(
        actor=actor, name=person.name, csrf_token=person.csrf_token, roles=roles, expires_at=person.expires_at
    )


def token_bearer(session: Session, secret: str, *, now: datetime, address: str | None) -> TokenBearer | None:
    """Return in whose name a token acts, or ``None``. It may what its person may now, within its scopes."""
    if not is_token_text(secret):
        return None
    rows = session.execute(_TOKEN, {"secret_sha256": sha256_of(secret), "now": now}).all()
    if not rows:
        return None
    token, roles = rows[0], in_order(row.role for row in rows)
    actor = Actor(
        kind=ActorKind.TOKEN,
        id=str(token.person_id),
        permissions=permissions_of(roles) & read_scopes(token.scopes),
        person_id=token.person_id,
        token_id=token.id,
        address=address,
        sees_all_projects=sees_all_projects(roles),
    )
    return TokenBearer(actor, token.id, is_noted(token.last_used_at, now=now))


def open_invitation(session: Session, secret: str, *, now: datetime) -> OpenInvitation | None:
    """Return what a link opens, or ``None`` for every link that opens nothing. Looking changes nothing."""
    row = session.execute(
        select(Person.name, Person.email, Invitation.person_id, Invitation.expires_at)
        .join_from(Invitation, Person, Invitation.person_id == Person.id, isouter=True)
        .where(Invitation.secret_sha256 == sha256_of(secret))
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
        .where(Invitation.person_id.is_(None) | Person.is_active)
    ).one_or_none()
    if row is None or (row.person_id is None and somebody_can_sign_in(session)):
        return None
    return OpenInvitation(name=row.name, email=row.email, expires_at=row.expires_at)


def somebody_can_sign_in(session: Session) -> bool:
    """Report whether the house is set up: somebody active has a password."""
    can = and_(Person.is_active, Person.password_hash.is_not(None))
    return bool(session.scalar(select(exists().where(can))))


def held_off_until(session: Session, email: str, *, now: datetime, address: str | None) -> datetime | None:
    """Return until when a sign-in with this mail from this address is not heard, so that nothing is hashed for it."""
    mail = rules.normal_email(email)
    scopes = rules.sign_in_scopes(mail, address)
    counts = sign_in_counters.read_counts(session, scopes)
    is_known = sign_in_counters.is_known_address(session, mail, address, now=now)
    return rules.held_off_until(scopes, counts, is_known=is_known, now=now)


def dead_invitation(session: Session, secret: str) -> DeadInvitation:
    """Return the refusal of a link that opens nothing; where the link was once ours, the edge records the attempt."""
    known = session.scalar(select(Invitation.id).where(Invitation.secret_sha256 == sha256_of(secret)))
    on_trail = InvitationRefused(about=f"invitation:{known}") if known is not None else None
    sentence = "This link opens nothing (any more). Ask an admin of the house for a new one."
    return DeadInvitation(sentence, on_trail=on_trail)


def in_order(names: Iterable[str | None]) -> tuple[Role, ...]:
    """Return roles as the house lists them, each once; a role that this version does not know gives nothing."""
    held = set(names)
    return tuple(role for role in Role if role.value in held)


def read_scopes(text: str) -> frozenset[Permission]:
    """Return the scopes that were stored; one that this version does not know gives nothing."""
    named = set(text.split())
    return frozenset(permission for permission in Permission if permission.value in named)

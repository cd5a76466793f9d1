"""Forget what a person is called, once an order of two people has erased it from the trail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from facility import rules
from facility.facts import PersonForgotten
from facility.models import ApiToken, Invitation, Person, SignInCounter
from facility.queries.people import person_by_id
from facility.shared_writes import check_admin_remains, end_open_sessions, revoke_open_feeds, revoke_open_tokens


def forget_person(session: Session, actor: Actor, *, person_id: UUID, order_id: UUID, now: datetime) -> Person:
    """Put a pseudonym in the place of a person's name and mail, and let nobody act as them any more.

    Sessions end, tokens are revoked and lose their names, calendars are revoked, the password is gone, invitations open
    nothing. Roles and memberships stay, under the pseudonym. The counters kept under a digest of the mail and of an
    address go by themselves, within 30 days. Raises ``LastAdmin``.
    """
    check_admin_remains(session, without=person_id)
    person = person_by_id(session, person_id)
    fact = PersonForgotten(
        about=f"person:{person_id}",
        order=order_id,
        sessions_ended=end_open_sessions(session, person_id, now=now),
        tokens_revoked=revoke_open_tokens(session, person_id, now=now),
        invitations_closed=_close_invitations(session, person_id, now),
        feeds_revoked=revoke_open_feeds(session, person_id, now=now),
    )
    scopes = [scope.key for scope in rules.sign_in_scopes(person.email, None)]
    session.execute(delete(SignInCounter).where(SignInCounter.scope.in_(scopes)))
    session.execute(update(ApiToken).where(ApiToken.person_id == person_id).values(name="erased"))
    person.name, person.email = rules.forgotten_name(person_id), rules.forgotten_email(person_id)
    person.password_hash, person.is_active = None, False
    session.flush()
    record(session, actor, fact)
    return person


def _close_invitations(session: Session, person_id: UUID, now: datetime) -> int:
    is_open = (Invitation.person_id == person_id, Invitation.used_at.is_(None), Invitation.expires_at > now)
    found = session.scalar(select(func.count()).select_from(Invitation).where(*is_open)) or 0
    session.execute(update(Invitation).where(*is_open).values(expires_at=now))
    return found

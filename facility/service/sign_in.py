"""Signing in and out.

A failed sign-in is a fact like any other and must be committed, so refusals are values here, not errors.
"""

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor, ActorKind
from answerprint.core.shown_once import new_secret, sha256_of
from audit.record import record
from facility import rules, sign_in_counters
from facility.facts import SessionsEnded, SignInFailed, SignInsHeldOff, SignInSucceeded
from facility.models import Person, WebSession
from facility.passwords import PasswordCheck
from facility.queries.people import person_by_id
from facility.shared_writes import end_open_sessions


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was just opened; its secret goes into the cookie and nowhere else."""

    expires_at: datetime
    secret: str = field(repr=False)
    csrf_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """No session. ``retry_at`` is there where nothing was looked at, since too many sign-ins failed before."""

    retry_at: datetime | None


def sign_in(session: Session, actor: Actor, *, check: PasswordCheck, now: datetime) -> SignedIn | SignInRefused:
    """Open a session for whoever gave the right password, unless too many wrong ones came before."""
    scopes = rules.sign_in_scopes(check.email, actor.address)
    counts = sign_in_counters.lock_counts(session, scopes, now=now)
    is_known = sign_in_counters.is_known_address(session, check.email, actor.address, now=now)
    retry_at = rules.held_off_until(scopes, counts, is_known=is_known, now=now)
    if retry_at is not None:
        return SignInRefused(retry_at=retry_at)
    person = _person_of(session, check)
    if person is None:
        about = f"person:{check.person_id}" if check.person_id is not None else "sign-in:unknown-mail"
        record(session, actor, SignInFailed(about=about, email=check.email))
        _count_failure(session, actor, scopes, counts, now)
        return SignInRefused(retry_at=None)
    person.password_hash = check.new_hash or person.password_hash
    sign_in_counters.note_right_sign_in(session, check.email, actor.address, now=now)
    opened = _open_session(session, person, now)
    who = dataclasses.replace(actor, kind=ActorKind.PERSON, id=str(person.id), person_id=person.id)
    record(session, who, SignInSucceeded(about=f"person:{person.id}", expires_at=opened.expires_at))
    return opened


def sign_out(session: Session, actor: Actor, *, secret: str, now: datetime) -> None:
    """End one session; one that has ended stays as it is."""
    open_session = session.get(WebSession, sha256_of(secret))
    if open_session is None or open_session.ended_at is not None:
        return
    open_session.ended_at = now
    record(session, actor, SessionsEnded(about=f"person:{open_session.person_id}", sessions_ended=1))


def end_sessions(session: Session, actor: Actor, *, person_id: UUID, now: datetime) -> int:
    """End all sessions of a person at once, and return how many were open."""
    person = person_by_id(session, person_id)
    ended = end_open_sessions(session, person.id, now=now)
    record(session, actor, SessionsEnded(about=f"person:{person.id}", sessions_ended=ended))
    return ended


def _person_of(session: Session, check: PasswordCheck) -> Person | None:
    """Return who the check was for, as long as nothing has changed since: they are here, with the same password."""
    person = session.get(Person, check.person_id) if check.is_right and check.person_id is not None else None
    if person is None or not person.is_active or person.password_hash != check.checked_hash:
        return None
    return person


def _open_session(session: Session, person: Person, now: datetime) -> SignedIn:
    opened = SignedIn(expires_at=now + rules.SESSION_LASTS, secret=new_secret(), csrf_token=new_secret())
    session.add(
        WebSession(
            secret_sha256=sha256_of(opened.secret),
            person_id=person.id,
            csrf_token=opened.csrf_token,
            started_at=now,
            expires_at=opened.expires_at,
        )
    )
    return opened


def _count_failure(
    session: Session,
    actor: Actor,
    scopes: tuple[rules.Scope, ...],
    counts: dict[str, rules.Count],
    now: datetime,
) -> None:
    for scope in scopes:
        count = rules.count_failure(counts.get(scope.key), now=now)
        sign_in_counters.write_count(session, scope, count)
        if count.failures == scope.limit:
            until = count.window_started_at + rules.SIGN_IN_WINDOW
            record(session, actor, SignInsHeldOff(about=f"sign-in:{scope.name}", scope=scope.name, until=until))

"""Codes that prove a mailbox: sent on a person's request, given once, and asked for anew to sign something off.

A wrong code is a fact like any other and must be committed, so refusals are values here, not errors. Neither outcome of
a request for a code is told to the visitor: who holds no live link reads the same.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor, client
from answerprint.core.outbox import queue_mail
from audit.record import record
from facility.models import Person
from reviews.facts.gate import CodeRefused, CodeSent, MailboxVerified, SigningUsed, SigningVerified
from reviews.gate_counters import is_known_network, note_known_network, set_back
from reviews.models.gate import MailboxCode
from reviews.queries.faces import outside_name
from reviews.queries.gate import Visitor, locked_visitor, place_of, renew_secret
from reviews.queries.views import earlier_visits
from reviews.rules.codes import CODE_LASTS, CODE_TRIES, CodeCheck, FreshCode, Place, guesses_of, sends_of
from reviews.rules.gate import Step, VisitSecret
from reviews.rules.letters import code_letter, new_network_letter
from reviews.service.turns import Turn, take_turn


def send_code(session: Session, actor: Actor, *, visit_id: UUID, code: FreshCode, now: datetime) -> bool:
    """Mail the recipient a code for this visit, which voids its earlier one; report whether that was heard."""
    _, visitor = locked_visitor(session, visit_id, Step.CODE, now=now)
    return _send(session, actor, visitor, code, now)


def send_signing_code(session: Session, actor: Actor, *, visit_id: UUID, code: FreshCode, now: datetime) -> bool:
    """Mail a recipient who is let in a fresh code, to sign something off with."""
    _, visitor = locked_visitor(session, visit_id, Step.READY, now=now)
    return _send(session, actor, visitor, code, now)


def give_code(session: Session, actor: Actor, *, visit_id: UUID, check: CodeCheck, now: datetime) -> VisitSecret | None:
    """Take the code of a mailbox; the visit gets a new secret where it is right."""
    visit, visitor = locked_visitor(session, visit_id, Step.CODE, now=now)
    place = place_of(session, visitor.opened, actor.address)
    if not _hear(session, actor, visitor, place, check, now):
        return None
    is_new = not is_known_network(session, visitor.contact_id, place.network, now=now)
    note_known_network(session, visitor.contact_id, place.network, now=now)
    visit.mailbox_verified_at = now
    earlier = earlier_visits(session, visitor.opened.subject_id, visit.id)
    fact = MailboxVerified(
        about=f"visit:{visit.id}",
        project=visitor.project_id,
        contact=visitor.contact_id,
        is_new_network=is_new,
        earlier_visits=earlier,
    )
    record(session, client(visitor.contact_id, actor.address), fact, log=visitor.log)
    if is_new and earlier:
        _tell_sender(session, visitor, now)
    return renew_secret(visit)


def give_signing_code(
    session: Session, actor: Actor, *, visit_id: UUID, check: CodeCheck, now: datetime
) -> VisitSecret | None:
    """Take the fresh code for a sign-off, which serves for ten minutes and once."""
    visit, visitor = locked_visitor(session, visit_id, Step.READY, now=now)
    place = place_of(session, visitor.opened, actor.address)
    if not _hear(session, actor, visitor, place, check, now):
        return None
    visit.signing_verified_at = now
    fact = SigningVerified(about=f"visit:{visit.id}", project=visitor.project_id, contact=visitor.contact_id)
    record(session, actor, fact, log=visitor.log)
    return renew_secret(visit)


def take_signing(session: Session, actor: Actor, *, visit_id: UUID, now: datetime) -> bool:
    """Use the fresh code of a visit up for one sign-off; report whether there was one whose ten minutes last."""
    visit, visitor = locked_visitor(session, visit_id, Step.READY, now=now)
    if not visitor.signs_now:
        return False
    visit.signing_verified_at = None
    session.flush()
    fact = SigningUsed(about=f"visit:{visit.id}", project=visitor.project_id, contact=visitor.contact_id)
    record(session, actor, fact, log=visitor.log)
    return True


def _send(session: Session, actor: Actor, visitor: Visitor, code: FreshCode, now: datetime) -> bool:
    place = place_of(session, visitor.opened, actor.address)
    turn = Turn("codes", place, sends_of(place))
    if not take_turn(session, actor, turn=turn, opened=visitor.opened, now=now):
        return False
    _void_codes(session, visitor.visit_id, now)
    session.add(MailboxCode(visit_id=visitor.visit_id, code_hash=code.stored, sent_at=now, expires_at=now + CODE_LASTS))
    is_for_signing = visitor.step is Step.READY
    mail = code_letter(code.text, outside_name(session, visitor.project_id), is_for_signing=is_for_signing)
    recipient = visitor.opened.contact.email
    queue_mail(session, kind="reviews-code", recipient=recipient, subject=mail.subject, body=mail.body, now=now)
    fact = CodeSent(
        about=f"visit:{visitor.visit_id}",
        project=visitor.project_id,
        contact=visitor.contact_id,
        is_for_signing=is_for_signing,
    )
    record(session, actor, fact, log=visitor.log)
    return True


def _tell_sender(session: Session, visitor: Visitor, now: datetime) -> None:
    """Tell who issued a link that its recipient came from a network that they were never seen on."""
    link = visitor.opened.link
    sender = session.scalar(select(Person.email).where(Person.id == link.issued_by)) if link is not None else None
    if sender is None:
        return
    mail = new_network_letter(outside_name(session, visitor.project_id), visitor.opened.contact.name)
    queue_mail(session, kind="reviews-network", recipient=sender, subject=mail.subject, body=mail.body, now=now)


def _void_codes(session: Session, visit_id: UUID, now: datetime) -> None:
    is_open = (MailboxCode.visit_id == visit_id, MailboxCode.ended_at.is_(None))
    session.execute(update(MailboxCode).where(*is_open).values(ended_at=now))


def _hear(session: Session, actor: Actor, visitor: Visitor, place: Place, check: CodeCheck, now: datetime) -> bool:
    """Count a try and say whether it is the right code of this visit, heard in time and not too often."""
    turn = Turn("guesses", place, guesses_of(place))
    is_heard = take_turn(session, actor, turn=turn, opened=visitor.opened, now=now)
    tries = _count_try(session, visitor.visit_id, check, now) if is_heard else None
    if tries is not None and check.is_right:
        set_back(session, [scope.key for scope in turn.scopes if scope.name == "pair"])
        return True
    if is_heard:
        fact = CodeRefused(
            about=f"visit:{visitor.visit_id}",
            project=visitor.project_id,
            contact=visitor.contact_id,
            tries=tries or 0,
        )
        record(session, actor, fact, log=visitor.log)
    return False


def _count_try(session: Session, visit_id: UUID, check: CodeCheck, now: datetime) -> int | None:
    """Count a try at a code that still serves and return how many there were; ``None`` where it serves no more."""
    if check.code_id is None:
        return None
    still_serves = (
        MailboxCode.id == check.code_id,
        MailboxCode.visit_id == visit_id,
        MailboxCode.ended_at.is_(None),
        MailboxCode.expires_at > now,
        MailboxCode.tries < CODE_TRIES,
    )
    values = {"tries": MailboxCode.tries + 1} | ({"ended_at": now} if check.is_right else {})
    counted = update(MailboxCode).where(*still_serves).values(values).returning(MailboxCode.tries)
    return session.execute(counted.execution_options(synchronize_session=False)).scalar_one_or_none()

"""Invitations to screenings: each is one person's, and says nothing but where and when."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.calendar import Mailbox, Method
from answerprint.core.outbox import Attachment, queue_mail
from audit.record import record
from facility.models import Person
from reviews.errors import NotInThisState
from reviews.facts.attendance import InvitationsSent
from reviews.models.attendance import Attendance, Screening
from reviews.models.parties import Contact
from reviews.queries.attendance import attendance_for, contacts_invited, hold_screening
from reviews.queries.faces import outside_name, sayable
from reviews.queries.supervised import basis_of, recipient_of
from reviews.rules.attendance import SUPERVISED, zone_named
from reviews.rules.invitations import FILE_NAME, Occasion, invitation_entry, invitation_mail, media_type


def invite_contacts(
    session: Session, actor: Actor, *, screening_id: UUID, contact_ids: Sequence[UUID], now: datetime
) -> Screening:
    """Invite some of the client's people; who was invited before is not sent anything again.

    Raises ``NotInThisState``, ``Frozen``, or ``AgainstAgreement`` where the agreement does not let them see it.
    """
    screening, project = hold_screening(session, actor, screening_id)
    if screening.state != "planned" or screening.ends_at <= now:
        raise NotInThisState("Nobody is invited to a screening that was held, called off, or is over.")
    basis = basis_of(
        session,
        actor,
        agreement_version_id=screening.agreement_version_id,
        method=screening.method,
        material_version_id=screening.material_version_id,
        kinds=SUPERVISED,
    )
    invited = []
    for contact_id in dict.fromkeys(contact_ids):
        contact = recipient_of(session, basis, contact_id)
        attendance = attendance_for(session, screening_id, contact_id)
        if attendance is None:
            attendance = Attendance(screening_id=screening_id, contact_id=contact_id)
            session.add(attendance)
        if attendance.invited_at is None:
            attendance.invited_at = now
            invited.append(contact)
    session.flush()
    _send(session, actor, screening, project.log, Method.REQUEST, invited, now)
    return screening


def tell_invited(
    session: Session, actor: Actor, *, screening: Screening, log: str, method: Method, now: datetime
) -> None:
    """Send those who were invited the entry as it is now, or its cancellation; nothing where nobody was."""
    _send(session, actor, screening, log, method, contacts_invited(session, screening.id), now)


def _send(
    session: Session,
    actor: Actor,
    screening: Screening,
    log: str,
    method: Method,
    invited: Sequence[Contact],
    now: datetime,
) -> None:
    if not invited:
        return
    occasion = _occasion(session, screening)
    mail = invitation_mail(occasion, method)
    for contact in invited:
        entry = invitation_entry(occasion, Mailbox(contact.email, contact.name), method, stamp=now)
        queue_mail(
            session,
            kind=f"reviews.screening.{method.value.lower()}",
            recipient=contact.email,
            subject=mail.subject,
            body=mail.body,
            now=now,
            attachment=Attachment(FILE_NAME, media_type(method), entry),
        )
    fact = InvitationsSent(
        about=f"screening:{screening.id}",
        project=screening.project_id,
        method=method.value,
        sequence=screening.sequence,
        contacts=[contact.id for contact in invited],
    )
    record(session, actor, fact, log=log)


def _occasion(session: Session, screening: Screening) -> Occasion:
    host = session.get_one(Person, screening.host_id)
    return Occasion(
        screening_id=screening.id,
        outside_name=outside_name(session, screening.project_id),
        room=sayable(session, screening.project_id, screening.room),
        starts_at=screening.starts_at,
        ends_at=screening.ends_at,
        zone=zone_named(screening.zone),
        sequence=screening.sequence,
        host=Mailbox(host.email, host.name),
    )

"""Drives, DCPs and tablets: they leave as agreed, and are chased until they are back, destroyed, or lost."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.outbox import queue_mail
from audit.record import record
from facility.public import project_for
from reviews.errors import NotInThisState
from reviews.facts.shipments import ShipmentChased, ShipmentEnded, ShipmentReceived, ShipmentSent
from reviews.models.attendance import Shipment
from reviews.queries.agreements import terms_of
from reviews.queries.faces import outside_name, sayable
from reviews.queries.parties import contact_by_id
from reviews.queries.shipments import held_to_chase, hold_shipment
from reviews.queries.supervised import basis_of, check_says_no_title, recipient_of
from reviews.rules.acting import person_of
from reviews.rules.incidents import NOTIFY_HOURS
from reviews.rules.shipments import (
    CARRIERS,
    chase_mail,
    check_carrier,
    check_certificate,
    check_key,
    due_back,
    spoken,
)
from reviews.service.incidents import IncidentEntry, open_incident


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentEntry:
    """What is to leave the house. Without ``due_back_on`` it is due as late as agreed."""

    agreement_version_id: UUID
    method: str
    material_version_id: UUID
    contact_id: UUID
    carrier_kind: str
    serial: str
    courier: str
    tracking: str
    kdm_device: str = ""
    kdm_from: datetime | None = None
    kdm_until: datetime | None = None
    due_back_on: date | None = None


def ship(session: Session, actor: Actor, *, entry: ShipmentEntry, now: datetime, on: date) -> Shipment:
    """Note that a carrier leaves the house today; raises ``AgainstAgreement``, ``Frozen`` or ``Invalid``."""
    basis = basis_of(
        session,
        actor,
        agreement_version_id=entry.agreement_version_id,
        method=entry.method,
        material_version_id=entry.material_version_id,
        kinds=CARRIERS,
    )
    check_carrier(basis.method, entry.carrier_kind)
    check_key(entry.carrier_kind, entry.kdm_device, entry.kdm_from, entry.kdm_until)
    recipient_of(session, basis, entry.contact_id)
    check_says_no_title(session, basis.project.id, serial=entry.serial, tracking=entry.tracking, courier=entry.courier)
    shipment = Shipment(**asdict(entry), project_id=basis.project.id, shipped_by=person_of(actor), shipped_at=now)
    shipment.due_back_on = due_back(basis.terms.security, entry.due_back_on, on=on)
    session.add(shipment)
    session.flush()
    fact = ShipmentSent(
        about=f"shipment:{shipment.id}",
        project=basis.project.id,
        agreement_version=entry.agreement_version_id,
        method=entry.method,
        material_version=entry.material_version_id,
        contact=entry.contact_id,
        carrier_kind=entry.carrier_kind,
        serial=entry.serial,
        courier=entry.courier,
        tracking=entry.tracking,
        kdm_device=entry.kdm_device,
        kdm_from=entry.kdm_from,
        kdm_until=entry.kdm_until,
        due_back_on=shipment.due_back_on,
        agreed_ending=basis.terms.security.destruction,
    )
    record(session, actor, fact, log=basis.project.log)
    return shipment


def confirm_receipt(
    session: Session, actor: Actor, *, shipment_id: UUID, now: datetime, receipt_note: str = ""
) -> Shipment:
    """Note that the recipient has it; ``receipt_note`` says how that is known, and stays off the log."""
    shipment, project = hold_shipment(session, actor, shipment_id)
    person_of(actor)
    if shipment.received_at is not None or shipment.ending is not None:
        raise NotInThisState("Its receipt was confirmed before, or it has ended.")
    shipment.received_at, shipment.receipt_note = now, receipt_note
    session.flush()
    fact = ShipmentReceived(about=f"shipment:{shipment_id}", project=project.id, contact=shipment.contact_id)
    record(session, actor, fact, log=project.log)
    return shipment


def end_shipment(
    session: Session,
    actor: Actor,
    *,
    shipment_id: UUID,
    ending: str,
    now: datetime,
    on: date,
    certificate_sha256: str | None = None,
    notify_hours: int = NOTIFY_HOURS,
) -> Shipment:
    """Note that a carrier is ``returned``, ``destroyed`` as a certificate says, or ``lost``, which opens an incident.

    Raises ``NotInThisState`` where it ended before, or ``Invalid`` naming ``certificate_sha256``.
    """
    shipment, project = hold_shipment(session, actor, shipment_id)
    person_of(actor)
    if shipment.ending is not None:
        raise NotInThisState(f"This shipment is {shipment.ending}. It ended before.")
    check_certificate(ending, certificate_sha256)
    shipment.ending, shipment.ended_at, shipment.certificate_sha256 = ending, now, certificate_sha256
    session.flush()
    incident_id = None
    if ending == "lost":
        title = f"Lost: {spoken(shipment.carrier_kind)} {shipment.serial}"
        entry = IncidentEntry(project.id, title, now, shipment.material_version_id)
        incident_id = open_incident(session, actor, entry=entry, notify_hours=notify_hours, now=now).id
    fact = ShipmentEnded(
        about=f"shipment:{shipment_id}",
        project=project.id,
        contact=shipment.contact_id,
        ending=ending,
        agreed_ending=terms_of(session, shipment.agreement_version_id).security.destruction,
        days_late=max((on - shipment.due_back_on).days, 0),
        certificate_sha256=certificate_sha256,
        incident=incident_id,
    )
    record(session, actor, fact, log=project.log)
    return shipment


def chase_overdue(session: Session, actor: Actor, *, now: datetime, on: date) -> int:
    """Remind the recipients of what is overdue, each once a week until it ended; return how many were reminded."""
    overdue = held_to_chase(session, on=on)
    for shipment in overdue:
        mail = chase_mail(
            outside_name(session, shipment.project_id),
            carrier_kind=shipment.carrier_kind,
            serial=sayable(session, shipment.project_id, shipment.serial),
            due_on=shipment.due_back_on,
            ending=terms_of(session, shipment.agreement_version_id).security.destruction,
        )
        recipient = contact_by_id(session, shipment.contact_id).email
        kind = "reviews.shipment.overdue"
        queue_mail(session, kind=kind, recipient=recipient, subject=mail.subject, body=mail.body, now=now)
        shipment.chased_on = on
        fact = ShipmentChased(
            about=f"shipment:{shipment.id}",
            project=shipment.project_id,
            contact=shipment.contact_id,
            due_back_on=shipment.due_back_on,
            days_late=(on - shipment.due_back_on).days,
        )
        record(session, actor, fact, log=project_for(session, actor, shipment.project_id).log)
    session.flush()
    return len(overdue)

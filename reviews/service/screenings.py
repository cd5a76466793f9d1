"""Screenings: planned under an agreement in force, changed and called off by invitation, and held before witnesses."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.calendar import Method
from answerprint.core.problems import StaleVersion
from answerprint.core.types import isoformat
from audit.record import record
from facility.public import ProjectRef
from reviews.errors import NotInThisState
from reviews.facts.attendance import ScreeningCancelled, ScreeningChanged, ScreeningHeld, ScreeningPlanned
from reviews.models.attendance import Screening
from reviews.queries.attendance import contacts_signed_in, hold_screening, warnings_of
from reviews.queries.supervised import basis_of, check_says_no_title, host_of
from reviews.rules.acting import person_of
from reviews.rules.attendance import SUPERVISED, check_planned
from reviews.service.invitations import tell_invited

_IN_INVITATION = frozenset({"host_id", "room", "starts_at", "ends_at", "zone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningEntry:
    """A screening to plan. ``zone`` is the one in which people are told of it."""

    agreement_version_id: UUID
    method: str
    material_version_id: UUID
    host_id: UUID
    room: str
    display: str
    display_serial: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    calibrated_on: date | None = None
    calibration_sha256: str | None = None


class ScreeningChanges(TypedDict, total=False):
    """What of a screening is to become another; what is left out stays."""

    material_version_id: UUID
    host_id: UUID
    room: str
    display: str
    display_serial: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    calibrated_on: date | None
    calibration_sha256: str | None


def plan_screening(session: Session, actor: Actor, *, entry: ScreeningEntry, now: datetime) -> Screening:
    """Plan a screening; raises ``AgainstAgreement`` naming each term at fault, or ``Invalid`` naming the field."""
    person_of(actor)
    if entry.ends_at <= now:
        raise NotInThisState("This screening would be over already.")
    screening = Screening(**asdict(entry), state="planned", sequence=0)
    project = _check(session, actor, screening)
    screening.project_id = project.id
    session.add(screening)
    session.flush()
    fact = ScreeningPlanned(
        about=f"screening:{screening.id}",
        project=project.id,
        agreement_version=entry.agreement_version_id,
        method=entry.method,
        material_version=entry.material_version_id,
        host=entry.host_id,
        room=entry.room,
        display=entry.display,
        display_serial=entry.display_serial,
        calibrated_on=entry.calibrated_on,
        calibration_sha256=entry.calibration_sha256,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        zone=entry.zone,
        warnings=list(warnings_of(session, screening)),
    )
    record(session, actor, fact, log=project.log)
    return screening


def change_screening(
    session: Session, actor: Actor, *, screening_id: UUID, changes: ScreeningChanges, version: int, now: datetime
) -> Screening:
    """Change what is given; those invited are sent a new entry where it is another one for them.

    Raises ``StaleVersion``, ``NotInThisState``, or what ``plan_screening`` raises.
    """
    screening, _ = _planned(session, actor, screening_id)
    if screening.version != version:
        raise StaleVersion("This screening was changed meanwhile. Read it again, and repeat what you did.")
    made = {name: value for name, value in changes.items() if getattr(screening, name) != value}
    if "material_version_id" in made and contacts_signed_in(session, screening_id):
        raise NotInThisState("Somebody is signed in already, to see another version. Plan another screening.")
    said = {name: {"old": _said(getattr(screening, name)), "new": _said(value)} for name, value in made.items()}
    for name, value in made.items():
        setattr(screening, name, value)
    project = _check(session, actor, screening)
    if not made:
        return screening
    is_another = not _IN_INVITATION.isdisjoint(made)
    screening.sequence += is_another
    session.flush()
    fact = ScreeningChanged(
        about=f"screening:{screening_id}",
        project=project.id,
        changes=said,
        sequence=screening.sequence,
        warnings=list(warnings_of(session, screening)),
    )
    record(session, actor, fact, log=project.log)
    if is_another:
        tell_invited(session, actor, screening=screening, log=project.log, method=Method.REQUEST, now=now)
    return screening


def cancel_screening(session: Session, actor: Actor, *, screening_id: UUID, now: datetime) -> Screening:
    """Call a screening off; those invited are told, and their calendars too. Raises ``NotInThisState``."""
    screening, project = _planned(session, actor, screening_id)
    if contacts_signed_in(session, screening_id):
        raise NotInThisState("Somebody is signed in: this screening is taking place, or was held.")
    screening.state, screening.sequence = "cancelled", screening.sequence + 1
    session.flush()
    fact = ScreeningCancelled(about=f"screening:{screening_id}", project=project.id, sequence=screening.sequence)
    record(session, actor, fact, log=project.log)
    tell_invited(session, actor, screening=screening, log=project.log, method=Method.CANCEL, now=now)
    return screening


def note_held(session: Session, actor: Actor, *, screening_id: UUID, now: datetime) -> Screening:
    """Note that a screening took place, before those who are signed in; raises ``NotInThisState``."""
    screening, project = _planned(session, actor, screening_id)
    present = contacts_signed_in(session, screening_id)
    if not present or now < screening.starts_at:
        raise NotInThisState("A screening was held once it began and somebody is signed in.")
    screening.state = "held"
    session.flush()
    fact = ScreeningHeld(
        about=f"screening:{screening_id}",
        project=project.id,
        material_version=screening.material_version_id,
        signed_in=present,
        calibrated_on=screening.calibrated_on,
        calibration_sha256=screening.calibration_sha256,
        warnings=list(warnings_of(session, screening)),
    )
    record(session, actor, fact, log=project.log)
    return screening


def _planned(session: Session, actor: Actor, screening_id: UUID) -> tuple[Screening, ProjectRef]:
    screening, project = hold_screening(session, actor, screening_id)
    person_of(actor)
    if screening.state != "planned":
        raise NotInThisState(f"This screening is {screening.state}: nothing of it changes any more.")
    return screening, project


def _check(session: Session, actor: Actor, screening: Screening) -> ProjectRef:
    """Hold a screening against what was agreed, before any of it is written."""
    with session.no_autoflush:
        basis = basis_of(
            session,
            actor,
            agreement_version_id=screening.agreement_version_id,
            method=screening.method,
            material_version_id=screening.material_version_id,
            kinds=SUPERVISED,
        )
        host_of(session, basis.project.id, screening.host_id)
        check_planned(screening.starts_at, screening.ends_at, screening.zone, screening.calibrated_on)
        check_says_no_title(session, basis.project.id, room=screening.room, display=screening.display)
    return basis.project


def _said(value: object) -> str | None:
    if value is None:
        return None
    return isoformat(value) if isinstance(value, datetime) else str(value)

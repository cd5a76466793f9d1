"""Reads of screenings and of who came, and screenings held until the commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import Page, PageRequest, cut
from facility.public import ProjectRef, project_for
from reviews.errors import UnknownReview
from reviews.models.attendance import Attendance, Screening
from reviews.models.materials import Material, MaterialVersion
from reviews.models.parties import Contact
from reviews.queries.agreements import terms_of
from reviews.queries.cursors import id_after
from reviews.queries.decisions import held_round, open_rounds
from reviews.rules.attendance import calibration_warnings
from reviews.rules.decisions import approvers_of
from reviews.rules.labels import methods_by_label
from reviews.rules.sign_off import statement, statement_sha256


@dataclass(frozen=True, slots=True)
class ScreeningRow:
    """A screening as lists show it, with what its display's calibration is warned of."""

    id: UUID
    project_id: UUID
    agreement_version_id: UUID
    method: str
    material_version_id: UUID
    material_name: str
    material_number: int
    host_id: UUID
    room: str
    display: str
    display_serial: str
    calibrated_on: date | None
    calibration_sha256: str | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    state: str
    sequence: int
    invited: int
    signed_in: int
    warnings: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """Somebody who was invited to a screening or came to it."""

    id: UUID
    contact_id: UUID
    name: str
    invited_at: datetime | None
    signed_in_at: datetime | None
    signed_in_by: UUID | None
    nda_sha256: str | None


@dataclass(frozen=True, slots=True)
class RoomApprover:
    """An approver who is signed in, and under which label they decide."""

    label: str
    contact_id: UUID


@dataclass(frozen=True, slots=True)
class RoomRound:
    """A round that can be decided in the room: the text to sign, and who of those present may sign it."""

    round_id: UUID
    number: int
    statement: str
    statement_sha256: str
    approvers: tuple[RoomApprover, ...]


def screenings_of(session: Session, actor: Actor, project_id: UUID, page: PageRequest) -> Page[ScreeningRow]:
    """List a project's screenings, the newest first; raises ``UnknownProject``. The cursor is ``(id,)``."""
    project_for(session, actor, project_id)
    wanted = _screenings().where(Screening.project_id == project_id).order_by(Screening.id.desc())
    if page.after is not None:
        wanted = wanted.where(Screening.id < id_after(page))
    rows = session.execute(wanted.limit(page.limit + 1)).all()
    return cut([_row(session, *row) for row in rows], page, lambda row: (str(row.id),))


def screening_row(session: Session, actor: Actor, screening_id: UUID) -> ScreeningRow:
    """Return one screening; raises ``UnknownReview`` or ``UnknownProject``."""
    row = session.execute(_screenings().where(Screening.id == screening_id)).one_or_none()
    if row is None:
        raise _no_screening()
    project_for(session, actor, row[0].project_id)
    return _row(session, *row)


def attendances_of(session: Session, screening_id: UUID) -> Sequence[AttendanceRow]:
    """Return who was invited or came, by name, whoever asks."""
    wanted = select(Attendance, Contact.name).join(Contact, Contact.id == Attendance.contact_id)
    rows = session.execute(wanted.where(Attendance.screening_id == screening_id).order_by(Contact.name, Contact.id))
    return [
        AttendanceRow(one.id, one.contact_id, name, one.invited_at, one.signed_in_at, one.signed_in_by, one.nda_sha256)
        for one, name in rows
    ]


def rounds_in_room(session: Session, actor: Actor, screening_id: UUID) -> Sequence[RoomRound]:
    """Return the open rounds of what is shown, for who takes decisions down; raises ``UnknownReview``."""
    shown = screening_row(session, actor, screening_id)
    present = {one.contact_id for one in attendances_of(session, screening_id) if one.signed_in_at is not None}
    found = []
    for one in open_rounds(session, shown.material_version_id):
        if one.agreement_version_id != shown.agreement_version_id:
            continue
        held = held_round(session, one, shown.project_id, "")
        approvers = tuple(
            RoomApprover(approver.label, approver.contact_id)
            for approver in approvers_of(held.terms)
            if approver.contact_id in present
        )
        text, digest = (say(held.terms, held.version.sha256) for say in (statement, statement_sha256))
        found.append(RoomRound(one.id, one.number, text, digest, approvers))
    return found


def hold_screening(session: Session, actor: Actor, screening_id: UUID) -> tuple[Screening, ProjectRef]:
    """Hold a screening until the commit; raises ``UnknownReview`` or ``UnknownProject``."""
    wanted = select(Screening).where(Screening.id == screening_id).with_for_update(key_share=True)
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise _no_screening()
    return found, project_for(session, actor, found.project_id)


def attendance_for(session: Session, screening_id: UUID, contact_id: UUID) -> Attendance | None:
    """Return what is known of a contact at a screening, where they were invited or came."""
    is_it = (Attendance.screening_id == screening_id, Attendance.contact_id == contact_id)
    return session.scalars(select(Attendance).where(*is_it)).one_or_none()


def contacts_signed_in(session: Session, screening_id: UUID) -> list[UUID]:
    """Return who came, in the order of their coming."""
    came = (Attendance.screening_id == screening_id, Attendance.signed_in_at.is_not(None))
    wanted = select(Attendance.contact_id).where(*came).order_by(Attendance.signed_in_at, Attendance.id)
    return list(session.scalars(wanted))


def contacts_invited(session: Session, screening_id: UUID) -> Sequence[Contact]:
    """Return who was invited and was not erased since."""
    is_invited = (Attendance.screening_id == screening_id, Attendance.invited_at.is_not(None))
    wanted = select(Contact).join(Attendance, Attendance.contact_id == Contact.id)
    return session.scalars(wanted.where(*is_invited, Contact.erased_at.is_(None)).order_by(Contact.id)).all()


def warnings_of(session: Session, screening: Screening) -> tuple[str, ...]:
    """Return what the calibration of a screening's display is warned of."""
    method = methods_by_label(terms_of(session, screening.agreement_version_id)).get(screening.method)
    return calibration_warnings(method.viewing, screening.calibrated_on) if method is not None else ()


def _screenings() -> Select[Screening, str, int, int, int]:
    return (
        select(
            Screening,
            Material.name,
            MaterialVersion.number,
            _count(Attendance.invited_at.is_not(None)),
            _count(Attendance.signed_in_at.is_not(None)),
        )
        .join(MaterialVersion, MaterialVersion.id == Screening.material_version_id)
        .join(Material, Material.id == MaterialVersion.material_id)
    )


def _count(claim: ColumnElement[bool]) -> ColumnElement[int]:
    of_it = (Attendance.screening_id == Screening.id, claim)
    return select(func.count()).select_from(Attendance).where(*of_it).correlate(Screening).scalar_subquery()


def _row(session: Session, one: Screening, name: str, number: int, invited: int, signed_in: int) -> ScreeningRow:
    return ScreeningRow(
        id=one.id,
        project_id=one.project_id,
        agreement_version_id=one.agreement_version_id,
        method=one.method,
        material_version_id=one.material_version_id,
        material_name=name,
        material_number=number,
        host_id=one.host_id,
        room=one.room,
        display=one.display,
        display_serial=one.display_serial,
        calibrated_on=one.calibrated_on,
        calibration_sha256=one.calibration_sha256,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=one.zone,
        state=one.state,
        sequence=one.sequence,
        invited=invited,
        signed_in=signed_in,
        warnings=warnings_of(session, one),
        version=one.version,
    )


def _no_screening() -> UnknownReview:
    return UnknownReview("There is no such screening among the projects that you work on.")

"""Reads of who worked in which department, and since when."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from facility.models import DepartmentStay


def departments_now(session: Session, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the department that each of these was placed in last; who never was has an empty one."""
    found = dict.fromkeys(person_ids, "")
    stays = select(DepartmentStay.person_id, DepartmentStay.department).where(DepartmentStay.person_id.in_(person_ids))
    for person_id, department in session.execute(stays.order_by(DepartmentStay.since)):
        found[person_id] = department
    return found


def departments_known(session: Session) -> Sequence[str]:
    """Return the names of all departments that anybody was placed in, for a form to offer."""
    names = select(DepartmentStay.department).where(DepartmentStay.department != "").distinct()
    return session.scalars(names.order_by(DepartmentStay.department)).all()

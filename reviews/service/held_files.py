"""What was found when a file of the screening room was hashed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from facility.public import project_for
from reviews.facts.materials import MaterialFileChecked
from reviews.models.materials import FileCheckRow
from reviews.queries.materials import version_by_id
from reviews.rules.held_files import FileCheck


def note_file_check(session: Session, actor: Actor, *, version_id: UUID, found: FileCheck, now: datetime) -> bool:
    """Keep what a version's file was found to be, and report whether it is the registered one.

    Raises ``UnknownReview``.
    """
    material, version = version_by_id(session, actor, version_id)
    row = session.get(FileCheckRow, version_id) or FileCheckRow(material_version_id=version_id)
    row.size, row.modified_ns = found.stamp.size, found.stamp.modified_ns
    row.sha256, row.checked_at = found.sha256, now
    session.add(row)
    session.flush()
    fact = MaterialFileChecked(
        about=f"material:{version.id}",
        project=material.project_id,
        registered_sha256=version.sha256,
        found_sha256=found.sha256,
        found_size=found.stamp.size,
        is_registered_file=found.is_of(version.sha256),
    )
    record(session, actor, fact, log=project_for(session, actor, material.project_id).log)
    return fact.is_registered_file

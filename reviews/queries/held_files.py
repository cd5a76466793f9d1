"""Reads of what is known of the files in the screening room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from reviews.models.links import ScreeningLink
from reviews.models.materials import FileCheckRow, MaterialVersion
from reviews.rules.held_files import FileCheck, FileStamp


@dataclass(frozen=True, slots=True)
class RoomFile:
    """A version that has a file in the screening room, and what was found there last."""

    version_id: UUID
    media_path: str
    check: FileCheck | None


def files_to_look_at(session: Session, *, now: datetime) -> Sequence[RoomFile]:
    """List the files that were never hashed, and those that a link leads to which is not over, the oldest first."""
    leads_there = exists().where(
        ScreeningLink.material_version_id == MaterialVersion.id,
        ScreeningLink.ends_at > now,
        ScreeningLink.revoked_at.is_(None),
    )
    wanted = (
        select(MaterialVersion.id, MaterialVersion.media_path, FileCheckRow)
        .outerjoin(FileCheckRow, FileCheckRow.material_version_id == MaterialVersion.id)
        .where(MaterialVersion.media_path.is_not(None), or_(FileCheckRow.checked_at.is_(None), leads_there))
        .order_by(MaterialVersion.registered_at, MaterialVersion.id)
    )
    return [RoomFile(version_id, path or "", _check(row)) for version_id, path, row in session.execute(wanted)]


def check_of(session: Session, version_id: UUID) -> FileCheck | None:
    """Return what was found when a version's file was hashed last, if it was."""
    return _check(session.get(FileCheckRow, version_id))


def _check(row: FileCheckRow | None) -> FileCheck | None:
    return None if row is None else FileCheck(FileStamp(row.size, row.modified_ns), row.sha256)

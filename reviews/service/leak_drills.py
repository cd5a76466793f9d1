"""Leak drills that somebody takes along: that they did is recorded."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from facility.public import project_for
from reviews.facts.incidents import LeakDrillRun
from reviews.queries.leaks import exposure
from reviews.queries.materials import version_by_id
from reviews.rules.leaks import Exposure


def run_drill(
    session: Session, actor: Actor, *, material_version_id: UUID, since: datetime, until: datetime
) -> Sequence[Exposure]:
    """Return who could have seen a version between two moments, and record that the list was taken along.

    Raises ``Invalid`` naming ``until``, ``UnknownReview`` or ``UnknownProject``.
    """
    material, _ = version_by_id(session, actor, material_version_id)
    found = exposure(session, actor, material_version_id, since, until)
    fact = LeakDrillRun(
        about=f"material:{material_version_id}",
        project=material.project_id,
        since=since,
        until=until,
        rows=len(found),
    )
    record(session, actor, fact, log=project_for(session, actor, material.project_id).log)
    return found

"""Downloads, where they are agreed: each is recorded before the first byte."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from reviews.facts.gate import MaterialDownloaded
from reviews.models.links import Download
from reviews.queries.gate import locked_visitor, step_not_reached
from reviews.rules.gate import Step


def note_download(session: Session, actor: Actor, *, visit_id: UUID, now: datetime) -> None:
    """Record that a recipient takes the file along; raises ``StepNotReached`` without a view or an agreement to it."""
    _, visitor = locked_visitor(session, visit_id, Step.READY, now=now)
    link, view = visitor.opened.link, visitor.view
    if link is None or view is None or not link.allows_download:
        raise step_not_reached()
    session.add(
        Download(
            view_id=view.id,
            link_id=link.id,
            contact_id=visitor.contact_id,
            material_version_id=link.material_version_id,
            downloaded_at=now,
        )
    )
    session.flush()
    fact = MaterialDownloaded(
        about=f"view:{view.id}",
        project=visitor.project_id,
        link=link.id,
        contact=visitor.contact_id,
        material_version=link.material_version_id,
    )
    record(session, actor, fact, log=visitor.log)

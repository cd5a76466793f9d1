"""Hand a log on: that it was done is itself a fact."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.facts.exports import LogExported
from audit.record import record


def record_export(
    session: Session,
    actor: Actor,
    *,
    log_name: str,
    size: int,
    disclosed: int,
    since: datetime | None,
    until: datetime | None,
    project: UUID | None,
) -> None:
    """Record in the house log that a bundle was made by hand; whoever hands it out does so only after this."""
    about = f"log:{log_name}"
    fact = LogExported(
        about=about,
        log=log_name,
        size=size,
        disclosed=disclosed,
        since=since,
        until=until,
        project=project,
        export=None,
    )
    record(session, actor, fact)

"""Freezes: nothing of a contact, a client, a project, or of all opens any more, until they are lifted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Invalid, NotAllowed
from audit.record import HOUSE, record
from facility.public import client_log, project_for
from facility.queries.projects import visible_client
from reviews.errors import NotInThisState
from reviews.facts.links import FreezeLifted, FreezeSet
from reviews.models.links import Freeze
from reviews.queries.freezes import held_freeze
from reviews.queries.parties import contact_by_id
from reviews.rules.acting import person_of


def set_freeze(
    session: Session, actor: Actor, *, scope: str, subject_id: UUID | None, reason: str, now: datetime
) -> Freeze:
    """Stop everything of a ``contact``, ``client`` or ``project``, or of ``all``, at the next byte.

    Raises ``Invalid``, ``UnknownReview``, ``UnknownClient``, ``UnknownProject``, or ``NotAllowed`` where somebody who
    sees only their own projects would stop all.
    """
    log = _log_of(session, actor, scope, subject_id)
    freeze = Freeze(scope=scope, subject_id=subject_id, reason=reason, set_by=person_of(actor), set_at=now)
    session.add(freeze)
    session.flush()
    project = subject_id if scope == "project" else None
    fact = FreezeSet(about=f"freeze:{freeze.id}", scope=scope, subject=subject_id, project=project, reason=reason)
    record(session, actor, fact, log=log)
    return freeze


def lift_freeze(session: Session, actor: Actor, *, freeze_id: UUID, now: datetime) -> Freeze:
    """Lift a freeze; raises ``NotInThisState`` where it was lifted before, or what ``set_freeze`` raises."""
    freeze = held_freeze(session, freeze_id)
    log = _log_of(session, actor, freeze.scope, freeze.subject_id)
    if freeze.lifted_at is not None:
        raise NotInThisState("This freeze was lifted already.")
    freeze.lifted_at, freeze.lifted_by = now, person_of(actor)
    session.flush()
    project = freeze.subject_id if freeze.scope == "project" else None
    fact = FreezeLifted(about=f"freeze:{freeze.id}", scope=freeze.scope, subject=freeze.subject_id, project=project)
    record(session, actor, fact, log=log)
    return freeze


def _log_of(session: Session, actor: Actor, scope: str, subject_id: UUID | None) -> str:
    """Return the log of what is frozen, once it is clear that the actor may know of it."""
    if (scope == "all") is not (subject_id is None):
        sentence = "Name what is frozen, unless it is all."
        raise Invalid(sentence, fields={"subject_id": [sentence]})
    if subject_id is None:
        if not actor.sees_all_projects:
            raise NotAllowed("Who sees only their own projects freezes these, a client, or a contact.")
        return HOUSE
    if scope == "project":
        return project_for(session, actor, subject_id).log
    client_id = subject_id if scope == "client" else contact_by_id(session, subject_id).client_id
    return client_log(session, visible_client(session, actor, client_id).id)

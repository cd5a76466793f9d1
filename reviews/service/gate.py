"""Coming to the gate and leaving it.

A secret that opens nothing, one that opens something and one that no longer does are answered alike: with the secret
of a visit. Only a visit of something that was once issued has a row; all others are told the same and get nowhere.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.shown_once import sha256_of
from audit.record import record
from reviews.facts.gate import GateOpened, VisitEnded
from reviews.models.gate import Visit
from reviews.queries.gate import Opened, locked_visitor, opened_by, place_of
from reviews.rules.codes import doors_of
from reviews.rules.gate import VISIT_LASTS, VisitSecret
from reviews.service.turns import Turn, count_unknown_secret, take_turn


def open_visit(session: Session, actor: Actor, *, secret: str, now: datetime) -> VisitSecret:
    """Begin a visit with the secret of a link or an agreement; the trail knows how that stood, the visitor does not."""
    visit_secret = VisitSecret()
    opened = opened_by(session, secret, now=now)
    if opened is None:
        count_unknown_secret(session, actor, now=now)
        return visit_secret
    place = place_of(session, opened, actor.address)
    if not take_turn(session, actor, turn=Turn("visits", place, doors_of(place)), opened=opened, now=now):
        return visit_secret
    visit = Visit(
        secret_sha256=sha256_of(visit_secret.text),
        gate_key_id=opened.key_id,
        csrf_token=visit_secret.csrf_token,
        opened_at=now,
        ends_at=now + VISIT_LASTS,
    )
    session.add(visit)
    session.flush()
    record(session, actor, _opened(visit, opened), log=opened.log)
    return visit_secret


def end_visit(session: Session, actor: Actor, *, visit_id: UUID, now: datetime) -> None:
    """End a visit: its cookie opens nothing from now on."""
    visit, visitor = locked_visitor(session, visit_id, now=now)
    visit.ended_at = now
    record(session, actor, VisitEnded(about=f"visit:{visit.id}", project=visitor.project_id), log=visitor.log)


def _opened(visit: Visit, opened: Opened) -> GateOpened:
    return GateOpened(
        about=f"visit:{visit.id}",
        was=opened.standing.value,
        link=opened.link_id,
        agreement_version=opened.agreement_version_id,
        project=opened.project_id,
    )

"""Views: granted in the transaction that records them, or not at all.

The limit is held by one conditional UPDATE: whoever moves ``views_used`` on has the view, and nobody else has it. The
entry of the trail commits with it, so that there is no view without its entry.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, or_, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from reviews.facts.gate import ViewGranted, ViewRefused
from reviews.models.agreements import AgreementVersion
from reviews.models.gate import GateKey
from reviews.models.links import ScreeningLink, View
from reviews.queries.freezes import is_frozen
from reviews.queries.gate import Visitor, locked_visitor, step_not_reached
from reviews.queries.parties import undertaking_by_id
from reviews.rules.gate import Standing, Step, proof_of
from reviews.shared_writes import owe_receipt


@dataclass(frozen=True, slots=True)
class Watching:
    """A view that lasts. ``is_resumed``: it was granted before, and nothing was spent now."""

    view_id: UUID
    granted_at: datetime
    ends_at: datetime
    is_resumed: bool


@dataclass(frozen=True, slots=True)
class ViewNotGranted:
    """Nobody was let in, and why."""

    why: Standing


def grant_view(session: Session, actor: Actor, *, visit_id: UUID, now: datetime) -> Watching | ViewNotGranted:
    """Let a recipient in who passed the gate: a view of the link, or the rest of the one that this visit has.

    A refusal is recorded and must be committed, so it is a value. Raises ``StepNotReached`` where a step is missing.
    """
    visit, visitor = locked_visitor(session, visit_id, Step.READY, Step.TOLD, now=now)
    link = visitor.opened.link
    if link is None:
        raise step_not_reached()
    if visitor.step is Step.READY and visitor.view is not None:
        return Watching(visitor.view.id, visitor.view.granted_at, visitor.view.ends_at, is_resumed=True)
    used = _use_one_view(session, link.id, visit.gate_key_id, now) if visitor.step is Step.READY else None
    if used is None:
        return _refuse(session, actor, visitor, link)
    view = _add_view(session, visitor, link, now)
    visit.ends_at = max(visit.ends_at, view.ends_at)
    record(session, actor, _granted(view, visitor, link, used), log=visitor.log)
    about, kind = f"view:{view.id}", ViewGranted.kind
    owe_receipt(session, contact_id=view.contact_id, log=visitor.log, kind=kind, about=about, now=now)
    return Watching(view.id, view.granted_at, view.ends_at, is_resumed=False)


def _use_one_view(session: Session, link_id: UUID, key_id: UUID, now: datetime) -> int | None:
    """Move the count of views on where everything allows it, and return it; ``None`` where anything does not."""
    link = ScreeningLink
    in_force = exists().where(AgreementVersion.id == link.agreement_version_id, AgreementVersion.state == "accepted")
    allows = (
        link.id == link_id,
        link.views_used < link.view_limit,
        link.starts_at <= now,
        link.ends_at > now,
        link.revoked_at.is_(None),
        or_(link.needs_release.is_(False), link.released_at.is_not(None)),
        in_force,
        exists().where(GateKey.id == key_id, GateKey.closed_at.is_(None)),
        ~is_frozen(link.project_id, link.contact_id),
    )
    one_more = update(link).where(*allows).values(views_used=link.views_used + 1).returning(link.views_used)
    return session.execute(one_more.execution_options(synchronize_session=False)).scalar_one_or_none()


def _add_view(session: Session, visitor: Visitor, link: ScreeningLink, now: datetime) -> View:
    nda_sha256 = None
    if link.nda_text_id is not None:
        nda_sha256 = undertaking_by_id(session, link.nda_text_id).text_sha256
    view = View(
        link_id=link.id,
        contact_id=link.contact_id,
        material_version_id=link.material_version_id,
        visit_id=visitor.visit_id,
        proof=proof_of(visitor.proven).value,
        nda_sha256=nda_sha256,
        granted_at=now,
        ends_at=min(now + timedelta(minutes=link.view_minutes), link.ends_at),
    )
    session.add(view)
    session.flush()
    return view


def _granted(view: View, visitor: Visitor, link: ScreeningLink, used: int) -> ViewGranted:
    return ViewGranted(
        about=f"view:{view.id}",
        project=visitor.project_id,
        link=link.id,
        visit=visitor.visit_id,
        contact=link.contact_id,
        material_version=link.material_version_id,
        proof=view.proof,
        nda_sha256=view.nda_sha256,
        number=used,
        view_limit=link.view_limit,
        ends_at=view.ends_at,
        target=link.target,
        target_host=link.target_host,
    )


def _refuse(session: Session, actor: Actor, visitor: Visitor, link: ScreeningLink) -> ViewNotGranted:
    why = visitor.opened.standing
    # It was live a moment ago: another visit took the last view, or somebody stopped it in between.
    why = Standing.USED_UP if why is Standing.LIVE else why
    fact = ViewRefused(
        about=f"visit:{visitor.visit_id}",
        project=visitor.project_id,
        link=link.id,
        contact=link.contact_id,
        why=why.value,
    )
    record(session, actor, fact, log=visitor.log)
    return ViewNotGranted(why)

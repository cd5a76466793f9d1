"""Reads of the gate: what a secret opens, and where a browser's visit stands."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from answerprint.core.sealing import seal_if_any
from answerprint.core.shown_once import sha256_of
from facility.public import client_log
from facility.rules import network_of
from reviews.errors import StepNotReached
from reviews.models.agreements import AgreementVersion
from reviews.models.gate import GateKey, MailboxCode, Visit
from reviews.models.links import ScreeningLink, View
from reviews.models.parties import Contact
from reviews.queries.agreements import project_of
from reviews.queries.freezes import stands_over
from reviews.queries.parties import has_accepted
from reviews.rules.codes import Place, network_key
from reviews.rules.gate import (
    DEAD_ANSWERS_FOR,
    Asked,
    LinkState,
    Proven,
    Standing,
    Step,
    VisitSecret,
    next_step,
    signs_now,
    standing_of,
    standing_of_key,
)


@dataclass(frozen=True, slots=True)
class StandingView:
    """A view of this visit whose window lasts."""

    id: UUID
    granted_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What a secret opens, for whom, how it stands, and where what comes of it is recorded."""

    key_id: UUID
    link_id: UUID | None
    agreement_version_id: UUID | None
    contact: Contact
    project_id: UUID
    log: str
    standing: Standing
    link: ScreeningLink | None
    is_long_over: bool
    """Its end is so long ago that it is as unknown as any other."""

    @property
    def subject_id(self) -> UUID:
        """Return what it opens: the link, or the version of an agreement."""
        subject = self.link_id or self.agreement_version_id
        assert subject is not None  # noqa: S101 - narrows a type; a key opens one of the two
        return subject


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visit as it stands: who it is, what they have shown, and what they are asked next."""

    visit_id: UUID
    opened: Opened
    csrf_token: str
    asked: Asked
    proven: Proven
    step: Step
    view: StandingView | None
    signing_verified_at: datetime | None
    at: datetime
    """The moment as of which all this is so."""

    @property
    def contact_id(self) -> UUID:
        """Return who the recipient is."""
        return self.opened.contact.id

    @property
    def project_id(self) -> UUID:
        """Return what project it is about."""
        return self.opened.project_id

    @property
    def log(self) -> str:
        """Return the log of the client whose project it is."""
        return self.opened.log

    @property
    def standing(self) -> Standing:
        """Return how the link stands; to a visit whose view lasts it is live though no other view is left."""
        standing = self.opened.standing
        return Standing.LIVE if standing is Standing.USED_UP and self.view is not None else standing

    @property
    def signs_now(self) -> bool:
        """Report whether a fresh code was given for a sign-off."""
        return signs_now(self.signing_verified_at, now=self.at)


def opened_by(session: Session, secret: str, *, now: datetime) -> Opened | None:
    """Return what a secret opens, or ``None`` where nobody ever made it or its end is long ago."""
    digest = sha256_of(secret)
    key = session.scalars(select(GateKey).where(GateKey.secret_sha256 == digest)).one_or_none()
    if key is None or not hmac.compare_digest(key.secret_sha256, digest):
        return None
    opened = opened_of(session, key, now=now)
    return None if opened.is_long_over else opened


def opened_of(session: Session, key: GateKey, *, now: datetime) -> Opened:
    """Return what a key opens, as it stands now."""
    contact = session.get_one(Contact, key.contact_id, populate_existing=True)
    link: ScreeningLink | None = None
    if key.link_id is None:
        assert key.agreement_version_id is not None  # noqa: S101 - narrows a type, as above
        project_id = project_of(session, key.agreement_version_id)
        is_frozen = stands_over(session, project_id, contact.id)
        standing = standing_of_key(key.ends_at, key.closed_at, is_frozen=is_frozen, now=now)
        ends_at = key.ends_at
    else:
        link = session.get_one(ScreeningLink, key.link_id, populate_existing=True)
        project_id, ends_at = link.project_id, link.ends_at
        standing = standing_of(_state_of(session, link, is_replaced=key.closed_at is not None), now=now)
    return Opened(
        key_id=key.id,
        link_id=key.link_id,
        agreement_version_id=key.agreement_version_id,
        contact=contact,
        project_id=project_id,
        log=client_log(session, contact.client_id),
        standing=standing,
        link=link,
        is_long_over=now >= ends_at + DEAD_ANSWERS_FOR or contact.erased_at is not None,
    )


def visitor_at(session: Session, secret: str, *, now: datetime) -> Visitor | None:
    """Return the visit whose cookie holds this secret; ``None`` where there is none.

    One that is over counts as none, unless its mailbox was verified: who proved nothing is told nothing.
    """
    digest = sha256_of(secret)
    visit = session.scalars(select(Visit).where(Visit.secret_sha256 == digest)).one_or_none()
    if visit is None or not hmac.compare_digest(visit.secret_sha256, digest):
        return None
    visitor = _visitor(session, visit, now)
    return None if _is_over(visit, now) and visitor.step is not Step.ENDED else visitor


def locked_visitor(session: Session, visit_id: UUID, *steps: Step, now: datetime) -> tuple[Visit, Visitor]:
    """Hold a visit until the commit and return it as it stands; raises ``StepNotReached`` where it is elsewhere."""
    wanted = select(Visit).where(Visit.id == visit_id).with_for_update().execution_options(populate_existing=True)
    visit = session.scalars(wanted).one_or_none()
    if visit is None:
        raise step_not_reached()
    visitor = _visitor(session, visit, now)
    if _is_over(visit, now) or (steps and visitor.step not in steps):
        raise step_not_reached()
    return visit, visitor


def renew_secret(visit: Visit) -> VisitSecret:
    """Give a visit that proved something, and that this transaction holds, a new secret."""
    renewed = VisitSecret()
    visit.secret_sha256, visit.csrf_token = sha256_of(renewed.text), renewed.csrf_token
    return renewed


def open_code(session: Session, visit_id: UUID, *, now: datetime) -> MailboxCode | None:
    """Return the code that this visit waits for, if one was sent and still serves."""
    wanted = select(MailboxCode).where(
        MailboxCode.visit_id == visit_id, MailboxCode.ended_at.is_(None), MailboxCode.expires_at > now
    )
    return session.scalars(wanted.order_by(MailboxCode.sent_at.desc()).limit(1)).one_or_none()


def place_of(session: Session, opened: Opened, address: str | None) -> Place:
    """Return where at the gate somebody stands, for its counters: the network is tagged with the house's own key."""
    network = network_of(address) if address is not None else ""
    seal = seal_if_any(session)
    tag = seal.tag(f"gate network {network}") if seal is not None else network_key(network)
    return Place(opened.subject_id, opened.contact.id, tag)


def step_not_reached() -> StepNotReached:
    """Return the refusal of what belongs to another step."""
    return StepNotReached("This belongs to another step of your visit. Open your link again.")


def _visitor(session: Session, visit: Visit, now: datetime) -> Visitor:
    opened = opened_of(session, session.get_one(GateKey, visit.gate_key_id, populate_existing=True), now=now)
    view = _standing_view(session, visit.id, opened.link_id, now)
    asked, proven = _asked(opened.link), _proven(session, visit, opened)
    standing = opened.standing
    return Visitor(
        visit_id=visit.id,
        opened=opened,
        csrf_token=visit.csrf_token,
        asked=asked,
        proven=proven,
        step=next_step(standing, asked, proven, is_over=_is_over(visit, now)),
        view=view,
        signing_verified_at=visit.signing_verified_at,
        at=now,
    )


def _is_over(visit: Visit, now: datetime) -> bool:
    return visit.ended_at is not None or now >= visit.ends_at


def _asked(link: ScreeningLink | None) -> Asked:
    if link is None:
        return Asked()
    return Asked(link.asks_passphrase, link.asks_totp, link.nda_text_id is not None)


def _proven(session: Session, visit: Visit, opened: Opened) -> Proven:
    nda_text_id = opened.link.nda_text_id if opened.link is not None else None
    has_undertaken = visit.nda_accepted_at is not None
    if nda_text_id is not None and not has_undertaken:
        # Whoever accepted this very text before need not do so at each visit.
        has_undertaken = has_accepted(session, opened.contact.id, nda_text_id)
    return Proven(
        mailbox=visit.mailbox_verified_at is not None,
        passphrase=visit.passphrase_verified_at is not None,
        totp=visit.totp_verified_at is not None,
        has_authenticator=opened.contact.totp_confirmed_at is not None,
        undertaking=has_undertaken,
    )


def _standing_view(session: Session, visit_id: UUID, link_id: UUID | None, now: datetime) -> StandingView | None:
    if link_id is None:
        return None
    is_it = (View.visit_id == visit_id, View.link_id == link_id, View.ends_at > now)
    wanted = select(View.id, View.granted_at, View.ends_at).where(*is_it).order_by(View.granted_at.desc()).limit(1)
    row = session.execute(wanted).one_or_none()
    return StandingView(row.id, row.granted_at, row.ends_at) if row is not None else None


def _state_of(session: Session, link: ScreeningLink, *, is_replaced: bool) -> LinkState:
    is_it = (AgreementVersion.id == link.agreement_version_id, AgreementVersion.state == "accepted")
    return LinkState(
        starts_at=link.starts_at,
        ends_at=link.ends_at,
        is_used_up=link.views_used >= link.view_limit,
        is_revoked=link.revoked_at is not None,
        is_released=not link.needs_release or link.released_at is not None,
        is_frozen=stands_over(session, link.project_id, link.contact_id),
        is_agreed=bool(session.scalar(select(exists().where(*is_it)))),
        is_replaced=is_replaced,
    )

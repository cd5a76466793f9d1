"""The secrets of links: sent, released by a second person, sent anew; and the counters that stand before them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.outbox import queue_mail
from answerprint.core.shown_once import new_secret, sha256_of
from audit.record import record
from facility.public import ProjectRef
from reviews.errors import AgainstAgreement, Frozen, NotInThisState, SecondPersonNeeded
from reviews.facts.links import LinkReleased, LinkSent, LinkUnlocked
from reviews.gate_counters import set_back_all
from reviews.models.gate import GateKey
from reviews.models.links import ScreeningLink
from reviews.queries.faces import outside_name
from reviews.queries.freezes import stands_over
from reviews.queries.links import held_link
from reviews.queries.live_links import allows_of
from reviews.queries.parties import contact_by_id
from reviews.queries.policies import demands_for
from reviews.rules.acting import person_of
from reviews.rules.letters import gate_address, link_letter, plain_gate_address
from reviews.rules.links import demanded, zone_of


@dataclass(frozen=True, slots=True)
class SentSecret:
    """The two addresses of a link, shown once: its secret after ``#``, and in the path for browsers without script."""

    url: str = field(repr=False)
    path_url: str = field(repr=False)


def send_secret(
    session: Session, actor: Actor, *, link: ScreeningLink, log: str, base_url: str, now: datetime
) -> SentSecret:
    """Make a secret for a link, close those before it, and mail it to its recipient; no passphrase goes along."""
    closed = _close_secrets(session, link.id, now)
    secret = new_secret()
    session.add(
        GateKey(
            secret_sha256=sha256_of(secret),
            contact_id=link.contact_id,
            link_id=link.id,
            made_at=now,
            ends_at=link.ends_at,
        )
    )
    sent = SentSecret(gate_address(base_url, secret), plain_gate_address(base_url, secret))
    mail = link_letter(
        sent.url,
        outside_name(session, link.project_id),
        starts_at=link.starts_at,
        ends_at=link.ends_at,
        zone=zone_of(link.zone),
    )
    recipient = contact_by_id(session, link.contact_id).email
    queue_mail(session, kind="reviews-link", recipient=recipient, subject=mail.subject, body=mail.body, now=now)
    fact = LinkSent(about=f"link:{link.id}", project=link.project_id, contact=link.contact_id, secrets_closed=closed)
    record(session, actor, fact, log=log)
    return sent


def release_link(session: Session, actor: Actor, *, link_id: UUID, base_url: str, now: datetime) -> SentSecret:
    """Release a link that another person issued: only now it gets a secret, which is mailed and shown once.

    Raises ``SecondPersonNeeded`` for who issued it, ``NotInThisState``, ``Frozen``, or ``AgainstAgreement`` naming what
    the policy asks for by now.
    """
    link, project = held_link(session, actor, link_id)
    releaser = person_of(actor)
    if not link.needs_release or link.released_at is not None:
        raise NotInThisState("This link waits for no release.")
    if releaser == link.issued_by:
        raise SecondPersonNeeded("Another person than the one who issued a link releases it.")
    _check_alive(session, link, now)
    _check_policy(session, link, project)
    link.released_by, link.released_at = releaser, now
    session.flush()
    fact = LinkReleased(about=f"link:{link.id}", project=project.id, contact=link.contact_id, issued_by=link.issued_by)
    record(session, actor, fact, log=project.log)
    return send_secret(session, actor, link=link, log=project.log, base_url=base_url, now=now)


def resend_link(session: Session, actor: Actor, *, link_id: UUID, base_url: str, now: datetime) -> SentSecret:
    """Send a link anew, with another secret: the old one and every visit that came of it open nothing any more.

    Raises ``NotInThisState`` where it waits for its release, was revoked or is over, ``Frozen``, or
    ``AgainstAgreement`` naming what the policy asks for by now.
    """
    link, project = held_link(session, actor, link_id)
    if link.needs_release and link.released_at is None:
        raise NotInThisState("This link waits for its release: its mail goes out then.")
    _check_alive(session, link, now)
    _check_policy(session, link, project)
    return send_secret(session, actor, link=link, log=project.log, base_url=base_url, now=now)


def unlock_link(session: Session, actor: Actor, *, link_id: UUID) -> int:
    """Set the gate's counters of a link and its recipient back, and return how many there were."""
    link, project = held_link(session, actor, link_id)
    counters = set_back_all(session, link.id, link.contact_id)
    fact = LinkUnlocked(about=f"link:{link.id}", project=project.id, contact=link.contact_id, counters=counters)
    record(session, actor, fact, log=project.log)
    return counters


def _close_secrets(session: Session, link_id: UUID, now: datetime) -> int:
    is_open = (GateKey.link_id == link_id, GateKey.closed_at.is_(None))
    count = session.scalar(select(func.count()).select_from(GateKey).where(*is_open)) or 0
    if count:
        session.execute(update(GateKey).where(*is_open).values(closed_at=now))
    return count


def _check_alive(session: Session, link: ScreeningLink, now: datetime) -> None:
    if link.revoked_at is not None or link.ends_at <= now:
        raise NotInThisState("This link was revoked or is over. Issue another one.")
    if stands_over(session, link.project_id, link.contact_id):
        raise Frozen("A freeze stands over this link: lift it first.")


def _check_policy(session: Session, link: ScreeningLink, project: ProjectRef) -> None:
    broken = demanded(allows_of(link), demands_for(session, project.client_id))
    if broken:
        raise AgainstAgreement("The policy asks for more by now. Revoke the link and issue another.", fields=broken)

"""What the recipient of a link will be shown and asked, before it is sent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from reviews.errors import BadLink
from reviews.queries.agreements import visible_version
from reviews.queries.faces import outside_name
from reviews.queries.link_targets import target_breaches
from reviews.queries.materials import version_by_id
from reviews.queries.parties import contact_by_id, has_accepted
from reviews.queries.policies import demands_for
from reviews.rules.documents import read_terms
from reviews.rules.links import LinkWish, Recipient, breaches_of, host_of, plan_link, zone_of
from reviews.rules.links_allowed import LinkAllows


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """A link as its recipient will meet it. ``steps`` are what they are asked for first, in order."""

    outside: str
    recipient: str
    material: str
    number: int
    media_path: str | None
    allows: LinkAllows
    target: str
    target_host: str | None
    platform: str
    platform_enforces: str
    steps: tuple[str, ...]
    refused: tuple[str, ...]
    """Why it would not be issued; empty where it would."""


def preview_of(session: Session, actor: Actor, wish: LinkWish, *, now: datetime) -> LinkPreview:
    """Return what would be shown, and why it would be refused; nothing is issued.

    Raises ``BadLink`` or ``UnknownReview`` as issuing does.
    """
    version, project = visible_version(session, actor, wish.agreement_version_id)
    material, shown = version_by_id(session, actor, wish.material_version_id)
    contact = contact_by_id(session, wish.contact_id)
    if material.project_id != project.id or contact.client_id != project.client_id:
        sentence = "This belongs to another project than the agreement."
        raise BadLink(sentence, fields={"agreement_version_id": [sentence]})
    terms, demands = read_terms(version.terms), demands_for(session, project.client_id)
    allows = plan_link(wish, terms, demands, now=now)
    recipient = Recipient(contact.id, contact.client_id, contact.email)
    zone = zone_of(wish.zone)
    broken = breaches_of(allows, terms, demands, recipient=recipient, state=version.state, zone=zone)
    aside = target_breaches(session, project.id, terms, shown, wish)
    return LinkPreview(
        outside=outside_name(session, project.id),
        recipient=contact.name,
        material=material.name,
        number=shown.number,
        media_path=shown.media_path,
        allows=allows,
        target="room" if wish.target_url is None else "hand-off",
        target_host=host_of(wish.target_url) if wish.target_url is not None and not aside else None,
        platform=wish.platform,
        platform_enforces=wish.platform_enforces,
        steps=tuple(_steps(session, allows)),
        refused=tuple(one for found in (*broken.values(), *aside.values()) for one in found),
    )


def _steps(session: Session, allows: LinkAllows) -> list[str]:
    claims = {
        "A code that is sent to their mailbox": True,
        "The passphrase that you tell them another way": allows.asks_passphrase,
        "A code of their authenticator": allows.asks_totp,
        "To accept the undertaking": allows.nda_text_id is not None
        and not has_accepted(session, allows.contact_id, allows.nda_text_id),
    }
    return [sentence for sentence, is_asked in claims.items() if is_asked]

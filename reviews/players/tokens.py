"""Short rights to read a version's bytes: for a minute, within one view, in the browser whose visit it is.

A token alone opens nothing: the visit's cookie must come with it. Whether the visit, the link and the view still hold,
and no freeze stands, is asked of the database before every block.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from answerprint.core.shown_once import new_secret, sha256_of
from reviews.models.agreements import AgreementVersion
from reviews.models.gate import GateKey, MediaToken, Visit
from reviews.models.links import ScreeningLink, View
from reviews.models.materials import Material, MaterialVersion
from reviews.queries.faces import sayable
from reviews.queries.freezes import is_frozen
from reviews.queries.held_files import check_of
from reviews.rules.held_files import FileCheck

TOKEN_LASTS = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Shown:
    """The version that a link leads to, as the gate shows it."""

    name: str
    number: int
    file_name: str
    sha256: str
    media_path: str | None
    check: FileCheck | None
    """What the file in the screening room was found to be when it was hashed last."""


def mint_token(session: Session, *, view_id: UUID, visit_id: UUID, now: datetime) -> str:
    """Return a new token for a view of this visit."""
    token = new_secret()
    session.add(
        MediaToken(secret_sha256=sha256_of(token), view_id=view_id, visit_id=visit_id, expires_at=now + TOKEN_LASTS)
    )
    return token


def renew_token(session: Session, token: str, *, visit_id: UUID, now: datetime) -> bool:
    """Let a token of this visit last for another minute while its view does; report whether it does."""
    lasts = exists().where(View.id == MediaToken.view_id, View.ends_at > now)
    is_it = (MediaToken.secret_sha256 == sha256_of(token), MediaToken.visit_id == visit_id, lasts)
    renewed = update(MediaToken).where(*is_it).values(expires_at=now + TOKEN_LASTS).returning(MediaToken.view_id)
    return session.execute(renewed.execution_options(synchronize_session=False)).scalar_one_or_none() is not None


def view_of_token(session: Session, token: str, *, visit_id: UUID, now: datetime) -> UUID | None:
    """Return the view that a token of this visit serves, while it does."""
    is_it = (MediaToken.secret_sha256 == sha256_of(token), MediaToken.visit_id == visit_id, MediaToken.expires_at > now)
    return session.scalar(select(MediaToken.view_id).where(*is_it))


def may_be_seen(session: Session, *, view_id: UUID, visit_secret_sha256: str, now: datetime) -> bool:
    """Report whether the bytes of a view may be sent to this visit at this moment."""
    link = ScreeningLink
    in_force = exists().where(AgreementVersion.id == link.agreement_version_id, AgreementVersion.state == "accepted")
    wanted = (
        select(View.id)
        .join(Visit, Visit.id == View.visit_id)
        .join(GateKey, GateKey.id == Visit.gate_key_id)
        .join(link, link.id == View.link_id)
        .where(
            View.id == view_id,
            View.ends_at > now,
            Visit.secret_sha256 == visit_secret_sha256,
            Visit.ended_at.is_(None),
            Visit.ends_at > now,
            GateKey.closed_at.is_(None),
            link.revoked_at.is_(None),
            link.ends_at > now,
            or_(link.needs_release.is_(False), link.released_at.is_not(None)),
            in_force,
            ~is_frozen(link.project_id, link.contact_id),
        )
    )
    return session.scalar(wanted) is not None


def shown_version(session: Session, material_version_id: UUID) -> Shown:
    """Return what a link leads to, as the gate shows it."""
    wanted = (
        select(Material.project_id, Material.name, MaterialVersion)
        .join(Material, Material.id == MaterialVersion.material_id)
        .where(MaterialVersion.id == material_version_id)
    )
    project_id, name, version = session.execute(wanted).one()
    return Shown(
        sayable(session, project_id, name) or "What you were sent",
        version.number,
        version.file_name,
        version.sha256,
        version.media_path,
        check_of(session, version.id),
    )

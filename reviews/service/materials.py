"""Versions of material: named as agreed, hashed once, and never another file."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.outbox import queue_mail
from answerprint.core.problems import Invalid
from audit.record import record
from facility.public import ProjectRef, project_for
from reviews.errors import NameRefused
from reviews.facts.materials import MaterialRegistered
from reviews.models.materials import Material, MaterialVersion
from reviews.queries.faces import outside_name, real_titles
from reviews.queries.materials import contacts_to_tell, hashes_of, material_named, template_of
from reviews.queries.parties import contact_by_id
from reviews.rules.acting import person_of
from reviews.rules.eidr import read_eidr
from reviews.rules.naming import (
    ANY_NAME,
    NameFinding,
    Severity,
    Template,
    check_name,
    next_name,
    version_in,
)
from reviews.rules.titles import says_title
from reviews.rules.versions import check_version


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """A version to register. ``number`` may be left to the name; ``media_path`` is relative to the media root."""

    name: str
    """The material's, without version."""
    kind: str
    file_name: str
    sha256: str
    size: int
    hashed_by: str = "typed"
    number: int | None = None
    eidr: str | None = None
    media_path: str | None = None
    frame_rate: str | None = None
    start_frame: int = 0


@dataclass(frozen=True, slots=True)
class Registered:
    """What came of it: the version, what its name is warned of, and how many holders of older ones were told."""

    version: MaterialVersion
    warnings: tuple[NameFinding, ...]
    told: int


def register_version(
    session: Session, actor: Actor, *, project_id: UUID, entry: VersionEntry, now: datetime
) -> Registered:
    """Register a version; the same file under the same number again is what is there already.

    Raises ``NameRefused`` with the next legal name, ``VersionTaken`` naming ``number``, or ``Invalid``.
    """
    project = project_for(session, actor, project_id)
    registrar = person_of(actor)
    template, material = template_of(session, project_id), material_named(session, project_id, entry.name)
    existing = hashes_of(session, material.id) if material is not None else {}
    warnings = _warnings(session, project_id, template, entry, max(existing, default=0))
    number, media_path = _number(template, entry), _media_path(entry.media_path)
    if not check_version(number, entry.sha256, existing) and material is not None:
        return Registered(_version(session, material, number), warnings, 0)
    material = material or _new_material(session, project_id, entry, now)
    version = MaterialVersion(
        material_id=material.id,
        number=number,
        file_name=entry.file_name,
        sha256=entry.sha256,
        size=entry.size,
        hashed_by=entry.hashed_by,
        media_path=media_path,
        frame_rate=entry.frame_rate,
        start_frame=entry.start_frame,
        registered_by=registrar,
        registered_at=now,
    )
    session.add(version)
    session.flush()
    told = _tell_holders(session, project, material.id, number, now)
    record(session, actor, _registered(project, material, version, warnings, told), log=project.log)
    return Registered(version, warnings, told)


def _registered(
    project: ProjectRef, material: Material, version: MaterialVersion, warnings: tuple[NameFinding, ...], told: int
) -> MaterialRegistered:
    return MaterialRegistered(
        about=f"material:{version.id}",
        project=project.id,
        material=material.id,
        number=version.number,
        sha256=version.sha256,
        size=version.size,
        hashed_by=version.hashed_by,
        eidr=material.eidr,
        warnings=[finding.token for finding in warnings],
        told=told,
        file_name=version.file_name,
    )


def _number(template: Template | None, entry: VersionEntry) -> int:
    said = version_in(template, entry.file_name) if template is not None else None
    number = entry.number if entry.number is not None else said
    if number is None:
        sentence = "The name says no version: type its number."
        raise Invalid(sentence, fields={"number": [sentence]})
    if said is not None and said != number:
        sentence = f"The name says version {said}, and the number is {number}."
        raise Invalid(sentence, fields={"number": [sentence]})
    return number


def _new_material(session: Session, project_id: UUID, entry: VersionEntry, now: datetime) -> Material:
    eidr = read_eidr(entry.eidr) if entry.eidr else None
    material = Material(project_id=project_id, name=entry.name, kind=entry.kind, eidr=eidr, created_at=now)
    session.add(material)
    session.flush()
    return material


def _warnings(
    session: Session, project_id: UUID, template: Template | None, entry: VersionEntry, highest: int
) -> tuple[NameFinding, ...]:
    """Return what the names are warned of, or raise ``NameRefused``, which offers the next legal name."""
    titles = real_titles(session, project_id)
    if says_title(entry.name, titles) is not None:
        sentence = "The name says a real title, and an alias is in force. Use the alias."
        raise NameRefused(sentence, fields={"name": [sentence]})
    found = check_name(template or ANY_NAME, entry.file_name, titles=titles)
    blocked = [finding.sentence for finding in found if finding.severity is Severity.BLOCK]
    if blocked:
        offered = next_name(template or ANY_NAME, entry.file_name, highest)
        is_legal = offered is not None and not check_name(template or ANY_NAME, offered, titles=titles)
        advice = [f"The next legal name is {offered}."] if is_legal else []
        raise NameRefused(" ".join([*blocked, *advice]), fields={"file_name": blocked})
    return tuple(finding for finding in found if finding.severity is Severity.WARN)


def _media_path(text: str | None) -> str | None:
    if text is None:
        return None
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text or not path.parts:
        sentence = "The path begins under the media root, such as reels/reel2_v012.mp4, and goes nowhere above it."
        raise Invalid(sentence, fields={"media_path": [sentence]})
    return str(path)


def _version(session: Session, material: Material, number: int) -> MaterialVersion:
    wanted = select(MaterialVersion).where(MaterialVersion.material_id == material.id, MaterialVersion.number == number)
    return session.scalars(wanted).one()


def _tell_holders(session: Session, project: ProjectRef, material_id: UUID, number: int, now: datetime) -> int:
    """Tell by mail who holds a live link to an older version; outside, only the outside name is said."""
    holders = contacts_to_tell(session, material_id, number, now=now)
    name = outside_name(session, project.id)
    for holder in holders:
        contact = contact_by_id(session, holder.contact_id)
        body = (
            f"A newer version of what you were sent for {name} is there: version {number}, where you hold "
            f"{holder.number}.\nThe older one is superseded. Ask the house for a link to the newer one.\n"
        )
        subject = f"{name}: a newer version is there"
        queue_mail(session, kind="reviews.superseded", recipient=contact.email, subject=subject, body=body, now=now)
    return len(holders)

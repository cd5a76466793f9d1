"""Reads of material, its versions, and the templates of names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import Page, PageRequest, cut
from facility.public import project_for
from reviews.errors import UnknownReview
from reviews.models.links import ScreeningLink
from reviews.models.materials import Material, MaterialVersion, NamingTemplate
from reviews.models.parties import ProjectFace
from reviews.queries.faces import real_titles
from reviews.queries.live_links import is_live
from reviews.rules.naming import ANY_NAME, NameFinding, Template, check_name, next_name
from reviews.rules.naming_documents import read_template


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material as lists show it, with its newest version."""

    id: UUID
    project_id: UUID
    name: str
    kind: str
    eidr: str | None
    newest: int
    versions: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as lists show it. ``live_links`` counts the links that lead to it now."""

    id: UUID
    material_id: UUID
    number: int
    file_name: str
    sha256: str
    size: int
    hashed_by: str
    media_path: str | None
    frame_rate: str | None
    start_frame: int
    registered_at: datetime
    is_newest: bool
    live_links: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A contact who holds a link to an older version."""

    contact_id: UUID
    number: int
    """The highest version that they hold."""


@dataclass(frozen=True, slots=True)
class NameJudged:
    """What is wrong with a name, and the next legal one where the template knows of versions."""

    findings: tuple[NameFinding, ...]
    next_name: str | None


def materials_of(session: Session, actor: Actor, project_id: UUID, page: PageRequest) -> Page[MaterialRow]:
    """List a project's material by name; raises ``UnknownProject``."""
    project_for(session, actor, project_id)
    wanted = (
        select(Material, func.max(MaterialVersion.number), func.count(MaterialVersion.id))
        .join(MaterialVersion, MaterialVersion.material_id == Material.id)
        .where(Material.project_id == project_id)
        .group_by(Material.id)
        .order_by(Material.name)
        .limit(page.limit + 1)
    )
    if page.after is not None:
        wanted = wanted.where(Material.name > str(page.after[0]))
    rows = [
        MaterialRow(one.id, one.project_id, one.name, one.kind, one.eidr, newest, count)
        for one, newest, count in session.execute(wanted)
    ]
    return cut(rows, page, lambda row: (row.name,))


def material_by_id(session: Session, actor: Actor, material_id: UUID) -> Material:
    """Return a material of a project that ``actor`` may know of; raises ``UnknownReview`` or ``UnknownProject``."""
    found = session.get(Material, material_id)
    if found is None:
        raise _no_material()
    project_for(session, actor, found.project_id)
    return found


def version_by_id(session: Session, actor: Actor, version_id: UUID) -> tuple[Material, MaterialVersion]:
    """Return a version with its material; raises ``UnknownReview`` or ``UnknownProject``."""
    wanted = select(Material, MaterialVersion).join(Material, Material.id == MaterialVersion.material_id)
    row = session.execute(wanted.where(MaterialVersion.id == version_id)).one_or_none()
    if row is None:
        raise _no_material()
    project_for(session, actor, row[0].project_id)
    return row[0], row[1]


def material_named(session: Session, project_id: UUID, name: str) -> Material | None:
    """Return a project's material of this name, held until the commit, if there is one."""
    wanted = select(Material).where(Material.project_id == project_id, Material.name == name)
    return session.scalars(wanted.with_for_update()).one_or_none()


def hashes_of(session: Session, material_id: UUID) -> dict[int, str]:
    """Return the SHA-256 of each version of a material by its number."""
    wanted = select(MaterialVersion.number, MaterialVersion.sha256).where(MaterialVersion.material_id == material_id)
    return {row.number: row.sha256 for row in session.execute(wanted)}


def versions_of(session: Session, actor: Actor, material_id: UUID, *, now: datetime) -> Sequence[VersionRow]:
    """List a material's versions, the newest first; raises ``UnknownReview`` or ``UnknownProject``."""
    material_by_id(session, actor, material_id)
    live = (
        select(func.count())
        .where(ScreeningLink.material_version_id == MaterialVersion.id, *is_live(now))
        .correlate(MaterialVersion)
        .scalar_subquery()
    )
    wanted = select(MaterialVersion, live).where(MaterialVersion.material_id == material_id)
    rows = session.execute(wanted.order_by(MaterialVersion.number.desc())).all()
    return [_version_row(one, count, is_newest=place == 0) for place, (one, count) in enumerate(rows)]


def contacts_to_tell(session: Session, material_id: UUID, number: int, *, now: datetime) -> Sequence[Holder]:
    """Return who holds a live link to a version of a material below ``number``, each once with the highest."""
    wanted = (
        select(ScreeningLink.contact_id, func.max(MaterialVersion.number))
        .join(MaterialVersion, MaterialVersion.id == ScreeningLink.material_version_id)
        .where(MaterialVersion.material_id == material_id, MaterialVersion.number < number, *is_live(now))
        .group_by(ScreeningLink.contact_id)
        .order_by(ScreeningLink.contact_id)
    )
    return [Holder(contact_id, highest) for contact_id, highest in session.execute(wanted)]


def template_of(session: Session, project_id: UUID) -> Template | None:
    """Return the template that a project's names are held against, where one was chosen."""
    wanted = (
        select(NamingTemplate.tokens)
        .join(ProjectFace, ProjectFace.naming_template_id == NamingTemplate.id)
        .where(ProjectFace.project_id == project_id)
    )
    stored = session.scalars(wanted).one_or_none()
    return read_template(stored) if stored is not None else None


def judge_name(
    session: Session, actor: Actor, project_id: UUID, file_name: str, material_id: UUID | None = None
) -> NameJudged:
    """Hold a name against a project's template and its real titles; raises ``UnknownProject``."""
    project_for(session, actor, project_id)
    template, titles = template_of(session, project_id) or ANY_NAME, real_titles(session, project_id)
    highest = max(hashes_of(session, material_id), default=0) if material_id is not None else 0
    offered = next_name(template, file_name, highest)
    is_legal = offered is not None and not check_name(template, offered, titles=titles)
    return NameJudged(check_name(template, file_name, titles=titles), offered if is_legal else None)


def version_labels(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return how versions are spoken of: the material's name and the number."""
    wanted = select(MaterialVersion.id, Material.name, MaterialVersion.number)
    joined = wanted.join(Material, Material.id == MaterialVersion.material_id)
    rows = session.execute(joined.where(MaterialVersion.id.in_(set(ids))))
    return {one: f"{name} v{number:03d}" for one, name, number in rows}


def versions_to_choose(session: Session, actor: Actor, project_id: UUID) -> Sequence[tuple[str, str]]:
    """Return a project's versions to choose from, the newest registered first."""
    project_for(session, actor, project_id)
    wanted = (
        select(MaterialVersion.id, Material.name, MaterialVersion.number)
        .join(Material, Material.id == MaterialVersion.material_id)
        .where(Material.project_id == project_id)
        .order_by(MaterialVersion.id.desc())
        .limit(200)
    )
    return [(str(one), f"{name} v{number:03d}") for one, name, number in session.execute(wanted)]


def naming_templates(session: Session) -> Sequence[NamingTemplate]:
    """Return the house's templates by name."""
    return session.scalars(select(NamingTemplate).order_by(NamingTemplate.name)).all()


def _version_row(one: MaterialVersion, live_links: int, *, is_newest: bool) -> VersionRow:
    return VersionRow(
        id=one.id,
        material_id=one.material_id,
        number=one.number,
        file_name=one.file_name,
        sha256=one.sha256,
        size=one.size,
        hashed_by=one.hashed_by,
        media_path=one.media_path,
        frame_rate=one.frame_rate,
        start_frame=one.start_frame,
        registered_at=one.registered_at,
        is_newest=is_newest,
        live_links=live_links,
    )


def _no_material() -> UnknownReview:
    return UnknownReview("There is no such material among the projects that you work on.")

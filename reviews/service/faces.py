"""How projects are called outside, their real titles, and the hosts to which their links may hand off."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Invalid, StaleVersion
from answerprint.core.sealing import seal_of
from audit.record import record
from facility.public import ProjectRef, project_for
from reviews.facts.parties import FaceChanged, HostAllowed, HostDropped
from reviews.models.parties import AllowedHost, ProjectFace
from reviews.queries.faces import titles_place
from reviews.rules.titles import says_title

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, slots=True)
class FaceEntry:
    """What is chosen of a project's face. ``titles`` are the real ones; ``None`` leaves those there as they are."""

    alias: str = ""
    is_alias_in_force: bool = False
    titles: tuple[str, ...] | None = None
    naming_template_id: UUID | None = None


def set_face(session: Session, actor: Actor, *, project_id: UUID, entry: FaceEntry, version: int) -> ProjectFace:
    """Choose how a project is called outside; ``version`` is 0 where nothing was chosen yet.

    Raises ``StaleVersion``, and ``Invalid`` naming ``alias`` where it says a real title or is missing.
    """
    project = project_for(session, actor, project_id)
    _check_alias(project, entry)
    face = session.get(ProjectFace, project_id)
    if version != (face.version if face is not None else 0):
        raise StaleVersion("This was changed meanwhile. Read it again, and repeat what you did.")
    if face is None:
        face = ProjectFace(project_id=project_id, alias="", is_alias_in_force=False)
        session.add(face)
    changes = _changes(face, entry)
    face.alias, face.is_alias_in_force = entry.alias, entry.is_alias_in_force
    face.naming_template_id = entry.naming_template_id
    if entry.titles is not None:
        text = "\n".join(entry.titles)
        face.titles_sealed = seal_of(session).seal(text.encode(), place=titles_place(project_id)) if text else None
    session.flush()
    record(
        session,
        actor,
        FaceChanged(about=f"project:{project_id}", project=project_id, changes=changes),
        log=project.log,
    )
    return face


def allow_host(session: Session, actor: Actor, *, project_id: UUID, host: str) -> str:
    """Let links of a project hand off to a host; raises ``Invalid`` naming ``host``. One that is allowed stays so."""
    project = project_for(session, actor, project_id)
    name = host.strip().casefold().rstrip(".")
    if not _HOST.fullmatch(name):
        sentence = "A host is a name such as review.example.com, without https:// and without a path."
        raise Invalid(sentence, fields={"host": [sentence]})
    if session.get(AllowedHost, (project_id, name)) is None:
        session.add(AllowedHost(project_id=project_id, host=name))
        fact = HostAllowed(about=f"project:{project_id}", project=project_id, host=name)
        record(session, actor, fact, log=project.log)
    return name


def drop_host(session: Session, actor: Actor, *, project_id: UUID, host: str) -> None:
    """Let no new link of a project hand off to a host; links that were issued stay until they are revoked."""
    project = project_for(session, actor, project_id)
    is_it = (AllowedHost.project_id == project_id, AllowedHost.host == host)
    if session.scalar(select(AllowedHost.host).where(*is_it)) is None:
        return
    session.execute(delete(AllowedHost).where(*is_it))
    record(session, actor, HostDropped(about=f"project:{project_id}", project=project_id, host=host), log=project.log)


def _check_alias(project: ProjectRef, entry: FaceEntry) -> None:
    sentence = ""
    if entry.is_alias_in_force and not entry.alias.strip():
        sentence = "Type the alias that is to be in force."
    elif says_title(entry.alias, (project.name, *(entry.titles or ()))) is not None:
        sentence = "This alias says a real title. Choose one that says nothing."
    if entry.is_alias_in_force and sentence:
        raise Invalid(sentence, fields={"alias": [sentence]})


def _changes(face: ProjectFace, entry: FaceEntry) -> dict[str, dict[str, str | bool | None]]:
    """Say what becomes another; of the real titles only that they do."""
    found: dict[str, dict[str, str | bool | None]] = {}
    for name in ("alias", "is_alias_in_force"):
        if getattr(face, name) != getattr(entry, name):
            found[name] = {"old": getattr(face, name), "new": getattr(entry, name)}
    if face.naming_template_id != entry.naming_template_id:
        old, new = face.naming_template_id, entry.naming_template_id
        found["naming_template"] = {"old": str(old) if old else None, "new": str(new) if new else None}
    if entry.titles is not None:
        found["titles"] = {"old": face.titles_sealed is not None, "new": bool(entry.titles)}
    return found

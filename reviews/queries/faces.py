"""How projects are called outside. Every text that leaves the house takes the name from here."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.sealing import seal_of
from facility.models import Project
from reviews.models.parties import AllowedHost, ProjectFace
from reviews.rules.titles import says_title


def outside_name(session: Session, project_id: UUID) -> str:
    """Return what a project is called outside the gate: its alias where one is in force, else its code."""
    wanted = (
        select(Project.code, ProjectFace.alias, ProjectFace.is_alias_in_force)
        .outerjoin(ProjectFace, ProjectFace.project_id == Project.id)
        .where(Project.id == project_id)
    )
    row = session.execute(wanted).one()
    return str(row.alias) if row.is_alias_in_force else row.code


def face_of(session: Session, project_id: UUID) -> ProjectFace | None:
    """Return what was chosen of a project's face, if anything was."""
    return session.get(ProjectFace, project_id)


def real_titles(session: Session, project_id: UUID) -> tuple[str, ...]:
    """Return the titles that must stand in no name while the project's alias is in force; none where there is none.

    The project's own name is one of them.
    """
    face = face_of(session, project_id)
    if face is None or not face.is_alias_in_force:
        return ()
    sealed = ""
    if face.titles_sealed is not None:
        sealed = seal_of(session).open(face.titles_sealed, place=titles_place(project_id)).decode()
    name = session.scalars(select(Project.name).where(Project.id == project_id)).one()
    return tuple(dict.fromkeys([name, *(line for line in sealed.split("\n") if line)]))


def sayable(session: Session, project_id: UUID, text: str) -> str:
    """Return a text for outside: empty where it says a title that was put under an alias since it was typed."""
    return "" if says_title(text, real_titles(session, project_id)) is not None else text


def titles_place(project_id: UUID) -> str:
    """Return where a project's sealed titles belong."""
    return f"reviews_project_faces/{project_id}/titles_sealed"


def allowed_hosts(session: Session, project_id: UUID) -> Sequence[str]:
    """Return the hosts to which a project's links may hand off, in order."""
    wanted = select(AllowedHost.host).where(AllowedHost.project_id == project_id)
    return session.scalars(wanted.order_by(AllowedHost.host)).all()

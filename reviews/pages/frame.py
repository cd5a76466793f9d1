"""What the pages of reviews share: their blueprint, and how they speak of a project."""

from collections.abc import Container, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone
from answerprint.core.paging import PAGE_SIZE_MAX, PageRequest
from facility.public import project_for
from reviews.queries.agreements import agreements_of, terms_of
from reviews.queries.faces import outside_name
from reviews.queries.parties import contacts_of, undertakings_of
from reviews.rules.labels import methods_by_label
from reviews.rules.links import instant
from reviews.rules.vocabulary import MethodKind, title

Choices = list[tuple[str, str]]

blueprint = Blueprint("reviews_pages", __name__, template_folder="../templates")
WHOLE = PageRequest(limit=PAGE_SIZE_MAX)
"""As many rows as one page can hold, for choices."""


def project_head(session: Session, project_id: UUID) -> dict[str, Any]:
    """Return what every page of a project says of it: the project itself, and its name outside."""
    project = project_for(session, current_actor(), project_id)
    return {"project": project, "outside": outside_name(session, project_id)}


def contact_choices(session: Session, client_id: UUID) -> Choices:
    """Return a client's contacts to choose from, by name."""
    rows = contacts_of(session, current_actor(), client_id, WHOLE).items
    return sorted(
        ((str(row.id), f"{row.name} ({row.email})") for row in rows if not row.is_erased), key=lambda one: one[1]
    )


def undertaking_choices(session: Session, client_id: UUID) -> Choices:
    """Return the texts of a client's undertakings to choose from, each in its versions."""
    texts = undertakings_of(session, current_actor(), client_id)
    return [(str(one.id), f"{one.title}, version {one.number}") for one in texts]


def now_and_today() -> tuple[datetime, date]:
    """Return the moment, and its day in the facility's zone."""
    now = clock.now()
    return now, now.astimezone(facility_zone()).date()


def in_force(session: Session, project_id: UUID, kinds: Container[MethodKind]) -> tuple[Choices, Choices]:
    """Return the agreements of a project that both sides accepted, and their methods of these kinds, to choose from."""
    found: dict[str, list[str]] = {}
    agreed: Choices = []
    for row in agreements_of(session, current_actor(), project_id, WHOLE).items:
        if row.accepted_id is None:
            continue
        methods = methods_by_label(terms_of(session, row.accepted_id)).items()
        fitting = [(label, method) for label, method in methods if method.kind in kinds]
        if fitting:
            name = outside_name(session, project_id)
            agreed.append((str(row.accepted_id), f"{name} {row.number}, {row.milestone.replace('-', ' ')}"))
        for label, method in fitting:
            found.setdefault(label, []).append(f"{title(method.kind)} (agreement {row.number})")
    return agreed, [(label, f"{label}: {', '.join(kinds_of)}") for label, kinds_of in found.items()]


def moment_of(wall: datetime) -> datetime:
    """Return when the facility's clocks show what was typed."""
    return instant(wall, facility_zone())


def typed_moment(moment: datetime) -> str:
    """Return a moment as a field for date and time shows it, on the facility's clocks."""
    return f"{moment.astimezone(facility_zone()):%Y-%m-%dT%H:%M}"


def to_choose(choices: Sequence[tuple[str, str]]) -> Choices:
    """Return choices with an empty one before them where there are several, so that nobody is chosen by chance."""
    return [("", "Choose"), *choices] if len(choices) > 1 else list(choices)

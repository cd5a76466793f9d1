"""Reads of terms to begin with, as far as the reader may know of the client."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import NotFound
from facility.queries.projects import visible_client
from reviews.errors import UnknownReview
from reviews.models.agreements import AgreementTemplate
from reviews.rules.documents import read_terms
from reviews.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """Terms to begin with, for a client or (``None``) for all."""

    id: UUID
    client_id: UUID | None
    name: str
    terms: Terms
    version: int


def templates_for(session: Session, actor: Actor, client_id: UUID | None) -> Sequence[TemplateRow]:
    """List the terms that an agreement with a client can begin with, its own first; with ``None`` those for all.

    Raises ``UnknownClient``.
    """
    wanted = select(AgreementTemplate).where(AgreementTemplate.client_id.is_(None))
    found = [template_of(one) for one in session.scalars(wanted.order_by(AgreementTemplate.name))]
    if client_id is None:
        return found
    visible_client(session, actor, client_id)
    own = select(AgreementTemplate).where(AgreementTemplate.client_id == client_id)
    return [template_of(one) for one in session.scalars(own.order_by(AgreementTemplate.name))] + found


def template_row(session: Session, actor: Actor, template_id: UUID) -> TemplateRow:
    """Return terms to begin with; raises ``UnknownReview``, also for a client that ``actor`` may not know of."""
    return template_of(hold_template(session, actor, template_id))


def hold_template(session: Session, actor: Actor, template_id: UUID) -> AgreementTemplate:
    """Return the template itself, for use cases; raises ``UnknownReview``."""
    template = session.get(AgreementTemplate, template_id)
    if template is None:
        raise _unknown()
    if template.client_id is not None:
        try:
            visible_client(session, actor, template.client_id)
        except NotFound as error:
            raise _unknown() from error
    return template


def template_of(template: AgreementTemplate) -> TemplateRow:
    """Return a template with its terms read."""
    return TemplateRow(template.id, template.client_id, template.name, read_terms(template.terms), template.version)


def _unknown() -> UnknownReview:
    return UnknownReview("There are no such terms to begin with among those of your clients.")

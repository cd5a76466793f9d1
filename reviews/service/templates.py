"""Terms to begin with, for one client or for all. Agreements that began with them do not change with them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import StaleVersion
from audit.record import HOUSE, record
from facility.public import client_log
from facility.queries.projects import visible_client
from reviews.errors import BadTerms, NameTaken
from reviews.facts.agreements import TemplateAdded, TemplateChanged, TemplateRemoved
from reviews.models.agreements import AgreementTemplate
from reviews.queries.findings import check_parts
from reviews.queries.templates import hold_template
from reviews.rules.bounds import check_bounds
from reviews.rules.difference import difference
from reviews.rules.digests import text_digest
from reviews.rules.documents import read_terms, write_terms
from reviews.rules.terms import Terms


def add_template(
    session: Session, actor: Actor, *, client_id: UUID | None, name: str, terms: Terms
) -> AgreementTemplate:
    """Add terms to begin with, for a client or (``None``) for all; the latter name nobody and no undertaking.

    Raises ``UnknownClient``, ``BadTerms`` naming the fields, or ``NameTaken``.
    """
    if client_id is not None:
        visible_client(session, actor, client_id)
    _check(session, client_id, terms)
    _refuse_taken(session, client_id, name)
    made = AgreementTemplate(client_id=client_id, name=name, terms=write_terms(terms), version=1)
    session.add(made)
    session.flush()
    fact = TemplateAdded(about=f"template:{made.id}", client=client_id, name=name, terms_sha256=text_digest(made.terms))
    record(session, actor, fact, log=_log(session, client_id))
    return made


def change_template(
    session: Session, actor: Actor, *, template_id: UUID, name: str, terms: Terms, version: int
) -> AgreementTemplate:
    """Give terms to begin with another name or other terms; raises as ``add_template``, or ``StaleVersion``."""
    template = hold_template(session, actor, template_id)
    _refuse_stale(template, version)
    _check(session, template.client_id, terms)
    old_name, old, written = template.name, template.terms, write_terms(terms)
    if (old_name, old) == (name, written):
        return template
    if name != old_name:
        _refuse_taken(session, template.client_id, name)
    template.name, template.terms = name, written
    session.flush()  # the answer carries the new version
    fact = TemplateChanged(
        about=f"template:{template.id}",
        client=template.client_id,
        old_name=old_name,
        new_name=name,
        old_terms_sha256=text_digest(old),
        new_terms_sha256=text_digest(written),
        changes=[one.code for one in difference(read_terms(old), terms)],
    )
    record(session, actor, fact, log=_log(session, template.client_id))
    return template


def remove_template(session: Session, actor: Actor, *, template_id: UUID, version: int) -> None:
    """Remove terms to begin with; raises ``UnknownReview`` or ``StaleVersion``."""
    template = hold_template(session, actor, template_id)
    _refuse_stale(template, version)
    fact = TemplateRemoved(
        about=f"template:{template.id}",
        client=template.client_id,
        name=template.name,
        terms_sha256=text_digest(template.terms),
    )
    session.delete(template)
    record(session, actor, fact, log=_log(session, template.client_id))


def _check(session: Session, client_id: UUID | None, terms: Terms) -> None:
    check_bounds(terms)
    if client_id is not None:
        check_parts(session, terms, client_id)
        return
    is_whose = {
        "parties": any(one.contact_id is not None for one in terms.parties),
        "security.nda_text_id": terms.security.nda_text_id is not None,
    }
    faults = {
        field: ["This is one client's: leave it out of terms for all."] for field, is_so in is_whose.items() if is_so
    }
    if faults:
        raise BadTerms("Terms for all clients name nothing of one.", fields=faults)


def _refuse_taken(session: Session, client_id: UUID | None, name: str) -> None:
    is_it = AgreementTemplate.client_id.is_not_distinct_from(client_id)
    if session.scalar(select(AgreementTemplate.id).where(is_it, AgreementTemplate.name == name)) is not None:
        sentence = "Other terms to begin with bear this name."
        raise NameTaken(sentence, fields={"name": [sentence]})


def _refuse_stale(template: AgreementTemplate, version: int) -> None:
    if template.version != version:
        raise StaleVersion("These terms were changed meanwhile. Read them again, and repeat what you did.")


def _log(session: Session, client_id: UUID | None) -> str:
    return HOUSE if client_id is None else client_log(session, client_id)

"""Templates of names: the house's, chosen project by project."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import StaleVersion
from audit.record import record
from reviews.facts.materials import NamingTemplateSet
from reviews.models.materials import NamingTemplate
from reviews.rules.naming import Template
from reviews.rules.naming_documents import check_template, write_template


def set_naming_template(
    session: Session, actor: Actor, *, name: str, template: Template, version: int
) -> NamingTemplate:
    """Set the template of this name; ``version`` is 0 for a new one. Raises ``Invalid`` or ``StaleVersion``.

    Names that were registered stay as they are: a template is for the next one.
    """
    check_template(template)
    found = session.scalars(select(NamingTemplate).where(NamingTemplate.name == name)).one_or_none()
    if version != (found.version if found is not None else 0):
        raise StaleVersion("This template was changed meanwhile. Read it again, and repeat what you did.")
    written = write_template(template)
    old = _sha256(found.tokens) if found is not None else None
    if found is None:
        found = NamingTemplate(name=name, tokens=written)
        session.add(found)
    elif found.tokens == written:
        return found
    found.tokens = written
    session.flush()
    fact = NamingTemplateSet(
        about=f"naming-template:{found.id}", name=name, old_sha256=old, new_sha256=_sha256(written)
    )
    record(session, actor, fact)
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

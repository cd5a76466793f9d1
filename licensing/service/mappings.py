"""Mappings of tables of lots, kept under a name."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.errors import BadImport, naming
from licensing.facts.entitlements import MappingKept
from licensing.models.entitlements import StoredMapping
from licensing.queries.unique import one_of_a_kind
from licensing.rules.exchange.table import LotMapping, check_mapping

NAME_LENGTH_MAX = 80
NAME_TAKEN = "Somebody kept a mapping of this name just now."


def keep_mapping(session: Session, actor: Actor, *, name: str, mapping: LotMapping) -> StoredMapping:
    """Keep a mapping under a name, in the place of one that has it; raises ``BadImport`` naming what is missing."""
    check_mapping(mapping)
    if not 1 <= len(name.strip()) <= NAME_LENGTH_MAX:
        raise naming(BadImport, "name", f"A mapping's name has 1 to {NAME_LENGTH_MAX} letters.")
    kept = session.scalar(select(StoredMapping).where(StoredMapping.name == name).with_for_update())
    stored = kept or StoredMapping(name=name)
    stored.mapping = asdict(mapping)
    with one_of_a_kind("name", NAME_TAKEN):
        session.add(stored)
        session.flush()
    columns = {field: f"={text}" for field, text in mapping.constants.items()} | mapping.columns
    fact = MappingKept(about=f"mapping:{stored.id}", name=name, mapping=columns, is_replaced=kept is not None)
    record(session, actor, fact)
    return stored

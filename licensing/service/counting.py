"""Change by which rule the seats of a product are counted."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.errors import NotInCatalogue, naming, refuse_stale
from licensing.facts.eventlogs import CountingRuleChanged
from licensing.models.catalogue import Product
from licensing.models.eventlogs import CountingRuleRow
from licensing.queries.catalogue import log_of
from licensing.queries.counting import CountingInForce, rule_in_force
from licensing.rules.counting import rule_of, said_of


def change_counting_rule(
    session: Session, actor: Actor, *, product_id: UUID, said: dict[str, Any], version: int, now: datetime
) -> CountingInForce:
    """Count a product's seats by another rule from now on; the rules before stay. Raises ``BadCountingRule``."""
    if session.get(Product, product_id, with_for_update=True) is None:
        raise naming(NotInCatalogue, "product_id", "There is no such product in the catalogue.")
    before = rule_in_force(session, product_id, at=None)
    refuse_stale(version, before.version)
    rule = rule_of(said)
    if before.version and before.rule == rule:
        return before
    number = before.version + 1
    row = CountingRuleRow(product_id=product_id, version=number, rule=json.dumps(said_of(rule)), since=now, by=actor.id)
    session.add(row)
    session.flush()
    fact = CountingRuleChanged(
        about=f"product:{product_id}",
        product=product_id,
        version=number,
        old=said_of(before.rule) if before.version else None,
        new=said_of(rule),
    )
    record(session, actor, fact, log=log_of(session, product_id))
    return CountingInForce(product_id, number, rule, now, actor.id)

"""Read by which rule the seats of a product are counted."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from licensing.models.catalogue import Product
from licensing.models.eventlogs import CountingRuleRow
from licensing.queries.catalogue import find
from licensing.rules.counting import EACH_HANDLE, CountingRule, rule_of


@dataclass(frozen=True, slots=True)
class CountingInForce:
    """The rule that counts; version 0 is the one that counts where none was set."""

    product_id: UUID
    version: int
    rule: CountingRule
    since: datetime | None = None
    by: str | None = None


def rules_in_force(
    session: Session, products: Collection[UUID], *, starts_at: datetime, ends_at: datetime
) -> dict[UUID, list[CountingInForce]]:
    """Return the rules by which each product counts in ``[starts_at, ends_at)``: that of its start, then each change.

    A product of which no rule was ever set by then is left out.
    """
    query = (
        select(CountingRuleRow)
        .where(CountingRuleRow.product_id.in_(products), CountingRuleRow.since < ends_at)
        .order_by(CountingRuleRow.product_id, CountingRuleRow.version)
    )
    found: dict[UUID, list[CountingInForce]] = {}
    for row in session.scalars(query):
        rules = found.setdefault(row.product_id, [CountingInForce(row.product_id, 0, EACH_HANDLE)])
        if row.since <= starts_at:
            rules.clear()
        rules.append(CountingInForce(row.product_id, row.version, rule_of(json.loads(row.rule)), row.since, row.by))
    return found


def rule_in_force(session: Session, product_id: UUID, *, at: datetime | None) -> CountingInForce:
    """Return the rule by which a product counts at a time, ``None`` being now; raises ``NotInCatalogue``."""
    product = find(session, Product, product_id)
    query = select(CountingRuleRow).where(CountingRuleRow.product_id == product.id)
    if at is not None:
        query = query.where(CountingRuleRow.since <= at)
    row = session.scalars(query.order_by(CountingRuleRow.version.desc()).limit(1)).one_or_none()
    if row is None:
        return CountingInForce(product.id, 0, EACH_HANDLE)
    return CountingInForce(product.id, row.version, rule_of(json.loads(row.rule)), row.since, row.by)

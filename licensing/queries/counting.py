"""Read by which rule the seats of a product are counted."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
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


def versions_in_force(session: Session, products: Collection[UUID], *, at: datetime) -> dict[UUID, int]:
    """Return the version of the rule by which each product counts at a time; one without a rule is left out."""
    query = (
        select(CountingRuleRow.product_id, func.max(CountingRuleRow.version))
        .where(CountingRuleRow.product_id.in_(products), CountingRuleRow.since <= at)
        .group_by(CountingRuleRow.product_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


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

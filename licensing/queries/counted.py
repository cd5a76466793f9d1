"""Read what the holders that servers list now amount to, by the counting rule of their product."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from licensing.queries.counting import rule_in_force
from licensing.queries.observed import seen_holders
from licensing.rules.counting import Counted, HeldSeat, count


@dataclass(frozen=True, slots=True)
class CountedNow:
    """What the newest captures amount to, and the version of the rule that counted."""

    product_id: UUID
    version: int
    counted: Counted


def counted_now(session: Session, product_id: UUID, now: datetime) -> CountedNow:
    """Count the holders that the newest captures list of a product; raises ``NotInCatalogue``."""
    rule = rule_in_force(session, product_id, at=now)
    held = [
        HeldSeat(one.feature, one.user, one.host, one.quantity, one.is_borrowed)
        for one in seen_holders(session, product_id, now)
    ]
    return CountedNow(product_id, rule.version, count(held, rule.rule))

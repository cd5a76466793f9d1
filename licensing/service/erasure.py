"""Forget who held seats and where, once an order of two people has erased it from the trail."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from answerprint.core.actor import Actor
from answerprint.core.sealing import Seal
from audit.record import record
from licensing.facts.seats import HoldersErased
from licensing.models.catalogue import Product, Vendor
from licensing.models.seats import Checkout

ERASED = "erased"
_TEXTS_A_STATEMENT = 500


def forget_holders(
    session: Session, actor: Actor, *, order_id: UUID, tags: Collection[str], seal: Seal
) -> dict[str, int]:
    """Put ``erased`` in the place of every holder and host whose tag is one of ``tags``; return how many, by log.

    A tag says whether two texts are the same but for case and the space around them. Captures are kept as they came:
    they are evidence, and their hash stands on the trail.
    """
    changed: dict[str, set[UUID]] = {}
    for column in (Checkout.holder, Checkout.host):
        for log, ids in _forget(session, column, tags, seal).items():
            changed.setdefault(log, set()).update(ids)
    for log, ids in sorted(changed.items()):
        fact = HoldersErased(about=f"order:{order_id}", order=order_id, checkouts=len(ids))
        record(session, actor, fact, log=log)
    return {log: len(ids) for log, ids in changed.items()}


def _forget(
    session: Session, column: InstrumentedAttribute[str], tags: Collection[str], seal: Seal
) -> dict[str, set[UUID]]:
    wanted = [text for text in session.scalars(select(column).distinct()) if text and seal.tag(text) in tags]
    found: dict[str, set[UUID]] = {}
    for start in range(0, len(wanted), _TEXTS_A_STATEMENT):
        is_wanted = column.in_(wanted[start : start + _TEXTS_A_STATEMENT])
        rows = (
            select(Checkout.id, Vendor.log)
            .join(Product, Product.id == Checkout.product_id)
            .join(Vendor, Vendor.id == Product.vendor_id)
            .where(is_wanted)
        )
        for checkout_id, log in session.execute(rows):
            found.setdefault(log, set()).add(checkout_id)
        session.execute(
            update(Checkout).where(is_wanted).values({column: ERASED, Checkout.version: Checkout.version + 1})
        )
    return found

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
from licensing.models.entitlements import Assignment
from licensing.models.seats import Checkout

ERASED = "erased"
_TEXTS_A_STATEMENT = 500


def forget_holders(
    session: Session, actor: Actor, *, order_id: UUID, tags: Collection[str], seal: Seal
) -> dict[str, int]:
    """Put ``erased`` for every holder, host and assignee whose tag is one of ``tags``; return how many records, by log.

    A tag says whether two texts are the same but for case and the space around them. Captures are kept as they came:
    they are evidence, and their hash stands on the trail.
    """
    checkouts: dict[str, set[UUID]] = {}
    for column in (Checkout.holder, Checkout.host):
        for log, ids in _forget(session, Checkout, column, tags, seal).items():
            checkouts.setdefault(log, set()).update(ids)
    assignments = _forget(session, Assignment, Assignment.assignee, tags, seal)
    changed: dict[str, int] = {}
    for log in sorted(checkouts.keys() | assignments.keys()):
        seats, named = len(checkouts.get(log, ())), len(assignments.get(log, ()))
        fact = HoldersErased(about=f"order:{order_id}", order=order_id, checkouts=seats, assignments=named)
        record(session, actor, fact, log=log)
        changed[log] = seats + named
    return changed


def _forget(
    session: Session,
    table: type[Checkout | Assignment],
    column: InstrumentedAttribute[str],
    tags: Collection[str],
    seal: Seal,
) -> dict[str, set[UUID]]:
    wanted = [text for text in session.scalars(select(column).distinct()) if text and seal.tag(text) in tags]
    found: dict[str, set[UUID]] = {}
    for start in range(0, len(wanted), _TEXTS_A_STATEMENT):
        is_wanted = column.in_(wanted[start : start + _TEXTS_A_STATEMENT])
        rows = (
            select(table.id, Vendor.log)
            .join(Product, Product.id == table.product_id)
            .join(Vendor, Vendor.id == Product.vendor_id)
            .where(is_wanted)
        )
        for record_id, log in session.execute(rows):
            found.setdefault(log, set()).add(record_id)
        session.execute(update(table).where(is_wanted).values({column: ERASED, table.version: table.version + 1}))
    return found

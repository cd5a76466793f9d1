"""Licence keys of lots: sealed with the house's key for their lot, and who reads one is on the trail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.sealing import seal_of
from audit.record import record
from licensing.errors import BadLot, NoSuchKey, naming
from licensing.facts.entitlements import KeyRead, KeySet
from licensing.models.catalogue import Lot
from licensing.models.entitlements import LotKey
from licensing.queries.catalogue import find, log_of
from licensing.queries.entitlements import sealed_key

KEY_LENGTH_MAX = 8_000


def set_lot_key(session: Session, actor: Actor, *, lot_id: UUID, key: str, now: datetime) -> None:
    """Keep the licence key of a lot, sealed, in the place of what was there; raises ``BadLot`` naming ``key``."""
    if not 1 <= len(key.strip()) <= KEY_LENGTH_MAX:
        raise naming(BadLot, "key", f"A licence key has 1 to {KEY_LENGTH_MAX} letters.")
    lot = find(session, Lot, lot_id)
    kept = session.get(LotKey, lot_id, with_for_update=True)
    fact = KeySet(about=f"lot:{lot_id}", contract=lot.contract_id, is_replaced=kept is not None)
    sealed = seal_of(session).seal(key.strip().encode(), place=_place(lot_id))
    if kept is None:
        session.add(LotKey(lot_id=lot_id, sealed=sealed, added_at=now))
    else:
        kept.sealed, kept.added_at = sealed, now
    record(session, actor, fact, log=log_of(session, lot.product_id))


def reveal_lot_key(session: Session, actor: Actor, *, lot_id: UUID) -> str:
    """Return the licence key of a lot, having written down who asked; raises ``NoSuchKey``."""
    lot = find(session, Lot, lot_id)
    sealed = sealed_key(session, lot_id)
    if sealed is None:
        raise naming(NoSuchKey, "lot_id", "No key was entered for this lot.")
    key = seal_of(session).open(sealed, place=_place(lot_id)).decode()
    fact = KeyRead(about=f"lot:{lot_id}", contract=lot.contract_id)
    record(session, actor, fact, log=log_of(session, lot.product_id))
    return key


def _place(lot_id: UUID) -> str:
    return f"licensing_lot_keys/{lot_id}/key"

"""Review features that count for no product: accept a product, refuse one for good, or set the feature aside."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.db import insert_if_absent
from answerprint.core.problems import Invalid
from audit.record import record
from licensing.errors import naming
from licensing.facts.entitlements import FeatureSetAside, MatchAccepted, MatchRefused
from licensing.models.catalogue import Feature, Product
from licensing.models.entitlements import MatchRefusal
from licensing.queries.catalogue import find, log_of
from licensing.queries.review import find_candidate
from licensing.service.products import link_feature

FEATURE_NAME_MAX = 120


def accept_match(session: Session, actor: Actor, *, server_id: UUID, name: str, product_id: UUID) -> Feature:
    """Let a feature count for a product from now on; raises ``AlreadyThere`` where it counts for one."""
    find_candidate(session, server_id, name)
    if len(name) > FEATURE_NAME_MAX:
        raise naming(Invalid, "name", f"A feature of more than {FEATURE_NAME_MAX} letters cannot be mapped.")
    feature = link_feature(session, actor, product_id=product_id, server_id=server_id, name=name)
    fact = MatchAccepted(about=f"feature:{feature.id}", server=server_id, name=name, product=product_id)
    record(session, actor, fact, log=log_of(session, product_id))
    return feature


def refuse_match(
    session: Session, actor: Actor, *, server_id: UUID, name: str, product_id: UUID, now: datetime
) -> None:
    """Never propose this product for a feature of this name again, on whatever server."""
    find_candidate(session, server_id, name)
    product = find(session, Product, product_id)
    values = {"feature": name, "product_id": product.id, "refused_at": now}
    insert_if_absent(session, cast("Table", MatchRefusal.__table__), values)
    fact = MatchRefused(about=f"product:{product.id}", server=server_id, name=name, product=product.id)
    record(session, actor, fact, log=log_of(session, product.id))


def set_feature_aside(session: Session, actor: Actor, *, server_id: UUID, name: str, now: datetime) -> None:
    """Say that a feature is of no product that is counted here; it is not asked about again."""
    candidate = find_candidate(session, server_id, name)
    candidate.set_aside_at = candidate.set_aside_at or now
    record(session, actor, FeatureSetAside(about=f"server:{server_id}", server=server_id, name=name))

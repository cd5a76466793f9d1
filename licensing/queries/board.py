"""Read the seats board: every product's lots, checkouts and sightings, in six statements however many there are."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from licensing.models.catalogue import Product, Vendor
from licensing.models.seats import Checkout
from licensing.queries.contracts import lot_terms
from licensing.queries.observed import FeatureOn, ServerSeen, features_of, numbers_of, server_states
from licensing.rules.board import BoardRow, FeatureSeen, ProductName, board_row, capacity_in_seats
from licensing.rules.observation import Numbers

Seen = dict[tuple[UUID, str], Numbers]


def seats_board(session: Session, *, on: date, now: datetime, product_id: UUID | None = None) -> list[BoardRow]:
    """Return the seats of all products, or of one, by the lots of the day ``on``, by vendor and product."""
    names = _names(session, product_id)
    lots = lot_terms(session, [name.product_id for name in names])
    checked_out = _checked_out(session, now)
    servers = {seen.server_id: seen for seen in server_states(session, now)}
    numbers = numbers_of(session, {seen.capture_id for seen in servers.values() if seen.capture_id is not None})
    features: dict[UUID, list[FeatureSeen]] = {}
    for feature in features_of(session, None if product_id is None else [product_id]):
        seen = _feature_seen(feature, servers[feature.server_id], numbers)
        features.setdefault(feature.product_id, []).append(seen)
    return [
        board_row(
            name,
            capacity_in_seats(lots[name.product_id], on),
            checked_out.get(name.product_id, (0, 0))[0],
            features.get(name.product_id, []),
            borrowed_here=checked_out.get(name.product_id, (0, 0))[1],
        )
        for name in names
    ]


def _names(session: Session, product_id: UUID | None) -> list[ProductName]:
    query = (
        select(Product.id, Product.name, Vendor.id, Vendor.name)
        .join(Vendor, Vendor.id == Product.vendor_id)
        .order_by(Vendor.name, Product.name)
    )
    if product_id is not None:
        query = query.where(Product.id == product_id)
    return [ProductName(*row) for row in session.execute(query)]


def _checked_out(session: Session, now: datetime) -> dict[UUID, tuple[int, int]]:
    """Return the seats that open leases hold, by product, and how many of them are borrowed.

    A lease past its end holds none, written down or not.
    """
    borrowed = case((Checkout.is_borrowed, Checkout.quantity), else_=0)
    held = (
        select(Checkout.product_id, func.sum(Checkout.quantity), func.sum(borrowed))
        .where(Checkout.ended_at.is_(None), Checkout.expires_at > now)
        .group_by(Checkout.product_id)
    )
    return {product_id: (int(quantity), int(away)) for product_id, quantity, away in session.execute(held)}


def _feature_seen(feature: FeatureOn, server: ServerSeen, numbers: Seen) -> FeatureSeen:
    return FeatureSeen(
        feature=feature.feature,
        server=server.server,
        freshness=server.freshness,
        taken_at=server.taken_at,
        numbers=numbers.get((feature.server_id, feature.feature)),
    )

"""Read what a text to import says beside what the house has: its rows, and what a licence file claims."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from licensing.collectors.licence_hints import EntitlementHint
from licensing.models.catalogue import Feature, Lot, Product
from licensing.queries.exchange import held_against_house
from licensing.rules.exchange.drafts import Preview
from licensing.rules.exchange.file_claims import FileClaim, FiledLot, Grant, NamedProduct, claims_of
from licensing.rules.exchange.sources import ImportSource, preview_import


def look_at(session: Session, source: ImportSource, *, on: date) -> Preview:
    """Return what a text would enter and what is wrong with it; its hints are held against the lots of a day."""
    preview = held_against_house(session, preview_import(source))
    return replace(preview, claims=file_claims(session, preview.hints, on=on)) if preview.hints else preview


def file_claims(session: Session, hints: Iterable[EntitlementHint], *, on: date) -> tuple[FileClaim, ...]:
    """Return what a licence file claims, feature by feature, beside what the lots of a day give."""
    return claims_of(hints, _products(session), _lots(session), on=on)


def _products(session: Session) -> dict[str, set[NamedProduct]]:
    """Return which products a feature's name means: by servers' features, and by lots that a licence file named."""
    named = select(Feature.name, Product.id, Product.name).join(Product, Product.id == Feature.product_id)
    filed = select(Lot.feature, Product.id, Product.name).join(Product, Product.id == Lot.product_id)
    found: dict[str, set[NamedProduct]] = {}
    for feature, product_id, name in (*session.execute(named), *session.execute(filed.where(Lot.feature != ""))):
        found.setdefault(feature, set()).add(NamedProduct(product_id, name))
    return found


def _lots(session: Session) -> list[FiledLot]:
    columns = (Lot.product_id, Lot.feature, Lot.metric, Lot.starts_on, Lot.quantity, Lot.ends_on)
    return [FiledLot(*row[:4], Grant(row.quantity, row.ends_on)) for row in session.execute(select(*columns))]

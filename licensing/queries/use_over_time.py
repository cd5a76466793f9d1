"""Read how many seats of products were in use over time, by what captures prove and checkouts made here show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from licensing.models.seats import Checkout
from licensing.queries.observed import features_of, series_of
from licensing.rules.percentiles import Stretch
from licensing.rules.statement import Evidence, Moment, ledger_steps, moments, percent


@dataclass(frozen=True, slots=True)
class UseOverTime:
    """A product's certain use in the time that is known, and the share of the period that this is.

    Without a licence server the checkouts made here are all there is, and all of the period is known.
    """

    product_id: UUID
    stretches: tuple[Stretch, ...]
    is_on_server: bool
    coverage: str


def use_over_time(
    session: Session, product_ids: Collection[UUID], *, starts_at: datetime, ends_at: datetime
) -> dict[UUID, UseOverTime]:
    """Return the use of some products in ``[starts_at, ends_at)``, each with as much of it as is known."""
    features = features_of(session, product_ids)
    series = series_of(session, features, starts_at=starts_at, ends_at=ends_at)
    leases = _leases(session, product_ids, starts_at, ends_at)
    found = {}
    for product_id in product_ids:
        serving = {one.server_id for one in features if one.product_id == product_id}
        evidence = Evidence(
            starts_at=starts_at,
            ends_at=ends_at,
            entitlement=[],
            ledger=ledger_steps(leases.get(product_id, ())),
            servers=[one.sightings.get(product_id, []) for one in series if one.server_id in serving],
        )
        found[product_id] = _use(product_id, list(moments(evidence)), is_on_server=bool(serving))
    return found


def _use(product_id: UUID, found: Sequence[Moment], *, is_on_server: bool) -> UseOverTime:
    known = [one for one in found if one.is_covered or not is_on_server]
    stretches = tuple(Stretch(one.at, one.until, one.in_use) for one in known)
    covered = sum(_microseconds(one) for one in known)
    whole = sum(_microseconds(one) for one in found)
    return UseOverTime(product_id, stretches, is_on_server, percent(covered * 1000 // whole) if whole else "0.0")


def _microseconds(one: Moment) -> int:
    length = one.until - one.at
    return (length.days * 86_400 + length.seconds) * 1_000_000 + length.microseconds


def _leases(
    session: Session, product_ids: Collection[UUID], starts_at: datetime, ends_at: datetime
) -> dict[UUID, list[tuple[datetime, datetime, int]]]:
    columns = (Checkout.product_id, Checkout.started_at, Checkout.expires_at, Checkout.ended_at, Checkout.quantity)
    query = select(*columns).where(
        Checkout.product_id.in_(product_ids),
        Checkout.started_at < ends_at,
        Checkout.expires_at > starts_at,
        or_(Checkout.ended_at.is_(None), Checkout.ended_at > starts_at),
    )
    leases: dict[UUID, list[tuple[datetime, datetime, int]]] = {}
    for product_id, began, expires, ended, quantity in session.execute(query):
        leases.setdefault(product_id, []).append((began, min(expires, ended or expires), quantity))
    return leases

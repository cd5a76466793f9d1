"""Read how many seats of products were in use over time, by what servers prove and checkouts made here show."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from licensing.models.eventlogs import EventLog
from licensing.models.seats import Checkout
from licensing.queries.observed import FeatureOn, features_of
from licensing.queries.series import ServerSeries, series_of
from licensing.queries.witnesses import NOTHING_TOLD, told_by_servers
from licensing.rules.percentiles import Stretch
from licensing.rules.sightings import Sighting
from licensing.rules.statement import Evidence, Moment, Rest, Step, ledger_steps, moments, percent, rests_of
from licensing.rules.use_gaps import Span, gaps_of, parted

Servers = Sequence[Sequence[Sighting]]


@dataclass(frozen=True, slots=True)
class UseOverTime:
    """A product's certain use in the time that is known, and the share of the period that this is.

    Without a licence server the checkouts made here are all there is: all is known from the first of them on, and
    nothing before, since nobody told. ``at_least`` is use that is certain in the rest of the time. ``rests`` says what
    all of the period rests on.
    """

    product_id: UUID
    stretches: tuple[Stretch, ...]
    coverage: str
    at_least: tuple[Stretch, ...] = ()
    rests: tuple[Rest, ...] = ()


def use_over_time(
    session: Session, product_ids: Collection[UUID], *, starts_at: datetime, ends_at: datetime
) -> dict[UUID, UseOverTime]:
    """Return the use of some products in ``[starts_at, ends_at)``, each with as much of it as is known.

    Captures tell it; the time that they leave open is read from event logs, as in a statement.
    """
    features = features_of(session, product_ids)
    series = series_of(session, features, starts_at=starts_at, ends_at=ends_at)
    leases = _leases(session, product_ids, starts_at, ends_at)
    begun = first_checkouts(session, product_ids)
    logged = _logged(session, features)
    found = {}
    for product_id in product_ids:
        own = [one for one in features if one.product_id == product_id]
        ledger = ledger_steps(leases.get(product_id, ()))
        told = list(_moments(_captures(product_id, own, series), ledger, (starts_at, ends_at)))
        if logged.intersection(one.server_id for one in own):
            told = _with_logs(session, own, told, ledger)
        told_from = None if own else begun.get(product_id, ends_at)
        found[product_id] = use_of(product_id, told, told_from=told_from)
    return found


def _logged(session: Session, features: Collection[FeatureOn]) -> set[UUID]:
    servers = {one.server_id for one in features}
    return set(session.scalars(select(EventLog.server_id).where(EventLog.server_id.in_(servers))))


def _captures(product_id: UUID, features: Collection[FeatureOn], series: Collection[ServerSeries]) -> Servers:
    serving = {one.server_id for one in features}
    return [one.sightings.get(product_id, []) for one in series if one.server_id in serving]


def _with_logs(
    session: Session, features: Collection[FeatureOn], found: Sequence[Moment], ledger: Sequence[Step[int]]
) -> list[Moment]:
    """Return the same moments, with those that captures leave open told by captures and logs together."""
    gaps = gaps_of(found)
    whole = list[Moment]()
    for span, moments_in in parted(found, gaps):
        whole += moments_in if span is None else _moments(_told(session, features, span), ledger, span)
    return whole


def _told(session: Session, features: Collection[FeatureOn], span: Span) -> Servers:
    told = told_by_servers(session, features, starts_at=span[0], ends_at=span[1])
    return next(iter(told.values()), NOTHING_TOLD).servers


def _moments(servers: Servers, ledger: Sequence[Step[int]], span: Span) -> Iterator[Moment]:
    return moments(Evidence(*span, entitlement=[], ledger=ledger, servers=servers))


def use_of(product_id: UUID, found: Sequence[Moment], *, told_from: datetime | None) -> UseOverTime:
    """Return the use of one product; ``told_from`` is when the ledger begins where it is all there is."""
    known, rest = list[Moment](), list[Moment]()
    for one in found:
        is_known = one.is_covered if told_from is None else one.at >= told_from
        (known if is_known else rest).append(one)
    covered = sum(_microseconds(one) for one in known)
    whole = sum(_microseconds(one) for one in found)
    return UseOverTime(
        product_id=product_id,
        stretches=tuple(_stretches(known)),
        coverage=percent(covered * 1000 // whole) if whole else "0.0",
        at_least=tuple(one for one in _stretches(rest) if one.seats),
        rests=tuple(rests_of(found)),
    )


def _stretches(found: Iterable[Moment]) -> Iterator[Stretch]:
    return (Stretch(one.at, one.until, one.in_use) for one in found)


def _microseconds(one: Moment) -> int:
    length = one.until - one.at
    return (length.days * 86_400 + length.seconds) * 1_000_000 + length.microseconds


def first_checkouts(session: Session, product_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when seats of each product were first checked out here; one whose never were is left out."""
    first = select(Checkout.product_id, func.min(Checkout.started_at)).where(Checkout.product_id.in_(product_ids))
    return {row[0]: row[1] for row in session.execute(first.group_by(Checkout.product_id))}


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

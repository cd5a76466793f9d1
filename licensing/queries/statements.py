"""Read a contract's statement: how its products were used over a period, against what the lots gave."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from licensing.models.catalogue import LicenceServer
from licensing.models.observed import Capture
from licensing.models.seats import Checkout
from licensing.queries.captures_in_force import told_by_newest
from licensing.queries.contracts import ContractDetail, LotRow, contract_detail, lot_terms
from licensing.queries.counted_parts import rule_parts
from licensing.queries.counting import CountingInForce, rules_in_force
from licensing.queries.log_holders import logged_holders
from licensing.queries.observed import FeatureOn, features_of, holders_in
from licensing.queries.statement_lines import (
    CaptureEvidence,
    EntitlementStep,
    JudgedProduct,
    OwnCheckout,
    StatementLine,
    Witnesses,
    statement_line,
)
from licensing.queries.witnesses import NOTHING_TOLD, Told, told_by_servers
from licensing.rules.capacity import LotTerms, capacity_changes, capacity_on
from licensing.rules.statement import Evidence, Step, judge, ledger_steps


@dataclass(frozen=True, slots=True)
class Period:
    """The days ``starts_on`` to ``ends_on``, both included, in a zone: the instants ``[starts_at, ends_at)``.

    A period that is not over is looked at up to now: ``ends_at`` is then the present.
    """

    starts_on: date
    ends_on: date
    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """A contract's statement for a period, one line for each of its products, by name."""

    contract: ContractDetail
    period: Period
    made_at: datetime
    lines: tuple[StatementLine, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """What all products of a contract are judged from."""

    lots: dict[UUID, list[LotTerms]]
    own_lots: tuple[LotRow, ...]
    checkouts: Sequence[OwnCheckout]
    features: Sequence[FeatureOn]
    told: Mapping[UUID, Told]
    counting: Mapping[UUID, list[CountingInForce]]


def contract_statement(
    session: Session, contract_id: UUID, *, starts_on: date, ends_on: date, zone: ZoneInfo, now: datetime
) -> Statement:
    """Return a contract's statement for some days, both ends included; raises ``NotInCatalogue``.

    Use is held against all lots of a product: nobody can say of a seat in use which contract it came from.
    """
    contract = contract_detail(session, contract_id)
    period = period_of(starts_on, ends_on, zone=zone, now=now)
    products = contract.product_ids
    features = features_of(session, products)
    source = _Source(
        lots=lot_terms(session, products),
        own_lots=contract.lots,
        checkouts=_checkouts(session, products, period),
        features=features,
        told=told_by_servers(session, features, starts_at=period.starts_at, ends_at=period.ends_at),
        counting=rules_in_force(session, products, starts_at=period.starts_at, ends_at=period.ends_at),
    )
    names = {lot.product_id: lot.product_name for lot in contract.lots}
    judged = [told_by_newest(session, _judge(product_id, names[product_id], source, period)) for product_id in products]
    witnesses = _witnesses(session, judged)
    lines = tuple(statement_line(one, witnesses) for one in judged)
    return Statement(contract=contract, period=period, made_at=now, lines=lines)


def period_of(starts_on: date, ends_on: date, *, zone: ZoneInfo, now: datetime) -> Period:
    """Return the period of some days, both ends included, as far as it has passed."""
    starts_at = _midnight(starts_on, zone)
    ends_at = max(starts_at, min(_midnight(ends_on + timedelta(days=1), zone), now))
    return Period(starts_on, ends_on, zone, starts_at, ends_at)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _judge(product_id: UUID, product: str, source: _Source, period: Period) -> JudgedProduct:
    lots = source.lots[product_id]
    own = [_terms(lot) for lot in source.own_lots if lot.product_id == product_id]
    checkouts = [one for one in source.checkouts if one.product_id == product_id]
    told = source.told.get(product_id, NOTHING_TOLD)
    steps = _entitlement(lots, own, period)
    evidence = Evidence(
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        entitlement=[Step(_midnight(step.on, period.zone), step.quantity) for step in steps],
        ledger=ledger_steps((one.starts_at, one.ends_at, one.quantity) for one in checkouts),
        servers=told.servers,
        is_stale=told.is_stale,
        counts_seats=any(lot.has_seats for lot in lots),
    )
    judged = judge(evidence)
    rules = source.counting.get(product_id, [])
    return JudgedProduct(
        product_id=product_id,
        product=product,
        entitlement=steps,
        judgement=judged,
        checkouts=checkouts,
        features=[one for one in source.features if one.product_id == product_id],
        captures=told.captures,
        logs=told.logs,
        counting_version=rules[-1].version if rules else None,
        parts=rule_parts(rules, judged.moments, starts_at=period.starts_at, ends_at=period.ends_at),
    )


def _terms(lot: LotRow) -> LotTerms:
    return LotTerms(
        metric=lot.metric,
        quantity=lot.quantity,
        starts_on=lot.starts_on,
        ends_on=lot.ends_on,
        overage_policy=lot.overage_policy,
        overage_quantity=lot.overage_quantity,
    )


def _entitlement(lots: Collection[LotTerms], own: Collection[LotTerms], period: Period) -> tuple[EntitlementStep, ...]:
    """Return the days on which what is allowed changes, of all contracts or of this one."""
    days = {day for some in (lots, own) for day, _ in capacity_changes(some, period.starts_on, period.ends_on)}
    return tuple(
        EntitlementStep(day, capacity_on(lots, day).quantity, capacity_on(own, day).quantity) for day in sorted(days)
    )


def _checkouts(session: Session, products: Collection[UUID], period: Period) -> list[OwnCheckout]:
    """Return the checkouts that reach into the period. A lease ends at its end, whenever that was written down."""
    query = (
        select(
            Checkout.id,
            Checkout.product_id,
            Checkout.quantity,
            Checkout.holder,
            Checkout.host,
            Checkout.started_at,
            Checkout.expires_at,
            Checkout.ended_at,
        )
        .where(
            Checkout.product_id.in_(products),
            Checkout.started_at < period.ends_at,
            Checkout.expires_at > period.starts_at,
            or_(Checkout.ended_at.is_(None), Checkout.ended_at > period.starts_at),
        )
        .order_by(Checkout.started_at, Checkout.id)
    )
    return [
        OwnCheckout(*row[:6], ends_at=min(row.expires_at, row.ended_at or row.expires_at))
        for row in session.execute(query)
    ]


def _witnesses(session: Session, judged: Iterable[JudgedProduct]) -> Witnesses:
    found = list(judged)
    borne_by = {capture for one in found for capture in one.borne_by}
    told = {capture for one in found for moment in one.told for capture in moment.captures}
    query = (
        select(Capture.id, Capture.server_id, LicenceServer.name, Capture.taken_at, Capture.sha256)
        .join(LicenceServer, LicenceServer.id == Capture.server_id)
        .where(Capture.id.in_(borne_by))
    )
    captures = {row[0]: CaptureEvidence(*row) for row in session.execute(query)}
    seen = holders_in(session, told)
    return Witnesses(captures=captures, holders=seen, logged=logged_holders(session, found, seen))

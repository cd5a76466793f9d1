"""Read what licence servers showed: the state of each, the numbers of features, and who held seats."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, ScalarSelect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, undefer

from licensing.collectors.reading import FeatureReading
from licensing.models.catalogue import Feature, LicenceServer
from licensing.models.observed import Capture, FeatureReadingRow
from licensing.queries.captures import newest_first, read_again
from licensing.rules.observation import (
    Freshness,
    Numbers,
    answers,
    freshness,
)


@dataclass(frozen=True, slots=True)
class ServerSeen:
    """A licence server and what its newest capture is worth now; without a capture its fields are ``None``."""

    server_id: UUID
    server: str
    kind: str
    stale_after: timedelta
    freshness: Freshness
    capture_id: UUID | None
    taken_at: datetime | None
    state: str | None
    diagnostics: int | None


@dataclass(frozen=True, slots=True)
class FeatureOn:
    """The name that a product has on a server."""

    product_id: UUID
    server_id: UUID
    feature: str


@dataclass(frozen=True, slots=True)
class SeenHolder:
    """Somebody whom a capture shows holding seats.

    Where ``is_ambiguous``, ``user`` is all that the server printed, since it splits in more than one way.
    ``started_at`` is ``None`` where the text leaves it open.
    """

    server_id: UUID
    server: str
    capture_id: UUID
    taken_at: datetime
    feature: str
    user: str
    host: str | None
    display: str | None
    quantity: int
    started_at: datetime | None
    is_borrowed: bool
    is_ambiguous: bool


def server_states(session: Session, now: datetime) -> list[ServerSeen]:
    """Return every licence server with its newest capture, by name."""
    rows = session.execute(
        select(
            LicenceServer.id,
            LicenceServer.name,
            LicenceServer.kind,
            LicenceServer.stale_after_seconds,
            Capture.id,
            Capture.taken_at,
            Capture.state,
            Capture.diagnostics,
        )
        .outerjoin(Capture, Capture.id == _newest_id())
        .order_by(LicenceServer.name)
    )
    return [_server_seen(row, now) for row in rows]


def features_of(session: Session, product_ids: Collection[UUID] | None = None) -> list[FeatureOn]:
    """Return the features of some products, or of all."""
    query = select(Feature.product_id, Feature.server_id, Feature.name).order_by(Feature.name)
    if product_ids is not None:
        query = query.where(Feature.product_id.in_(product_ids))
    return [FeatureOn(*row) for row in session.execute(query)]


def numbers_of(session: Session, capture_ids: Collection[UUID]) -> dict[tuple[UUID, str], Numbers]:
    """Return the numbers of the mapped features in some captures, by server and feature.

    A capture of a server that did not answer tells none.
    """
    query = (
        select(Capture.state, FeatureReadingRow.server_id, FeatureReadingRow.feature, *_number_columns())
        .join(Capture, Capture.id == FeatureReadingRow.capture_id)
        .join(
            Feature,
            (Feature.server_id == FeatureReadingRow.server_id) & (Feature.name == FeatureReadingRow.feature),
        )
        .where(FeatureReadingRow.capture_id.in_(capture_ids))
    )
    rows = session.execute(query)
    return {(row.server_id, row.feature): Numbers(*row[3:]) for row in rows if answers(row.state)}


def seen_holders(session: Session, product_id: UUID, now: datetime) -> list[SeenHolder]:
    """Return who holds a product's seats by the newest capture of each of its servers, read again from its text."""
    features = features_of(session, [product_id])
    serving = {feature.server_id for feature in features}
    newest = [seen.capture_id for seen in server_states(session, now) if seen.server_id in serving]
    found = holders_in(session, {capture_id for capture_id in newest if capture_id is not None})
    names = {(feature.server_id, feature.feature) for feature in features}
    return [holder for holder in found if (holder.server_id, holder.feature) in names]


def holders_in(session: Session, capture_ids: Collection[UUID]) -> list[SeenHolder]:
    """Return all holders that some captures show, read again from their texts, the oldest capture first."""
    query = (
        select(Capture, LicenceServer.name)
        .join(LicenceServer, LicenceServer.id == Capture.server_id)
        .where(Capture.id.in_(capture_ids))
        .order_by(Capture.taken_at, Capture.id)
        .options(undefer(Capture.raw))
    )
    found: list[SeenHolder] = []
    for capture, server in session.execute(query):
        found += _holders(capture, server, read_again(capture, capture.raw).features)
    return found


def _number_columns() -> tuple[InstrumentedAttribute[Any], ...]:
    """Return the columns of ``Numbers``, in its order."""
    row = FeatureReadingRow
    use = (row.reported_in_use, row.counted_in_use, row.reserved, row.queued, row.borrowed)
    return (row.issued, row.is_uncounted, *use)


def _server_seen(row: Row[*tuple[Any, ...]], now: datetime) -> ServerSeen:
    server_id, name, kind, seconds, capture_id, taken_at, state, doubts = row
    stale_after = timedelta(seconds=seconds)
    return ServerSeen(
        server_id=server_id,
        server=name,
        kind=kind,
        stale_after=stale_after,
        freshness=freshness(state, taken_at, stale_after=stale_after, now=now),
        capture_id=capture_id,
        taken_at=taken_at,
        state=state,
        diagnostics=doubts,
    )


@cache  # the alias costs more to build than the statement takes to run, and every board asks it
def _newest_id() -> ScalarSelect[UUID]:
    """Return the newest capture of the server in the outer query: one step in the index of server and time."""
    newest = aliased(Capture)
    return (
        select(newest.id)
        .where(newest.server_id == LicenceServer.id)
        .order_by(*newest_first(newest))
        .limit(1)
        .correlate(LicenceServer)
        .scalar_subquery()
    )


def _holders(capture: Capture, server: str, features: Iterable[FeatureReading]) -> Iterator[SeenHolder]:
    for feature in features:
        for holder in feature.holders:
            yield SeenHolder(
                server_id=capture.server_id,
                server=server,
                capture_id=capture.id,
                taken_at=capture.taken_at,
                feature=feature.feature,
                user=holder.user,
                host=holder.host,
                display=holder.display,
                quantity=holder.quantity,
                started_at=holder.started,
                is_borrowed=holder.borrowed,
                is_ambiguous=holder.is_ambiguous,
            )

"""Read what the captures of licence servers show of products over a period."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Row, Select, String, case, func, select, type_coerce
from sqlalchemy.orm import Session

from licensing.collectors.reading import ServerState
from licensing.models.catalogue import LicenceServer
from licensing.models.observed import Capture, FeatureReadingRow
from licensing.queries.observed import FeatureOn
from licensing.rules.observation import NOTHING_KNOWN, Numbers, answers
from licensing.rules.sightings import Shot, Sighting, sightings, single_sightings

_UP = ServerState.UP.value


@dataclass(frozen=True, slots=True)
class ServerSeries:
    """What the captures of one server show over a period, product by product.

    ``captures`` is how many were taken in the period. ``is_stale`` says that at its end the last was too old, by the
    server's limit of age.
    """

    server_id: UUID
    sightings: dict[UUID, list[Sighting]]
    captures: int
    is_stale: bool
    stale_after: timedelta


def series_of(
    session: Session,
    features: Collection[FeatureOn],
    *,
    starts_at: datetime,
    ends_at: datetime,
    singly: Collection[UUID] = (),
) -> list[ServerSeries]:
    """Return what the captures of a period show of products, server by server.

    Captures from before the period count as far as they reach into it. Those that show the same in a row are one
    sighting, but for the servers named ``singly``.
    """
    servers = {feature.server_id for feature in features}
    asked = select(LicenceServer.id, LicenceServer.stale_after_seconds).where(LicenceServer.id.in_(servers))
    limits = {server_id: timedelta(seconds=seconds) for server_id, seconds in session.execute(asked)}
    earliest = starts_at - max(limits.values(), default=timedelta())
    in_reach = (Capture.server_id.in_(servers), Capture.taken_at >= earliest, Capture.taken_at < ends_at)
    in_period = func.sum(case((Capture.taken_at >= starts_at, 1), else_=0))
    totals = select(Capture.server_id, in_period, func.max(Capture.taken_at)).where(*in_reach)
    counted = {row[0]: row for row in session.execute(totals.group_by(Capture.server_id))}
    seen = _sightings(session, features, limits, in_reach, singly)
    return [
        ServerSeries(
            server_id=server_id,
            sightings=seen.get(server_id, {}),
            captures=counted[server_id][1] if server_id in counted else 0,
            is_stale=server_id not in counted or ends_at - counted[server_id][2] > limit,
            stale_after=limit,
        )
        for server_id, limit in limits.items()
    ]


def _sightings(
    session: Session,
    features: Collection[FeatureOn],
    limits: dict[UUID, timedelta],
    in_reach: tuple[ColumnElement[bool], ...],
    singly: Collection[UUID],
) -> dict[UUID, dict[UUID, list[Sighting]]]:
    by_server: dict[UUID, dict[UUID, list[str]]] = {}
    for one in features:
        by_server.setdefault(one.server_id, {}).setdefault(one.product_id, []).append(one.feature)
    found = {}
    for server_id, products in by_server.items():
        names = {feature for several in products.values() for feature in several}
        # By the connection: of hundreds of thousands of rows none is a mapped object.
        rows = session.connection().execute(_select_shots(server_id, names).where(*in_reach)).partitions()
        as_sightings = single_sightings if server_id in singly else sightings
        shots = _shots(chain.from_iterable(rows))
        found[server_id] = as_sightings(shots, products, stale_after=limits[server_id])
    return found


def _select_shots(server_id: UUID, names: Collection[str]) -> Select[*tuple[Any, ...]]:
    """Return the captures of a server with the numbers that bound use, in order of time."""
    row = FeatureReadingRow
    named = (row.capture_id == Capture.id) & row.feature.in_(names)
    # Of a year of captures each id and each time would be made anew for each row: that is left to the first of each.
    capture_id, taken_at = type_coerce(Capture.id, String), type_coerce(Capture.taken_at, DateTime(timezone=True))
    return (
        select(capture_id, taken_at, Capture.state, row.feature, row.reported_in_use, row.counted_in_use, row.reserved)
        .outerjoin(row, named)
        .where(Capture.server_id == server_id)
        .order_by(Capture.taken_at, Capture.received_at, Capture.id)
        .execution_options(yield_per=2_000)
    )


def _shots(rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[Shot]:
    """Make one of the rows of each capture; row by row, since there are hundreds of thousands in a year."""
    last: Any = None
    shot: Shot | None = None
    numbers: dict[str, Numbers] = {}
    for capture_id, taken_at, state, feature, reported, counted, reserved in rows:
        if capture_id != last:
            if shot is not None:
                yield shot
            last, numbers = capture_id, {}
            at = taken_at.replace(tzinfo=UTC) if taken_at.tzinfo is None else taken_at.astimezone(UTC)
            shot = Shot(capture_id if isinstance(capture_id, UUID) else UUID(capture_id), at, numbers)
        if feature is not None and (state == _UP or answers(state)):
            numbers[feature] = _use_numbers(reported, counted, reserved)
    if shot is not None:
        yield shot


@lru_cache(maxsize=4096)
def _use_numbers(reported: int | None, counted: int | None, reserved: int | None) -> Numbers:
    """Return the numbers that use is bounded by, and no others."""
    return replace(NOTHING_KNOWN, reported=reported, counted=counted, reserved=reserved)

"""Read what event logs and captures of licence servers tell together of products over a period."""

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from licensing.queries.log_use import LogUse, log_use
from licensing.queries.observed import FeatureOn
from licensing.queries.series import ServerSeries, series_of
from licensing.rules.log_series import LogSeries
from licensing.rules.sightings import Sighting
from licensing.rules.witnesses import combined

_NO_LOG = LogSeries(())


@dataclass(frozen=True, slots=True)
class Told:
    """What the servers of a product tell of a period, each in order of time; ``logs`` is what the logs say alone.

    ``captures`` is how many were taken in it. ``is_stale`` says that at its end one of the servers had not been heard
    of for too long, neither by a capture nor by a line of its log.
    """

    servers: tuple[list[Sighting], ...]
    captures: int
    is_stale: bool
    logs: LogUse | None


NOTHING_TOLD = Told((), 0, is_stale=False, logs=None)
"""Of a product that is on no server."""


def told_by_servers(
    session: Session, features: Collection[FeatureOn], *, starts_at: datetime, ends_at: datetime
) -> Mapping[UUID, Told]:
    """Return what is told of each product that some features count for."""
    with _uncollected():
        return _told_by_servers(session, features, starts_at, ends_at)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles away: a year is half a million values without any, and its looks a third of all."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _told_by_servers(
    session: Session, features: Collection[FeatureOn], starts_at: datetime, ends_at: datetime
) -> Mapping[UUID, Told]:
    logs = log_use(session, features, starts_at=starts_at, ends_at=ends_at)
    logged = {server_id for use in logs.values() for server_id in use.series}
    series = series_of(session, features, starts_at=starts_at, ends_at=ends_at, singly=logged)
    products = {one.product_id for one in features}
    return {product_id: _told(product_id, features, series, logs.get(product_id), ends_at) for product_id in products}


def _told(
    product_id: UUID,
    features: Collection[FeatureOn],
    series: Collection[ServerSeries],
    logs: LogUse | None,
    ends_at: datetime,
) -> Told:
    serving = {one.server_id for one in features if one.product_id == product_id}
    own = [one for one in series if one.server_id in serving]
    by_server = logs.series if logs else {}
    return Told(
        servers=tuple(
            combined(one.sightings.get(product_id, []), by_server.get(one.server_id, _NO_LOG)) for one in own
        ),
        captures=sum(one.captures for one in own),
        is_stale=any(_is_stale(one, by_server.get(one.server_id, _NO_LOG), ends_at) for one in own),
        logs=logs,
    )


def _is_stale(series: ServerSeries, log: LogSeries, ends_at: datetime) -> bool:
    """Report whether at the end the server had not been heard of for too long."""
    heard = max((until for _, until in log.covered), default=None)
    return series.is_stale and (heard is None or ends_at - heard > series.stale_after)

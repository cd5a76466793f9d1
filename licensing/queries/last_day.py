"""Read the last 24 hours of all products at once, in a few statements however many there are.

Of each licence server one capture an hour is read, and no more, however often the server is asked: the newest one
at that moment. Each is found by a step in the index of server and time.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Select, String, column, or_, select, true, type_coerce, values
from sqlalchemy.orm import Session, aliased

from answerprint.core.types import UtcDateTime
from licensing.models.catalogue import Feature, LicenceServer, Product
from licensing.models.observed import Capture, FeatureReadingRow
from licensing.models.seats import Checkout
from licensing.queries.captures import newest_first
from licensing.queries.contracts import lot_terms
from licensing.queries.observed import features_of
from licensing.rules.board import BoardRow, capacity_in_seats
from licensing.rules.last_day import LastDay, Tally, by_ledger, held_at, sample_times, with_servers
from licensing.rules.observation import NOTHING_KNOWN, answers, in_use

Found = TypeVar("Found")
_Lease = tuple[datetime, datetime, int]


def last_day(session: Session, rows: Sequence[BoardRow], *, zone: ZoneInfo, now: datetime) -> dict[UUID, LastDay]:
    """Return the last 24 hours of the products of some lines of the board."""
    times = sample_times(now)
    product_ids = [row.product_id for row in rows]
    lots = lot_terms(session, product_ids)
    leases = _leases(session, product_ids, times)
    alone = [row.product_id for row in rows if row.is_ledger_only]
    before = _told_before(session, alone, times[0])
    seen = _seen(session, product_ids, times)
    days = [at.astimezone(zone).date() for at in times]
    found = {}
    for row in rows:
        own = leases.get(row.product_id, [])
        held = held_at(times, own)
        if row.is_ledger_only:
            told_from = times[0] if row.product_id in before else min((one[0] for one in own), default=None)
            seats = by_ledger(times, held, told_from)
        else:
            seats = with_servers(held, seen[row.product_id])
        of_day = {day: capacity_in_seats(lots[row.product_id], day).quantity for day in set(days)}
        found[row.product_id] = LastDay(row.product_id, times, seats, tuple(of_day[day] for day in days))
    return found


def _seen(session: Session, product_ids: Collection[UUID], times: Sequence[datetime]) -> dict[UUID, list[int | None]]:
    """Return what the servers of each product show together at the times; ``None`` where one does not tell all."""
    features = features_of(session, product_ids)
    places = _places(session, {one.server_id for one in features}, times)
    tallies = {one.product_id: Tally(len(times)) for one in features}
    by_name = _as_named(tallies)
    at = _as_named(places)
    # Identifiers stay as the engine gives them: making thousands of them anew takes longer than to read them.
    for capture, product, reported, counted, reserved in session.connection().execute(_select_shown(places)):
        tally = by_name.get(product)
        seats = _in_use(reported, counted, reserved)
        if tally is not None and seats is not None:
            tally.add(at[capture], seats)
    wanted = Counter(one.product_id for one in features)
    return {product_id: tally.complete(wanted[product_id]) for product_id, tally in tallies.items()}


def _places(session: Session, server_ids: Collection[UUID], times: Sequence[datetime]) -> dict[UUID, list[int]]:
    """Return the captures that were worth something at the times, each with the places of these times."""
    found: dict[UUID, list[int]] = {}
    for row in session.connection().execute(_select_captures(server_ids, times)):
        if answers(row.state) and times[row.place] - row.taken_at <= timedelta(seconds=row.stale_after_seconds):
            found.setdefault(row.capture_id, []).append(row.place)
    return found


def _as_named(found: Mapping[UUID, Found]) -> dict[UUID | str, Found]:
    """Let things be found by their identifiers as either engine gives them."""
    return {name: one for known, one in found.items() for name in (known, known.hex)}


@lru_cache(maxsize=4096)
def _in_use(reported: int | None, counted: int | None, reserved: int | None) -> int | None:
    return in_use(replace(NOTHING_KNOWN, reported=reported, counted=counted, reserved=reserved))


def _select_captures(server_ids: Collection[UUID], times: Sequence[datetime]) -> Select[*tuple[Any, ...]]:
    """Return the capture of each server that was the newest at each of the times."""
    asked = values(column("place", Integer), column("at", UtcDateTime()), name="asked").data(list(enumerate(times)))
    moments = asked.cte("moments")
    older = aliased(Capture)
    in_force = (
        select(older.id)
        .where(older.server_id == LicenceServer.id, older.taken_at <= moments.c.at)
        .order_by(*newest_first(older))
        .limit(1)
        .correlate(LicenceServer, moments)
        .scalar_subquery()
    )
    return (
        select(
            LicenceServer.stale_after_seconds,
            moments.c.place,
            Capture.id.label("capture_id"),
            Capture.taken_at,
            Capture.state,
        )
        .select_from(LicenceServer)
        .join(moments, true())
        .join(Capture, Capture.id == in_force)
        .where(LicenceServer.id.in_(server_ids))
    )


def _select_shown(capture_ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    row = FeatureReadingRow
    is_of = (Feature.server_id == row.server_id) & (Feature.name == row.feature)
    return (
        select(type_coerce(row.capture_id, String), type_coerce(Feature.product_id, String))
        .add_columns(row.reported_in_use, row.counted_in_use, row.reserved)
        .join(Feature, is_of)
        .where(row.capture_id.in_(capture_ids))
    )


def _leases(session: Session, product_ids: Collection[UUID], times: Sequence[datetime]) -> dict[UUID, list[_Lease]]:
    columns = (Checkout.product_id, Checkout.started_at, Checkout.expires_at, Checkout.ended_at, Checkout.quantity)
    query = select(*columns).where(
        Checkout.product_id.in_(product_ids),
        Checkout.started_at <= times[-1],
        Checkout.expires_at > times[0],
        or_(Checkout.ended_at.is_(None), Checkout.ended_at > times[0]),
    )
    found: dict[UUID, list[_Lease]] = {}
    for product_id, began, expires, ended, quantity in session.execute(query):
        found.setdefault(product_id, []).append((began, min(expires, ended or expires), quantity))
    return found


def _told_before(session: Session, product_ids: Collection[UUID], at: datetime) -> set[UUID]:
    """Return the products of which seats were checked out here before ``at``."""
    if not product_ids:
        return set()
    begun = select(Checkout.id).where(Checkout.product_id == Product.id, Checkout.started_at < at).exists()
    return set(session.scalars(select(Product.id).where(Product.id.in_(product_ids), begun)))

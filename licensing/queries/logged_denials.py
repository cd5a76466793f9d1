"""Read the denials that event logs tell: of a server, one by one, and of a product, by what they were."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from answerprint.core.paging import Page, PageRequest, cut
from answerprint.core.types import isoformat
from licensing.collectors.events import EventKind
from licensing.models.catalogue import Feature, LicenceServer
from licensing.models.eventlogs import EventLog, LoggedDenial
from licensing.queries.catalogue import find
from licensing.queries.log_use import DenialTally, tally, unlogged_of

DAYS_SHOWN = 30
"""How far back pages look for denials."""


@dataclass(frozen=True, slots=True)
class ServerDenials:
    """Denials of a server, the newest first. ``is_recorded`` is false where its options keep them out of its log."""

    items: list[LoggedDenial]
    next: str | None
    is_recorded: bool


def list_denials(session: Session, server_id: UUID, request: PageRequest) -> ServerDenials:
    """List the denials of a server that have a time, the newest first; raises ``NotInCatalogue``."""
    server = find(session, LicenceServer, server_id)
    table = LoggedDenial
    query = select(table).where(table.server_id == server.id, table.at.is_not(None))
    if request.after is not None:
        at, number = datetime.fromisoformat(str(request.after[0])).astimezone(UTC), int(request.after[1])
        query = query.where(or_(table.at < at, (table.at == at) & (table.number < number)))
    query = query.order_by(table.at.desc(), table.number.desc()).limit(request.limit + 1)
    page: Page[LoggedDenial] = cut(session.scalars(query).all(), request, lambda one: (_moment(one), one.number))
    unlogged = unlogged_of(session, [server.id]).get(server.id, frozenset())
    return ServerDenials(list(page.items), page.next, is_recorded=EventKind.DENIED not in unlogged)


def denials_of_product(session: Session, product_id: UUID, *, now: datetime) -> DenialTally | None:
    """Return the denials of a product in the last days, by what they were; ``None`` where no log tells of it."""
    features = session.execute(select(Feature.server_id, Feature.name).where(Feature.product_id == product_id)).all()
    servers = {server_id for server_id, _ in features}
    if session.scalar(select(EventLog.server_id).where(EventLog.server_id.in_(servers)).limit(1)) is None:
        return None
    counts: dict[str, int] = {}
    for server_id, feature in features:
        for outcome, number in session.execute(
            select(LoggedDenial.outcome, func.count())
            .where(
                LoggedDenial.server_id == server_id,
                LoggedDenial.feature == feature,
                LoggedDenial.at >= now - timedelta(days=DAYS_SHOWN),
            )
            .group_by(LoggedDenial.outcome)
        ):
            counts[outcome] = counts.get(outcome, 0) + number
    return tally(counts, _kept_out(session, servers))


def _kept_out(session: Session, servers: Collection[UUID]) -> frozenset[EventKind]:
    found = unlogged_of(session, servers).values()
    return frozenset(kind for unlogged in found for kind in unlogged)


def _moment(denial: LoggedDenial) -> str:
    return isoformat(denial.at) if denial.at else ""

"""Read who held seats at the peaks of a statement, where an event log shows more of them than captures name."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from licensing.models.catalogue import LicenceServer
from licensing.models.eventlogs import EventLog
from licensing.queries.log_use import sessions_reaching
from licensing.queries.observed import SeenHolder
from licensing.queries.statement_lines import JudgedProduct, LoggedPeaks
from licensing.rules.log_holders import LoggedHolder, needs_log, open_at, proven_at
from licensing.rules.statement import Moment


def logged_holders(session: Session, judged: Iterable[JudgedProduct], seen: Collection[SeenHolder]) -> LoggedPeaks:
    """Return who held seats by logs, by product and moment, at the moments of which is told who it was."""
    found: dict[tuple[UUID, datetime], tuple[LoggedHolder, ...]] = {}
    logs = _Logs(session)
    for product in judged:
        for moment in product.told:
            key = (product.product_id, moment.at)
            if key not in found:
                found[key] = tuple(_told_by_logs(product, moment, seen, logs))
    return found


def _told_by_logs(
    product: JudgedProduct, moment: Moment, seen: Collection[SeenHolder], logs: "_Logs"
) -> Iterator[LoggedHolder]:
    """Give who held seats on the servers whose logs prove more of them than captures of the moment name."""
    for server_id, series in (product.logs.series if product.logs else {}).items():
        names = [one.feature for one in product.features if one.server_id == server_id]
        named = [
            one.quantity
            for one in seen
            if one.server_id == server_id and one.capture_id in moment.captures and one.feature in names
        ]
        proven = proven_at(series, moment.at)
        if product.counting_version is not None and proven is not None:
            # A rule counts otherwise than servers list: what both list is held against each other.
            held = logs.at(server_id, names, moment)
            if needs_log(sum(one.quantity for one in held if one.is_sure), named):
                yield from held
        elif needs_log(proven, named):
            yield from logs.at(server_id, names, moment)


class _Logs:
    """The logs of servers, each looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[UUID, tuple[EventLog, str]] = {}

    def at(self, server_id: UUID, names: Collection[str], moment: Moment) -> tuple[LoggedHolder, ...]:
        """Return who held seats of some features at a moment."""
        if server_id not in self._found:
            query = select(EventLog, LicenceServer.name).join(LicenceServer, LicenceServer.id == EventLog.server_id)
            log, name = self._session.execute(query.where(EventLog.server_id == server_id)).one()
            self._found[server_id] = log, name
        log, name = self._found[server_id]
        sessions = sessions_reaching(self._session, log, names, moment.at, moment.at)
        return open_at(sessions, moment.at, server_id=server_id, server=name)

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
                found[key] = tuple(one for server in _silent(product, moment, seen) for one in logs.at(*server, moment))
    return found


def _silent(product: JudgedProduct, moment: Moment, seen: Collection[SeenHolder]) -> Iterator[tuple[UUID, list[str]]]:
    """Give the servers whose logs prove more seats than captures of the moment name, with the product's features."""
    for server_id, series in (product.logs.series if product.logs else {}).items():
        names = [one.feature for one in product.features if one.server_id == server_id]
        named = (
            one.quantity
            for one in seen
            if one.server_id == server_id and one.capture_id in moment.captures and one.feature in names
        )
        if needs_log(proven_at(series, moment.at), named):
            yield server_id, names


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

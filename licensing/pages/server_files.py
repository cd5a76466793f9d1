"""The lists of licence servers as files for a spreadsheet: the servers, and a server's captures, log and denials."""

from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.list_file import Column, ListFile, every_row, exports, known, list_file
from answerprint.core.permissions import Permission
from licensing.models.eventlogs import LoggedDenial, LogPart
from licensing.models.observed import Capture
from licensing.queries.captures import list_captures
from licensing.queries.log_parts import list_parts
from licensing.queries.logged_denials import list_denials
from licensing.queries.observed import ServerSeen, server_states

_SERVERS: tuple[Column[ServerSeen], ...] = (
    ("server", lambda one: one.server),
    ("kind", lambda one: one.kind),
    ("state", lambda one: one.freshness.value),
    ("newest capture (UTC)", lambda one: one.taken_at),
    ("lines not understood", lambda one: known(one.diagnostics)),
)
_CAPTURES: tuple[Column[Capture], ...] = (
    ("taken (UTC)", lambda one: one.taken_at),
    ("arrived (UTC)", lambda one: one.received_at),
    ("state", lambda one: one.state),
    ("lines", lambda one: one.lines),
    ("lines not understood", lambda one: one.diagnostics),
    ("SHA-256", lambda one: one.sha256),
)
_PARTS: tuple[Column[LogPart], ...] = (
    ("from (UTC)", lambda one: known(one.first_at)),
    ("to (UTC)", lambda one: known(one.last_at)),
    ("arrived (UTC)", lambda one: one.received_at),
    ("lines", lambda one: one.lines),
    ("sessions", lambda one: one.sessions),
    ("denials", lambda one: one.denials),
    ("lines not understood", lambda one: one.diagnostics),
    ("SHA-256", lambda one: one.sha256),
)
_DENIALS: tuple[Column[LoggedDenial], ...] = (
    ("when (UTC)", lambda one: one.at),
    ("feature", lambda one: one.feature),
    ("user", lambda one: one.user),
    ("host", lambda one: one.host),
    ("seats", lambda one: one.quantity),
    ("what it was", lambda one: one.outcome),
)


@exports(Permission.LICENSING_READ)
def download_servers(session: Session) -> ListFile:
    """Send the licence servers with their state as a table."""
    return list_file("servers", _SERVERS, server_states(session, clock.now()))


@exports(Permission.LICENSING_READ)
def download_captures(session: Session, server_id: UUID) -> ListFile:
    """Send the list of a server's captures as a table."""
    rows = every_row(lambda page: list_captures(session, server_id, page), str, str)
    return list_file("captures", _CAPTURES, rows)


@exports(Permission.LICENSING_READ)
def download_log_parts(session: Session, server_id: UUID) -> ListFile:
    """Send the list of the parts of a server's log as a table."""
    return list_file("log-parts", _PARTS, every_row(lambda page: list_parts(session, server_id, page), int))


@exports(Permission.LICENSING_READ)
def download_denials(session: Session, server_id: UUID) -> ListFile:
    """Send what a server's log tells of denials as a table."""
    return list_file("denials", _DENIALS, every_row(lambda page: list_denials(session, server_id, page), str, int))

"""The lists of the trail as files for a spreadsheet."""

from collections.abc import Iterator
from datetime import UTC
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy.orm import Session

from answerprint.core.http import facility_zone
from answerprint.core.list_file import Column, ListFile, every_row, exports, list_file
from answerprint.core.permissions import Permission
from audit import serving
from audit.pages.asked import CURSOR, asked_search, sought_entries
from audit.pages.frame import blueprint
from audit.queries.entries import EntryRow
from audit.queries.exports import ExportRow, list_exports
from audit.queries.logs import LogSummary, list_logs
from audit.queries.orders import HoldRow, OrderRow, list_holds, list_orders
from audit.queries.search import EntryFilter, find_entries
from audit.service.readings import Reading

_LOGS: tuple[Column[LogSummary], ...] = (
    ("log", lambda one: one.name),
    ("origin", lambda one: one.origin),
    ("entries", lambda one: one.size),
    ("under a checkpoint", lambda one: one.signed_size),
    ("verifier key", lambda one: one.vkey),
)
_EXPORTS: tuple[Column[ExportRow], ...] = (
    ("asked (UTC)", lambda one: one.asked_at),
    ("log", lambda one: one.log),
    ("from (UTC)", lambda one: one.since),
    ("to before (UTC)", lambda one: one.until),
    ("project", lambda one: one.project),
    ("personal values", lambda one: "inside" if one.has_values else "withheld"),
    ("by", lambda one: one.asked_by),
    ("state", lambda one: one.state),
    ("bytes", lambda one: one.file_bytes),
    ("SHA-256", lambda one: one.sha256),
)
_ORDERS: tuple[Column[OrderRow], ...] = (
    ("order", lambda one: one.id),
    ("what", lambda one: one.kind),
    ("whose values", lambda one: one.subject),
    ("log", lambda one: one.log),
    ("first entry kept", lambda one: one.minimum),
    ("ground", lambda one: one.ground),
    ("given (UTC)", lambda one: one.asked_at),
    ("given by", lambda one: one.asked_by),
    ("state", lambda one: one.state),
    ("decided (UTC)", lambda one: one.decided_at),
    ("decided by", lambda one: one.decided_by),
)
_HOLDS: tuple[Column[HoldRow], ...] = (
    ("log", lambda one: one.log),
    ("whose values", lambda one: one.subject),
    ("reason", lambda one: one.reason),
    ("set (UTC)", lambda one: one.set_at),
    ("set by", lambda one: one.set_by),
    ("lifted (UTC)", lambda one: one.lifted_at),
    ("lifted by", lambda one: one.lifted_by),
)


@blueprint.get("/trail/entries.csv")
@exports(Permission.AUDIT_READ)
def download_entries(session: Session) -> ListFile:
    """Send all entries that fit the search, newest first, as a table. That somebody took them is recorded before.

    They are read twice, since the record says how many they are: both times from the same state of the database.
    """
    sought = sought_entries(asked_search(request.args))
    shown = sum(1 for _ in _entries(session, sought))
    serving.tell(Reading.of_search(sought, shown=shown, form="table"))
    return list_file("entries", _entry_columns(facility_zone()), _entries(session, sought))


@blueprint.get("/trail/logs.csv")
@exports(Permission.AUDIT_READ)
def download_logs(session: Session) -> ListFile:
    """Send the logs with their sizes and keys as a table."""
    return list_file("logs", _LOGS, list_logs(session))


@blueprint.get("/trail/exports.csv")
@exports(Permission.AUDIT_READ)
def download_exports(session: Session) -> ListFile:
    """Send the list of exports as a table."""
    return list_file("exports", _EXPORTS, every_row(lambda page: list_exports(session, page), str))


@blueprint.get("/trail/orders.csv")
@exports(Permission.AUDIT_READ)
def download_orders(session: Session) -> ListFile:
    """Send all orders as a table."""
    return list_file("orders", _ORDERS, every_row(lambda page: list_orders(session, page), str))


@blueprint.get("/trail/holds.csv")
@exports(Permission.AUDIT_READ)
def download_holds(session: Session) -> ListFile:
    """Send all holds as a table."""
    return list_file("holds", _HOLDS, list_holds(session))


def _entries(session: Session, sought: EntryFilter) -> Iterator[EntryRow]:
    return every_row(lambda page: find_entries(session, sought, page), *CURSOR)


def _entry_columns(zone: ZoneInfo) -> tuple[Column[EntryRow], ...]:
    return (
        ("log", lambda row: row.log),
        ("index", lambda row: row.index),
        ("fact", lambda row: row.kind),
        ("about", lambda row: row.about),
        ("actor", lambda row: row.actor),
        ("project", lambda row: row.project),
        ("recorded (local)", lambda row: f"{row.recorded_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"),
        ("zone", lambda row: f"{zone.key} {row.recorded_at.astimezone(zone):%z}"),
        ("recorded (UTC)", lambda row: f"{row.recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"),
    )

"""An event log made for tests, taken in, and what is kept of it."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.models import Entry
from licensing.models.eventlogs import LoggedDenial, LoggedSession
from licensing.rules.log_rows import session_of
from licensing.rules.pairing import Session
from licensing.service.eventlogs import TakenPart, take_log
from tests.licensing.factories import NOW

LINES = [
    " 8:00:00 (lmgrd) FlexNet Licensing (v11.19.0 build 1) started on ferry (linux) (3/13/2026)",
    " 8:00:01 (gradeco) Server started on ferry for:\tgrade\t",
    ' 8:10:00 (gradeco) OUT: "grade" mara@bay1',
    ' 8:20:00 (gradeco) OUT: "grade" ole@bay2',
    ' 8:25:00 (gradeco) DENIED: "grade" kim@bay3',
    " 8:25:00 (gradeco) (Licensed number of users already reached. (-4,342))",
    ' 8:30:00 (gradeco) IN: "grade" mara@bay1',
    ' 8:31:00 (gradeco) OUT: "grade" kim@bay3',
    ' 8:50:00 (gradeco) DENIED: "grade" jo@bay4 (Licensed number of users already reached. (-4,342))',
    ' 9:30:00 (gradeco) IN: "grade" ole@bay2',
]


def text_of(*lines: str) -> bytes:
    """Write lines as a server does."""
    return "".join(f"{line}\n" for line in lines).encode()


def send(database: Database, server_id: UUID, *lines: str) -> TakenPart:
    """Take a part in, in a transaction of its own."""
    with database.transaction() as session:
        return take_log(session, SYSTEM, server_id=server_id, raw=text_of(*lines), now=NOW)


def kept(database: Database) -> tuple[list[Session], list[tuple[str, str | None]]]:
    """Return the sessions and denials that are kept, in order."""
    with database.reading() as session:
        sessions = [session_of(row) for row in session.scalars(select(LoggedSession).order_by(LoggedSession.number))]
        denials = session.execute(select(LoggedDenial.outcome, LoggedDenial.user).order_by(LoggedDenial.number)).all()
        return sessions, [(outcome, user) for outcome, user in denials]


def facts(database: Database, kind: str = "licensing.log.taken") -> list[dict[str, Any]]:
    """Return the facts of a kind on the trail."""
    with database.reading() as session:
        bodies = session.scalars(select(Entry.body).where(Entry.kind == kind).order_by(Entry.index))
        return [json.loads(body) for body in bodies]

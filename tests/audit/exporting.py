"""Orders of bundles, and what the trail says of them, for tests of export jobs."""

import json
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from answerprint.core import clock
from answerprint.core.actor import SYSTEM, Actor, ActorKind
from answerprint.core.db import Database
from audit.bundle.source import Period, Selection
from audit.models import Entry, ExportJob
from audit.queries.exports import ExportRow, export_row
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.export_jobs import ask_export
from tests.facts import PersonSeen

BERLIN = ZoneInfo("Europe/Berlin")
WHOLE = Selection(Period())
ANN = Actor(ActorKind.PERSON, str(UUID(int=11)), person_id=UUID(int=11))


def sign_a_person_seen(database: Database, key: Ed25519PrivateKey) -> None:
    """Record a fact with a personal value in the house log, and sign the log."""
    with database.transaction() as session:
        record(session, ANN, PersonSeen(about="person:1", name="Bo Example", place="suite 2"))
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=key)


def ask(database: Database, selection: Selection = WHOLE, now: datetime | None = None) -> ExportRow:
    """Order a bundle of the house log."""
    with database.transaction() as session:
        return ask_export(session, ANN, log_name=HOUSE, selection=selection, now=now or clock.now())


def row(database: Database, job: ExportRow) -> ExportRow:
    """Read a job again."""
    with database.reading() as session:
        return export_row(session, job.id)


def facts(database: Database, kind: str) -> list[dict[str, object]]:
    """Return what the facts of a kind say, with who acted and about what."""
    with database.reading() as session:
        bodies = session.scalars(select(Entry.body).where(Entry.kind == kind).order_by(Entry.index)).all()
    said = [json.loads(body) for body in bodies]
    return [one["data"] | {"by": one["actor"]["id"], "about": one["about"]} for one in said]


def stop_at(database: Database, job: ExportRow, **values: object) -> None:
    """Put a job where a worker that was killed has left it."""
    with database.transaction() as session:
        session.execute(update(ExportJob).where(ExportJob.id == job.id).values(**values))

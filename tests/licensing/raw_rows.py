"""Write reservations past the use cases, as somebody with a database client would."""

from datetime import date
from uuid import UUID

from sqlalchemy import insert

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from audit.record import record
from licensing.models.reservations import Reservation
from tests.facts import ThingHappened
from tests.licensing.factories import NOW, TODAY


def run(database: Database, statement: object, rows: list[dict[str, object]] | None = None) -> None:
    """Run a statement past the service, with a fact of something else so that the guard lets it try."""
    with database.transaction() as session:
        session.connection().execute(statement, rows)  # type: ignore[call-overload]
        record(session, SYSTEM, ThingHappened(about="thing:1"))


def row(
    product_id: UUID, project_id: UUID, quantity: int, first: date = TODAY, last: date | None = None, **more: object
) -> dict[str, object]:
    """Return a reservation's row, held where nothing else is said."""
    made = new_id()
    honest: dict[str, object] = {
        "id": made,
        "product_id": product_id,
        "project_id": project_id,
        "quantity": quantity,
        "starts_on": first,
        "ends_on": last or first,
        "state": "held",
        "place": made.int % 2**31,
        "asked_at": NOW,
        "offer_hours": 24,
        "version": 1,
    }
    return honest | more


def insert_raw(database: Database, *rows: dict[str, object]) -> None:
    """Write reservations past the service, in one statement."""
    run(database, insert(Reservation).values(list(rows)))

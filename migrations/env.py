"""What Alembic runs: the revisions, on the connection it was given, in one transaction."""

from alembic import context
from sqlalchemy import Connection

import audit.models
import facility.models
import licensing.models.catalogue
import licensing.models.entitlements
import licensing.models.eventlogs
import licensing.models.observed
import licensing.models.reservations
import licensing.models.seats
import licensing.models.statements
import reviews.models.agreements
import reviews.models.attendance
import reviews.models.decisions
import reviews.models.gate
import reviews.models.incidents
import reviews.models.links
import reviews.models.materials
import reviews.models.parties
from answerprint.core import kept_answers, outbox
from answerprint.core.db import Base, open_engine

TABLES = (audit.models, facility.models, licensing.models, reviews.models, kept_answers, outbox)
"""Imported so that the metadata knows every table."""


def run(connection: Connection) -> None:
    """Run the revisions asked for."""
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with open_engine(context.config.get_main_option("sqlalchemy.url", "")).connect() as opened:
        run(opened)

"""Read what the options files of licence servers mean."""

from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.problems import NotFound
from licensing.errors import naming
from licensing.models.eventlogs import ServerOptions


def find_options(session: Session, server_id: UUID) -> ServerOptions:
    """Return what a server's newest options file means; raises ``NotFound`` where none was sent."""
    found = session.get(ServerOptions, server_id)
    if found is None:
        raise naming(NotFound, "server_id", "No options file of this licence server was sent.")
    return found
